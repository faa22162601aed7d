"""What was delivered, how fresh each feed is, and the receipt of one file."""

import tempfile
from pathlib import Path
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render

from qianshao.access import roles
from qianshao.access.models import User
from qianshao.access.permissions import Request, allowed, found, may
from qianshao.feeds import words
from qianshao.feeds.actions.originals import hand_back
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period
from qianshao.feeds.readers import deliveries as readers
from qianshao.feeds.readers.freshness import freshness
from qianshao.work.clocks import today
from qianshao.work.pages import shown
from qianshao.work.readers import last_job

PAGE = 20
ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORDER = ("late", "nothing", "on_time")


@allowed(*roles.DELIVERY_READERS)
def deliveries(request: Request) -> HttpResponse:
    """Each feed with its newest delivery, and below all deliveries of the area."""
    feed, state = request.GET.get("feed", ""), request.GET.get("state", "")
    contracts = feed_contracts()
    listed = readers.deliveries(request.scope, feed if feed in contracts else None, state)
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "feeds/deliveries.html",
        {
            "section": "deliveries",
            "fresh": _fresh(request),
            "page": page,
            "contracts": sorted(contracts.values(), key=lambda c: (c.lands, c.name)),
            "feed": feed,
            "state": state,
            "states": words.FILTERS,
            "sheets_refused": words.SHEETS_REFUSED,
            "can_deliver": may(request.user, *roles.DELIVERERS),
        },
    )


@allowed(*roles.DELIVERY_READERS)
def delivery(request: Request, key: int) -> HttpResponse:
    """The receipt: what was read, accepted and refused, why, and what to do about it."""
    one = found(readers.find(request.scope, key))
    job = last_job(request.user, "feeds.deliver", {"delivery": key})
    numbers = Paginator(range(one.rows_refused), ROWS).get_page(request.GET.get("page"))
    contract = feed_contracts()[one.feed]
    return render(
        request,
        "feeds/delivery.html",
        {
            "section": "deliveries",
            "delivery": one,
            "contract": contract,
            "job": shown(job) if job and job.state in {"queued", "running", "failed"} else None,
            "again": "again" in request.GET,
            "last_day": Period(one.period_from, one.period_until).last,
            "accepted_share": one.rows_accepted / one.rows_read if one.rows_read else None,
            "accepted_width": _per_cent(one.rows_accepted, one.rows_read),
            "refused_width": _per_cent(one.rows_refused, one.rows_read),
            "groups": readers.fault_groups(one),
            "rows": readers.refused_rows(one, numbers.number, ROWS),
            "page": numbers,
            "faults": readers.file_faults(one),
            "notices": readers.sheets_not_read(one),
            "sheets_refused": words.SHEETS_REFUSED,
            "sheets_refused_why": words.SHEETS_REFUSED_WHY,
            "mend_sheets": words.MEND_SHEETS,
            "linkage": readers.linkage(one) if one.state == "done" else None,
            "history": readers.history(one),
            "others": readers.deliveries(request.scope, one.feed)[:6],
            "can_deliver": may(request.user, *roles.DELIVERERS),
            "can_open": may_open(request.user, one),
            "not_yours": words.NOT_YOURS,
            "kind": words.KINDS[contract.kind],
            "delivers": words.DELIVERS[contract.delivers],
            "due": words.due(contract.schedule.every, contract.schedule.due_day),
        },
    )


@allowed(*roles.DELIVERERS)
def marked(request: Request, key: int) -> HttpResponse | FileResponse:
    """The sender's own file with the faults marked; that it was opened is recorded."""
    one = found(readers.find(request.scope, key))
    if not may_open(request.user, one):
        raise Http404
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "marked.xlsx"
        try:
            hand_back(
                delivery=one, out=out, by=request.user.username, language=request.LANGUAGE_CODE or "zh-hans"
            )
        except FileNotFoundError as gone:
            raise Http404 from gone
        # An open file outlives its name.
        return FileResponse(out.open("rb"), content_type=XLSX, headers=attachment(_name(one)))


def may_open(user: User, one: Delivery) -> bool:
    """A file as it was handed over holds what its sender knows: for the sender and the data steward only."""
    return one.received_by_id == user.pk or may(user, roles.DATA_STEWARD)


def attachment(name: str) -> dict[str, str]:
    """A download under a name that may be Chinese."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def _name(one: Delivery) -> str:
    return f"{Path(one.file_name).stem}_标错.xlsx"


def _per_cent(rows: int, all_rows: int) -> str:
    return f"{100 * rows / all_rows if all_rows else 0:.2f}"


def _fresh(request: Request) -> list[dict[str, object]]:
    """Feeds in the order of what asks for attention, each with its newest delivery."""
    newest = readers.newest(request.scope)
    fresh = [*freshness(request.scope, today()), *freshness(request.scope, today(), lands="registry")]
    fresh.sort(key=lambda one: (one.contract.lands, ORDER.index(one.state), one.contract.name))
    return [
        {
            "one": one,
            "state": words.FRESHNESS[one.state],
            "tag": {"late": "late", "nothing": "unknown", "on_time": "done"}[one.state],
            "newest": newest.get(one.contract.name),
            "last": one.last_day_covered,
        }
        for one in fresh
    ]
