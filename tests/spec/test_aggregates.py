"""How many rows become one figure."""

from pathlib import Path

import pytest

from tests.spec.world import Case, parameter

VISITS = """
visits
household | day        | kind  | cost | gain | times | delivery | row
1         | 2026-03-01 | home  | 100  | -50  | 2     | 1        | 1
1         | 2026-04-01 | phone | 20   | 30   | 2     | 1        | 2
1         | 2026-04-20 | home  | 90   | 10   | 5     | 2        | 1
2         | 2026-05-01 | phone | 0    | 0    | 0     | 2        | 2
"""

ROSTER = """
pupils
household | person | status | delivery | row
1         | 11     | gone   | 1        | 5
1         | 11     | here   | 2        | 1
2         | 21     | here   | 1        | 1
2         | 21     | gone   | 1        | 2

persons
household | person
1         | 11
2         | 21
"""


def visits(kind: str, value: str, absence: str = "zero", **more: object) -> dict[str, object]:
    return {"type": kind, "from": "visits", "value": value, "absence": absence, **more}


HOME = {"where": "kind = 'home'"}

BIG = parameter("big", "integer", 9_000_000_000_000_000_000)

CASES = [
    Case(
        "a product that is too large leaves open whether its row counts",
        visits("integer", "count()", where="times * big >= 0"),
        VISITS,
        {1: "unknown", 2: "1"},
        parameters=[BIG],
    ),
    Case(
        "a sum of parameters that is too large does so for every row",
        visits("integer", "count()", where="times <= big + big"),
        VISITS,
        {1: "unknown", 2: "unknown", 3: "0"},
        parameters=[BIG],
    ),
    Case("count() counts rows", visits("integer", "count()"), VISITS, {1: "3", 2: "1", 3: "0"}),
    Case(
        "where keeps the rows that count",
        visits("integer", "count()", **HOME),
        VISITS,
        {1: "2", 2: "0", 3: "0"},
    ),
    Case("sum(x) adds up", visits("money", "sum(cost)"), VISITS, {1: "210", 2: "0", 3: "0"}),
    Case("sum(x) of rows below zero", visits("money", "sum(gain)"), VISITS, {1: "-10", 2: "0", 3: "0"}),
    Case(
        "sum of a case takes each row's branch",
        visits("money", "sum(case when kind = 'phone' then 0 - cost else cost end)"),
        VISITS,
        {1: "170", 2: "0", 3: "0"},
    ),
    Case(
        "sum of a case with several branches",
        visits("money", "sum(case when kind = 'phone' then 0 when times > 2 then gain else cost end)"),
        VISITS,
        {1: "110", 2: "0", 3: "0"},
    ),
    Case("max(x) is the largest", visits("money", "max(cost)"), VISITS, {1: "100", 2: "0", 3: "0"}),
    Case("min(x) is the smallest", visits("money", "min(gain)"), VISITS, {1: "-50", 2: "0", 3: "0"}),
    Case(
        "max of dates",
        visits("date", "max(day)", "none"),
        VISITS,
        {1: "2026-04-20", 2: "2026-05-01", 3: "none"},
    ),
    Case(
        "any() says whether some row counts",
        visits("boolean", "any()", "false", **HOME),
        VISITS,
        {1: "true", 2: "false", 3: "false"},
    ),
    Case(
        "any(condition)",
        visits("boolean", "any(cost >= 1 * gain and times > 2)", "false"),
        VISITS,
        {1: "true", 2: "false", 3: "false"},
    ),
    Case(
        "all(condition) holds of every row that counts",
        visits("boolean", "all(times = 2)", "unknown"),
        VISITS,
        {1: "false", 2: "false", 3: "unknown"},
    ),
    Case(
        "all of no row that counts is true",
        visits("boolean", "all(times > 4)", "unknown", where="cost > 0 and kind = 'phone' and times > 4"),
        VISITS,
        {1: "true", 2: "true", 3: "unknown"},
    ),
    Case(
        "count_distinct(x) counts different values",
        visits("integer", "count_distinct(times)"),
        VISITS,
        {1: "2", 2: "1", 3: "0"},
    ),
    Case(
        "peak_month(x) passes over months in which no row counts, however low the others are",
        visits("money", "peak_month(gain)", "unknown", where="kind = 'home'"),
        "visits\nhousehold | day | kind | gain\n1 | 2026-10-01 | home | -5\n1 | 2026-09-01 | phone | 3",
        {1: "-5"},
    ),
    Case(
        "sum(x) holds the largest decimals",
        visits("decimal", "sum(size)"),
        "visits\nhousehold | day | size\n1 | 2026-10-01 | 99999999999999.5\n1 | 2026-09-01 | 0.5",
        {1: "1e+14"},
    ),
    Case(
        "peak_month(x) knows a calendar month also where the day is named like one",
        {"type": "money", "from": "income", "value": "peak_month(amount)"},
        "income\nhousehold | month | amount\n1 | 2026-03-01 | 5\n1 | 2026-03-31 | 6\n1 | 2026-04-01 | 7",
        {1: "11"},
    ),
    Case(
        "peak_month(x) is the largest sum of a calendar month",
        visits("money", "peak_month(cost)"),
        VISITS,
        {1: "110", 2: "0", 3: "0"},
    ),
    Case(
        "latest(x) is the last row's value",
        visits("money", "latest(cost)", "none"),
        VISITS,
        {1: "90", 2: "0", 3: "none"},
    ),
    Case(
        "earliest(x) is the first row's value",
        visits("money", "earliest(cost)", "none"),
        VISITS,
        {1: "100", 2: "0", 3: "none"},
    ),
    Case(
        "latest(x) among the rows that count",
        visits("money", "latest(cost)", "none", where="kind = 'phone'"),
        VISITS,
        {1: "20", 2: "0", 3: "none"},
    ),
    Case(
        "a condition as the value",
        visits("boolean", "latest(kind = 'home')", "none"),
        VISITS,
        {1: "true", 2: "false", 3: "none"},
    ),
    Case(
        "of rows of one day the later delivery is the latest",
        visits("money", "latest(cost)", "none"),
        """
visits
household | day        | cost | delivery | row
1         | 2026-03-01 | 1    | 2        | 1
1         | 2026-03-01 | 2    | 1        | 9
2         | 2026-03-01 | 3    | 1        | 1
2         | 2026-03-01 | 4    | 1        | 2
""",
        {1: "1", 2: "4"},
    ),
    Case(
        "a roster has no date: the later delivery and row is the latest",
        {
            "type": "integer",
            "from": "pupils",
            "value": "count()",
            "where": "status = 'here'",
            "absence": "zero",
        },
        ROSTER,
        {1: "1"},
    ),
    Case(
        "the latest row of a roster",
        {
            "type": "integer",
            "from": "persons",
            "value": "count()",
            "where": "status = 'here'",
            "absence": "zero",
        },
        ROSTER,
        {1: "1", 2: "0"},
        more=[
            {
                "name": "status",
                "subject": "person",
                "type": "code",
                "from": "pupils",
                "value": "latest(status)",
                "absence": "none",
            }
        ],
    ),
    Case(
        "a register's rows of one day: the greatest value is the latest, the least the earliest",
        {"type": "money", "from": "income", "value": "latest(amount)", "absence": "unknown"},
        """
income
household | month      | amount
1         | 2026-05-01 | 7
1         | 2026-05-01 | 9
""",
        {1: "9"},
    ),
    Case(
        "decimals are summed as decimals and become a double once",
        visits("decimal", "sum(size)"),
        """
visits
household | day        | size
1         | 2026-03-01 | 0.1
1         | 2026-03-02 | 0.2
1         | 2026-03-03 | 0.0001
""",
        {1: "0.3001", 2: "0"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_aggregates(case: Case, engine: str, tmp_path: Path) -> None:
    assert case.found(engine, tmp_path) == case.expected
