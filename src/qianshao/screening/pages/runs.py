"""Screening runs: the list, a new one, and what one run found."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed, found, may
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.models import Delivery
from qianshao.refusals import Refused
from qianshao.rules.rulebook import Indicator, Rule, Rulebook
from qianshao.rules.types import Subject
from qianshao.screening import rulebooks, words
from qianshao.screening.actions.runs import request_run
from qianshao.screening.models import Run
from qianshao.screening.pages.asking import CLEARED_NOW
from qianshao.screening.pages.lines import cleared_in_words
from qianshao.screening.readers import breakdown
from qianshao.screening.readers import runs as readers
from qianshao.words import Text
from qianshao.work.clocks import today
from qianshao.work.kinds import kind_of
from qianshao.work.readers import job_for

PAGE = 20


@allowed(*roles.RUN_READERS)
def runs(request: Request) -> HttpResponse:
    """The runs, the newest first, and the form that starts one."""
    return render(request, "screening/runs.html", _list(request))


@allowed(*roles.RUN_STARTERS, methods=("POST",))
def start(request: Request) -> HttpResponse:
    """Start a run for a day in the background."""
    stated = request.POST.get("as_of", "")
    try:
        day = date.fromisoformat(stated)
    except ValueError:
        reason = Refused(words.NOT_A_DAY.format(text=stated[:20]), words.DAY_RIGHT.format(today=today()))
        return render(request, "screening/runs.html", _list(request, reason, stated[:20]), status=400)
    try:
        run = request_run(as_of=day, by=request.user.username)
    except Refused as refused:
        return render(request, "screening/runs.html", _list(request, refused, stated), status=400)
    return redirect("screening:run", run.pk)


@allowed(*roles.RUN_READERS)
def run(request: Request, key: int) -> HttpResponse:
    """One run: its progress, or what came of it."""
    shown = found(readers.run(key))
    context: dict[str, Any] = {
        "section": "runs",
        "run": shown,
        "phase": words.PHASES.get(shown.phase, words.SCREENING),
        "failure": _failure(shown),
        "can_see_warnings": may(request.user, *roles.WARNING_READERS),
        "can_see_deliveries": may(request.user, *roles.DELIVERY_READERS),
        "is_last": shown == readers.last_done(),
    } | _job(request, shown)
    if shown.state == "done":
        context |= _result(request, shown)
    return render(request, "screening/run.html", context)


def _list(request: Request, refused: Refused | None = None, day: str = "") -> dict[str, Any]:
    page = Paginator(readers.runs(), PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    changes = breakdown.changes_of(request.scope, listed)
    last = readers.last_done()
    return {
        "section": "runs",
        "page": page,
        "runs": [(one, changes[one.pk], _took(one)) for one in listed],
        "can_start": may(request.user, *roles.RUN_STARTERS),
        "refused": refused,
        "day": day or today().isoformat(),
        "earliest": last.as_of.isoformat() if last else "",
        "running": next((one for one in listed if one.state == "running"), None),
    }


def _job(request: Request, shown: Run) -> dict[str, Any]:
    """The viewer's own job for a run that is under way, as the progress fragment wants it."""
    job = job_for(request.user, "screening.run", run=shown.pk) if shown.state == "running" else None
    if job is None:
        return {"job": None}
    label = kind_of(job.kind).label
    return {
        "job": job,
        "label": label,
        "job_phase": Text(**job.phase) if job.phase else label,
        "job_failure": Text(**job.failure) if job.failure else None,
        "job_ended": job.state in {"done", "failed"},
    }


def _failure(shown: Run) -> Text | None:
    chinese, _, english = shown.failure.partition("\n")
    return Text(chinese, english) if shown.failure else None


def _took(shown: Run) -> timedelta | None:
    return shown.finished_at - shown.started_at if shown.finished_at else None


@dataclass(frozen=True)
class RuleCount:
    """What a rule found in the whole population: hit + clear + unknown are all households it was asked of."""

    rule: Rule
    cause: Text
    hit: int
    clear: int
    unknown: int

    @property
    def known(self) -> int:
        return self.hit + self.clear

    @property
    def total(self) -> int:
        return self.known + self.unknown


