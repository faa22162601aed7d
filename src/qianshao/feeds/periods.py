"""For which time a file speaks, as its name says, and for which it cannot speak yet."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from qianshao.feeds import words
from qianshao.refusals import Refused

# 医保结算_20251001-20260930.xlsx, 务工监测_202610.csv
_DAYS = re.compile(r"_(\d{8})-(\d{8})(?!\d)")
_MONTH = re.compile(r"_(\d{6})(?!\d)")


@dataclass(frozen=True)
class Period:
    """From the first day on, until the day that is no more part of it."""

    first: date
    until: date

    def __post_init__(self) -> None:
        if self.until <= self.first:
            raise ValueError(f"a period ends after it began: {self.first} to {self.until}")

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)


def period_in(file_name: str) -> Period | None:
    """The period that a file name states; None where it states none or an impossible one."""
    try:
        if days := _DAYS.search(file_name):
            return Period(_day(days[1]), _day(days[2]) + timedelta(days=1))
        if month := _MONTH.search(file_name):
            return month_of(_day(f"{month[1]}01"))
    except ValueError:
        return None
    return None


def read_period(text: str) -> Period | None:
    """A period as typed: 202610 or 20251001-20260930, with or without dashes within the dates."""
    compact = re.sub(r"(\d{4})-(\d{2})(?:-(\d{2}))?", r"\1\2\3", text.strip())
    return period_in(f"_{compact}")


def month_of(day: date) -> Period:
    """The calendar month that a day lies in."""
    first = day.replace(day=1)
    return Period(first, first + timedelta(days=monthrange(day.year, day.month)[1]))


def end_of_year(today: date) -> date:
    """The last day that a file may speak for: lists of a month, quarter or year arrive before it is over."""
    return date(today.year, 12, 31)


def to_come(period: Period, today: date) -> Refused | None:
    """Why no file can speak for a period yet; None where one can. A wrong year would bar all days before."""
    if period.first <= today and period.last <= end_of_year(today):
        return None
    return Refused(
        words.PERIOD_TO_COME.format(first=period.first, last=period.last),
        words.PERIOD_TO_COME_RIGHT.format(today=today),
    )


def _day(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
