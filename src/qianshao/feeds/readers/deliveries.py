"""Deliveries, their receipts and what was refused of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db.models import Q, QuerySet

from qianshao.access.models import AuditEvent, User
from qianshao.access.scope import Scope
from qianshao.feeds import words
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.models import Delivery, LinkDecision, RefusedRow
from qianshao.parquet import rows_in
from qianshao.words import Text

FINISHED = ("done", "refused")

# How deliveries may be chosen in a list.
OUTCOMES = {
    "underway": Q(state__in=("received", "staged")),
    "clean": Q(state="done", rows_refused=0, file_faults=[]),
    "rows_refused": Q(state="done") & (Q(rows_refused__gt=0) | ~Q(file_faults=[])),
    "file_refused": Q(state="refused"),
}


@dataclass(frozen=True)
class Event:
    """Something that was done with a delivery: when, what in words, and by whom."""

    at: datetime
    what: Text
    by: str


@dataclass(frozen=True)
class Linkage:
    """Whom the accepted rows of a delivery are about: rows, not persons. They add up to the accepted."""

    linked: int
    nobody: int
    doubtful: int


@dataclass(frozen=True)
class FaultGroup:
    """The same fault in many rows: how many, and the first of them as an example."""

    code: str
    column: str
    cell: str
    reason: Text
    right_form: Text
    rows: int


@dataclass(frozen=True)
class Fault:
    cell: str
    column: str
    code: str
    reason: Text
    right_form: Text
    sheet: str = ""


@dataclass(frozen=True)
class Refused:
    """A refused row with all its faults. What its cells said is not shown: the marked file has it."""

    sheet: str
    row: int
    faults: list[Fault]


def deliveries(scope: Scope, feed: str | None = None, outcome: str = "") -> QuerySet[Delivery]:
    """The deliveries for areas in scope, the newest first; `outcome`: a key of OUTCOMES, else all."""
    rows = scope.filter(Delivery.objects.select_related("area", "received_by"))
    if feed is not None:
        rows = rows.filter(feed=feed)
    return rows.filter(OUTCOMES.get(outcome, Q())).order_by("-received_at", "-pk")


def newest(scope: Scope) -> dict[str, Delivery]:
    """The last delivery of each feed, by the feed's name."""
    last: dict[str, Delivery] = {}
    for one in deliveries(scope):
        last.setdefault(one.feed, one)
    return last


def find(scope: Scope, key: int) -> Delivery | None:
    """One delivery for a page; None out of scope as for none at all."""
    return deliveries(scope).filter(pk=key).first()


def delivery(scope: Scope, key: int) -> Delivery:
    """One delivery. Raises `Delivery.DoesNotExist` out of scope as for none at all."""
    return deliveries(scope).get(pk=key)


def file_faults(delivery: Delivery) -> list[Fault]:
    """Why the file was refused as a whole or, of one that counts, whole sheets of it."""
    return [_fault(fault) for fault in delivery.file_faults]


def sheets_not_read(delivery: Delivery) -> list[Text]:
    """The sheets that were left aside because they hold no such list."""
    return [Text(**notice) for notice in delivery.notices]


def refused_rows(delivery: Delivery, page: int = 1, size: int = 50) -> list[Refused]:
    """A page of the refused rows in the order of the file; nothing while the file is still being read."""
    start = (page - 1) * size
    rows = _refused(delivery).order_by("sheet", "row").values_list("sheet", "row", "faults")
    return [
        Refused(sheet, row, [_fault(fault) for fault in faults])
        for sheet, row, faults in rows[start : start + size]
    ]


def fault_groups(delivery: Delivery) -> list[FaultGroup]:
    """The refused rows by what is wrong with them, the most frequent first."""
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    counted: dict[tuple[str, str], int] = {}
    for faults in _refused(delivery).order_by("sheet", "row").values_list("faults", flat=True).iterator():
        for fault in faults:
            kind = (fault["code"], fault["column"])
            first.setdefault(kind, fault)
            counted[kind] = counted.get(kind, 0) + 1
    order = sorted(counted, key=lambda kind: (-counted[kind], kind))
    return [_group(kind, first[kind], counted[kind]) for kind in order]


def linkage(delivery: Delivery) -> Linkage | None:
    """Who the accepted rows are about; None for files whose rows are about nobody in particular."""
    if not delivery.landed_as or feed_contracts()[delivery.feed].subject == "village":
        return None
    landed = rows_in(Path(settings.DATA) / delivery.landed_as)
    query = f"select stated, count(*) from {landed} group by stated"  # noqa: S608
    rows = dict(duckdb.execute(query).fetchall())
    state = _states(rows)
    totals = {"linked": 0, "nobody": 0, "doubtful": 0}
    for key, number in rows.items():
        totals[state.get(key, "doubtful")] += number
    return Linkage(**totals)


def history(delivery: Delivery) -> list[Event]:
    """What was done with a delivery, the last first; machines are called by no name."""
    events = list(AuditEvent.objects.filter(subject=f"feeds.delivery:{delivery.pk}").order_by("-pk"))
    names = dict(
        User.objects.filter(username__in={e.actor for e in events}).values_list("username", "display_name")
    )
    return [
        Event(event.recorded_at, words.EVENTS[event.action], names.get(event.actor, ""))
        for event in events
        if event.action in words.EVENTS
    ]


def source_texts(sources: Iterable[str]) -> dict[str, Text]:
    """What to call the source of a fact (`delivery:12`): the label of the list that stated it."""
    wanted = {source: int(key) for source in sources if (key := source.removeprefix("delivery:")).isdigit()}
    feeds = dict(Delivery.objects.filter(pk__in=set(wanted.values())).values_list("pk", "feed"))
    contracts = feed_contracts()
    named = {source: contracts.get(feeds.get(key, "")) for source, key in wanted.items()}
    return {source: contract.label for source, contract in named.items() if contract is not None}


def _states(keys: Iterable[int]) -> dict[int, str]:
    current = LinkDecision.objects.filter(replaced_at=None)
    wanted = set(keys)
    decided = current.values_list("stated_id", "person_id").iterator(chunk_size=20_000)
    return {stated: "linked" if person else "nobody" for stated, person in decided if stated in wanted}


def _refused(delivery: Delivery) -> QuerySet[RefusedRow]:
    visible = delivery.state in (*FINISHED, "staged")
    return RefusedRow.objects.filter(delivery=delivery) if visible else RefusedRow.objects.none()


def _group(kind: tuple[str, str], fault: Mapping[str, Any], rows: int) -> FaultGroup:
    one = _fault(fault)
    return FaultGroup(kind[0], kind[1], one.cell, one.reason, one.right_form, rows)


def _fault(fault: Mapping[str, Any]) -> Fault:
    return Fault(
        cell=fault["cell"],
        column=fault["column"],
        code=fault["code"],
        reason=Text(**fault["reason"]),
        right_form=Text(**fault["right_form"]),
        sheet=fault.get("sheet", ""),
    )
