"""Background jobs as rows: what is to be done, how far it is, how it ended."""

from django.db import models
from django.db.models import Q

from qianshao.access.models import User
from qianshao.sensitivity import internal


class Job(models.Model):
    """One piece of work that a page does not wait for. The row is the truth; the queue only wakes a worker.

    Whoever works on it holds a lease and renews it. A lease that ran out means that the worker died.
    """

    STATES = [("queued", "queued"), ("running", "running"), ("done", "done"), ("failed", "failed")]

    kind = internal(models.CharField(max_length=64), "a registered kind, `feeds.deliver`")
    payload = internal(models.JSONField(default=dict), "keys of rows; never names or numbers of people")
    state = internal(models.CharField(max_length=8, choices=STATES, default="queued"), "how far it came")
    phase = internal(models.JSONField(default=dict), "what is being done, in words: zh, en")
    progress = internal(models.PositiveSmallIntegerField(default=0), "per cent")
    attempts = internal(models.PositiveSmallIntegerField(default=0), "how often a worker took it up")
    lease_until = internal(models.DateTimeField(null=True), "until when its worker is believed alive")
    result = internal(models.JSONField(default=dict), "figures of the outcome, keys of what was made")
    failure = internal(models.JSONField(default=dict), "why it failed, in words: zh, en")
    requested_by = internal(models.ForeignKey(User, models.PROTECT, null=True), "who; null: the schedule")
    requested_at = internal(models.DateTimeField(), "when")
    started_at = internal(models.DateTimeField(null=True), "when it was first taken up")
    finished_at = internal(models.DateTimeField(null=True), "when it was done or given up")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="a_job_that_runs_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | (Q(state__in=["queued", "running"]) & Q(finished_at__isnull=True)),
                name="a_job_that_ended_says_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_until"])]
