"""What it means that there is no row, and where it may mean anything at all."""

from pathlib import Path

import pytest

from tests.spec.world import Case

ONE_VISIT = """
visits
household | day        | cost | kind
1         | 2026-10-01 | 100  | home
"""
# As of 2026-10-31 with ten days of grace, coverage must begin by 2025-11-01 and reach 2026-10-21.
COVERED = "coverage\nfeed | from | until\nvisits | {} | {}"
YEAR = {"window": {"months": 12}}


def covered(begin: str, end: str, rows: str = ONE_VISIT) -> str:
    return rows + "\n" + COVERED.format(begin, end)


def visits(kind: str, value: str, absence: str, **more: object) -> dict[str, object]:
    return {"type": kind, "from": "visits", "value": value, "absence": absence, **more}


COUNT = visits("integer", "count()", "zero", **YEAR)
TWO_SPANS = """
visits
household | day
1         | 2026-10-01

coverage
feed   | from       | until
visits | 2025-11-01 | 2026-04-01
visits | 2026-04-01 | 2026-11-01
"""
GAP = TWO_SPANS.replace("visits | 2026-04-01", "visits | 2026-04-02")
TWO_VILLAGES = """
households
household | village
1         | /1/
2         | /2/

coverage
feed   | village | from       | until
visits | /2/     | 2025-11-01 | 2026-11-01
"""

CASES = [
    Case(
        "zero: no row is nothing, where covered", COUNT, covered("2025-11-01", "2026-10-22"), {1: "1", 2: "0"}
    ),
    Case(
        "one day late at the beginning: unknown", COUNT, covered("2025-11-02", "2026-11-01"), {2: "unknown"}
    ),
    Case(
        "one day beyond the grace at the end: unknown",
        COUNT,
        covered("2025-11-01", "2026-10-21"),
        {2: "unknown"},
    ),
    Case("spans that touch are one", COUNT, TWO_SPANS, {1: "1", 2: "0"}),
    Case("a gap of one day is a gap", COUNT, GAP, {1: "at least 1", 2: "unknown"}),
    Case("no coverage at all: unknown", COUNT, TWO_VILLAGES, {1: "unknown", 2: "0"}),
    Case("coverage is by village", COUNT, TWO_VILLAGES, {1: "unknown", 2: "0"}),
    Case("false", visits("boolean", "any()", "false"), ONE_VISIT, {1: "true", 2: "false"}),
    Case("none", visits("money", "max(cost)", "none"), ONE_VISIT, {1: "100", 2: "none"}),
    Case("unknown", visits("money", "max(cost)", "unknown"), ONE_VISIT, {1: "100", 2: "unknown"}),
    Case("zero of a largest", visits("money", "max(cost)", "zero"), ONE_VISIT, {1: "100", 2: "0"}),
    Case(
        "unknown of a sum: rows that do not count are still rows",
        visits("money", "sum(cost)", "unknown", where="kind = 'phone'"),
        ONE_VISIT,
        {1: "0", 2: "unknown"},
    ),
    Case(
        "unknown of a sum: rows outside of the window are none",
        visits("money", "sum(cost)", "unknown", window={"days": 5}),
        ONE_VISIT,
        {1: "unknown"},
    ),
    Case(
        "of a largest, rows that do not count are as none",
        visits("money", "max(cost)", "none", where="kind = 'phone'"),
        ONE_VISIT,
        {1: "none"},
    ),
    Case(
        "without a window only the end of the coverage counts",
        visits("integer", "count()", "zero"),
        covered("2026-10-15", "2026-10-22"),
        {2: "0"},
    ),
    Case(
        "without a window a list that is too old says nothing",
        visits("integer", "count()", "zero"),
        covered("2000-01-01", "2026-10-21"),
        {2: "unknown"},
    ),
    Case(
        "an earlier window needs no coverage of today",
        visits("integer", "count()", "zero", window={"months": 1, "ago_months": 2}),
        covered("2026-08-01", "2026-09-01"),
        {1: "0"},
    ),
    Case(
        "a register is always covered",
        {"type": "money", "from": "income", "value": "sum(amount)", "absence": "unknown"},
        "income\nhousehold | month | amount\n1 | 2026-01-01 | 5",
        {1: "5", 2: "unknown"},
    ),
    Case(
        "a village's rows count for each of its households",
        {"type": "integer", "from": "outages", "value": "sum(days)", "absence": "zero"},
        "outages\nvillage | day | days\n/1/ | 2026-01-01 | 4\n/1/ | 2026-02-01 | 3",
        {1: "7", 2: "7", 3: "7"},
    ),
    Case(
        "the value of an attribute is the cell",
        {"type": "code", "from": "households", "value": "base"},
        "households\nhousehold | base\n1 | lifted\n2 | -",
        {1: "lifted", 2: "unknown"},
    ),
    Case(
        "an attribute may be an expression",
        {"type": "integer", "from": "households", "value": "years_since(since)"},
        "households\nhousehold | since\n1 | 2016-11-01",
        {1: "9"},
    ),
    Case(
        "the latest row's empty cell is unknown",
        visits("money", "latest(cost)", "none"),
        "visits\nhousehold | day | cost | row\n1 | 2026-10-01 | 5 | 1\n1 | 2026-10-02 | - | 2",
        {1: "unknown"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_absence_and_coverage(case: Case, engine: str, tmp_path: Path) -> None:
    assert case.found(engine, tmp_path) == case.expected
