"""What a household is called in lists: by its head, for those who may see families; else by its number."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from qianshao.access.models import Grant, User
from qianshao.access.roles import GRID_WORKER, HOUSEHOLD_READERS, VILLAGE_CADRE
from qianshao.access.scope import Scope, scope_of
from qianshao.registry.models import Membership


@dataclass(frozen=True)
class Family:
    """A household's head (empty where there is none) and how many belong to it."""

    head: str = field(repr=False)
    persons: int


NOBODY = Family("", 0)


def families_scope(user: User, on: date) -> Scope:
    """Where the viewer may see who the families are."""
    return scope_of(user, HOUSEHOLD_READERS, on)


def families(names: Scope, households: Iterable[int], on: date) -> dict[int, Family]:
    """The families of these households on a day, as far as they live in `names`."""
    running = Q(valid_until=None) | Q(valid_until__gt=on)
    current = Membership.objects.filter(running, household__in=list(households), valid_from__lte=on)
    rows = names.filter(current, "household__area").order_by()
    sizes = dict(rows.values_list("household").annotate(persons=Count("pk")))
    named = rows.filter(relation="head").order_by("-pk")
    heads = dict(named.values_list("household", "person__name"))
    return {household: Family(heads.get(household, ""), size) for household, size in sizes.items()}


def visitors(villages: Iterable[int], on: date) -> dict[int, list[str]]:
    """Per village the people who visit there: its grid workers, else its cadres."""
    running = Q(valid_until=None) | Q(valid_until__gt=on)
    held = Grant.objects.filter(running, valid_from__lte=on, user__is_active=True, area__in=list(villages))
    found: dict[int, list[str]] = {}
    for role in (VILLAGE_CADRE, GRID_WORKER):
        rows = held.filter(role=role).order_by("user__display_name").values_list("area", "user__display_name")
        named: dict[int, list[str]] = {}
        for village, name in rows:
            named.setdefault(village, []).append(name)
        found |= named
    return found
