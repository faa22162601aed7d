"""A list of warnings as the address bar asks for it, so that a link or a reload shows the same list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from qianshao.access.permissions import found
from qianshao.access.scope import Scope
from qianshao.places.models import Area
from qianshao.screening import rulebooks, words
from qianshao.screening.hits import LEVELS
from qianshao.screening.matching import CLEARED, OPEN
from qianshao.screening.readers.runs import hit_by, last_done
from qianshao.screening.readers.warnings import DUE, SORTS, Wanted, villages
from qianshao.words import Text

# What `status` in the address can be besides one of the open ones.
CLEARED_NOW, HELD = "cleared_now", "held"
STATUSES: dict[str, Any] = {
    "": _("All open"),
    "new": words.STATUSES["new"],
    "continuing": words.STATUSES["continuing"],
    "unconfirmable": words.STATUSES["unconfirmable"],
    HELD: _("On hold"),
    CLEARED_NOW: _("Cleared by the last run"),
    CLEARED: _("All cleared"),
}
WINDOWS = {
    "": _("Any"),
    "overdue": _("Overdue"),
    "week": _("Within 7 days"),
    "month": _("Within a month"),
}


@dataclass(frozen=True)
class Choice:
    """One option of a field."""

    value: str
    label: Any
    chosen: bool
    indented: bool = False


@dataclass(frozen=True)
class Asked:
    """The fields of the filter. What an address states that no field knows is left aside. `held_too`: a run
    speaks of what is on hold as well, and so do the lists that its figures open."""

    q: str
    area: Area | None
    cause: str
    level: str
    rule: str
    status: str
    due: str
    sort: str
    held_too: bool

    @property
    def filters(self) -> list[str]:
        """The fields that narrow the list, for the words of an empty one."""
        return [
            name for name in ("q", "area", "cause", "level", "rule", "status", "due") if getattr(self, name)
        ]

    def wanted(self, names: bool) -> Wanted:
        """The reader's question; `names`: whether the viewer may search by name.

        A rule's list are the warnings of its cause at the households that it was true of in the last run,
        whichever of a warning's rules leads.
        """
        rule, run = rulebooks.current().rules.get(self.rule), last_done()
        cause = rule.cause if rule else self.cause
        statuses = {"": OPEN, HELD: OPEN, CLEARED_NOW: (CLEARED,)}.get(self.status, (self.status,))
        return Wanted(
            statuses=statuses,
            causes=(cause,) if cause else (),
            levels=(self.level,) if self.level else (),
            households=hit_by(run, rule.name) if rule and run else None,
            village=self.area.path if self.area else "",
            due=self.due,
            text=self.q,
            held={HELD: True, CLEARED: None, CLEARED_NOW: None}.get(
                self.status, None if self.held_too else False
            ),
            by_last_run=self.status == CLEARED_NOW,
            names=names,
            sort=self.sort,
        )


def asked(query: QueryDict, scope: Scope) -> Asked:
    """Read an address. An area outside the viewer's is not found."""
    key = query.get("area", "")
    area = found(scope.areas().filter(pk=int(key)).first()) if key.isdigit() else None
    sort = query.get("sort", "")
    return Asked(
        q=query.get("q", "").strip()[:40],
        area=area,
        cause=_known(query, "cause", causes()),
        level=_known(query, "level", LEVELS),
        rule=_known(query, "rule", rulebooks.current().rules),
        status=_known(query, "status", STATUSES),
        due=_known(query, "due", DUE),
        sort=sort if sort.removeprefix("-") in SORTS else "due",
        held_too=query.get("held") == "too",
    )


def causes() -> Mapping[str, Text]:
    """The causes of the rulebook with their labels, in its order."""
    return rulebooks.current().codelists["causes"].codes


def choices(asked: Asked, scope: Scope) -> dict[str, list[Choice]]:
    """The options of each field."""
    return {
        "areas": _areas(asked, scope),
        "causes": _options({"": _("All causes"), **causes()}, asked.cause),
        "levels": _options({"": _("All levels"), **words.LEVEL_NAMES}, asked.level),
        "statuses": _options(STATUSES, asked.status),
        "windows": _options(WINDOWS, asked.due),
    }


def _areas(asked: Asked, scope: Scope) -> list[Choice]:
    """Townships, each with its villages below it, as far as they are in the viewer's area."""
    chosen = asked.area.pk if asked.area else None
    made: list[Choice] = []
    last = None
    for village in villages(scope).select_related("parent"):
        township = village.parent
        if township is not None and township.pk != last:
            last = township.pk
            if scope.covers(township.path):
                made.append(Choice(str(township.pk), township.name, township.pk == chosen))
        made.append(Choice(str(village.pk), village.name, village.pk == chosen, indented=True))
    everywhere = [Choice("", _("Whole area"), chosen is None)]
    return everywhere + made if len(made) > 1 else []


def _options(labels: dict[str, Any], chosen: str) -> list[Choice]:
    return [Choice(value, label, value == chosen) for value, label in labels.items()]


def _known(query: QueryDict, field: str, values: Any) -> str:
    stated = query.get(field, "")
    return stated if stated in values else ""
