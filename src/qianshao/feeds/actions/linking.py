"""Deciding who a stated identity is: by valid number, or by a clerk. Nothing doubtful is linked silently."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from qianshao.access import audit
from qianshao.access.models import User
from qianshao.failpoints import failpoint
from qianshao.feeds import register, words
from qianshao.feeds.identities import as_stated, undecided
from qianshao.feeds.models import LinkCandidate, LinkDecision, StatedIdentity
from qianshao.linkage.exact import Verdict, exact
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.registry.actions.households import rows_digest
from qianshao.registry.models import Membership, Person

CHUNK = 5_000
NOBODY = "nobody_in_register"


@dataclass(frozen=True)
class Linked:
    """What a round of linking found: new decisions, and in `doubtful` all that are left undecided."""

    linked: int
    nobody: int
    doubtful: int
    candidates: int


def link(*, by: str) -> Linked:
    """Decide all stated identities that a valid number decides; look up candidates for the rest.

    Harmless to repeat: what is decided stays, and candidates are looked for again only when the register has
    changed. Who was nobody in the register is asked again once a person with that number is registered.
    """
    linked = nobody = 0
    for identities in _chunks():
        found = _decide_by_number(identities, by)
        linked, nobody = linked + found[0], nobody + found[1]
        failpoint("linking.decided")
    candidates = _look_for_candidates(by)
    failpoint("linking.done")
    return Linked(linked, nobody, undecided().count(), candidates)


def _chunks() -> Iterator[list[StatedIdentity]]:
    registered_since = Exists(Person.objects.filter(number_index=OuterRef("number_index")))
    nobody = LinkDecision.objects.filter(stated=OuterRef("pk"), replaced_at=None, person=None, method="exact")
    open_again = Q(Exists(nobody)) & Q(registered_since)
    current = LinkDecision.objects.filter(stated=OuterRef("pk"), replaced_at=None)
    wanted = StatedIdentity.objects.filter(~Exists(current) | open_again).select_related("area")
    last = 0
    while chunk := list(wanted.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        yield chunk


@transaction.atomic
def _decide_by_number(identities: Sequence[StatedIdentity], by: str) -> tuple[int, int]:
    indexes = {bytes(i.number_index) for i in identities if i.number_index}
    persons = register.with_numbers(list(indexes))
    decisions, doubts = [], []
    now = timezone.now()
    for identity in identities:
        held = persons.get(bytes(identity.number_index), []) if identity.number_index else []
        verdict = exact(as_stated(identity), held)
        doubt = "" if verdict.linked or verdict.reason == NOBODY else verdict.reason
        if not doubt:
            decisions.append(_exact_decision(identity, verdict, now))
        if doubt != identity.doubt:
            identity.doubt = doubt
            doubts.append(identity)
    keys = [identity.pk for identity in identities]
    LinkDecision.objects.filter(stated__in=keys, replaced_at=None).update(replaced_at=now)
    LinkDecision.objects.bulk_create(decisions, batch_size=500)
    StatedIdentity.objects.bulk_update(doubts, ["doubt"], batch_size=500)
    LinkCandidate.objects.filter(stated__in=[d.stated_id for d in decisions]).delete()
    linked = sum(decision.person_id is not None for decision in decisions)
    if decisions or doubts:
        audit.record(
            by=by,
            action="links.decide_by_number",
            subject="feeds.statedidentity",
            facts={
                "linked": linked,
                "nobody": len(decisions) - linked,
                "doubtful": sum(1 for identity in doubts if identity.doubt),
                "list": rows_digest(f"{d.stated_id}:{d.person_id}" for d in decisions),
            },
        )
    failpoint("linking.deciding")
    return linked, len(decisions) - linked


def _exact_decision(identity: StatedIdentity, verdict: Verdict, now: datetime) -> LinkDecision:
    evidence = {"reason": verdict.reason, **verdict.evidence}
    person = verdict.person if verdict.linked else None
    return LinkDecision(stated=identity, person_id=person, method="exact", evidence=evidence, recorded_at=now)


def _look_for_candidates(by: str) -> int:
    """Name the likeliest persons for each doubtful identity, once for every state of the register."""
    changed = Membership.objects.aggregate(last=Max("recorded_at"))["last"]
    doubtful = undecided().exclude(doubt="").select_related("area").order_by("pk")
    never = Q(examined_at=None)
    asked = list(doubtful.filter(never | Q(examined_at__lt=changed) if changed else never))
    if not asked:
        return 0
    from qianshao.linkage.candidates import candidates  # heavy: only where there is something to look for

    now = timezone.now()
    found = candidates([as_stated(identity) for identity in asked], register.everybody())
    rows = [
        LinkCandidate(
            stated_id=candidate.stated,
            person_id=candidate.person,
            score=candidate.score,
            parts=[
                {"name": p.name, "zh": p.text.zh, "en": p.text.en, "value": p.value, "weight": p.weight}
                for p in candidate.parts
            ],
        )
        for candidate in found
    ]
    keys = [identity.pk for identity in asked]
    with transaction.atomic():
        LinkCandidate.objects.filter(stated__in=keys).delete()
        LinkCandidate.objects.bulk_create(rows, batch_size=500)
        StatedIdentity.objects.filter(pk__in=keys).update(examined_at=now)
        audit.record(
            by=by,
            action="links.find_candidates",
            subject="feeds.statedidentity",
            facts={
                "doubtful": len(asked),
                "candidates": len(rows),
                "list": rows_digest(f"{c.stated_id}:{c.person_id}" for c in rows),
            },
        )
        failpoint("linking.naming_candidates")
    return len(rows)


@transaction.atomic
def decide(*, stated: StatedIdentity, person: Person | None, by_user: User, reason: str) -> LinkDecision:
    """A clerk's decision that the stated identity is this person, or (None) nobody in the register.

    It closes the decision before it and holds for all rows that state the same. Raises `Refused` without a
    reason.
    """
    if not reason.strip():
        raise Refused(words.DECISION_NEEDS_REASON, words.DECISION_NEEDS_REASON_RIGHT)
    now = timezone.now()
    earlier = LinkDecision.objects.filter(stated=stated, replaced_at=None)
    before = list(earlier.values_list("person_id", flat=True))
    earlier.update(replaced_at=now)
    candidate = LinkCandidate.objects.filter(stated=stated, person=person).first() if person else None
    evidence: dict[str, Any] = {"reason": reason.strip(), "doubt": stated.doubt}
    if candidate is not None:
        evidence |= {"score": candidate.score, "parts": candidate.parts}
    decision = LinkDecision.objects.create(
        stated=stated,
        person=person,
        method="clerical",
        evidence=evidence,
        decided_by=by_user,
        recorded_at=now,
    )
    audit.record(
        by=by_user.username,
        action="links.decide",
        subject=f"feeds.statedidentity:{stated.pk}",
        area_path=_path(stated),
        facts={"person": person.pk if person else None, "before": before, "doubt": stated.doubt},
    )
    return decision


@transaction.atomic
def withdraw(*, stated: StatedIdentity, by_user: User) -> None:
    """Take a clerk's decision back: the identity is doubtful again. Raises `Refused` where there is none."""
    held = LinkDecision.objects.filter(stated=stated, replaced_at=None, method="clerical")
    before = list(held.values_list("person_id", flat=True))
    if not before:
        raise Refused(words.NOTHING_TO_WITHDRAW)
    held.update(replaced_at=timezone.now())
    audit.record(
        by=by_user.username,
        action="links.withdraw",
        subject=f"feeds.statedidentity:{stated.pk}",
        area_path=_path(stated),
        facts={"person": None, "before": before, "doubt": stated.doubt},
    )


def _path(stated: StatedIdentity) -> str:
    return Area.objects.get(pk=stated.area_id).path if stated.area_id else ""
