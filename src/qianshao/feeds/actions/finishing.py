"""The one moment at which a delivery's rows start to count, or it is known that none will."""

from typing import Any

from django.utils import timezone

from qianshao.access import audit
from qianshao.feeds.models import Delivery
from qianshao.feeds.quarantine import as_json, both
from qianshao.feeds.reading import Reading
from qianshao.workbooks import Contract, Fault


class AlreadyFinished(Exception):
    """Another process finished the delivery in the meantime; its result stands."""


def claim(delivery: Delivery, state: str) -> None:
    """Make sure, first thing in the transaction, that nobody else has moved the delivery on."""
    if Delivery.objects.select_for_update().filter(pk=delivery.pk, state=state).first() is None:
        raise AlreadyFinished(delivery.pk)


def refuse(delivery: Delivery, contract: Contract, faults: list[Fault], by: str) -> None:
    """The file as a whole says nothing; why is kept. Within the caller's transaction."""
    claim(delivery, "received")
    _update(delivery, contract, state="refused", file_faults=as_json(faults))
    _record(delivery, "deliveries.refuse", by, {"faults": sorted({fault.code for fault in faults})})


def finish(delivery: Delivery, contract: Contract, by: str, **facts: Any) -> None:
    """Its rows count from now on. Within the caller's transaction."""
    _update(delivery, contract, state="done", done_at=timezone.now(), **facts)
    _record(delivery, "deliveries.finish", by, {"digest": delivery.landed_digest})


def stage(delivery: Delivery, contract: Contract, by: str, **facts: Any) -> None:
    """Its rows wait to be applied to the registry. Within the caller's transaction."""
    _update(delivery, contract, state="staged", **facts)
    _record(delivery, "deliveries.stage", by, {})


def receipt(reading: Reading, accepted: int) -> dict[str, Any]:
    """The figures of a receipt as the delivery's row keeps them."""
    return {
        "sheet": reading.judgement.sheet,
        "header_row": reading.judgement.header_row,
        "rows_read": reading.judgement.rows_read,
        "rows_accepted": accepted,
        "rows_refused": reading.quarantine.count,
        "file_faults": as_json(reading.judgement.sheet_faults),
        "notices": [both(notice) for notice in reading.judgement.notices],
    }


def _update(delivery: Delivery, contract: Contract, **values: Any) -> None:
    for name, value in values.items():
        setattr(delivery, name, value)
    delivery.contract = contract.digest
    delivery.save(update_fields=[*values, "contract"])


def _record(delivery: Delivery, action: str, by: str, facts: dict[str, Any]) -> None:
    counts = {
        "read": delivery.rows_read,
        "accepted": delivery.rows_accepted,
        "refused": delivery.rows_refused,
    }
    audit.record(
        by=by,
        action=action,
        subject=f"feeds.delivery:{delivery.pk}",
        area_path=delivery.area.path,
        facts={**counts, **facts},
    )
