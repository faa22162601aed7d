"""Receipts and feeds as plain data, for machines and the command line: no names, no identity numbers."""

from dataclasses import asdict
from typing import Any

from qianshao.feeds.models import Delivery, RefusedRow
from qianshao.feeds.periods import Period
from qianshao.feeds.readers.deliveries import linkage
from qianshao.feeds.readers.freshness import Freshness
from qianshao.workbooks import Fault


def of_feed(one: Freshness) -> dict[str, Any]:
    """A feed and how fresh it is."""
    contract = one.contract
    return {
        "feed": contract.name,
        "label_zh": contract.label.zh,
        "label_en": contract.label.en,
        "department_zh": contract.department.zh,
        "department_en": contract.department.en,
        "lands": contract.lands,
        "kind": contract.kind,
        "every": contract.schedule.every,
        "state": one.state,
        "delivered_on": str(one.delivered_on) if one.delivered_on else None,
        "last_day_covered": str(one.last_day_covered) if one.last_day_covered else None,
        "due_on": str(one.due_on) if one.due_on else None,
        "coverage": round(one.coverage, 4),
        "columns": [column.name for column in contract.columns],
    }


def of_fault(fault: Fault) -> dict[str, Any]:
    """One thing wrong, in both languages."""
    return {
        "sheet": fault.sheet,
        "row": fault.row,
        "cell": fault.cell,
        "column": fault.column_title,
        "code": fault.code,
        "reason": {"zh": fault.reason.zh, "en": fault.reason.en},
        "right_form": {"zh": fault.right_form.zh, "en": fault.right_form.en},
    }


def of_delivery(delivery: Delivery) -> dict[str, Any]:
    """A delivery's receipt with all faults."""
    refused = RefusedRow.objects.filter(delivery=delivery).order_by("sheet", "row")
    about = linkage(delivery)
    return {
        "delivery": delivery.pk,
        "feed": delivery.feed,
        "file": delivery.file_name,
        "state": delivery.state,
        "area": delivery.area.name,
        "period_from": str(delivery.period_from),
        "last_day": str(Period(delivery.period_from, delivery.period_until).last),
        "sheet": delivery.sheet,
        "header_row": delivery.header_row,
        "rows_read": delivery.rows_read,
        "rows_accepted": delivery.rows_accepted,
        "rows_refused": delivery.rows_refused,
        "rows_about": asdict(about) if about else None,
        "file_faults": delivery.file_faults if delivery.state == "refused" else [],
        "sheet_faults": [] if delivery.state == "refused" else delivery.file_faults,
        "sheets_not_read": delivery.notices,
        "faults": [
            {"sheet": row.sheet, "row": row.row, **fault}
            for row in refused.iterator()
            for fault in row.faults
        ],
    }
