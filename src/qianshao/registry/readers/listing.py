"""The list of households: filtered, sorted, and each row with what tells households apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery

from qianshao.access.scope import Scope
from qianshao.places.models import Area
from qianshao.registry.codelists import label
from qianshao.registry.models import Household, HouseholdStanding, Membership
from qianshao.registry.readers.search import heads, matching, members_found
from qianshao.words import Text

# Every order ends in one that is total.
SORTS = {
    "number": ("number",),
    "-number": ("-number",),
    "head": ("head_pinyin", "number"),
    "-head": ("-head_pinyin", "number"),
    "village": ("area__path", "number"),
    "-village": ("-area__path", "number"),
    "registered": ("registered_on", "number"),
    "-registered": ("-registered_on", "number"),
}


@dataclass(frozen=True)
class Listed:
    """A household in the list. `found` is the member that the search fits, where it is not the head."""

    household: int
    number: str
    head: str = field(repr=False)
    found: str = field(repr=False)
    township: str
    village: str
    group: str
    members: int
    base_type: Text | None
    monitored: Text | None
    registered_on: date


def households(
    scope: Scope, text: str = "", village: int | None = None, sort: str = ""
) -> QuerySet[Household]:
    """The households in scope that fit, sorted."""
    rows = matching(scope, text)
    if village is not None:
        rows = rows.filter(area=village)
    current = Membership.objects.filter(household=OuterRef("pk"), valid_until=None, relation="head")
    rows = rows.annotate(head_pinyin=Subquery(current.order_by("pk").values("person__pinyin")[:1]))
    return rows.order_by(*SORTS.get(sort, SORTS["village"]))


def villages(scope: Scope) -> QuerySet[Area]:
    """The villages in scope that a list can be narrowed to."""
    wanted = scope.areas().filter(level="village", valid_until=None)
    return wanted.select_related("parent").order_by("path")


def listed(scope: Scope, households: Sequence[Household], text: str = "") -> list[Listed]:
    """The households as rows of the list."""
    keys = [household.pk for household in households]
    some = Household.objects.filter(pk__in=keys)
    head, standing = heads(some), _standing(keys)
    found = members_found(scope, keys, text) if text.strip() else {}
    held = Membership.objects.filter(household__in=keys, valid_until=None).order_by()
    sizes = dict(held.values_list("household_id").annotate(number=Count("pk")))
    rows = []
    for household in households:
        name, member = head.get(household.pk, ""), found.get(household.pk, "")
        base, monitored = standing.get(household.pk, ("", ""))
        rows.append(
            Listed(
                household=household.pk,
                number=household.number,
                head=name,
                found="" if member == name else member,
                township=household.area.parent.name if household.area.parent else "",
                village=household.area.name,
                group=household.group_name,
                members=sizes.get(household.pk, 0),
                base_type=label("base_types", base) if base else None,
                monitored=label("monitored_kinds", monitored) if monitored not in ("", "none") else None,
                registered_on=household.registered_on,
            )
        )
    return rows


def _standing(keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    held = HouseholdStanding.objects.filter(household__in=keys, valid_until=None)
    return {
        key: (base, kind)
        for key, base, kind in held.values_list("household_id", "base_type", "monitored_kind")
    }
