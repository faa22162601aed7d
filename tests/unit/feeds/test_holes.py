"""Times for which nothing was delivered, between the first and the last day covered."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qianshao.feeds.periods import Period
from qianshao.feeds.readers.freshness import holes

START = date(2026, 1, 1)
spans = st.tuples(st.integers(0, 60), st.integers(1, 15)).map(
    lambda pair: (START + timedelta(days=pair[0]), START + timedelta(days=pair[0] + pair[1]))
)


def days(first: date, until: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((until - first).days)}


def test_a_month_between_two_is_a_hole() -> None:
    covered = [(date(2025, 10, 1), date(2026, 10, 1)), (date(2026, 11, 1), date(2026, 11, 21))]
    assert list(holes(covered)) == [Period(date(2026, 10, 1), date(2026, 11, 1))]


@given(st.lists(spans, max_size=8))
def test_holes_are_exactly_the_days_between_that_nothing_covers(covered: list[tuple[date, date]]) -> None:
    told = set().union(*(days(*span) for span in covered))
    whole = days(min(first for first, _ in covered), max(until for _, until in covered)) if covered else set()
    missing = [days(hole.first, hole.until) for hole in holes(covered)]
    assert set().union(*missing) == whole - told
    assert sum(map(len, missing)) == len(whole - told)
