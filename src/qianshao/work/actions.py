"""Every write to jobs that is not made by their worker."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianshao.access import audit
from qianshao.access.models import User
from qianshao.work.kinds import kind_of
from qianshao.work.models import Job
from qianshao.work.queue import wake


@transaction.atomic
def enqueue(*, kind: str, payload: dict[str, Any], by: str) -> Job:
    """Ask for background work; a worker begins once the caller's transaction is committed.

    `payload` holds keys of rows, no names or numbers of people. Raises KeyError for an unknown kind.
    """
    kind_of(kind)
    job = Job.objects.create(
        kind=kind,
        payload=payload,
        requested_by=User.objects.filter(username=by).first(),
        requested_at=timezone.now(),
    )
    audit.record(by=by, action="jobs.enqueue", subject=f"work.job:{job.pk}", facts={"kind": kind})
    transaction.on_commit(partial(wake, job.pk))
    return job
