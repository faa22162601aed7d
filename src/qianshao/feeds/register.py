"""The register as linkage compares with it: persons who are members of a household now."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from qianshao.linkage.people import Person
from qianshao.registry.models import Membership

FIELDS = (
    "person_id",
    "person__name",
    "person__number",
    "person__birth_date",
    "person__sex",
    "household__area__path",
    "household_id",
    "relation",
    "household__number",
)


def everybody() -> Iterator[Person]:
    """All persons of the register, by key. Names and numbers are in the clear: for memory only."""
    heads = dict(_now().filter(relation="head").values_list("household_id", "person__name"))
    last = 0
    for row in _now().values_list(*FIELDS).iterator(chunk_size=20_000):
        if row[0] != last:
            last = row[0]
            yield replace(Person(*row), head_name=heads.get(row[6]))


def with_numbers(indexes: Sequence[bytes]) -> dict[bytes, list[Person]]:
    """The persons registered with each number, given as blind indexes; members and former members alike."""
    held: dict[bytes, dict[int, Person]] = defaultdict(dict)
    rows = Membership.objects.filter(person__number_index__in=indexes).order_by("person_id", "-pk")
    for index, *row in rows.values_list("person__number_index", *FIELDS):
        held[bytes(index)].setdefault(row[0], Person(*row))
    return {index: list(persons.values()) for index, persons in held.items()}


def _now() -> QuerySet[Any]:
    return Membership.objects.filter(valid_until=None).order_by("person_id", "-pk")
