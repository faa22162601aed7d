"""True, false, unknown, and what is known to be none."""

from itertools import product
from pathlib import Path

import pytest

from tests.spec.world import Case, World, parameter, rulebook

TRUTHS = {"yes": True, "no": False, "-": None}
PAIRS = list(product(TRUTHS, TRUTHS))


def table_of_pairs() -> str:
    visits = "\n".join(f"{n} | 2026-10-01 | {b} | 1 | {n}" for n, (_, b) in enumerate(PAIRS, 1))
    return (
        "households\nhousehold | water | base\n"
        + "\n".join(f"{n} | {a} | lifted" for n, (a, _) in enumerate(PAIRS, 1))
        + f"\n\nvisits\nhousehold | day | done | delivery | row\n{visits}"
    )


ATTRIBUTES = [
    {"name": "a", "type": "boolean", "from": "households", "value": "water"},
    {"name": "b", "type": "boolean", "from": "visits", "value": "latest(done)", "absence": "unknown"},
]


def kleene_and(a: bool | None, b: bool | None) -> bool | None:
    return False if False in (a, b) else None if None in (a, b) else True


def kleene_or(a: bool | None, b: bool | None) -> bool | None:
    return True if True in (a, b) else None if None in (a, b) else False


@pytest.mark.parametrize(
    ("condition", "meaning"),
    [
        ("a and b", kleene_and),
        ("a or b", kleene_or),
        ("not a", lambda a, b: None if a is None else not a),
        ("known(a)", lambda a, b: a is not None),
        ("not known(a) and known(b)", lambda a, b: a is None and b is not None),
        ("a and b or not b", lambda a, b: kleene_or(kleene_and(a, b), None if b is None else not b)),
        ("case when a then b else not b end", lambda a, b: None if a is None or b is None else b is a),
        ("case when a then true else b end", lambda a, b: a if a is not False else b),
    ],
)
def test_truth_tables(condition: str, meaning, engine: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    book = rulebook(tmp_path, ATTRIBUTES, [{"name": "r", "when": condition}])
    found = World.drawn(table_of_pairs()).judge(engine, book, tmp_path).outcomes
    expected = {n: meaning(TRUTHS[a], TRUTHS[b]) for n, (a, b) in enumerate(PAIRS, 1)}
    assert {n: found[n]["r"] for n in expected} == expected


PERSONS = """
persons
household | person | ill
1         | 11     | yes
1         | 12     | -
2         | 21     | no
2         | 22     | -
3         | 31     | no
"""
QUANTIFIED = [
    Case(
        "any is true if one is, whatever the rest",
        {"type": "boolean", "from": "persons", "value": "any(ill)", "absence": "false"},
        PERSONS,
        {1: "true", 2: "unknown", 3: "false"},
    ),
    Case(
        "all is false if one is, whatever the rest",
        {"type": "boolean", "from": "persons", "value": "all(ill)"},
        PERSONS,
        {1: "unknown", 2: "false", 3: "false"},
    ),
    Case(
        "a count with an unknown condition has the known ones as bound",
        {"type": "integer", "from": "persons", "value": "count()", "where": "ill"},
        PERSONS,
        {1: "at least 1", 2: "unknown", 3: "0"},
    ),
]

# Household 1 was visited, household 2 never: its last day is known to be none.
VISITED = "visits\nhousehold | day | kind | delivery | row\n1 | 2026-10-01 | home | 1 | 1"
LAST = {"name": "last", "type": "date", "from": "visits", "value": "max(day)", "absence": "none"}
SORT = {"name": "sort", "type": "code", "from": "visits", "value": "latest(kind)", "absence": "none"}


def formula(kind: str, text: str, **expected: str) -> Case:
    figures = {1: expected["visited"], 2: expected["never"]}
    parameters = [parameter("limit", "integer", 90)]
    indicator = {"type": kind, "formula": text}
    return Case(text, indicator, VISITED, figures, more=[LAST, SORT], parameters=parameters)


NONES = [
    formula("boolean", "known(last)", visited="true", never="true"),
    formula("boolean", "1 in (days_since(last), 30)", visited="false", never="false"),
    formula("boolean", "30 in (days_since(last), 1)", visited="true", never="false"),
    formula("integer", "days_since(last)", visited="30", never="none"),
    formula("integer", "days_since(last) + 1", visited="31", never="none"),
    formula("boolean", "days_since(last) > limit", visited="false", never="false"),
    formula("boolean", "days_since(last) <= limit", visited="true", never="false"),
    formula("boolean", "not days_since(last) <= limit", visited="false", never="true"),
    formula("boolean", "sort = 'home'", visited="true", never="false"),
    formula("boolean", "sort <> 'home'", visited="false", never="true"),
    formula("boolean", "sort in ('home', 'phone')", visited="true", never="false"),
    formula("boolean", "not sort in ('home', 'phone')", visited="false", never="true"),
    formula(
        "date", "case when sort = 'home' then last else as_of end", visited="2026-10-01", never="2026-10-31"
    ),
    formula("date", "case when sort <> 'phone' then last else as_of end", visited="2026-10-01", never="none"),
]


@pytest.mark.parametrize("case", QUANTIFIED + NONES, ids=str)
def test_figures(case: Case, engine: str, tmp_path: Path) -> None:
    assert case.found(engine, tmp_path) == case.expected


def test_a_parameter_without_a_value_here_is_unknown(engine: str, tmp_path: Path) -> None:
    elsewhere = parameter("limit", "integer", 90)
    elsewhere["values"][0]["area"] = "35"
    indicator = {"type": "boolean", "formula": "days_since(last) > limit"}
    case = Case("nowhere", indicator, VISITED, {1: "unknown"}, more=[LAST], parameters=[elsewhere])
    assert case.found(engine, tmp_path) == {1: "unknown"}
