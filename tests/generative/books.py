"""Random rulebooks: measured figures of persons and households, formulas over them, parameters and rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from qianshao.rules.sources import Source
from qianshao.rules.types import Subject, Type
from tests.generative.grammar import NUMBERS, Draw, Scope, measure
from tests.spec.world import SOURCES, parameter

EACH = (*NUMBERS, Type.DATE, Type.CODE, Type.BOOLEAN)
ATTRIBUTES: Mapping[Subject, Mapping[Type, tuple[str, str]]] = {
    Subject.PERSON: {
        Type.MONEY: ("persons", "wage"),
        Type.INTEGER: ("persons", "months"),
        Type.DATE: ("persons", "born"),
        Type.CODE: ("persons", "kin"),
        Type.BOOLEAN: ("persons", "ill"),
    },
    Subject.HOUSEHOLD: {
        Type.MONEY: ("households", "debt"),
        Type.DECIMAL: ("households", "land"),
        Type.DATE: ("households", "since"),
        Type.CODE: ("households", "base"),
        Type.BOOLEAN: ("households", "water"),
    },
}
FEEDS = {
    Subject.PERSON: ("claims", "pupils"),
    Subject.HOUSEHOLD: ("visits", "income", "claims", "pupils", "outages", "persons"),
}


@dataclass
class Book:
    """The entries, ready to be written as YAML."""

    indicators: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    parameters: list[dict[str, Any]]


def book(draw: Draw) -> Book:
    """A rulebook of a few indicators and rules that use one another."""
    parameters = _parameters(draw)
    limits = {kind: [p["name"] for p in parameters if p["type"] == kind] for kind in EACH}
    persons: dict[Type, list[str]] = {kind: [] for kind in EACH}
    households: dict[Type, list[str]] = {kind: [] for kind in EACH}
    indicators = [*_figures(draw, Subject.PERSON, persons, {}, limits)]
    indicators += _figures(draw, Subject.HOUSEHOLD, households, persons, limits)
    scope = Scope(draw, {kind: households[kind] + limits[kind] for kind in EACH})
    rules = [{"name": f"r{n}", "when": scope.condition(3)} for n in range(draw(st.integers(1, 3)))]
    return Book(indicators, rules, parameters)


def _parameters(draw: Draw) -> list[dict[str, Any]]:
    chosen = [
        ("limit", "money", draw(st.sampled_from([0, 1, 100, 10_000]))),
        ("heads", "integer", draw(st.sampled_from([0, 1, 2, 9 * 10**18]))),
        ("part", "share", draw(st.sampled_from([0, 0.3, 0.5, 1]))),
        ("size", "decimal", draw(st.sampled_from([0, 0.1, 2.5]))),
        ("begin", "date", draw(st.sampled_from([date(2024, 2, 29), date(2026, 1, 1)]))),
        ("sort", "code", "home"),
        ("open", "boolean", draw(st.booleans())),
    ]
    entries = [parameter(f"p_{name}", kind, value) for name, kind, value in chosen]
    missing = draw(st.sampled_from([None, *range(len(entries))]))
    if missing is not None:
        entries[missing]["values"][0]["area"] = "35"
    return entries


def _figures(
    draw: Draw,
    subject: Subject,
    own: dict[Type, list[str]],
    persons: Mapping[Type, Sequence[str]],
    limits: Mapping[Type, Sequence[str]],
) -> list[dict[str, Any]]:
    letter = subject.value[0]
    entries: list[dict[str, Any]] = []

    def keep(kind: Type, entry: dict[str, Any]) -> None:
        name = f"{letter}{len(entries)}"
        entries.append({"name": name, "subject": subject.value, "type": kind.value, **entry})
        own[kind].append(name)

    for kind, (source, column) in ATTRIBUTES[subject].items():
        keep(kind, {"from": source, "value": column})
    for _ in range(draw(st.integers(2, 6))):
        source = SOURCES[draw(st.sampled_from(FEEDS[subject]))]
        kind = draw(st.sampled_from(EACH))
        scope = Scope(draw, _row_names(source, subject, persons, limits))
        if kind is Type.DECIMAL and Type.DECIMAL not in source.columns.values():
            kind = Type.INTEGER
        entry = measure(scope, source, subject, kind)
        keep(Type(entry["type"]), entry)
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(EACH))
        scope = Scope(draw, {each: [*own[each], *limits[each]] for each in EACH})
        keep(kind, {"formula": scope.solid(kind, 3)})
    return entries


def _row_names(
    source: Source,
    subject: Subject,
    persons: Mapping[Type, Sequence[str]],
    limits: Mapping[Type, Sequence[str]],
) -> dict[Type, list[str]]:
    names = {kind: list(limits[kind]) for kind in EACH}
    for column, kind in source.columns.items():
        names[kind] += [column, column]
    if source.name == "persons" and subject is Subject.HOUSEHOLD:
        for kind in EACH:
            names[kind] += persons.get(kind, [])
    return names
