"""Handing over a file: it is recognised by its titles and taken in in the background.

What the file alone does not say (which feed, which time) is asked for in a second step. The file waits sealed
meanwhile; the form carries a signed note of it, which is good for its sender only.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed, may
from qianshao.feeds import originals, words
from qianshao.feeds.actions.deliveries import receive
from qianshao.feeds.contracts import contract_of, feed_contracts
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period, period_in, read_period, to_come
from qianshao.feeds.readers import deliveries as readers
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.work.actions import enqueue
from qianshao.work.clocks import today
from qianshao.work.readers import last_job
from qianshao.workbooks import Contract, recognise

SALT = "feeds.upload"
PATIENCE = 3600  # seconds that a file waits for the second step


@dataclass(frozen=True)
class Waiting:
    """A file that was handed over and is not a delivery yet."""

    file_name: str
    fingerprint: str
    path: Path


class Question(Refused):
    """Something the file does not say; its sender can."""

    def __init__(self, asked: str, refusal: Refused) -> None:
        self.asked = asked
        super().__init__(refusal.reason, refusal.right_form)


@allowed(*roles.DELIVERERS, methods=("GET", "POST"))
def upload(request: Request) -> HttpResponse:
    """The form; posted, on to the receipt of the file, which shows how far it is."""
    if request.method != "POST":
        return _form(request, {"feed": request.GET.get("feed", "")})
    try:
        with _handed_over(request) as waiting:
            try:
                return _take_in(request, waiting)
            except Question as question:
                originals.keep(waiting.path, waiting.fingerprint)
                note = signing.dumps(
                    [request.user.pk, waiting.file_name, waiting.fingerprint], salt=SALT, compress=True
                )
                asked = {"asked": question.asked, "note": note, "file_name": waiting.file_name}
                return _form(request, {**_typed(request), **asked, "fault": question}, status=400)
    except Refused as refusal:
        return _form(request, {**_typed(request), "fault": refusal}, status=400)


def _take_in(request: Request, waiting: Waiting) -> HttpResponse:
    contract = _contract(request, waiting)
    area = _area(request)
    held = Delivery.objects.filter(feed=contract.name, fingerprint=waiting.fingerprint).first()
    if held is not None and readers.find(request.scope, held.pk) is None:
        raise Refused(words.ELSEWHERE)
    period = _period(request, waiting, contract, known=held is not None)
    with transaction.atomic():
        delivery = receive(
            path=waiting.path,
            file_name=waiting.file_name,
            feed=contract.name,
            area=area,
            by=request.user.username,
            period=period,
        )
        if delivery.state in ("received", "staged") and not _under_way(request, delivery):
            enqueue(kind="feeds.deliver", payload={"delivery": delivery.pk}, by=request.user.username)
    address = reverse("feeds:delivery", kwargs={"key": delivery.pk})
    return redirect(address if held is None else f"{address}?again")


def _under_way(request: Request, delivery: Delivery) -> bool:
    job = last_job(request.user, "feeds.deliver", {"delivery": delivery.pk})
    return job is not None and job.state in {"queued", "running"}


def _contract(request: Request, waiting: Waiting) -> Contract:
    """The feed chosen, else the one whose titles the file has. Raises `Refused` for another's feed."""
    if request.POST.get("feed"):
        contract = contract_of(request.POST["feed"])
    else:
        likely = recognise(waiting.path, feed_contracts().values())
        if not likely or _as_likely(likely[:2]):
            reason = words.FEED_UNCLEAR.format(file_name=waiting.file_name)
            raise Question("feed", Refused(reason, words.FEED_UNCLEAR_RIGHT))
        contract = likely[0].contract
    if contract.lands == "registry" and not may(request.user, roles.DATA_STEWARD):
        raise Refused(words.FEED_NOT_YOURS)
    return contract


def _as_likely(two: list[Any]) -> bool:
    return len(two) == 2 and (len(two[0].missing), two[0].score) == (len(two[1].missing), two[1].score)


def _period(request: Request, waiting: Waiting, contract: Contract, *, known: bool) -> Period | None:
    """The time typed, else the one in the file's name; None: the action knows what to do without. Of a file
    that is known it is not asked."""
    typed = request.POST.get("period", "").strip()
    period = read_period(typed) if typed else period_in(waiting.file_name)
    if typed and period is None:
        refusal = Refused(words.PERIOD_UNREADABLE.format(period=typed), words.PERIOD_TYPED_RIGHT)
        raise Question("period", refusal)
    if known:
        return period
    if period is None and contract.lands == "feed":
        reason = words.PERIOD_UNKNOWN.format(file_name=waiting.file_name)
        raise Question("period", Refused(reason, words.PERIOD_TYPED_RIGHT))
    if period is not None and (to_be := to_come(period, today())):
        raise Question("period", to_be)
    return period


def _areas(request: Request) -> list[Area]:
    """The areas that the sender works for: one as a rule."""
    return list(request.scope.areas().filter(path__in=request.scope.prefixes).order_by("path"))


def _area(request: Request) -> Area:
    areas = _areas(request)
    chosen = request.POST.get("area", "")
    fitting = [area for area in areas if str(area.pk) == chosen] if chosen else areas[:1]
    if not fitting:
        raise Refused(words.AREA_NOT_YOURS)
    return fitting[0]


@contextmanager
def _handed_over(request: Request) -> Iterator[Waiting]:
    """The file of this request, or the one that waits since the step before. Raises `Refused` without one."""
    sent = request.FILES.get("file")
    if isinstance(sent, UploadedFile):
        with tempfile.TemporaryDirectory() as folder:
            name = Path(sent.name or "file").name
            # Under its own ending: how a file is opened may follow it.
            path = Path(folder) / f"file{Path(name).suffix.lower()}"
            with path.open("wb") as file:
                for chunk in sent.chunks():
                    file.write(chunk)
            yield Waiting(name, originals.fingerprint_of(path), path)
        return
    if not request.POST.get("note"):
        raise Refused(words.NO_FILE, words.NO_FILE_RIGHT)
    try:
        owner, name, fingerprint = signing.loads(request.POST["note"], salt=SALT, max_age=PATIENCE)
        if owner != request.user.pk:
            raise signing.BadSignature
        with originals.opened(fingerprint) as path:
            yield Waiting(name, fingerprint, path)
    except (signing.BadSignature, FileNotFoundError) as gone:
        raise Refused(words.TOO_LATE) from gone


def _typed(request: Request) -> dict[str, Any]:
    return {name: request.POST.get(name, "") for name in ("feed", "period", "area", "note")}


def _form(request: Request, context: dict[str, Any], status: int = 200) -> HttpResponse:
    steward = may(request.user, roles.DATA_STEWARD)
    contracts = [c for c in feed_contracts().values() if steward or c.lands == "feed"]
    context |= {
        "section": "deliveries",
        "contracts": sorted(contracts, key=lambda c: (c.lands, c.department.zh, c.name)),
        "areas": _areas(request),
    }
    if context.get("note") and not context.get("file_name"):
        context["note"] = ""
    return render(request, "feeds/upload.html", context, status=status)
