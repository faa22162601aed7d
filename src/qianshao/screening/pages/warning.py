"""One warning explained: why, on which figures, what is not known, what would clear it, by which rule."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed, found
from qianshao.access.scope import Scope, scope_of
from qianshao.refusals import Refused
from qianshao.registry.readers.households import Member, members
from qianshao.rules.explanation import Limit
from qianshao.screening import rulebooks, words
from qianshao.screening.actions import holds
from qianshao.screening.explanation import Figure, Reason, explain
from qianshao.screening.margins import leading_figure, margin
from qianshao.screening.models import EarlyWarning
from qianshao.screening.pages.lines import Line, lines, village_name
from qianshao.screening.readers.families import families_scope
from qianshao.screening.readers.history import history, hold_on, past_holds
from qianshao.screening.readers.records import SnapshotGone, records
from qianshao.screening.readers.unknowns import missing
from qianshao.screening.readers.warnings import of_household
from qianshao.screening.readers.warnings import warning as one
from qianshao.words import Text
from qianshao.work.clocks import today

# Who may see the rows behind a figure and the sheet that a visitor takes along: both tell of the family.
FAMILY_READERS = tuple(role for role in roles.WARNING_READERS if role in roles.HOUSEHOLD_READERS)
# How long a hold lasts unless the officer says otherwise.
HOLD_DAYS = 30


@allowed(*roles.WARNING_READERS)
def warning(request: Request, key: int) -> HttpResponse:
    """A warning of the viewer's area with all that an officer needs to act on it."""
    return render(request, "screening/warning.html", _page(request, _found(request.scope, key)))


@allowed(*FAMILY_READERS)
def figure(request: Request, key: int, rule: str, name: str) -> HttpResponse:
    """The rows behind one figure of a rule: a fragment for htmx, else a page of its own."""
    shown = _found(request.scope, key)
    explained = explain(shown)
    reason = found(next((reason for reason in explained.reasons if reason.hit.rule == rule), None))
    opened = found(next((each for each in _figures([reason]) if each.figure.input.name == name), None))
    names = families_scope(request.user, today())
    try:
        tables, gone = records(shown.household, reason.run, name, names), False
    except SnapshotGone:
        tables, gone = [], True
    context = {
        "section": "warnings",
        "warning": shown,
        "figure": opened.figure,
        "tables": tables,
        "gone": gone,
        "run": reason.run,
    }
    return render(
        request, "screening/parts/records.html" if request.htmx else "screening/records.html", context
    )


@allowed(*FAMILY_READERS)
def sheet(request: Request, key: int) -> HttpResponse:
    """The form that two visitors take along, to print."""
    shown = _found(request.scope, key)
    explained = explain(shown)
    context = {
        "section": "warnings",
        "warning": shown,
        "explained": explained,
        "village": village_name(shown.household.area),
        "members": _members(request.scope, shown),
        "figures": [each for each in _figures(explained.reasons) if each.measured],
        "missing": missing(shown),
        "others": [line for line in _others(request, shown) if line.warning.status != "cleared"],
    }
    return render(request, "screening/sheet.html", context)


@allowed(*roles.WARNING_HOLDERS, methods=("POST",))
def hold(request: Request, key: int) -> HttpResponse:
    """Set the warning aside until a day, with a reason."""
    shown = _found(request.scope, key)
    until, reason = request.POST.get("until", ""), request.POST.get("reason", "")[:500]
    try:
        holds.hold(
            household=shown.household,
            cause=shown.cause,
            until=_day(until),
            reason=reason,
            by=request.user.username,
        )
    except Refused as refused:
        # What is shown around the form is what this viewer may see, wherever the right to hold comes from.
        request.scope = scope_of(request.user, roles.WARNING_READERS, today())
        context = _page(request, shown) | {"refused": refused, "until": until, "reason": reason}
        return render(request, "screening/warning.html", context, status=400)
    return redirect("screening:warning", key)


@allowed(*roles.WARNING_HOLDERS, methods=("POST",))
def lift(request: Request, key: int) -> HttpResponse:
    """Take a hold back."""
    shown = _found(request.scope, key)
    with suppress(Refused):  # somebody else was quicker: it is not held, which is what was asked for
        holds.lift(household=shown.household, cause=shown.cause, by=request.user.username)
    return redirect("screening:warning", key)


@dataclass(frozen=True)
class Shown:
    """A figure of the evidence. `measured`: one that a rule compares or names, not only shown beside."""

    figure: Figure
    reason: Reason
    measured: bool


def _page(request: Request, shown: EarlyWarning) -> dict[str, Any]:
    on = today()
    names = families_scope(request.user, on)
    explained = explain(shown)
    [line] = lines([shown], names, on)
    held = hold_on(shown, on)
    return {
        "section": "warnings",
        "warning": shown,
        "line": line,
        "explained": explained,
        "leading": explained.leading,
        "others_hit": [(reason, margin(reason)) for reason in explained.reasons[1:]],
        "clears": [reason for reason in explained.reasons if reason.explanation.clears],
        "limits": _limits(explained.leading),
        "figures": _figures(explained.reasons),
        "missing": missing(shown),
        "history": history(shown),
        "holds": past_holds(shown),
        "hold": held,
        "sees_family": names.covers(shown.household.area.path),
        "can_hold": _may_hold(request, shown),
        "until": (on + timedelta(days=HOLD_DAYS)).isoformat(),
        "tomorrow": (on + timedelta(days=1)).isoformat(),
        "others": _others(request, shown),
        "step": "" if held else _urgency(shown, on),
    }


def _urgency(shown: EarlyWarning, on: date) -> str:
    """The edge of the next step."""
    return "late" if shown.due_on < on else "soon" if (shown.due_on - on).days <= 1 else ""


def _found(scope: Scope, key: int) -> EarlyWarning:
    try:
        return one(scope, key)
    except EarlyWarning.DoesNotExist as error:
        raise Http404 from error


def _figures(reasons: Sequence[Reason]) -> list[Shown]:
    """The figures of all rules, each once: that which the warning is named for, what rules name, the rest."""
    figures: dict[str, Shown] = {}
    for reason in reasons:
        for part, measured in ((reason.inputs, True), (reason.details, False), (reason.evidence, False)):
            for each in part:
                figures.setdefault(each.input.name, Shown(each, reason, measured))
    first = leading_figure(reasons[0])
    return sorted(figures.values(), key=lambda each: (each.figure != first, not each.measured))


def _limits(reason: Reason) -> list[Limit]:
    """The values of policy that the rule used, without its clock."""
    return list(reason.explanation.limits)


def _others(request: Request, shown: EarlyWarning) -> list[Line]:
    """The household's other warnings, open ones first."""
    rows = of_household(request.scope, shown.household_id).exclude(pk=shown.pk)
    return lines(rows, families_scope(request.user, today()), today())


@dataclass(frozen=True)
class Resident:
    """A member as the sheet names them."""

    member: Member
    relation: Text


def _members(scope: Scope, shown: EarlyWarning) -> list[Resident]:
    relations = rulebooks.current().codelists["relations"].codes
    return [
        Resident(member, relations.get(member.relation, Text("", "")))
        for member in members(scope, shown.household_id, today())
    ]


def _may_hold(request: Request, shown: EarlyWarning) -> bool:
    return scope_of(request.user, roles.WARNING_HOLDERS, today()).covers(shown.household.area.path)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(
            words.NOT_A_DAY.format(text=text[:20]), words.DAY_RIGHT.format(today=today())
        ) from error
