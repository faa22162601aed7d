"""A file comes in: it is kept, judged, and its rows are landed or applied to the registry."""

from collections.abc import Callable
from datetime import date, timedelta
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
from qianshao.feeds.periods import Period, period_in
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.workbooks import Contract

Progress = Callable[[float], None]


def receive(
    *, path: Path, file_name: str, feed: str, area: Area, by: str, period: Period | None = None
) -> Delivery:
    """Keep a file for a feed; nothing of it counts yet. The same file again is the same delivery.

    The period is read from the name where it is not given; files of the registry need none, they speak of the
    day they arrived. Raises `Refused` for an unknown feed and where no period is stated.
    """
    contract = contract_of(feed)
    fingerprint = originals.fingerprint_of(path)
    held = Delivery.objects.filter(feed=feed, fingerprint=fingerprint).first()
    if held is not None:
        return _again(held, contract, by)
    period = period or _period(file_name, contract)
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


def _period(file_name: str, contract: Contract) -> Period:
    stated = period_in(file_name)
    if stated is not None:
        return stated
    if contract.lands == "registry":
        today: date = timezone.localdate()
        return Period(today, today + timedelta(days=1))
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
