"""The sender's own file back, with every fault marked: those of the contract and those of the register."""

from pathlib import Path
from typing import Any

from qianshao.feeds import originals
from qianshao.feeds.contracts import contract_of
from qianshao.feeds.models import Delivery, RefusedRow
from qianshao.feeds.periods import Period
from qianshao.feeds.reading import judgement_of
from qianshao.words import Text
from qianshao.workbooks import Fault, Judgement, mark
from qianshao.workbooks import RefusedRow as Refused


def judged(path: Path, feed: str, period: Period | None) -> Judgement:
    """The judgement of a whole file by a feed's contract; what the register knows is not asked."""
    judgement = judgement_of(path, contract_of(feed), period)
    for _ in judgement.rows:
        pass
    return judgement


def marked(delivery: Delivery, out: Path, language: str = "zh-hans") -> None:
    """Write the delivered file to `out` (xlsx) with the faults of all its refused rows.

    Raises FileNotFoundError once the original is no longer kept.
    """
    with originals.opened(delivery.fingerprint) as path:
        judgement = judged(path, delivery.feed, Period(delivery.period_from, delivery.period_until))
        known = {(refused.sheet, refused.row) for refused in judgement.refused}
        for row in RefusedRow.objects.filter(delivery=delivery).order_by("sheet", "row").iterator():
            if (row.sheet, row.row) not in known:
                faults = [_fault(row, fault) for fault in row.faults]
                judgement.refused.append(Refused(row.sheet, row.row, {}, faults))
                judgement.rows_refused += 1
                judgement.rows_accepted -= 1
        mark(path, judgement, out, language)


def _fault(row: RefusedRow, fault: dict[str, Any]) -> Fault:
    return Fault(
        code=fault["code"],
        reason=Text(**fault["reason"]),
        right_form=Text(**fault["right_form"]),
        sheet=row.sheet,
        row=row.row,
        column_title=fault["column"],
        cell=fault["cell"],
    )
