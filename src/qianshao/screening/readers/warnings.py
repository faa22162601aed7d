"""Early warnings as a viewer may see them: lists, counts, one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Replace

from qianshao.access.scope import Scope
from qianshao.places.models import Area
from qianshao.registry.models import Membership
from qianshao.registry.readers.search import LONGEST
from qianshao.screening.hits import LEVELS
from qianshao.screening.matching import CLEARED, OPEN
from qianshao.screening.models import EarlyWarning
from qianshao.screening.readers.holds import in_force

# How a list may be sorted; with a minus in front, the other way round. Every order ends in one that is total.
SORTS = {
    "due": ("due_on", "rank"),
    "level": ("rank", "due_on"),
    "village": ("household__area__path", "due_on"),
    "household": ("household__number",),
    "cause": ("cause", "due_on"),
    "newest": ("-first_run__as_of", "rank"),
}

# How far ahead a deadline may lie, in days; overdue ones lie behind.
DUE = {"overdue": (None, -1), "week": (0, 7), "month": (0, 31)}


@dataclass(frozen=True)
class Wanted:
    """What a viewer asks for. Empty: all. `rules` are leading ones.

    `text` is a name, its pinyin or initials, or a household number; `names`: whether it may be a name, for
    viewers who may see families. `village` is an area path, of any level. `households`: of these only, None:
    of any. `held`: what is set aside, what is not, or both (None). `by_last_run`: only what the last run
    judged.
    """

    statuses: Sequence[str] = OPEN
    causes: Sequence[str] = ()
    levels: Sequence[str] = ()
    rules: Sequence[str] = ()
    village: str = ""
    due: str = ""
    text: str = ""
    held: bool | None = False
    by_last_run: bool = False
    households: Collection[int] | None = None
    names: bool = True
    sort: str = "due"


@dataclass(frozen=True)
class Counts:
    """Open warnings that are not held, in figures that add up: by status, by cause, by level and by village
    (area key) each sum to `open`. `cleared` is what the last run closed, by reason."""

    open: int
    households: int
    by_status: dict[str, int]
    by_cause: dict[str, int]
    by_level: dict[str, int]
    by_village: dict[int, int]
    overdue: int
    held: int
    cleared: dict[str, int]


def warnings(scope: Scope, wanted: Wanted, on: date) -> QuerySet[EarlyWarning]:
    """The warnings in the viewer's area that fit, in the order asked for, on a day."""
    rows = _in_scope(scope).annotate(held=_held(on), rank=_rank())
    if wanted.held is not None:
        rows = rows.filter(held=wanted.held)
    if wanted.by_last_run:
        rows = rows.filter(last_run=_last_run())
    lists = {"status": wanted.statuses, "cause": wanted.causes, "level": wanted.levels, "rule": wanted.rules}
    for field, values in lists.items():
        if values:
            rows = rows.filter(**{f"{field}__in": list(values)})
    if wanted.households is not None:
        rows = rows.filter(household__in=wanted.households)
    if wanted.village:
        rows = rows.filter(household__area__path__startswith=wanted.village)
    if wanted.due:
        rows = rows.filter(_due(wanted.due, on))
    if wanted.text.strip():
        rows = rows.filter(_called(wanted.text.strip(), wanted.names, on))
    return rows.order_by(*_order(wanted.sort), "household__number", "cause", "first_run__as_of")


def warning(scope: Scope, key: int) -> EarlyWarning:
    """One warning. Raises `EarlyWarning.DoesNotExist` outside the viewer's area as for none at all."""
    return _in_scope(scope).get(pk=key)


def counts(scope: Scope, on: date) -> Counts:
    """The figures of the overview for the viewer's area."""
    seen = _in_scope(scope).annotate(held=_held(on))
    live = seen.filter(status__in=OPEN, held=False)
    closed = seen.filter(status=CLEARED, last_run=_last_run())
    return Counts(
        open=live.count(),
        households=live.values("household").distinct().count(),
        by_status=_tally(live, "status"),
        by_cause=_tally(live, "cause"),
        by_level=_tally(live, "level"),
        by_village=_tally(live, "household__area"),
        overdue=live.filter(due_on__lt=on).count(),
        held=seen.filter(status__in=OPEN, held=True).count(),
        cleared=_tally(closed, "cleared_because"),
    )


def of_household(scope: Scope, household: int) -> QuerySet[EarlyWarning]:
    """All warnings that a household ever had, open ones first, then the newest."""
    rows = _in_scope(scope).filter(household=household)
    closed = Case(When(status=CLEARED, then=Value(1)), default=Value(0), output_field=IntegerField())
    return rows.annotate(closed=closed, rank=_rank()).order_by("closed", "-first_run__as_of", "rank", "cause")


def villages(scope: Scope) -> QuerySet[Area]:
    """The villages in the viewer's area, for filters and maps."""
    return scope.areas().filter(level="village").order_by("path")


def _in_scope(scope: Scope) -> QuerySet[EarlyWarning]:
    related = ("household__area__parent", "first_run", "last_run")
    return scope.filter(EarlyWarning.objects.select_related(*related), "household__area")


def _last_run() -> QuerySet[EarlyWarning, int]:
    last = EarlyWarning.objects.order_by("-last_run__as_of", "-last_run")
    return last.values_list("last_run", flat=True)[:1]


def _order(sort: str) -> list[str]:
    if not sort.startswith("-"):
        return list(SORTS[sort])
    return [key.removeprefix("-") if key.startswith("-") else f"-{key}" for key in SORTS[sort[1:]]]


def _held(on: date) -> Exists:
    return Exists(in_force(on).filter(household=OuterRef("household"), cause=OuterRef("cause")))


def _rank() -> Case:
    steps = [When(level=level, then=Value(place)) for place, level in enumerate(LEVELS)]
    return Case(*steps, default=Value(len(LEVELS)), output_field=IntegerField())


def _due(window: str, on: date) -> Q:
    start, end = DUE[window]
    condition = Q(due_on__lte=on + timedelta(days=end))
    return condition if start is None else condition & Q(due_on__gte=on + timedelta(days=start))


def _called(text: str, names: bool, on: date) -> Q:
    """Households with that number, or with a member of that name."""
    text = text[:LONGEST]
    numbered = Q(household__number__icontains=text)
    return numbered | _named(text, on) if names else numbered


def _named(text: str, on: date) -> Q:
    """Households with a member of that name. Letters may be pinyin or its initials."""
    letters = text.replace(" ", "").lower()
    named = Q(person__name__contains=text) | Q(person__initials__startswith=letters)
    members = Membership.objects.annotate(joined=Replace(F("person__pinyin"), Value(" "), Value("")))
    members = members.filter(named | Q(joined__startswith=letters), household=OuterRef("household"))
    current = members.filter(Q(valid_until=None) | Q(valid_until__gt=on))
    return Q(Exists(current))


def _tally(rows: QuerySet[EarlyWarning], field: str) -> dict[Any, int]:
    counted = rows.order_by().values_list(field).annotate(number=Count("pk")).order_by(field)
    return dict(counted)
