"""Finding a household by whatever is at hand: its number, a name, pinyin, initials, a phone, a number."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace

from qianshao.access.fields import blind_index
from qianshao.access.scope import Scope
from qianshao.linkage.identity_numbers import parse
from qianshao.registry.models import Household, Membership

LONGEST = 100  # characters that are looked at: no name is longer, and a database takes no pattern without end


@dataclass(frozen=True)
class Found:
    """A household with the member that the text fits; the head where it fits the household itself."""

    household: int
    number: str
    head: str
    member: str
    village: str


def search(scope: Scope, text: str, limit: int = 50) -> list[Found]:
    """The households that fit, in the order of their numbers. No text: none."""
    wanted = text.strip()
    if not wanted:
        return []
    fitting = _members(scope).filter(_fits(wanted)).order_by("household__number", "pk")
    found: dict[int, str] = {}
    for household, name in fitting.values_list("household_id", "person__name")[: limit * 8]:
        found.setdefault(household, name)
    by_itself = scope.filter(Household.objects.filter(_household_fits(wanted)))
    for key in by_itself.order_by("number").values_list("pk", flat=True)[:limit]:
        found.setdefault(key, "")
    return _described(Household.objects.filter(pk__in=list(found)), found)[:limit]


def matching(scope: Scope, text: str) -> QuerySet[Household]:
    """The households in scope that fit by themselves or through a member; all of them without a text."""
    mine = scope.filter(Household.objects.select_related("area__parent"))
    wanted = text.strip()
    if not wanted:
        return mine
    through = _members(scope).filter(_fits(wanted)).values("household_id")
    return mine.filter(Q(pk__in=through) | _household_fits(wanted))


def members_found(scope: Scope, households: Iterable[int], text: str) -> dict[int, str]:
    """The first member of each household whom the text fits."""
    fitting = _members(scope).filter(_fits(text.strip()), household__in=list(households))
    return dict(fitting.order_by("-pk").values_list("household_id", "person__name"))


def _members(scope: Scope) -> QuerySet[Membership]:
    joined = Replace(F("person__pinyin"), Value(" "), Value(""))
    current = Membership.objects.filter(valid_until=None).annotate(joined=joined)
    return scope.filter(current, "household__area")


def heads(households: QuerySet[Household]) -> dict[int, str]:
    """The name of each household's head, where there is one now."""
    held = Membership.objects.filter(household__in=households, relation="head", valid_until=None)
    return dict(held.order_by("-pk").values_list("household_id", "person__name"))


def _described(households: QuerySet[Household], found: dict[int, str]) -> list[Found]:
    head = heads(households)
    rows = households.order_by("number").values_list("pk", "number", "area__name")
    return [
        Found(key, number, head.get(key, ""), found[key] or head.get(key, ""), village)
        for key, number, village in rows
    ]


def _fits(text: str) -> Q:
    text = text[:LONGEST]
    condition = Q(person__name__contains=text)
    letters = text.lower().replace(" ", "")
    if letters.isascii() and letters.isalpha():
        condition |= Q(person__initials__startswith=letters) | Q(joined__startswith=letters)
    number = parse(text)
    if number.form:  # a person may be registered with a number that is not valid
        condition |= Q(person__number_index=blind_index("number", number.text))
    return condition


def _household_fits(text: str) -> Q:
    text = text[:LONGEST]
    digits = text.replace(" ", "").replace("-", "")
    return Q(number__istartswith=text) | Q(phone_index=blind_index("phone", digits))
