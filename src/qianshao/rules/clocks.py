"""By when somebody must have been there: days counted from the day that was judged."""

from datetime import date, timedelta
from typing import Literal as OneOf

import chinese_calendar

from qianshao.rules.parameters import Resolved
from qianshao.rules.rulebook import Rule

DAY = timedelta(days=1)
SATURDAY = 5


def is_working_day(day: date) -> bool:
    """By the holiday notices of the State Council; in years without one, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def deadline(start: date, days: int, counted: OneOf["working", "calendar"]) -> date:
    """The last of `days` days after `start`. A deadline in calendar days may fall on a holiday."""
    if counted == "calendar":
        return start + days * DAY
    day = start
    while days > 0:
        day += DAY
        days -= is_working_day(day)
    return day


def due_on(rule: Rule, resolved: Resolved, as_of: date) -> date:
    """The day by which a hit of this rule must have been visited; `as_of` itself if the rule has no clock."""
    if rule.clock is None:
        return as_of
    days = resolved.values.get(rule.clock.parameter)
    return deadline(as_of, int(days), rule.clock.days) if isinstance(days, int) else as_of
