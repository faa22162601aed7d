"""What each route with arguments is about, made in a given area: one entry per route.

A page writer adds a function here and rows to `src/qianshao/access/permissions.csv`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from qianshao.access.models import User
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


SUBJECTS: dict[str, Callable[[Case], Address]] = {
    "access:sign_in": wrong_password,
    "access:preferences": preference,
    "work:job": job,
    "work:progress": job,
}
