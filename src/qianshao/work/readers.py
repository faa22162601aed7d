"""Every read of jobs."""

from qianshao.access.models import User
from qianshao.work.models import Job


def job_of(user: User, key: int) -> Job | None:
    """The job, for the one who asked for it; None for everybody else."""
    return Job.objects.filter(pk=key, requested_by=user).first()


def jobs_of(user: User, limit: int = 20) -> list[Job]:
    """The newest jobs that the user asked for."""
    return list(Job.objects.filter(requested_by=user).order_by("-pk")[:limit])
