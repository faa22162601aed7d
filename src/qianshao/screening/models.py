"""Runs, early warnings, gaps and holds. Indicators and outcomes are Parquet, named by the run's row."""

from django.db import models
from django.db.models import F, Q

from qianshao.access.models import User
from qianshao.places.models import Area
from qianshao.registry.models import Household
from qianshao.sensitivity import internal, personal


class Run(models.Model):
    """Rulebook x snapshot x deliveries x day x engine. The manifest is all that repeating it needs."""

    STATES = [("running", "running"), ("done", "done"), ("failed", "failed")]

    as_of = internal(models.DateField(), "the day that is judged: what was true")
    known_at = internal(models.DateTimeField(), "what was recorded by then")
    engine = internal(models.CharField(max_length=12), "which engine computed it")
    state = internal(models.CharField(max_length=8, choices=STATES, default="running"), "how far it came")
    phase = internal(models.CharField(max_length=24, blank=True), "what is being done, for the progress bar")
    progress = internal(models.PositiveSmallIntegerField(default=0), "per cent")
    failure = internal(models.TextField(blank=True), "why it failed, in words")
    manifest = internal(models.JSONField(default=dict), "digests of rulebook, parameters, deliveries, tables")
    result_digest = internal(models.CharField(max_length=64, blank=True), "over the canonical rows")
    folder = internal(models.CharField(max_length=255, blank=True), "below the data folder")
    counts = internal(
        models.JSONField(default=dict), "per rule: hit, clear, unknown; per indicator: coverage"
    )
    started_at = internal(models.DateTimeField(), "when")
    finished_at = internal(models.DateTimeField(null=True), "when")
    started_by = internal(models.ForeignKey(User, models.PROTECT, null=True), "who; null: the schedule")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="one_run_at_a_time"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False, result_digest__gt=""),
                name="a_run_that_is_done_has_a_result",
            ),
        ]


class EarlyWarning(models.Model):
    """Hits of one household and cause, from the run that raised it to the run that cleared it."""

    STATUSES = [
        ("new", "new"),
        ("continuing", "continuing"),
        ("unconfirmable", "not confirmable"),  # a figure it rests on became unknown: not cleared
        ("cleared", "cleared"),
    ]
    LEVELS = [("red", "red"), ("orange", "orange"), ("yellow", "yellow")]

    household = personal(models.ForeignKey(Household, models.PROTECT, related_name="warnings"), "whose")
    cause = personal(models.CharField(max_length=24), "illness, schooling and so on")
    rule = personal(models.CharField(max_length=64), "the leading rule")
    level = personal(models.CharField(max_length=8, choices=LEVELS), "of the leading rule")
    status = personal(models.CharField(max_length=16, choices=STATUSES), "against the run before")
    first_run = internal(models.ForeignKey(Run, models.PROTECT, related_name="raised"), "raised by")
    last_run = internal(models.ForeignKey(Run, models.PROTECT, related_name="seen"), "last judged by")
    due_on = personal(models.DateField(), "when somebody must have been there, from the first run's day")
    hits = personal(models.JSONField(), "per rule: inputs, threshold, margin, unknown; typed, without names")
    cleared_because = personal(
        models.CharField(max_length=24, blank=True), "facts_changed, rule_changed or left_area"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "cause"],
                condition=~Q(status="cleared"),
                name="a_household_has_one_open_warning_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(status="cleared", cleared_because__gt="")
                | (~Q(status="cleared") & Q(cleared_because="")),
                name="a_cleared_warning_says_why",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on"])]


class Sighting(models.Model):
    """What one run said of a warning. The next run matches against these, so that screening a day again
    starts from the same point; and they are the warning's history."""

    warning = personal(models.ForeignKey(EarlyWarning, models.PROTECT, related_name="sightings"), "of which")
    run = internal(models.ForeignKey(Run, models.PROTECT, related_name="sightings"), "by which run")
    status = personal(models.CharField(max_length=16, choices=EarlyWarning.STATUSES), "what it became")
    rule = personal(models.CharField(max_length=64), "the leading rule then")
    level = personal(models.CharField(max_length=8, choices=EarlyWarning.LEVELS), "of the leading rule")
    hits = personal(models.JSONField(), "as they were then")
    cleared_because = personal(models.CharField(max_length=24, blank=True), "as in the warning")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warning", "run"], name="a_run_says_one_thing_of_a_warning")
        ]
        indexes = [models.Index(fields=["run", "status"])]


class DataGap(models.Model):
    """Households of a village that a rule could not judge for want of a figure. One thing to ask for: of the
    village where a figure is missing here and there, of the department where its whole feed is missing."""

    run = internal(models.ForeignKey(Run, models.CASCADE, related_name="gaps"), "found by")
    area = internal(models.ForeignKey(Area, models.PROTECT, related_name="+"), "the village")
    indicator = internal(models.CharField(max_length=64, blank=True), "empty: the whole feed is missing")
    feed = internal(models.CharField(max_length=40, blank=True), "what would fill it; empty: the register")
    households = internal(models.PositiveIntegerField(), "how many of the village wait for it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "area", "indicator", "feed"], name="a_gap_is_named_once_a_village"
            ),
            models.CheckConstraint(
                condition=Q(indicator__gt="") | Q(feed__gt=""), name="a_gap_says_what_is_missing"
            ),
        ]


class Hold(models.Model):
    """An officer sets a household's warnings of a cause aside until a day, and says why."""

    household = personal(models.ForeignKey(Household, models.PROTECT, related_name="holds"), "whose")
    cause = personal(models.CharField(max_length=24), "which warnings")
    valid_from = internal(models.DateField(), "first day")
    valid_until = internal(models.DateField(), "the first day that it counts again")
    reason = personal(models.TextField(), "why")
    held_by = internal(models.ForeignKey(User, models.PROTECT, related_name="+"), "who")
    recorded_at = internal(models.DateTimeField(), "when")
    lifted_at = internal(models.DateTimeField(null=True), "when it was taken back")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="a_hold_ends_after_it_began"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="a_hold_has_a_reason"),
        ]
