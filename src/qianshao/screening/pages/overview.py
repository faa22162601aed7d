"""The start page: how things stand in the viewer's area, what is late first, and what is not known."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed, may
from qianshao.access.scope import Scope
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.readers.freshness import Freshness, freshness
from qianshao.places.models import Area
from qianshao.registry.models import Household
from qianshao.rules.rulebook import Rulebook
from qianshao.screening import rulebooks, words
from qianshao.screening.actions import exporting
from qianshao.screening.models import Run
from qianshao.screening.pages import asking
from qianshao.screening.pages.lines import cleared_in_words, lines
from qianshao.screening.pages.warnings import workbook
from qianshao.screening.readers import breakdown, runs
from qianshao.screening.readers.families import families_scope
from qianshao.screening.readers.warnings import Counts, Wanted, counts, villages, warnings
from qianshao.words import Text
from qianshao.work.clocks import today

MOST_DUE = 8
# Where a shade of the map begins, in warnings of a village.
SHADES = (1, 3, 5, 8, 11)
# Beside the causes there is room for this many townships; below fewer of them for what is missing, too.
SMALL_MAP = 3


@allowed(*roles.WARNING_READERS)
def overview(request: Request) -> HttpResponse:
    """Figures that add up, each of which opens to its list."""
    run = runs.last_done()
    context: dict[str, Any] = {
        "section": "overview",
        "run": run,
        "can_start": may(request.user, *roles.RUN_STARTERS),
        "can_see_deliveries": may(request.user, *roles.DELIVERY_READERS),
    }
    if run is not None:
        context |= _figures(request.scope, families_scope(request.user, today()), run, today())
    return render(request, "screening/overview.html", context)


@allowed(*roles.WARNING_READERS)
def export(request: Request) -> HttpResponse:
    """The figures of the overview as a workbook."""
    on, language = today(), "zh" if (get_language() or "").startswith("zh") else "en"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "overview.xlsx"
        exporting.export_overview(
            scope=request.scope, on=on, path=path, language=language, by=request.user.username
        )
        return workbook(path, f"{gettext('Overview')}_{on:%Y%m%d}.xlsx")


def _figures(scope: Scope, names: Scope, run: Run, on: date) -> dict[str, Any]:
    figures = counts(scope, on)
    rulebook = rulebooks.kept(run.manifest["rulebook"])
    short = breakdown.short_of_data(scope, run)
    waiting = breakdown.waiting(scope, run)
    holed = {gap.feed: gap for gap in waiting if not gap.indicator}
    soonest = warnings(scope, Wanted(), on)[:MOST_DUE]
    causes = breakdown.by_cause(scope, on)
    chart = _chart(causes)
    townships = _townships(scope, figures, short)
    return {
        "counts": figures,
        "new": figures.by_status.get("new", 0),
        "continuing": figures.by_status.get("continuing", 0),
        "unconfirmable": figures.by_status.get("unconfirmable", 0),
        "cleared": sum(figures.cleared.values()),
        "cleared_note": cleared_in_words(figures.cleared),
        "registered": scope.filter(Household.objects.all()).count(),
        "longest": breakdown.longest_open(scope, on),
        "lines": lines(soonest, names, on),
        "due_today": warnings(scope, Wanted(due="week"), on).filter(due_on=on).count(),
        "causes": _causes(causes),
        "causes_data": chart,
        "causes_words": gettext(", ").join(
            f"{row['label']} {row['known'] + row['unknown']}" for row in chart["rows"]
        ),
        "townships": townships,
        "map_is_small": len(townships) <= SMALL_MAP,
        "lacking": _listed([feed_contracts()[feed].label for feed in holed]),
        "feeds": _feeds(scope, holed, on),
        "gaps": [_gap(gap, rulebook) for gap in waiting],
        "rulebook": rulebook,
    }


@dataclass(frozen=True)
class Cause:
    count: breakdown.CauseCount
    label: Text
    address: str


def _causes(counted: list[breakdown.CauseCount]) -> list[Cause]:
    address = reverse("screening:warnings")
    labels = asking.causes()
    return [
        Cause(
            count, labels.get(count.cause, Text(count.cause, count.cause)), f"{address}?cause={count.cause}"
        )
        for count in counted
    ]


def _chart(counted: list[breakdown.CauseCount]) -> dict[str, Any]:
    language = get_language() or ""
    return {
        "kind": "bars",
        "unit": words.COUNTED_IN.in_language(language),
        "known": gettext("Confirmed"),
        "unknown": gettext("Not confirmable"),
        "rows": [
            {
                "label": cause.label.in_language(language),
                "known": cause.count.known,
                "unknown": cause.count.unknown,
                "address": cause.address,
            }
            for cause in _causes(counted)
        ],
    }


@dataclass(frozen=True)
class Tile:
    """A village of the map. `short`: data do not speak for it in full, so its figure is a lower bound."""

    area: Area
    name: str
    number: int
    shade: int
    short: bool


@dataclass(frozen=True)
class Township:
    """A row of the map: a township with its villages in the order of their codes."""

    area: Area | None
    opens: bool
    number: int
    tiles: list[Tile]


def _townships(scope: Scope, figures: Counts, short: dict[int, list[str]]) -> list[Township]:
    rows: dict[int, list[Area]] = {}
    parents: dict[int, Area | None] = {}
    for village in villages(scope).filter(valid_until=None).select_related("parent"):
        rows.setdefault(village.parent_id or 0, []).append(village)
        parents[village.parent_id or 0] = village.parent
    return [
        _township(parents[key], scope, [_tile(village, figures, short) for village in inside])
        for key, inside in rows.items()
    ]


def _township(area: Area | None, scope: Scope, tiles: list[Tile]) -> Township:
    opens = area is not None and scope.covers(area.path)
    return Township(area, opens, sum(tile.number for tile in tiles), tiles)


def _tile(village: Area, figures: Counts, short: dict[int, list[str]]) -> Tile:
    number = figures.by_village.get(village.pk, 0)
    shade = sum(number >= start for start in SHADES)
    return Tile(village, village.name.removesuffix("村"), number, shade, village.pk in short)


@dataclass(frozen=True)
class Fresh:
    """A feed in the viewer's area; `hole`: a period of it is missing, and households wait for it."""

    feed: Freshness
    hole: breakdown.Waiting | None

    @property
    def until(self) -> date | None:
        """The last day that its deliveries speak for."""
        return self.feed.last_day_covered


def _listed(labels: list[Text]) -> str:
    language = get_language() or ""
    return gettext(", ").join(label.in_language(language) for label in labels)


def _feeds(scope: Scope, holed: dict[str, breakdown.Waiting], on: date) -> list[Fresh]:
    """What is missing or late first."""
    found = [Fresh(one, holed.get(one.contract.name)) for one in freshness(scope, on)]
    return sorted(found, key=lambda one: (one.hole is None, one.feed.state == "on_time"))


@dataclass(frozen=True)
class Gap:
    """Something to ask for: `figure` is empty where a whole list is missing."""

    figure: Text
    list: Text
    department: Text
    villages: int
    households: int


def _gap(gap: breakdown.Waiting, rulebook: Rulebook) -> Gap:
    contract = feed_contracts()[gap.feed] if gap.feed else feed_contracts()["household_roster"]
    figure = rulebook.indicators[gap.indicator].label if gap.indicator else Text("", "")
    return Gap(figure, contract.label, contract.department, gap.villages, gap.households)
