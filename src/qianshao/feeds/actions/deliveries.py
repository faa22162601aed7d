"""A file comes in: it is kept, judged, and its rows are landed or applied to the registry."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from qianshao.access import audit
from qianshao.access.models import User
from qianshao.failpoints import failpoint
from qianshao.feeds import originals, words
from qianshao.feeds.actions.applying import apply_staged
from qianshao.feeds.actions.landing import land_rows
from qianshao.feeds.actions.staging import stage_rows
from qianshao.feeds.contracts import contract_of
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period, period_in, to_come
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.work.clocks import today
from qianshao.workbooks import Contract

Progress = Callable[[float], None]


def receive(
    *, path: Path, file_name: str, feed: str, area: Area, by: str, period: Period | None = None
) -> Delivery:
    """Keep a file for a feed; nothing of it counts yet. The same file again is the same delivery.

    The period is read from the name where it is not given; files of the registry need none, they speak of the
    day they arrived. Raises `Refused` for an unknown feed, for a period that is not stated or has not come,
    and for a file that was delivered for another period or area.
    """
    contract = contract_of(feed)
    fingerprint = originals.fingerprint_of(path)
    stated = period or period_in(file_name)
    held = Delivery.objects.filter(feed=feed, fingerprint=fingerprint).first()
    if held is not None:
        _may_repeat(held, stated, area)
        return _again(held, contract, by)
    period = stated or _arriving(file_name, contract)
    if refusal := to_come(period, today()):
        raise refusal
    originals.keep(path, fingerprint)
    failpoint("delivery.kept")
    with transaction.atomic():
        delivery, new = Delivery.objects.get_or_create(
            feed=feed,
            fingerprint=fingerprint,
            defaults={
                "contract": contract.digest,
                "file_name": file_name,
                "area": area,
                "period_from": period.first,
                "period_until": period.until,
                "received_at": timezone.now(),
                "received_by": User.objects.filter(username=by).first(),
            },
        )
        if new:
            _record(delivery, "deliveries.receive", by)
        else:
            _may_repeat(delivery, stated, area)
        failpoint("delivery.receiving")
    failpoint("delivery.received")
    return delivery


def process(*, delivery: Delivery, by: str, progress: Progress | None = None) -> Delivery:
    """Judge a received file and make its good rows count; the refused ones go to quarantine.

    May be killed and called again at any time: nothing is lost, doubled or half visible. A finished delivery
    stays as it is. `progress` is told the share done, from 0 to 1.
    """
    contract = contract_of(delivery.feed)
    told = progress or (lambda share: None)
    delivery.refresh_from_db()
    if delivery.state == "received" and contract.lands == "feed":
        land_rows(delivery=delivery, contract=contract, by=by, progress=told)
    elif delivery.state == "received":
        stage_rows(delivery=delivery, contract=contract, by=by, progress=lambda share: told(share / 2))
    delivery.refresh_from_db()
    if delivery.state == "staged":
        apply_staged(
            delivery=delivery, contract=contract, by=by, progress=lambda share: told(0.5 + share / 2)
        )
    delivery.refresh_from_db()
    told(1.0)
    return delivery


def _again(delivery: Delivery, contract: Contract, by: str) -> Delivery:
    """A file that was refused as a whole is judged anew once its contract has changed."""
    if delivery.state == "refused" and delivery.contract != contract.digest:
        with transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk, state="refused").update(
                state="received", contract=contract.digest, file_faults=[]
            )
            _record(delivery, "deliveries.reopen", by)
        delivery.refresh_from_db()
    return delivery


def _may_repeat(held: Delivery, stated: Period | None, area: Area) -> None:
    """Whoever corrects a period or an area must not take the old receipt for a success."""
    own = Period(held.period_from, held.period_until)
    if stated in (None, own) and held.area_id == area.pk:
        return
    reason = words.DELIVERED_OTHERWISE.format(
        key=held.pk, file_name=held.file_name, first=own.first, last=own.last, area=held.area.name
    )
    raise Refused(reason, words.DELIVERED_OTHERWISE_RIGHT)


def _arriving(file_name: str, contract: Contract) -> Period:
    """The day of arrival, for a file whose name states no period."""
    if contract.lands == "registry":
        return Period(today(), today() + timedelta(days=1))
    raise Refused(words.PERIOD_UNKNOWN.format(file_name=file_name), words.PERIOD_RIGHT)


def _record(delivery: Delivery, action: str, by: str) -> None:
    audit.record(
        by=by,
        action=action,
        subject=f"feeds.delivery:{delivery.pk}",
        area_path=delivery.area.path,
        facts={
            "feed": delivery.feed,
            "fingerprint": delivery.fingerprint,
            "from": delivery.period_from.isoformat(),
            "until": delivery.period_until.isoformat(),
        },
    )
