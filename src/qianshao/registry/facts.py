"""The tables that the registry offers to the engines: what was true on a day, as far as known at a moment.

No names and no numbers. A null is unknown: nobody has said.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db.models import Model, Q, QuerySet

from qianshao.registry.models import (
    Household,
    HouseholdConditions,
    HouseholdStanding,
    Housing,
    IncomeItem,
    Insurance,
    Labour,
    Membership,
    Person,
    PersonHealth,
    Schooling,
)
from qianshao.rules.sources import Source
from qianshao.rules.types import Subject, Type
from qianshao.workbooks import Codelist

HOUSEHOLDS = pa.schema(
    [
        ("household", pa.int64()),
        ("village", pa.string()),
        ("registered_on", pa.date32()),
        ("base_type", pa.string()),
        ("monitored_kind", pa.string()),
        ("housing_grade", pa.string()),
        ("water_safe", pa.bool_()),
        ("toilet", pa.bool_()),
        ("cultivated_land_mu", pa.decimal128(9, 2)),
        ("relocated", pa.bool_()),
    ]
)
PERSONS = pa.schema(
    [
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("village", pa.string()),
        ("relation", pa.string()),
        ("sex", pa.string()),
        ("birth_date", pa.date32()),
        ("education", pa.string()),
        ("school_status", pa.string()),
        ("chronic", pa.bool_()),
        ("serious", pa.bool_()),
        ("disabled", pa.bool_()),
        ("labour_ability", pa.string()),
        ("working", pa.bool_()),
        ("medical_insured", pa.bool_()),
        ("pension_insured", pa.bool_()),
    ]
)
INCOME = pa.schema(
    [
        ("household", pa.int64()),
        ("village", pa.string()),
        ("person", pa.int64()),
        ("item", pa.string()),
        ("month", pa.date32()),
        ("amount", pa.int64()),
        ("stated_by", pa.string()),
        ("delivery", pa.int64()),
    ]
)
# Which code list says what a column may hold.
CODES: Mapping[str, Mapping[str, str]] = {
    "households": {
        "base_type": "base_types",
        "monitored_kind": "monitored_kinds",
        "housing_grade": "housing_grades",
    },
    "persons": {
        "relation": "relations",
        "sex": "sexes",
        "education": "education",
        "school_status": "school_statuses",
        "labour_ability": "labour",
    },
    "income": {"item": "income_items"},
}
CHUNK = 20_000
ILLNESSES = ("chronic", "serious", "disabled")


@dataclass(frozen=True)
class AsOf:
    """Which day is asked about, what was recorded by when, and about whom (None: everybody)."""

    day: date
    known_at: datetime
    households: Collection[int] | None = None

    def about(self, rows: QuerySet[Any], key: str) -> QuerySet[Any]:
        """The rows of the households asked about; `key` names their household."""
        return rows if self.households is None else rows.filter(**{f"{key}__in": list(self.households)})


def tables(as_of: AsOf) -> dict[str, pa.Table]:
    """`households`, `persons` and `income` as of a day; sorted by their keys."""
    villages = villages_of(as_of)
    return {
        "households": _households(as_of, villages),
        "persons": _persons(as_of, villages),
        "income": _income(as_of, villages),
    }


def sources(codelists: Mapping[str, Codelist]) -> dict[str, Source]:
    """The three tables as the rulebook's loader wants them. Registers are always covered."""
    money, code, flag, day = Type.MONEY, Type.CODE, Type.BOOLEAN, Type.DATE
    households = dict.fromkeys(("base_type", "monitored_kind", "housing_grade"), code)
    households |= {"registered_on": day, "cultivated_land_mu": Type.DECIMAL}
    households |= dict.fromkeys(("water_safe", "toilet", "relocated"), flag)
    persons = dict.fromkeys(("relation", "sex", "education", "school_status", "labour_ability"), code)
    persons |= {"birth_date": day}
    persons |= dict.fromkeys((*ILLNESSES, "working", "medical_insured", "pension_insured"), flag)
    income = {"item": code, "month": day, "amount": money, "stated_by": code}
    return {
        "households": Source(
            "households", Subject.HOUSEHOLD, households, codes=_codes("households", codelists)
        ),
        "persons": Source("persons", Subject.PERSON, persons, codes=_codes("persons", codelists)),
        "income": Source(
            "income",
            Subject.HOUSEHOLD,
            income,
            date="month",
            non_negative=frozenset({"amount"}),
            codes=_codes("income", codelists) | {"stated_by": ("self_report", "visit", "department")},
        ),
    }


def _codes(table: str, codelists: Mapping[str, Codelist]) -> dict[str, tuple[str, ...]]:
    named = CODES[table]
    return {column: tuple(codelists[name].codes) for column, name in named.items() if name in codelists}


def villages_of(as_of: AsOf) -> dict[int, str]:
    """The village path of each household registered by the day."""
    held = as_of.about(Household.objects.filter(registered_on__lte=as_of.day), "pk")
    return dict(held.order_by("pk").values_list("pk", "area__path"))


@dataclass(frozen=True)
class Member:
    """Whose household a person belongs to on a day."""

    person: int
    household: int
    relation: str


