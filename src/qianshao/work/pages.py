"""How far a job is, on a page of its own and as the fragment that other pages show."""

from django.http import HttpResponse
from django.shortcuts import render

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed, found
from qianshao.words import Text
from qianshao.work.kinds import kind_of
from qianshao.work.models import Job
from qianshao.work.readers import job_of, jobs_of


@allowed(*roles.EVERYONE)
def jobs(request: Request) -> HttpResponse:
    """What the viewer asked for."""
    listed = [shown(job) for job in jobs_of(request.user)]
    return render(request, "work/jobs.html", {"jobs": listed})


@allowed(*roles.EVERYONE)
def job(request: Request, key: int) -> HttpResponse:
    """One job, with its progress while it runs."""
    return render(request, "work/job.html", shown(found(job_of(request.user, key))))


@allowed(*roles.EVERYONE)
def progress(request: Request, key: int) -> HttpResponse:
    """The fragment that keeps itself up to date until the job has ended; then the page is loaded anew."""
    described = shown(found(job_of(request.user, key)))
    response = render(request, "work/parts/progress.html", described)
    if described["ended"]:
        response["HX-Refresh"] = "true"
    return response


def shown(job: Job) -> dict[str, object]:
    """A job in words."""
    kind = kind_of(job.kind)
    done = job.state == "done"
    return {
        "job": job,
        "label": kind.label,
        "phase": Text(**job.phase) if job.phase else kind.label,
        "failure": Text(**job.failure) if job.failure else None,
        "ended": job.state in {"done", "failed"},
        "address": kind.address(job.result) if done and kind.address else "",
    }