@dataclass(frozen=True)
class Coverage:
    """For how many households or persons a figure was known."""

    indicator: Indicator
    known: int
    unknown: int

    @property
    def counted(self) -> str:
        return "person" if self.indicator.subject is Subject.PERSON else "household"

    @property
    def total(self) -> int:
        return self.known + self.unknown


def _result(request: Request, shown: Run) -> dict[str, Any]:
    rulebook = rulebooks.kept(shown.manifest["rulebook"])
    changes = breakdown.changes_of(request.scope, [shown])[shown.pk]
    before = readers.run(shown.manifest["after"]) if shown.manifest.get("after") else None
    opens = shown == readers.last_done() and may(request.user, *roles.WARNING_READERS)
    open_now = sum(number for status, number in changes.items() if status != "cleared")
    rules, coverage, deliveries = _rules(rulebook, shown), _coverage(rulebook, shown), _deliveries(shown)
    return {
        "changes": changes,
        "open_now": open_now,
        "tiles": _tiles(changes, breakdown.cleared_of(request.scope, shown), opens),
        "before": before,
        "before_open": _open(request, before),
        "rules": [rule for rule in rules if rule.hit or rule.unknown],
        "quiet": [rule for rule in rules if not (rule.hit or rule.unknown)],
        "partly": [one for one in coverage if one.unknown],
        "fully": [one for one in coverage if not one.unknown],
        "rulebook": rulebook,
        "deliveries": deliveries,
        "files": sum(len(listed) for _, listed in deliveries),
        "took": _took(shown),
    }


@dataclass(frozen=True)
class Tile:
    """A figure of the result; it opens to its list as long as the run is the last one."""

    title: str
    icon: str
    number: int
    note: str
    address: str
    edge: bool = False


def _tiles(changes: dict[str, int], cleared: dict[str, int], opens: bool) -> list[Tile]:
    address = reverse("screening:warnings") if opens else ""

    def tile(status: str, title: str, icon: str, asked: str = "", note: str = "") -> Tile:
        link = f"{address}?status={asked or status}&held=too" if address else ""
        return Tile(title, icon, changes.get(status, 0), note, link, status == "unconfirmable")

    return [
        tile("new", gettext("New"), "new"),
        tile("continuing", gettext("Continuing"), "go"),
        tile("unconfirmable", gettext("Not confirmable"), "ask"),
        tile("cleared", gettext("Cleared by this run"), "check", CLEARED_NOW, cleared_in_words(cleared)),
    ]


def _open(request: Request, before: Run | None) -> int | None:
    if before is None:
        return None
    changes = breakdown.changes_of(request.scope, [before])[before.pk]
    return sum(number for status, number in changes.items() if status != "cleared")


def _rules(rulebook: Rulebook, shown: Run) -> list[RuleCount]:
    causes = rulebook.codelists["causes"].codes
    counted = [
        RuleCount(rule, causes.get(rule.cause, Text(rule.cause, rule.cause)), **numbers)
        for name, numbers in shown.counts["rules"].items()
        if (rule := rulebook.rules.get(name)) is not None
    ]
    return sorted(counted, key=lambda count: (-count.hit, -count.unknown, count.rule.name))


def _coverage(rulebook: Rulebook, shown: Run) -> list[Coverage]:
    """The figures that are not known for everybody, the least known first."""
    counted = [
        Coverage(indicator, numbers["known"], numbers["unknown"])
        for name, numbers in shown.counts["coverage"].items()
        if (indicator := rulebook.indicators.get(name)) is not None
    ]
    return sorted(counted, key=lambda c: (-c.unknown, c.indicator.name))


def _deliveries(shown: Run) -> list[tuple[Text, list[Delivery]]]:
    """The files that the run read, by list."""
    keys = [entry["delivery"] for entry in shown.manifest["deliveries"]]
    by_feed: dict[str, list[Delivery]] = {}
    for delivery in Delivery.objects.filter(pk__in=keys).order_by("feed", "-period_from"):
        by_feed.setdefault(delivery.feed, []).append(delivery)
    return [(feed_contracts()[feed].label, files) for feed, files in by_feed.items()]
