"""What rows at hand prove while the rest is not covered, or while some of their cells are empty."""

from pathlib import Path

import pytest

from tests.spec.world import Case, World, parameter, rulebook

ROWS = """
visits
household | day        | cost | gain | times | kind
1         | 2026-10-01 | 100  | 5    | 2     | home
1         | 2026-09-01 | 60   | 7    | 1     | phone
2         | 2026-10-01 | -    | 1    | 1     | home
2         | 2026-10-02 | 30   | 1    | 1     | -
"""
PARTIAL = ROWS + "\ncoverage\nfeed | from | until\nvisits | 2026-09-01 | 2026-11-01"


def visits(kind: str, value: str, absence: str = "zero", **more: object) -> dict[str, object]:
    return {
        "type": kind,
        "from": "visits",
        "value": value,
        "absence": absence,
        "window": {"months": 12},
        **more,
    }


FIGURES = [
    Case(
        "a sum of what cannot be negative is at least so much",
        visits("money", "sum(cost)"),
        PARTIAL,
        {1: "at least 160"},
    ),
    Case("a sum of what may be negative is unknown", visits("money", "sum(gain)"), PARTIAL, {1: "unknown"}),
    Case("a count", visits("integer", "count()"), PARTIAL, {1: "at least 2"}),
    Case(
        "a count of different values", visits("integer", "count_distinct(kind)"), PARTIAL, {1: "at least 2"}
    ),
    Case("a largest, of whatever sign", visits("money", "max(gain)", "none"), PARTIAL, {1: "at least 7"}),
    Case("a smallest is unknown", visits("money", "min(cost)", "none"), PARTIAL, {1: "unknown"}),
    Case("a largest month", visits("money", "peak_month(cost)"), PARTIAL, {1: "at least 100"}),
    Case("a latest is unknown", visits("money", "latest(cost)", "none"), PARTIAL, {1: "unknown"}),
    Case(
        "any is true as soon as one is",
        visits("boolean", "any(times > 1)", "false"),
        PARTIAL,
        {1: "true", 2: "unknown"},
    ),
    Case(
        "all is false as soon as one is not",
        visits("boolean", "all(times > 1)", "unknown"),
        PARTIAL,
        {1: "false", 2: "false"},
    ),
    Case("no row: nothing is proved", visits("money", "sum(cost)"), PARTIAL, {3: "unknown"}),
    Case(
        "nothing to add up proves nothing",
        visits("money", "sum(cost)", where="times > 5"),
        PARTIAL,
        {1: "unknown"},
    ),
    Case(
        "an empty cell leaves the sum of the others",
        visits("money", "sum(cost)"),
        ROWS,
        {1: "160", 2: "at least 30"},
    ),
    Case(
        "a condition that is unknown leaves the sum of the rows that count",
        visits("integer", "count()", where="kind = 'home'"),
        ROWS,
        {1: "1", 2: "at least 1"},
    ),
    Case(
        "an empty cell of a row that does not count does no harm",
        visits("money", "sum(cost)", where="times > 1"),
        ROWS,
        {1: "100", 2: "0"},
    ),
    Case(
        "computing with a bound gives no figure",
        {"type": "money", "formula": "a + a"},
        PARTIAL,
        {1: "unknown"},
        more=[{"name": "a", **visits("money", "sum(cost)")}],
    ),
    Case(
        "known(x) is false of a bound",
        {"type": "boolean", "formula": "known(a)"},
        PARTIAL,
        {1: "false"},
        more=[{"name": "a", **visits("money", "sum(cost)")}],
    ),
    Case(
        "a sum over persons is at least the sum of what is known of them",
        {"type": "money", "from": "persons", "value": "sum(own)", "absence": "zero"},
        """
persons
household | person
1         | 11
1         | 12

claims
household | person | day        | paid
1         | 11     | 2026-10-01 | 40
1         | 12     | 2026-10-01 | 2

coverage
feed   | from       | until
claims | 2026-10-01 | 2026-11-01
""",
        {1: "at least 42"},
        more=[
            {
                "name": "own",
                "subject": "person",
                "type": "money",
                "from": "claims",
                "value": "sum(paid)",
                "absence": "zero",
                "window": {"months": 12},
            }
        ],
    ),
]


@pytest.mark.parametrize("case", FIGURES, ids=str)
def test_bounds_of_figures(case: Case, engine: str, tmp_path: Path) -> None:
    assert case.found(engine, tmp_path) == case.expected


# Household 1 has paid at least 160 yuan.
COMPARED = [
    ("x > limit", 159, True),
    ("x > limit", 160, None),
    ("x >= limit", 160, True),
    ("x >= limit", 161, None),
    ("x < limit", 160, False),
    ("x < limit", 161, None),
    ("x <= limit", 159, False),
    ("x <= limit", 160, None),
    ("x = limit", 159, False),
    ("x = limit", 160, None),
    ("x <> limit", 159, True),
    ("limit < x", 159, True),
    ("limit > x", 160, False),
    ("limit <= x", 161, None),
    ("x between 0 and limit", 159, False),
    ("not x > limit", 159, False),
    ("x > limit + limit", 79, True),
    ("x + x > limit", 1, None),
    ("x > x", 0, None),
    ("x in (limit)", 159, None),
]


@pytest.mark.parametrize(("condition", "limit", "expected"), COMPARED)
def test_a_bound_decides_a_comparison_where_it_can(
    condition: str, limit: int, expected: bool | None, engine: str, tmp_path: Path
) -> None:
    book = rulebook(
        tmp_path,
        [{"name": "x", **visits("money", "sum(cost)")}],
        [{"name": "r", "when": condition}],
        [parameter("limit", "money", limit)],
    )
    assert World.drawn(PARTIAL).judge(engine, book, tmp_path).outcomes[1]["r"] is expected
