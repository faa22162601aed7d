"""Which days count."""

from datetime import date
from pathlib import Path

import pytest

from tests.spec.world import Case


def counted(window: dict[str, object] | None, *days: str, expected: str, sentence: str, as_of: date) -> Case:
    rows = "\n".join(f"1 | {day}" for day in days)
    indicator = {"type": "integer", "from": "visits", "value": "count()", "absence": "zero"}
    if window is not None:
        indicator["window"] = window  # type: ignore[assignment]
    return Case(sentence, indicator, f"visits\nhousehold | day\n{rows}", {1: expected}, as_of=as_of)


OCTOBER = date(2026, 10, 31)
CASES = [
    counted(
        None,
        *("1999-01-01", "2026-10-31", "2026-11-01"),
        expected="2",
        sentence="without a window all rows up to the day that is judged count, later ones never",
        as_of=OCTOBER,
    ),
    counted(
        {"months": 12},
        *("2025-10-31", "2025-11-01", "2026-10-31", "2026-11-01"),
        expected="2",
        sentence="12 months begin the day after the same day a year before",
        as_of=OCTOBER,
    ),
    counted(
        {"months": 1},
        *("2026-02-28", "2026-03-01", "2026-03-31"),
        expected="2",
        sentence="a month before the 31st of March is the last day of February",
        as_of=date(2026, 3, 31),
    ),
    counted(
        {"months": 12},
        *("2023-02-28", "2023-03-01", "2024-02-29"),
        expected="2",
        sentence="12 months before a leap day is the 28th",
        as_of=date(2024, 2, 29),
    ),
    counted(
        {"months": 12},
        *("2024-02-28", "2024-02-29", "2025-02-28"),
        expected="2",
        sentence="a leap day lies within the 12 months up to the 28th of the next February",
        as_of=date(2025, 2, 28),
    ),
    counted(
        {"days": 30},
        *("2026-10-01", "2026-10-02", "2026-10-31"),
        expected="2",
        sentence="30 days are 30 days with the day that is judged as the last",
        as_of=OCTOBER,
    ),
    counted(
        {"since": "year"},
        *("2025-12-31", "2026-01-01", "2026-10-31"),
        expected="2",
        sentence="since: year begins on the 1st of January",
        as_of=OCTOBER,
    ),
    counted(
        {"since": "09-01"},
        *("2025-08-31", "2025-09-01", "2026-03-01"),
        expected="2",
        sentence="since: 09-01 begins on the last 1st of September",
        as_of=date(2026, 3, 1),
    ),
    counted(
        {"since": "09-01"},
        *("2026-08-31", "2026-09-01"),
        expected="1",
        sentence="since: 09-01 on the day itself begins anew",
        as_of=date(2026, 9, 1),
    ),
    counted(
        {"months": 12, "ago_months": 12},
        *("2024-10-31", "2024-11-01", "2025-10-31", "2025-11-01"),
        expected="2",
        sentence="ago_months moves the window back",
        as_of=OCTOBER,
    ),
    counted(
        {"days": 10, "ago_months": 1},
        *("2026-09-20", "2026-09-21", "2026-09-30", "2026-10-01"),
        expected="2",
        sentence="ago_months ends at the same day of the earlier month or its last",
        as_of=OCTOBER,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_windows(case: Case, engine: str, tmp_path: Path) -> None:
    assert case.found(engine, tmp_path) == case.expected


def test_indicators_of_one_source_keep_their_own_windows(engine: str, tmp_path: Path) -> None:
    base = {"type": "money", "from": "visits", "value": "sum(cost)", "absence": "zero"}
    names = {"year": {"months": 12}, "quarter": {"months": 3}, "before": {"months": 12, "ago_months": 12}}
    total = "a + b + c"
    more = [
        {"name": short, **base, "window": window}
        for short, window in zip(("a", "b", "c"), names.values(), strict=True)
    ]
    rows = "visits\nhousehold | day | cost\n1 | 2026-10-01 | 1\n1 | 2026-01-01 | 10\n1 | 2025-01-01 | 100"
    case = Case("sum of windows", {"type": "money", "formula": total}, rows, {1: "112"}, more=more)
    assert case.found(engine, tmp_path) == {1: "112"}
