"""Every read of jobs."""

from typing import Any

from qianshao.access.models import User
from qianshao.work.models import Job


def job_of(user: User, key: int) -> Job | None:
    """The job, for the one who asked for it; None for everybody else."""
    return Job.objects.filter(pk=key, requested_by=user).first()


def job_for(user: User, kind: str, **payload: int) -> Job | None:
    """The newest job of a kind that the user asked for about these keys."""
    about = {f"payload__{name}": key for name, key in payload.items()}
    return Job.objects.filter(kind=kind, requested_by=user, **about).order_by("-pk").first()


def jobs_of(user: User, limit: int = 20) -> list[Job]:
    """The newest jobs that the user asked for."""
    return list(Job.objects.filter(requested_by=user).order_by("-pk")[:limit])


def last_job(user: User, kind: str, payload: dict[str, Any]) -> Job | None:
    """The newest job of a kind that the user asked for with this payload."""
    return Job.objects.filter(requested_by=user, kind=kind, payload=payload).order_by("-pk").first()
