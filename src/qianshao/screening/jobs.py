"""Screening in the background."""

from typing import Any

from django.urls import reverse

from qianshao.screening import words
from qianshao.screening.actions.runs import execute
from qianshao.screening.models import Run
from qianshao.work.kinds import Report, kind


@kind(
    "screening.run",
    label=words.SCREENING,
    address=lambda result: reverse("screening:run", args=[result["run"]]),
)
def screen(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Carry out the started run with the key `run`. One that another worker has brought to its end since is
    left as it is."""
    run = Run.objects.get(pk=payload["run"])
    if run.state == "running":
        run = execute(run=run, progress=lambda phase, per_cent: report(words.PHASES[phase], per_cent / 100))
    return {"run": run.pk, "state": run.state}