def members(as_of: AsOf) -> list[Member]:
    """Every person's household on the day, by person; of two at once the one joined last."""
    ended_later = Q(valid_until=None) | Q(valid_until__gt=as_of.day) | Q(ended_at__gt=as_of.known_at)
    held = Membership.objects.filter(
        ended_later, valid_from__lte=as_of.day, recorded_at__lte=as_of.known_at
    ).order_by("valid_from", "pk")
    rows = held.values_list("person_id", "household_id", "relation").iterator(chunk_size=CHUNK)
    last = {row[0]: Member(*row) for row in rows}
    # The filter comes after the choice: another household may be the one joined last.
    about = None if as_of.households is None else set(as_of.households)
    return sorted(
        (member for member in last.values() if about is None or member.household in about),
        key=lambda member: member.person,
    )


def _households(as_of: AsOf, villages: Mapping[int, str]) -> pa.Table:
    keys = list(villages)
    registered = as_of.about(Household.objects.all(), "pk").values_list("pk", "registered_on")
    standing = _latest(HouseholdStanding, ("base_type", "monitored_kind"), as_of)
    housing = _latest(Housing, ("grade",), as_of)
    conditions = _latest(
        HouseholdConditions, ("water_safe", "toilet", "cultivated_land_mu", "relocated"), as_of
    )
    day = dict(registered)
    rows = ((key, villages[key], day[key], *standing(key), *housing(key), *conditions(key)) for key in keys)
    return _table(rows, HOUSEHOLDS)


def _persons(as_of: AsOf, villages: Mapping[int, str]) -> pa.Table:
    belong = [member for member in members(as_of) if member.household in villages]
    about = None if as_of.households is None else [member.person for member in belong]
    people = Person.objects.all() if about is None else Person.objects.filter(pk__in=about)
    traits = {key: (sex or None, born) for key, sex, born in people.values_list("pk", "sex", "birth_date")}
    schooling = _latest(Schooling, ("education", "school_status"), as_of, about)
    health = _latest(PersonHealth, ("conditions",), as_of, about)
    labour = _latest(Labour, ("ability", "working"), as_of, about)
    insurance = _latest(Insurance, ("medical", "pension"), as_of, about)
    rows = (
        (
            *(member.person, member.household, villages[member.household], member.relation),
            *traits[member.person],
            *schooling(member.person),
            *_illnesses(health(member.person)[0]),
            *labour(member.person),
            *insurance(member.person),
        )
        for member in belong
    )
    return _table(rows, PERSONS)


def _illnesses(conditions: str | None) -> tuple[bool | None, ...]:
    if conditions is None:
        return (None,) * len(ILLNESSES)
    stated = set(conditions.split(","))
    return tuple(illness in stated for illness in ILLNESSES)


def _income(as_of: AsOf, villages: Mapping[int, str]) -> pa.Table:
    corrected_later = Q(corrected_at=None) | Q(corrected_at__gt=as_of.known_at)
    items = as_of.about(
        IncomeItem.objects.filter(corrected_later, month__lte=as_of.day, recorded_at__lte=as_of.known_at),
        "household",
    ).order_by("household_id", "month", "item", "pk")
    fields = ("household_id", "person_id", "item", "month", "amount", "stated_by", "source")
    rows = (
        (key, villages[key], person, item, month, amount, stated_by, delivery_of(source))
        for key, person, item, month, amount, stated_by, source in items.values_list(*fields).iterator(
            chunk_size=CHUNK
        )
        if key in villages
    )
    return _table(rows, INCOME)


def delivery_of(source: str) -> int | None:
    """The delivery that a fact's source names; None for anything else."""
    kind, _, key = source.partition(":")
    return int(key) if kind == "delivery" and key.isdigit() else None


class _Latest:
    """The newest values of a topic per subject, nulls where nothing was recorded."""

    def __init__(self, held: dict[int, tuple[Any, ...]], width: int) -> None:
        self.held, self.nothing = held, (None,) * width

    def __call__(self, key: int) -> tuple[Any, ...]:
        return self.held.get(key, self.nothing)


def _latest(
    model: type[Model], fields: Sequence[str], as_of: AsOf, persons: Collection[int] | None = None
) -> _Latest:
    # Ordered, so that of each subject's rows the newest comes last and stays. What a later statement closed
    # needs no look: a fact ends only where its successor begins.
    held: QuerySet[Any] = model._default_manager.filter(
        valid_from__lte=as_of.day, recorded_at__lte=as_of.known_at
    ).order_by("valid_from", "recorded_at", "pk")
    subject = "household_id"
    if any(field.name == "person" for field in model._meta.fields):
        subject = "person_id"
        held = held if persons is None else held.filter(person__in=persons)
    else:
        held = as_of.about(held, "household")
    rows = held.values_list(subject, *fields).iterator(chunk_size=CHUNK)
    return _Latest({row[0]: tuple(_unknown_if_empty(v) for v in row[1:]) for row in rows}, len(fields))


def _unknown_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _table(rows: Iterable[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """The rows as a table, a chunk at a time: what is not in Arrow yet stays small."""
    arriving, batches = iter(rows), []
    while chunk := list(islice(arriving, CHUNK)):
        columns = zip(*chunk, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)
