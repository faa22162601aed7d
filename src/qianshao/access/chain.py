"""The chain over the audit events: each gets a place and a digest that rests on all events before it.

An event carries its own keyed digest from the moment of its change. A sealer apart from the writers chains
what it sees committed: a shared head in the writers' transactions would make each wait for the one before.
The head is kept with a keyed proof, so that a chain that was shortened or made anew does not fit it; a head
that somebody else holds (a witness) tells even whether the whole database was put back to an earlier day.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianshao.access import triggers
from qianshao.access.audit import CONTENT, digest_of, digest_over
from qianshao.access.fields import provider
from qianshao.access.models import AuditEvent, AuditHead, AuditSeal
from qianshao.refusals import Refused
from qianshao.words import Text

BEGINNING = bytes(32)
BATCH = 2000
# A transaction that began before this has ended, one way or the other.
LONGEST_TRANSACTION = timedelta(hours=1)

CHANGED = Text("第 {place} 条记录被改过", "Event no. {place} was changed")
MISSING = Text("第 {place} 条记录不见了", "Event no. {place} is missing")
OUT_OF_PLACE = Text("第 {place} 条起，链断了", "From no. {place} on the chain is broken")
NOT_THE_HEAD = Text(
    "链的末端与封存的不符：封存到第 {place} 条", "The chain does not end as was sealed: at no. {place}"
)
NOT_SEALED = Text(
    "有 {count} 条记录早该封存而未封存", "{count} events should have been sealed long ago and were not"
)
NOT_AS_WITNESSED = Text(
    "与见证的不符：见证时第 {place} 条是另一个样子", "Not as witnessed: no. {place} was another one then"
)
UNGUARDED = Text(
    "数据库里少了这些防改的触发器：{names}", "The database lacks triggers that guard the events: {names}"
)
UNREADABLE_WITNESS = Text("这个文件不是审计链的见证", "The file is no witness of an audit chain")


@dataclass(frozen=True)
class Head:
    """The end of a chain at some moment: how many events, and the digest that rests on them all."""

    sequence: int
    chain: bytes

    def to_json(self) -> str:
        return json.dumps({"sequence": self.sequence, "chain": self.chain.hex()})

    @classmethod
    def from_json(cls, text: str) -> "Head":
        """Raises `Refused` for anything else than what `to_json` gave."""
        try:
            content = json.loads(text)
            return cls(int(content["sequence"]), bytes.fromhex(content["chain"]))
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(UNREADABLE_WITNESS) from error


@dataclass(frozen=True)
class Verified:
    """What a check of the chain found. `waiting` events are genuine and not sealed yet."""

    sealed: int
    waiting: int
    breaches: tuple[Text, ...]
    head: Head

    @property
    def sound(self) -> bool:
        return not self.breaches


def seal() -> int:
    """Give every committed event that has none its place in the chain; returns how many.

    One batch is one transaction: two sealers at once get in each other's way, and one of them gives up.
    """
    sealed = 0
    while batch := _seal_batch(timezone.now()):
        sealed += batch
    return sealed


def head() -> Head:
    """The end of the chain as it was last sealed."""
    found = AuditHead.objects.filter(pk=AuditHead.ONLY).first()
    return Head(found.sequence, bytes(found.chain)) if found else Head(0, BEGINNING)


def verify(witness: Head | None = None) -> Verified:
    """Check every event, every place and the end of the chain, and against a witnessed head."""
    breaches, end, witnessed = [], Head(0, BEGINNING), Head(0, BEGINNING)
    for place, stored, digest, *content in _places():
        gap = range(end.sequence + 1, place)
        breaches += [MISSING.format(place=missing) for missing in gap]
        if bytes(digest) != digest_over(*content):
            breaches.append(CHANGED.format(place=place))
        if not gap and link(end.chain, place, bytes(digest)) != bytes(stored):
            breaches.append(OUT_OF_PLACE.format(place=place))
        end = Head(place, bytes(stored))
        if witness is not None and place == witness.sequence:
            witnessed = end
    breaches += _faults_of_the_end(end)
    if witness is not None and witness != witnessed:
        breaches.append(NOT_AS_WITNESSED.format(place=witness.sequence))
    waiting, faults = _waiting(timezone.now())
    if missing := triggers.missing():
        faults.append(UNGUARDED.format(names=", ".join(sorted(missing))))
    return Verified(end.sequence, waiting, (*breaches, *faults), end)


def link(before: bytes, sequence: int, digest: bytes) -> bytes:
    """The chain's digest at a place: over the one before it, the place, and the event's own digest."""
    return hashlib.sha256(before + sequence.to_bytes(8, "big") + digest).digest()


def proof_of(end: Head, swept_until: datetime | None) -> bytes:
    """The keyed digest that only this installation can give to a head."""
    swept = swept_until.isoformat() if swept_until else ""
    content = [end.sequence, end.chain.hex(), swept]
    return provider().digest("audit-head", json.dumps(content).encode())


@transaction.atomic
def _seal_batch(now: datetime) -> int:
    at = AuditHead.objects.select_for_update().filter(pk=AuditHead.ONLY).first()
    end = Head(at.sequence, bytes(at.chain)) if at else Head(0, BEGINNING)
    events = AuditEvent.objects.filter(seal=None).order_by("pk")
    if at is not None and at.swept_until is not None:
        events = events.filter(recorded_at__gte=at.swept_until)
    batch = list(events.values_list("pk", "digest")[:BATCH])
    seals = []
    for event, digest in batch:
        place = end.sequence + 1
        end = Head(place, link(end.chain, place, bytes(digest)))
        seals.append(AuditSeal(sequence=place, event_id=event, sealed_at=now, chain=end.chain))
    if not seals:
        return 0
    AuditSeal.objects.bulk_create(seals)
    swept = now - LONGEST_TRANSACTION if len(batch) < BATCH else (at.swept_until if at else None)
    AuditHead.objects.update_or_create(
        pk=AuditHead.ONLY,
        defaults={
            "sequence": end.sequence,
            "chain": end.chain,
            "swept_until": swept,
            "proof": proof_of(end, swept),
        },
    )
    return len(seals)


def _places() -> Iterator[tuple[Any, ...]]:
    """Every place, its digest, the event's digest and content; a place whose event is gone is left out."""
    columns = ("sequence", "chain", "event__digest", *(f"event__{name}" for name in CONTENT))
    return AuditSeal.objects.order_by("sequence").values_list(*columns).iterator(chunk_size=BATCH)


def _faults_of_the_end(end: Head) -> list[Text]:
    at = AuditHead.objects.filter(pk=AuditHead.ONLY).first()
    if at is None:
        return [NOT_THE_HEAD.format(place=0)] if end.sequence else []
    kept = Head(at.sequence, bytes(at.chain))
    genuine = bytes(at.proof) == proof_of(kept, at.swept_until)
    return [] if genuine and kept == end else [NOT_THE_HEAD.format(place=at.sequence)]


def _waiting(now: datetime) -> tuple[int, list[Text]]:
    """How many events are not sealed yet, and what is wrong with them."""
    waiting, late, faults = 0, 0, []
    for event in AuditEvent.objects.filter(seal=None).order_by("pk").iterator(chunk_size=BATCH):
        waiting += 1
        late += event.recorded_at < now - 2 * LONGEST_TRANSACTION
        if bytes(event.digest) != digest_of(event):
            faults.append(CHANGED.format(place=f"({event.pk})"))
    return waiting, [*faults, *([NOT_SEALED.format(count=late)] if late else [])]
