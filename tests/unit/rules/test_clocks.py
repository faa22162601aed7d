"""By when somebody must have been there."""

from datetime import date

import pytest

from qianshao.rules.clocks import deadline, is_working_day


@pytest.mark.parametrize(
    ("start", "days", "counted", "expected"),
    [
        (date(2026, 10, 30), 2, "calendar", date(2026, 11, 1)),
        (date(2026, 10, 30), 2, "working", date(2026, 11, 3)),  # a Friday
        (date(2026, 9, 30), 1, "working", date(2026, 10, 8)),  # the National Day holidays
        (date(2026, 10, 9), 1, "working", date(2026, 10, 10)),  # a Saturday that is worked
        (date(2026, 10, 30), 0, "working", date(2026, 10, 30)),
        (date(2039, 12, 30), 1, "working", date(2040, 1, 2)),  # no holiday notice yet: Monday to Friday
    ],
)
def test_deadlines(start: date, days: int, counted: str, expected: date) -> None:
    assert deadline(start, days, "working" if counted == "working" else "calendar") == expected


def test_working_days_beyond_the_notices_are_weekdays() -> None:
    assert is_working_day(date(2040, 10, 1))
    assert not is_working_day(date(2040, 9, 30))
