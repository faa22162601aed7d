"""What each route with arguments is about, made in a given area: one entry per route.

A page writer adds a function here and rows to `src/qianshao/access/permissions.csv`.
"""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from qianshao.access.models import User
from qianshao.feeds import originals
from qianshao.feeds.models import Delivery, StatedIdentity
from qianshao.places.models import Area
from qianshao.work.models import Job


@dataclass(frozen=True)
class Case:
    """A viewer with a grant for a township, and the area in which the thing lies.

    `relation` says where that area is, seen from the grant: own, parent, child, sibling or other.
    """

    viewer: User | None
    relation: str
    area: Area


@dataclass(frozen=True)
class Address:
    """The arguments of the route, and what is sent with a POST."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


def job(case: Case) -> Address:
    """A job lies in no area: it is its asker's own."""
    made = Job.objects.create(
        kind="test.nothing",
        requested_at=timezone.now(),
        requested_by=case.viewer if case.relation == "own" else None,
    )
    return Address({"key": made.pk})


def preference(case: Case) -> Address:
    return Address(data={"language": "en"})


def wrong_password(case: Case) -> Address:
    return Address(data={"username": "nobody", "password": "wrong"})


def delivery(case: Case) -> Address:
    """A delivery for the area, handed over by the viewer; its file was refused as a whole."""
    content = f"something else {case.relation}".encode()
    fingerprint = hashlib.sha256(content).hexdigest()
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        originals.keep(Path(file.name), fingerprint)
    made = Delivery.objects.create(
        feed="death",
        fingerprint=fingerprint,
        file_name="死亡人员_202610.csv",
        area=case.area,
        period_from=date(2026, 10, 1),
        period_until=date(2026, 11, 1),
        state="refused",
        received_at=timezone.now(),
        received_by=case.viewer,
    )
    return Address({"key": made.pk})


def feed(case: Case) -> Address:
    """A contract lies in no area."""
    return Address({"feed": "death"})


def doubtful(case: Case) -> Address:
    """An identity stated for the area; posted, that nobody is meant."""
    made = StatedIdentity.objects.create(
        digest=case.relation.encode(),
        stated='{"name": "周桂兰"}',
        area=case.area,
        first_feed="death",
        doubt="number_missing",
    )
    return Address({"key": made.pk}, {"person": "nobody", "reason": "问过村干部"})


SUBJECTS: dict[str, Callable[[Case], Address]] = {
    "access:sign_in": wrong_password,
    "access:preferences": preference,
    "feeds:contract": feed,
    "feeds:delivery": delivery,
    "feeds:link": doubtful,
    "feeds:marked": delivery,
    "feeds:template": feed,
    "work:job": job,
    "work:progress": job,
}
