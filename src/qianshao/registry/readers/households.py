"""One household: who belongs to it, how it lives, and since when by whose word."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from qianshao.access.scope import Scope
from qianshao.linkage.identity_numbers import masked
from qianshao.registry.models import (
    Household,
    HouseholdConditions,
    HouseholdStanding,
    Housing,
    Insurance,
    Labour,
    Membership,
    PersonHealth,
    Schooling,
)
from qianshao.registry.models.facts import DatedFact

HOUSEHOLD_TOPICS: dict[type[DatedFact], tuple[str, ...]] = {
    HouseholdStanding: ("base_type", "monitored_kind"),
    Housing: ("grade",),
    HouseholdConditions: ("water_safe", "toilet", "cultivated_land_mu", "relocated"),
}
PERSON_TOPICS: dict[type[DatedFact], tuple[str, ...]] = {
    Schooling: ("education", "school_status"),
    PersonHealth: ("conditions",),
    Labour: ("ability", "working"),
    Insurance: ("medical", "pension"),
}


@dataclass(frozen=True)
class Member:
    """A member on a day. `number` is masked; a fact that nobody stated is None."""

    person: int
    name: str = field(repr=False)
    relation: str
    sex: str
    birth_date: date | None
    age: int | None
    number: str = field(repr=False)
    number_valid: bool
    ethnicity: str
    since: date
    until: date | None
    left_reason: str
    facts: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Fact:
    """One fact of a topic; `person` is None for facts of the household. Open while `until` is None."""

    person: int | None
    name: str
    value: Any = field(repr=False)
    since: date
    until: date | None
    recorded_at: datetime
    source: str


def household(scope: Scope, number: str) -> Household:
    """The household with that number. Raises `Household.DoesNotExist` out of scope as for none at all."""
    return scope.filter(Household.objects.select_related("area__parent")).get(number=number)


def find(scope: Scope, key: int) -> Household | None:
    """The household with that key; None out of scope as for none at all."""
    return scope.filter(Household.objects.select_related("area__parent")).filter(pk=key).first()


def households(scope: Scope) -> list[Household]:
    """All households in scope, by number."""
    return list(scope.filter(Household.objects.select_related("area__parent")).order_by("number"))


def masked_phone(phone: str | None) -> str:
    """`139****0001`; empty where there is none."""
    return f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) >= 8 else "*" * len(phone or "")


def members(scope: Scope, household: int, on: date) -> list[Member]:
    """Who belonged to the household on a day, the head first."""
    running = Q(valid_until=None) | Q(valid_until__gt=on)
    return _members(scope, household, on, Q(running, valid_from__lte=on))


def former_members(scope: Scope, household: int, on: date) -> list[Member]:
    """Who had left the household by a day and did not come back, the last one first."""
    here = {member.person for member in members(scope, household, on)}
    left = _members(scope, household, on, Q(valid_until__lte=on))
    once = {member.person: member for member in left if member.person not in here}
    return sorted(once.values(), key=lambda m: (m.until or on, m.person), reverse=True)


def _members(scope: Scope, household: int, on: date, condition: Q) -> list[Member]:
    held = Membership.objects.filter(condition, household=household).select_related("person")
    rows = list(scope.filter(held, "household__area").order_by("valid_from", "pk"))
    stated = _facts(PERSON_TOPICS, "person", [row.person_id for row in rows])
    known: dict[int, dict[str, Any]] = {}
    for fact in stated:
        if fact.since <= on and fact.person is not None:
            known.setdefault(fact.person, {})[fact.name] = fact.value
    found = [_member(row, known.get(row.person_id, {}), on) for row in rows]
    return sorted(found, key=lambda m: (m.relation != "head", m.birth_date or on, m.person))


def _member(row: Membership, facts: dict[str, Any], on: date) -> Member:
    person = row.person
    return Member(
        person=person.pk,
        name=person.name,
        relation=row.relation,
        sex=person.sex,
        birth_date=person.birth_date,
        age=age(person.birth_date, on),
        number=masked(person.number),
        number_valid=person.number_valid,
        ethnicity=person.ethnicity,
        since=row.valid_from,
        until=row.valid_until,
        left_reason=row.left_reason,
        facts=facts,
    )


def age(born: date | None, on: date) -> int | None:
    """Completed years on a day."""
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def facts(scope: Scope, household: int, on: date) -> list[Fact]:
    """What was true of the household and its members on a day, each with its date and source."""
    return [fact for fact in history(scope, household) if fact.since <= on and not _over(fact, on)]


def history(scope: Scope, household: int) -> list[Fact]:
    """All that was ever stated of the household and its members, by topic and day."""
    mine = scope.filter(Household.objects.filter(pk=household)).values_list("pk", flat=True)
    people = Membership.objects.filter(household__in=mine).values_list("person_id", flat=True)
    return [
        *_facts(HOUSEHOLD_TOPICS, "household", list(mine)),
        *_facts(PERSON_TOPICS, "person", sorted(set(people))),
    ]


def _over(fact: Fact, on: date) -> bool:
    return fact.until is not None and fact.until <= on


def _facts(topics: dict[type[DatedFact], tuple[str, ...]], subject: str, keys: Iterable[int]) -> list[Fact]:
    found = []
    for model, names in topics.items():
        held: Any = model._default_manager.filter(**{f"{subject}__in": list(keys)})
        for row in held.order_by("valid_from", "recorded_at", "pk"):
            person = row.person_id if subject == "person" else None
            when = (row.valid_from, row.valid_until, row.recorded_at, row.source)
            values = ((name, getattr(row, name)) for name in names)
            found += [Fact(person, name, value, *when) for name, value in values if value not in (None, "")]
    return found
