"""Doubtful stated identities, and whom they may be."""

import json
import math
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from qianshao.access.scope import Scope
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.identities import undecided
from qianshao.feeds.models import LinkCandidate, LinkDecision, StatedIdentity
from qianshao.linkage.identity_numbers import masked
from qianshao.linkage.words import REASONS
from qianshao.registry.models import Membership
from qianshao.words import Text


@dataclass(frozen=True)
class Part:
    """One comparison in words, with its weight in bits: for a match above 0, against it below. `start` is the
    sum of the parts before it, so that the last `end` is the whole."""

    name: str
    text: Text
    weight: float
    start: float = 0.0

    @property
    def end(self) -> float:
        return self.start + self.weight


@dataclass(frozen=True)
class Candidate:
    """A person of the register. The number is masked; the household is the one of today."""

    person: int
    name: str = field(repr=False)
    number: str
    birth_date: Any
    sex: str
    household: str
    village: str
    score: float
    parts: list[Part]

    @property
    def likelihood(self) -> float:
        """The score, rounded down to a tenth of a per cent: nothing is certain."""
        return math.floor(self.score * 1000) / 1000


@dataclass(frozen=True)
class Doubtful:
    """What a sender stated, why the number does not say who it is, and the likeliest persons."""

    stated: int
    name: str = field(repr=False)
    number: str
    birth_date: str
    sex: str
    village: str
    household_number: str
    feed: str
    reason: Text
    candidates: list[Candidate]

    @property
    def feed_label(self) -> Text:
        contract = feed_contracts().get(self.feed)
        return contract.label if contract else Text(self.feed, self.feed)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest sum of parts of any candidate, so that all are drawn to one scale."""
        sums = [part.end for candidate in self.candidates for part in candidate.parts]
        return min([0.0, *sums]), max([0.0, *sums])


def doubtful(scope: Scope) -> QuerySet[StatedIdentity]:
    """The undecided identities stated for the area in scope, the surest candidates first."""
    rows = scope.filter(undecided().exclude(doubt=""))
    return rows.annotate(best=Max("candidates__score"), found=Count("candidates")).order_by(
        F("best").desc(nulls_last=True), "pk"
    )


def count(scope: Scope) -> int:
    """How many a clerk has to look at."""
    return scope.filter(undecided().exclude(doubt="")).count()


def one(scope: Scope, key: int) -> StatedIdentity:
    """An undecided identity. Raises `StatedIdentity.DoesNotExist` out of scope and once it is decided."""
    return doubtful(scope).get(pk=key)


def find(scope: Scope, key: int) -> StatedIdentity | None:
    """A doubtful identity, decided by a clerk or not yet; None out of scope and where a number decides."""
    return scope.filter(StatedIdentity.objects.exclude(doubt="")).filter(pk=key).first()


def decision(identity: StatedIdentity) -> LinkDecision | None:
    """The clerk's decision in force."""
    held = LinkDecision.objects.filter(stated=identity, replaced_at=None, method="clerical")
    return held.select_related("person", "decided_by").first()


def decided(scope: Scope) -> QuerySet[LinkDecision]:
    """The clerical decisions in force for the area in scope, the last first."""
    held = LinkDecision.objects.filter(replaced_at=None, method="clerical")
    held = held.select_related("person", "decided_by", "stated")
    return scope.filter(held, "stated__area").order_by("-recorded_at", "-pk")


def described(scope: Scope, identities: list[StatedIdentity]) -> list[Doubtful]:
    """The identities with their candidates; those who live out of scope are left out."""
    held = LinkCandidate.objects.filter(stated__in=identities).select_related("person")
    candidates: dict[int, list[LinkCandidate]] = {}
    for candidate in held.order_by("-score", "person_id"):
        candidates.setdefault(candidate.stated_id, []).append(candidate)
    persons = {c.person_id for some in candidates.values() for c in some}
    homes = _homes(scope, persons)
    return [_described(identity, candidates.get(identity.pk, []), homes) for identity in identities]


def _homes(scope: Scope, persons: set[int]) -> dict[int, tuple[str, str]]:
    rows = Membership.objects.filter(person__in=persons, valid_until=None)
    found = scope.filter(rows, "household__area").order_by("pk")
    return {
        person: (number, village)
        for person, number, village in found.values_list(
            "person_id", "household__number", "household__area__name"
        )
    }


def _described(
    identity: StatedIdentity, candidates: list[LinkCandidate], homes: dict[int, tuple[str, str]]
) -> Doubtful:
    said = json.loads(identity.stated)
    return Doubtful(
        stated=identity.pk,
        name=said.get("name", ""),
        number=masked(said.get("number")),
        birth_date=said.get("birth_date", ""),
        sex=said.get("sex", ""),
        village=said.get("village_name", ""),
        household_number=said.get("household_number", ""),
        feed=identity.first_feed,
        reason=REASONS[identity.doubt],
        candidates=[_candidate(c, *homes[c.person_id]) for c in candidates if c.person_id in homes],
    )


def _candidate(candidate: LinkCandidate, household: str, village: str) -> Candidate:
    person = candidate.person
    return Candidate(
        person=person.pk,
        name=person.name,
        number=masked(person.number),
        birth_date=person.birth_date,
        sex=person.sex,
        household=household,
        village=village,
        score=candidate.score,
        parts=_parts(candidate),
    )


def _parts(candidate: LinkCandidate) -> list[Part]:
    parts: list[Part] = []
    for part in candidate.parts:
        start = parts[-1].end if parts else 0.0
        parts.append(Part(part["name"], Text(part["zh"], part["en"]), part["weight"], start))
    return parts
