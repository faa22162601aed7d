"""Opening what a sender handed over: recorded each time, because the file holds what is masked elsewhere."""

from pathlib import Path

from django.db import transaction

from qianshao.access import audit
from qianshao.feeds.marking import marked
from qianshao.feeds.models import Delivery


def hand_back(*, delivery: Delivery, out: Path, by: str, language: str) -> None:
    """Write the sender's file with its faults marked to `out`. Raises FileNotFoundError once it is no longer
    kept; then nothing is recorded."""
    marked(delivery, out, language)
    with transaction.atomic():
        audit.record(
            by=by,
            action="deliveries.hand_back",
            subject=f"feeds.delivery:{delivery.pk}",
            area_path=delivery.area.path,
            facts={"refused": delivery.rows_refused},
        )
