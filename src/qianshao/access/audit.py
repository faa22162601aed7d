"""Evidence: one event in the transaction of each change. If it cannot be written, nothing changes."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianshao.access.fields import provider
from qianshao.access.models import AuditEvent

SYSTEM = "system"
_compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


CONTENT = ("recorded_at", "actor", "action", "subject", "area_path", "facts")
"""The fields that an event's digest covers, in this order."""


def digest_over(moment: datetime, *content: Any) -> bytes:
    """The keyed digest over the `CONTENT` of an event, as compact JSON."""
    text = _compact([moment.isoformat(), *content])
    return provider().digest("audit", text.encode())


def record(
    *, by: str, action: str, subject: str, area_path: str = "", facts: dict[str, Any] | None = None
) -> AuditEvent:
    """Write an event. Must run inside the transaction of the change it is about.

    Raises `TransactionManagementError` outside of one: an event without its change, or a change without
    its event, would be worse than an error.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "an audit event belongs in the transaction of its change"
        )
    event = AuditEvent(
        recorded_at=timezone.now(),
        actor=by,
        action=action,
        subject=subject,
        area_path=area_path,
        facts=facts or {},
    )
    event.digest = digest_of(event)
    event.save(force_insert=True)
    return event


def digest_of(event: AuditEvent) -> bytes:
    """The keyed digest that an event must carry if it still says what was written."""
    return digest_over(*(getattr(event, name) for name in CONTENT))


def is_genuine(event: AuditEvent) -> bool:
    """Whether the event still says what was written."""
    return bytes(event.digest) == digest_of(event)
