"""Screening the population: started once, done as a whole or not at all."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from qianshao.access import audit
from qianshao.access.models import User
from qianshao.failpoints import failpoint
from qianshao.feeds.actions import sweeping
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import end_of_year
from qianshao.refusals import Refused
from qianshao.registry.models import Household
from qianshao.screening import rulebooks, snapshot, words
from qianshao.screening.actions.warnings import enter
from qianshao.screening.evaluation import Evaluated, evaluate
from qianshao.screening.locking import Locked, is_held, lock
from qianshao.screening.models import Run
from qianshao.words import Text
from qianshao.work.actions import enqueue
from qianshao.work.clocks import today

Progress = Callable[[str, int], None]

ENGINES = ("duckdb",)


@transaction.atomic
def start(*, as_of: date, by: str, engine: str = "duckdb") -> Run:
    """Open a run for a day; `execute` does the work. What a killed run of that day left is taken up again.

    Screening a day again is fine: the later run stands. Raises `Refused` while another run is under way,
    for a day before one that was screened already or that has not come yet, and without a household to
    screen. Raises ValueError for an engine that there is none of.
    """
    if engine not in ENGINES:
        raise ValueError(f"no engine is called {engine}")
    _may_screen(as_of)
    left = Run.objects.filter(state="running").first()
    if left is not None:
        if is_held():
            raise Refused(words.BEING_SCREENED)
        if (left.as_of, left.engine) == (as_of, engine):
            return left
        _fail(left, words.BROKEN_OFF.format(phase=left.phase or "start"), by)
    now = timezone.now()
    run = Run.objects.create(
        as_of=as_of,
        known_at=now,
        engine=engine,
        started_at=now,
        started_by=User.objects.filter(username=by).first(),
    )
    facts = {"as_of": as_of.isoformat(), "engine": engine}
    audit.record(by=by, action="runs.start", subject=f"screening.run:{run.pk}", facts=facts)
    return run


@transaction.atomic
def request_run(*, as_of: date, by: str) -> Run:
    """Start a run and leave its work to a background job. Raises `Refused` as `start` does."""
    run = start(as_of=as_of, by=by)
    enqueue(kind="screening.run", payload={"run": run.pk}, by=by)
    return run


def execute(*, run: Run, progress: Progress | None = None) -> Run:
    """Carry a started run out: snapshot, evaluate, match, done. Until its last transaction nothing of it
    shows; a process killed before that leaves nothing, and the run can be executed again.

    `progress` is told each phase with the per cent done. Raises `Refused` while another process screens and
    for a run that has ended; any other failure is noted on the run in words and raised on.
    """
    try:
        with lock():
            run = Run.objects.get(pk=run.pk)
            if run.state != "running":
                raise Refused(words.NOT_RUNNING)
            _sweep()
            return _execute(run, _Meter(run, progress))
    except Locked as locked:
        raise Refused(words.BEING_SCREENED) from locked


def _execute(run: Run, meter: "_Meter") -> Run:
    by = run.started_by.username if run.started_by else audit.SYSTEM
    try:
        run.known_at = timezone.now()
        done = evaluate(run, meter)
        meter("match", 90)
        return _finish(run, done, by)
    except Exception as error:
        # The message of an unforeseen error may repeat a household's values; its kind does not.
        kind = Text(type(error).__name__, type(error).__name__)
        fault = error.reason if isinstance(error, Refused) else kind
        reason = words.FAILED.format(phase=run.phase)
        with transaction.atomic():
            _fail(run, Text(f"{reason.zh}{fault.zh}", f"{reason.en}{fault.en}"), by)
        raise


@transaction.atomic
def _finish(run: Run, done: Evaluated, by: str) -> Run:
    """The one moment at which the run's warnings start to exist."""
    enter(run=run, matched=done.matched, gaps=done.gaps)
    run.manifest, run.result_digest, run.counts = done.manifest, done.digest, _counts(done)
    run.folder = done.folder
    run.state, run.phase, run.progress, run.finished_at = "done", "done", 100, timezone.now()
    failpoint("run.committing")
    run.save()
    facts = {"result": done.digest, "warnings": run.counts["warnings"]}
    audit.record(by=by, action="runs.finish", subject=f"screening.run:{run.pk}", facts=facts)
    transaction.on_commit(lambda: failpoint("run.committed"))
    return run


def _counts(done: Evaluated) -> dict[str, Any]:
    return {
        "rules": done.result.counts,
        "coverage": done.result.coverage,
        "warnings": dict(Counter(sorted(matched.status for matched in done.matched))),
    }


def _may_screen(as_of: date) -> None:
    later = Run.objects.filter(state="done", as_of__gt=as_of).order_by("-as_of").first()
    if later is not None:
        raise Refused(
            words.BACKWARDS.format(later=later.as_of, as_of=as_of),
            words.BACKWARDS_RIGHT.format(later=later.as_of),
        )
    last = _last_day_spoken_for()
    if as_of > last:
        raise Refused(words.TOO_EARLY.format(as_of=as_of), words.TOO_EARLY_RIGHT.format(last=last))
    if not Household.objects.filter(registered_on__lte=as_of).exists():
        raise Refused(words.NO_HOUSEHOLDS.format(as_of=as_of), words.NO_HOUSEHOLDS_RIGHT)


def _last_day_spoken_for() -> date:
    """Today, or the last day of the newest delivery: a list of this month registers households as of its end.

    A later day, or a delivery beyond this year, is a slip, and would bar all days before.
    """
    spoken = Delivery.objects.filter(state="done", period_until__lte=end_of_year(today()) + timedelta(days=1))
    newest = spoken.aggregate(until=Max("period_until"))["until"]
    return max(today(), newest - timedelta(days=1)) if newest else today()


def _sweep() -> None:
    """Remove the files of deliveries and runs that broke off; nobody else screens meanwhile."""
    data, done = Path(settings.DATA), Run.objects.filter(state="done")
    sweeping.sweep()
    rulebooks.sweep()
    snapshot.sweep(data, snapshot.named_by(done.values_list("manifest", flat=True)))
    kept = set(done.values_list("folder", flat=True))
    for folder in sorted((data / "runs").iterdir()):
        if folder.is_dir() and folder.relative_to(data).as_posix() not in kept:
            shutil.rmtree(folder)


def _fail(run: Run, failure: Text, by: str) -> None:
    run.state, run.finished_at = "failed", timezone.now()
    run.failure = f"{failure.zh}\n{failure.en}"
    run.save(update_fields=["state", "finished_at", "failure"])
    facts = {"phase": run.phase}
    audit.record(by=by, action="runs.fail", subject=f"screening.run:{run.pk}", facts=facts)


class _Meter:
    """Tells how far a run is: to its row, for pages, and to whoever watches."""

    def __init__(self, run: Run, watcher: Progress | None) -> None:
        self.run, self.watcher = run, watcher

    def __call__(self, phase: str, per_cent: int) -> None:
        if (phase, per_cent) == (self.run.phase, self.run.progress):
            return
        self.run.phase, self.run.progress = phase, per_cent
        Run.objects.filter(pk=self.run.pk).update(phase=phase, progress=per_cent)
        failpoint(f"run.{phase}")
        if self.watcher:
            self.watcher(phase, per_cent)
