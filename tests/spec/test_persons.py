"""From persons to their household."""

from pathlib import Path

import pytest

from tests.spec.world import Case, parameter

PEOPLE = """
persons
household | person | born       | ill | kin  | wage
1         | 11     | 1960-01-01 | yes | head | 100
1         | 12     | 2015-05-05 | no  | son  | 0
2         | 21     | 1990-01-01 | no  | head | 50

claims
household | person | day        | paid | kind
1         | 11     | 2026-10-01 | 30   | in
1         | 12     | 2026-09-01 | 5    | out
1         | 11     | 2026-08-01 | 1    | in
2         | 21     | 2026-08-01 | 2    | out
"""
PAID = {
    "name": "paid_12m",
    "subject": "person",
    "type": "money",
    "from": "claims",
    "value": "sum(paid)",
    "absence": "zero",
    "window": {"months": 12},
}
AGE = {"name": "age", "subject": "person", "type": "integer", "from": "persons", "value": "years_since(born)"}
ADULT = {"name": "adult", "subject": "person", "type": "boolean", "formula": "age >= adult_age"}
LAST = {
    "name": "last_claim",
    "subject": "person",
    "type": "date",
    "from": "claims",
    "value": "max(day)",
    "absence": "none",
}


def of_persons(
    sentence: str,
    kind: str,
    value: str,
    absence: str = "zero",
    expected: dict[int, str] | None = None,
    **more: object,
) -> Case:
    indicator = {"type": kind, "from": "persons", "value": value, "absence": absence, **more}
    return Case(
        sentence,
        indicator,
        PEOPLE,
        expected or {},
        more=[PAID, AGE, ADULT, LAST],
        parameters=[parameter("adult_age", "integer", 16)],
    )


CASES = [
    of_persons("members", "integer", "count()", expected={1: "2", 2: "1", 3: "0"}),
    of_persons(
        "members with a property of theirs",
        "integer",
        "count()",
        where="adult",
        expected={1: "1", 2: "1", 3: "0"},
    ),
    of_persons(
        "a property and a register column",
        "integer",
        "count()",
        where="adult and ill",
        expected={1: "1", 2: "0"},
    ),
    of_persons("the costliest member", "money", "max(paid_12m)", expected={1: "31", 2: "2", 3: "0"}),
    of_persons("the cheapest member", "money", "min(paid_12m)", expected={1: "5", 2: "2", 3: "0"}),
    of_persons("all members together", "money", "sum(paid_12m)", expected={1: "36", 2: "2", 3: "0"}),
    of_persons(
        "any member", "boolean", "any(paid_12m > wage)", "false", expected={1: "true", 2: "false", 3: "false"}
    ),
    of_persons(
        "all members", "boolean", "all(adult)", "unknown", expected={1: "false", 2: "true", 3: "unknown"}
    ),
    of_persons(
        "members of whom there is none are passed over",
        "date",
        "max(last_claim)",
        "none",
        expected={1: "2026-10-01", 2: "2026-08-01", 3: "none"},
    ),
    of_persons(
        "different kinds of members", "integer", "count_distinct(kin)", expected={1: "2", 2: "1", 3: "0"}
    ),
    Case(
        "members who are in a feed",
        {"type": "integer", "from": "claims", "value": "count_distinct(person)", "absence": "zero"},
        PEOPLE,
        {1: "2", 2: "1", 3: "0"},
    ),
    Case(
        "rows of a household's persons in a feed",
        {"type": "money", "from": "claims", "value": "sum(paid)", "where": "kind = 'in'", "absence": "zero"},
        PEOPLE,
        {1: "31", 2: "0", 3: "0"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_persons(case: Case, engine: str, tmp_path: Path) -> None:
    assert case.found(engine, tmp_path) == case.expected


def test_of_whom_there_is_none_is_not_unknown(engine: str, tmp_path: Path) -> None:
    """A member without any claim is passed over by max, and makes no count unknown."""
    people = PEOPLE.replace("2         | 21     | 2026-08-01 | 2    | out\n", "")
    case = of_persons("nobody", "date", "max(last_claim)", "none", expected={1: "2026-10-01", 2: "none"})
    drawn = Case("", case.indicator, people, case.expected, case.more, case.parameters)
    assert drawn.found(engine, tmp_path) == {1: "2026-10-01", 2: "none"}
