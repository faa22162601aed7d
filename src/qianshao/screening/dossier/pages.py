"""The page of one household, the rows behind its figures, and a number shown for a purpose."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed, found
from qianshao.access.scope import scope_of
from qianshao.places.readers import ancestry, village_codes
from qianshao.refusals import Refused
from qianshao.registry import words
from qianshao.registry.actions.disclosure import show_number
from qianshao.registry.models import Household, Person
from qianshao.registry.readers import households as readers
from qianshao.rules.parameters import resolve
from qianshao.screening import rulebooks
from qianshao.screening.dossier.account import account
from qianshao.screening.dossier.chronicle import chronicle
from qianshao.screening.dossier.differences import differences
from qianshao.screening.dossier.dimensions import profile
from qianshao.screening.dossier.home import home, people
from qianshao.screening.dossier.statements import Departments
from qianshao.screening.matching import OPEN
from qianshao.screening.models import Run
from qianshao.screening.pages.lines import Line, lines
from qianshao.screening.readers.figures import figures
from qianshao.screening.readers.records import SnapshotGone, records
from qianshao.screening.readers.runs import last_done
from qianshao.screening.readers.warnings import of_household
from qianshao.work.clocks import today

EVENTS = 12
PHONE = "phone"


@allowed(*roles.HOUSEHOLD_READERS)
def household(request: Request, key: int) -> HttpResponse:
    """One household whole, as of today; figures and warnings as of the last run."""
    one = found(readers.find(request.scope, key))
    on, run = today(), last_done()
    warned, sees_warnings = _warned(request, one, on)
    open_ = sorted((w for w in warned if w.warning.status in OPEN), key=lambda w: w.warning.due_on)
    language = request.LANGUAGE_CODE or ""
    ledger = account(request.scope, key, on, resolve(rulebooks.current(), _code(one, on), on))
    context = _as_said(request, one, on, warned) | {
        "section": "households",
        "household": one,
        "crumbs": [area for area in ancestry(one.area) if area.level in {"township", "village"}],
        "phone": readers.masked_phone(one.phone),
        "run": run,
        "sides": _profile(request, one, run, open_, sees_warnings),
        "warned": open_,
        "sees_warnings": sees_warnings,
        "ledger": ledger,
        "chart": ledger.chart(language),
        "chart_words": ledger.summary(language),
        "months": ledger.months(),
        "can_show": _may_show(request, one),
    }
    return render(request, "screening/household.html", context)


@allowed(*roles.HOUSEHOLD_READERS)
def indicator(request: Request, key: int, name: str) -> HttpResponse:
    """The rows behind one figure of the last run."""
    one, run = found(readers.find(request.scope, key)), found(last_done())
    rulebook = rulebooks.kept(run.manifest["rulebook"])
    shown = found(rulebook.indicators.get(name))
    try:
        tables, gone = records(one, run, name, request.scope), False
    except SnapshotGone:
        tables, gone = [], True
    context = {
        "section": "households",
        "household": one,
        "indicator": shown,
        "tables": tables,
        "gone": gone,
        "run": run,
    }
    return render(request, "screening/indicator.html", context)


@sensitive_variables("shown")
@allowed(*roles.NUMBER_READERS, methods=("GET", "POST"))
def number(request: Request, key: int) -> HttpResponse:
    """Ask for what purpose a number is needed; posted, show it once and keep a record of it."""
    one = found(readers.find(request.scope, key))
    members = readers.members(request.scope, key, today())
    asked = request.POST if request.method == "POST" else request.GET
    who, purpose = asked.get("who", ""), request.POST.get("purpose", "")
    shown, fault = None, None
    if request.method == "POST":
        member = next((m for m in members if str(m.person) == who), None)
        found(member or who == PHONE or None)
        try:
            person = Person.objects.get(pk=member.person) if member else None
            shown = show_number(household=one, person=person, purpose=purpose, by=request.user.username)
        except Refused as refusal:
            fault = refusal
    context = {
        "section": "households",
        "household": one,
        "people": people(members),
        "phone": readers.masked_phone(one.phone),
        "who": who,
        "purpose": purpose,
        "purposes": words.PURPOSES,
        "shown": shown,
        "fault": fault,
    }
    return render(request, "screening/number.html", context, status=400 if fault else 200)


def _as_said(request: Request, one: Household, on: date, warned: list[Line]) -> dict[str, Any]:
    """What the register and the departments say, where they differ, and since when."""
    members = readers.members(request.scope, one.pk, on)
    former = readers.former_members(request.scope, one.pk, on)
    named = {member.person: member.name for member in (*former, *members)}
    rulebook = rulebooks.current()
    departments = Departments(one, on, named, rulebook)
    facts = readers.facts(request.scope, one.pk, on)
    head = next((member for member in members if member.relation == "head"), None)
    statements = departments.statements()
    events = chronicle(
        readers.history(request.scope, one.pk), [*members, *former], one.registered_on, departments, warned
    )
    return {
        "head": head,
        "people": people(members),
        "former": people(former),
        "home": home(facts),
        "statements": statements,
        "silent": [each for each in statements if each.silent],
        "differences": differences(
            facts,
            departments,
            {member.person: member.name for member in members},
            rulebook,
            resolve(rulebook, _code(one, on), on),
        ),
        "events": events if "all" in request.GET else events[:EVENTS],
        "events_in_all": len(events),
    }


def _warned(request: Request, one: Household, on: date) -> tuple[list[Line], bool]:
    """All warnings of the household as lists show them, and whether the viewer may see warnings there."""
    scope = scope_of(request.user, roles.WARNING_READERS, on)
    rows = of_household(scope, one.pk)
    return lines(rows, request.scope, on), scope.covers(one.area.path)


def _profile(
    request: Request, one: Household, run: Run | None, warned: list[Line], sees_warnings: bool
) -> list[Any]:
    known = figures(request.scope, run, one.pk) if run else {}
    rulebook = rulebooks.kept(run.manifest["rulebook"]) if run else None
    return profile(rulebook, known, warned, sees_warnings)


def _may_show(request: Request, one: Household) -> bool:
    return scope_of(request.user, roles.NUMBER_READERS, today()).covers(one.area.path)


def _code(one: Household, on: date) -> str:
    return village_codes(on).get(one.area.path, "")
