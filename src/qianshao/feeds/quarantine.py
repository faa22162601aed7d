"""Refused rows, kept sealed until the sender corrects them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from qianshao.feeds.models import Delivery, RefusedRow
from qianshao.words import Text
from qianshao.workbooks import Fault

MOST_HELD = 2_000


class Quarantine:
    """Takes the refused rows of one delivery as they come; nobody sees them before it is finished."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery, self.count = delivery, 0
        self._held: list[RefusedRow] = []
        # What a killed process left behind.
        RefusedRow.objects.filter(delivery=delivery).delete()

    def add(self, sheet: str, row: int, cells: Mapping[str, str], faults: Sequence[Fault]) -> None:
        """Keep a row with all that is wrong with it."""
        self.count += 1
        self._held.append(
            RefusedRow(
                delivery=self.delivery,
                sheet=sheet,
                row=row,
                cells=json.dumps(dict(cells), ensure_ascii=False),
                faults=as_json(faults),
            )
        )
        if len(self._held) >= MOST_HELD:
            with transaction.atomic():
                self.store()

    def store(self) -> None:
        """Write what is held, within the caller's transaction."""
        RefusedRow.objects.bulk_create(self._held, batch_size=500)
        self._held = []


def as_json(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Faults as a table keeps them; a judge has masked the identities in them."""
    return [
        {
            "sheet": fault.sheet,
            "column": fault.column_title,
            "cell": fault.cell,
            "code": fault.code,
            "reason": both(fault.reason),
            "right_form": both(fault.right_form),
        }
        for fault in faults
    ]


def both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
