"""The fixed days of the example county; never today's date, as a seed must give the same files for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Round:
    """One monthly round: the folder that departments fill, the days its files speak for, the day screened."""

    folder: str
    since: date
    until: date

    @property
    def as_of(self) -> date:
        return self.until

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until

    @property
    def file_period(self) -> str:
        """The period as files carry it in their names: 20261001-20261031."""
        return f"{self.since:%Y%m%d}-{self.until:%Y%m%d}"


# The first round brings the history, so that every window of twelve months is covered on the first as-of day.
ROUNDS = (
    Round("2026-09", date(2025, 9, 1), date(2026, 9, 30)),
    Round("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
    Round("2026-11", date(2026, 11, 1), date(2026, 11, 20)),
)
HISTORY_FROM = ROUNDS[0].since
LAST_DAY = ROUNDS[-1].until
SURVEYED_FROM = date(2026, 8, 20)
INCOME_FROM = date(2024, 10, 1)
INCOME_YEARS = 2


def add_months(first: date, count: int) -> date:
    """The first day of the month `count` months on."""
    index = first.year * 12 + first.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def months(since: date, until: date) -> Iterator[date]:
    """The first days of all months that the period touches."""
    month = since.replace(day=1)
    while month <= until:
        yield month
        month = add_months(month, 1)


def age(birth: date, on: date) -> int:
    """Completed years of life."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def days_between(since: date, until: date) -> Iterator[date]:
    """Every day of the period, both ends in."""
    for offset in range((until - since).days + 1):
        yield since + timedelta(days=offset)
