"""Arithmetic without a float where money is concerned, and whole days, months and years."""

from datetime import date
from pathlib import Path

import pytest

from tests.spec.world import AS_OF, Case, parameter

FIGURES = [
    {"name": "debt", "type": "money", "from": "households", "value": "debt"},
    {"name": "land", "type": "decimal", "from": "households", "value": "land"},
    {"name": "since", "type": "date", "from": "households", "value": "since"},
    {"name": "heads", "type": "integer", "from": "persons", "value": "count()", "absence": "zero"},
]
PARAMETERS = [
    parameter("third", "share", 0.333333),
    parameter("half", "share", 0.5),
    parameter("two", "integer", 2),
    parameter("big", "integer", 9_000_000_000_000_000_000),
    parameter("line", "money", 100),
    parameter("endless", "decimal", 1e308),
]


def computed(
    kind: str, text: str, expected: str, debt: str = "100", land: str = "1.5", heads: int = 3
) -> Case:
    persons = "\n".join(f"1 | {n}" for n in range(11, 11 + heads))
    people = f"\n\npersons\nhousehold | person\n{persons}" if heads else ""
    tables = f"households\nhousehold | debt | land\n1 | {debt} | {land}{people}"
    sentence = f"{text} with debt {debt}, land {land}, {heads} heads"
    indicator = {"type": kind, "formula": text}
    return Case(sentence, indicator, tables, {1: expected}, more=FIGURES, parameters=PARAMETERS)


ARITHMETIC = [
    computed("money", "debt / heads", "33.33"),
    computed("money", "debt / heads", "66.67", debt="200"),
    computed("money", "debt / two", "0.01", debt="0.01"),
    computed("money", "debt / two", "-0.01", debt="-0.01"),
    computed("money", "debt / two", "0.02", debt="0.03"),
    computed("money", "debt / heads", "-33.33", debt="-100"),
    computed("money", "debt / heads", "unknown", heads=0),
    computed("money", "debt / heads", "unknown", debt="-"),
    computed("share", "debt / line", "0.25", debt="25"),
    computed("share", "line / debt", "unknown", debt="0"),
    computed("share", "(heads - 1) / heads", "0.666667"),
    computed("share", "1 - heads / two", "-0.5"),
    computed("money", "debt * half", "0.03", debt="0.05"),
    computed("money", "debt * third", "33.33"),
    computed("money", "0 - debt * half", "-0.03", debt="0.05"),
    computed("money", "debt * heads - line", "200"),
    computed("money", "-debt", "-100"),
    computed("money", "debt * endless", "unknown"),
    computed("money", "debt / land", "66.67"),
    computed("decimal", "land * heads", "4.5"),
    computed("decimal", "land / heads", "0.5"),
    computed("decimal", "land + heads", "4.5"),
    computed("boolean", "land > heads", "false"),
    computed("integer", "heads * big", "unknown"),
    computed("integer", "big - heads * heads", str(9_000_000_000_000_000_000 - 9)),
    computed("boolean", "heads * big > heads", "unknown"),
    computed("money", "abs(debt - line)", "75", debt="25"),
    computed("money", "least(debt, line, line * two)", "25", debt="25"),
    computed("money", "greatest(debt, line)", "100", debt="25"),
    computed("money", "greatest(debt, line)", "unknown", debt="-"),
    computed("decimal", "greatest(land, heads)", "3"),
    computed("money", "case when heads > two then debt else 0 end", "100"),
    computed("boolean", "debt between 0 and line", "true"),
    computed("boolean", "debt between 0 and line", "false", debt="100.01"),
    computed("boolean", "heads in (1, two, 3)", "true"),
    computed("boolean", "heads in (1, two)", "false"),
    computed("boolean", "not heads in (1, two)", "true"),
]


@pytest.mark.parametrize("case", ARITHMETIC, ids=str)
def test_arithmetic(case: Case, engine: str, tmp_path: Path) -> None:
    assert case.found(engine, tmp_path) == case.expected


def dated(text: str, since: str, expected: str, as_of: date = AS_OF) -> Case:
    tables = f"households\nhousehold | since\n1 | {since}"
    kind = "date" if "case" in text else "integer"
    sentence = f"{text} of {since} as of {as_of}"
    return Case(sentence, {"type": kind, "formula": text}, tables, {1: expected}, more=FIGURES, as_of=as_of)


COMMON, LEAP = date(2025, 2, 28), date(2024, 2, 29)
DATES = [
    dated("days_since(since)", "2026-10-30", "1"),
    dated("days_since(since)", "2026-10-31", "0"),
    dated("days_since(since)", "2026-11-30", "-30"),
    dated("days_since(since)", "2024-02-28", "2", date(2024, 3, 1)),
    dated("days_since(since)", "-", "unknown"),
    dated("months_since(since)", "2026-09-30", "1"),
    dated("months_since(since)", "2026-10-01", "0"),
    dated("months_since(since)", "2026-01-31", "0", date(2026, 2, 28)),
    dated("months_since(since)", "2026-01-31", "1", date(2026, 3, 1)),
    dated("months_since(since)", "2026-11-01", "-1"),
    dated("years_since(since)", "2000-10-31", "26"),
    dated("years_since(since)", "2000-11-01", "25"),
    dated("years_since(since)", "2020-02-29", "4", COMMON),
    dated("years_since(since)", "2020-02-29", "5", date(2025, 3, 1)),
    dated("years_since(since)", "2020-02-29", "4", LEAP),
    dated("years_since(since)", "2020-02-28", "4", LEAP),
    dated("years_since(since)", "2027-01-01", "-1"),
    dated("case when since < as_of then since else as_of end", "2026-11-05", "2026-10-31"),
    dated("case when known(since) then least(since, as_of) else as_of end", "2026-05-05", "2026-05-05"),
]


@pytest.mark.parametrize("case", DATES, ids=str)
def test_dates(case: Case, engine: str, tmp_path: Path) -> None:
    assert case.found(engine, tmp_path) == case.expected
