"""Whom a doubtful row is about: the queue, and one identity beside the persons it may be."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed, found
from qianshao.feeds import words
from qianshao.feeds.actions.linking import decide, withdraw
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.models import StatedIdentity
from qianshao.feeds.readers import links as readers
from qianshao.refusals import Refused
from qianshao.registry.models import Person

PAGE = 20
RECENT = 10
NOBODY, WITHDRAW = "nobody", "withdraw"


@dataclass(frozen=True)
class Bar:
    """One part of a score as it is drawn: from where and how far, in per cent of the width."""

    part: readers.Part
    x: str
    width: str

    @property
    def direction(self) -> str:
        """start, for, against or none: the class that colours it."""
        if self.part.name == "start":
            return "start"
        return "none" if not self.part.weight else "for" if self.part.weight > 0 else "against"


@allowed(*roles.LINKERS)
def links(request: Request) -> HttpResponse:
    """What is undecided, the surest candidates first, and what was decided last."""
    page = Paginator(readers.doubtful(request.scope), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "feeds/links.html",
        {
            "section": "links",
            "page": page,
            "doubtful": readers.described(request.scope, list(page.object_list)),
            "decided": readers.decided(request.scope)[:RECENT],
        },
    )


@allowed(*roles.LINKERS, methods=("GET", "POST"))
def link(request: Request, key: int) -> HttpResponse:
    """One stated identity beside its candidates; posted, the decision, and on to the next."""
    identity = found(readers.find(request.scope, key))
    fault = None
    if request.method == "POST":
        try:
            return _decide(request, identity)
        except Refused as refusal:
            fault = refusal
    described = readers.described(request.scope, [identity])[0]
    return render(
        request,
        "feeds/link.html",
        {
            "section": "links",
            "one": described,
            "candidates": [(candidate, _bars(described, candidate)) for candidate in described.candidates],
            "zero": _place(described, 0.0),
            "contract": feed_contracts().get(described.feed),
            "decision": readers.decision(identity),
            "left": readers.count(request.scope),
            "fault": fault,
            "chosen": request.POST.get("person", ""),
            "reason": request.POST.get("reason", ""),
            "reasons": words.REASONS,
        },
        status=400 if fault else 200,
    )


def _decide(request: Request, identity: StatedIdentity) -> HttpResponse:
    chosen, reason = request.POST.get("person", ""), request.POST.get("reason", "")
    if chosen == WITHDRAW:
        withdraw(stated=identity, by_user=request.user)
        return redirect("feeds:link", key=identity.pk)
    if not chosen:
        raise Refused(words.NOTHING_CHOSEN, words.NOTHING_CHOSEN_RIGHT)
    person = None
    if chosen != NOBODY:
        candidates = readers.described(request.scope, [identity])[0].candidates
        if chosen not in {str(candidate.person) for candidate in candidates}:
            raise Refused(words.NOT_A_CANDIDATE)
        person = Person.objects.get(pk=int(chosen))
    decide(stated=identity, person=person, by_user=request.user, reason=reason)
    return redirect("feeds:link", key=identity.pk)


def _bars(one: readers.Doubtful, candidate: readers.Candidate) -> list[Bar]:
    low, high = one.spread
    return [
        Bar(part, _place(one, min(part.start, part.end)), f"{100 * abs(part.weight) / (high - low or 1):.1f}")
        for part in candidate.parts
    ]


def _place(one: readers.Doubtful, at: float) -> str:
    low, high = one.spread
    return f"{100 * (at - low) / (high - low or 1):.1f}"
