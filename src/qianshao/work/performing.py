"""Performing jobs under a lease, so that the death of a worker is noticed and the job taken up again."""

import logging
import threading
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, close_old_connections, connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from qianshao.refusals import Refused
from qianshao.words import Text
from qianshao.work.kinds import kind_of
from qianshao.work.models import Job
from qianshao.work.queue import queue, wake

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEWAL = 1.0  # seconds between two looks at progress and lease
SWEEP = 5.0  # seconds between two looks for jobs without a worker
ATTEMPTS = 5
UNFORESEEN = Text(
    "没有办成，原因已记下。再试一次；还不行，请告诉系统管理员编号 {job}",
    "It failed; the cause is logged. Try again, and if it fails again tell your system administrator: {job}",
)
GIVEN_UP = Text(
    "试了 {attempts} 次，每次中途停下。请告诉系统管理员编号 {job}",
    "It stopped midway {attempts} times. Tell your system administrator no. {job}",
)

# The jobs that this process is busy with: a lease may be late while the database is locked, yet they live.
_busy: set[int] = set()


class Lease(threading.Thread):
    """Renews the lease of a job and writes its progress, apart from the handler's transactions."""

    def __init__(self, job: int) -> None:
        super().__init__(name=f"lease of job {job}", daemon=True)
        self.job, self.ended = job, threading.Event()
        self.reported: tuple[dict[str, str], int] = ({}, 0)
        self.written = self.reported
        self.renewed = timezone.now()

    def report(self, phase: Text, share: float) -> None:
        """Take note of progress; it is written by the thread within a second."""
        self.reported = (_as_words(phase), min(100, max(0, int(share * 100))))

    def run(self) -> None:
        try:
            while not self.ended.wait(RENEWAL):
                if self.reported != self.written or timezone.now() - self.renewed > LEASE / 3:
                    self._write()
        finally:
            connection.close()

    def _write(self) -> None:
        phase, progress = reported = self.reported
        now = timezone.now()
        try:
            Job.objects.filter(pk=self.job, state="running").update(
                phase=phase, progress=progress, lease_until=now + LEASE
            )
        except OperationalError:
            return  # a long transaction holds the lock: at the next look
        self.written, self.renewed = reported, now


def perform(job: int) -> None:
    """Take a job up and carry it out; does nothing when another worker holds it or it has ended."""
    close_old_connections()
    if not _claim(job, timezone.now()):
        return
    _busy.add(job)
    lease = Lease(job)
    lease.start()
    try:
        _carry_out(Job.objects.get(pk=job), lease)
    finally:
        lease.ended.set()
        lease.join()
        _busy.discard(job)


def _claim(job: int, now: datetime) -> bool:
    free = Q(state="queued") | Q(state="running", lease_until__lt=now)
    return bool(
        Job.objects.filter(free, pk=job).update(
            state="running",
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", now),
        )
    )


def _carry_out(job: Job, lease: Lease) -> None:
    try:
        result = kind_of(job.kind).handler(job.payload, lease.report)
    except Refused as refusal:
        _end(job.pk, state="failed", failure=_in_both(refusal))
    except Exception:
        log.exception("job %s of kind %s failed", job.pk, job.kind)
        _end(job.pk, state="failed", failure=_as_words(UNFORESEEN.format(job=job.pk)))
    else:
        _end(job.pk, state="done", progress=100, result=result)


def _end(job: int, **outcome: Any) -> None:
    Job.objects.filter(pk=job, state="running").update(
        lease_until=None, finished_at=timezone.now(), **outcome
    )


def _as_words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _in_both(refusal: Refused) -> dict[str, str]:
    return {language: refusal.in_language(language) for language in ("zh", "en")}


def sweep(older_than: timedelta = timedelta(seconds=20)) -> list[int]:
    """Wake a worker for every job that has none: its lease ran out, or its call got lost.

    Returns the keys. A job that was given up on too often fails in words.
    """
    now = timezone.now()
    lost = Job.objects.filter(state="running", lease_until__lt=now).exclude(pk__in=_busy)
    for job in lost.filter(attempts__gte=ATTEMPTS):
        _end(job.pk, state="failed", failure=_as_words(GIVEN_UP.format(attempts=job.attempts, job=job.pk)))
    called = {task.args[0] for task in queue().pending()}
    waiting = Q(state="queued", requested_at__lt=now - older_than)
    dead = Q(state="running", lease_until__lt=now, attempts__lt=ATTEMPTS) & ~Q(pk__in=_busy)
    alone = Job.objects.filter(waiting | dead).exclude(pk__in=called)
    keys = list(alone.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        wake(key)
    return keys


def recover() -> list[int]:
    """At the start of the only worker: whatever still runs by its row was cut off, so it is free at once."""
    now = timezone.now()
    Job.objects.filter(state="running").update(lease_until=now - LEASE)
    return sweep(older_than=timedelta(0))
