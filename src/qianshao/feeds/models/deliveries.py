"""A file that a sender handed over, and what became of its rows."""

from django.db import models
from django.db.models import F, Q

from qianshao.access.fields import EncryptedField
from qianshao.access.models import User
from qianshao.places.models import Area
from qianshao.sensitivity import internal, personal, sensitive


class Delivery(models.Model):
    """One file of one feed for one period and area. The same file is the same delivery, sent twice or not."""

    STATES = [
        ("received", "received"),  # the file is kept, nothing of it counts yet
        ("staged", "staged"),  # registry only: judged, to be applied village by village
        ("done", "done"),  # accepted rows count
        ("refused", "refused"),  # the file as a whole could not be read
    ]

    feed = internal(models.CharField(max_length=40), "name of the contract")
    contract = internal(models.CharField(max_length=64), "digest of the contract it was judged by")
    fingerprint = internal(models.CharField(max_length=64), "sha256 of the file")
    file_name = internal(models.CharField(max_length=255), "as the sender named it")
    area = internal(models.ForeignKey(Area, models.PROTECT, related_name="+"), "the area it speaks for")
    period_from = internal(models.DateField(), "first day it speaks for")
    period_until = internal(models.DateField(), "the first day after")
    state = internal(models.CharField(max_length=10, choices=STATES, default="received"), "how far it came")
    received_at = internal(models.DateTimeField(), "when it arrived")
    received_by = internal(models.ForeignKey(User, models.PROTECT, null=True), "who handed it over")
    done_at = internal(models.DateTimeField(null=True), "since when its rows count")
    sheet = internal(models.CharField(max_length=64, blank=True), "the sheet that was read")
    header_row = internal(models.PositiveIntegerField(null=True), "the row that holds the titles")
    rows_read = internal(models.PositiveIntegerField(default=0), "receipt")
    rows_accepted = internal(models.PositiveIntegerField(default=0), "receipt")
    rows_refused = internal(models.PositiveIntegerField(default=0), "receipt")
    file_faults = internal(
        models.JSONField(default=list),
        "why the whole file was refused or, once done, sheets of it, in both languages",
    )
    notices = internal(models.JSONField(default=list), "sheets that hold no such list, in both languages")
    landed_as = internal(
        models.CharField(max_length=255, blank=True), "Parquet file below the data folder; empty: none"
    )
    landed_digest = internal(models.CharField(max_length=64, blank=True), "sha256 of the Parquet file")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "fingerprint"], name="a_file_is_delivered_once_to_a_feed"
            ),
            models.CheckConstraint(
                condition=Q(period_until__gt=F("period_from")), name="a_delivery_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="a_done_delivery_says_since_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(rows_read=F("rows_accepted") + F("rows_refused")),
                name="every_row_read_is_accepted_or_refused",
            ),
        ]
        indexes = [models.Index(fields=["feed", "period_from"])]


class RefusedRow(models.Model):
    """Quarantine: a row with its faults, until the sender corrects it."""

    delivery = internal(models.ForeignKey(Delivery, models.CASCADE, related_name="refused"), "of which file")
    sheet = internal(models.CharField(max_length=64, blank=True), "where it stands")
    row = internal(models.PositiveIntegerField(), "where it stands")
    cells = sensitive(EncryptedField(), "what it said, as JSON, for the correction")
    faults = personal(models.JSONField(), "cell, reason, right form; values of identities masked")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "sheet", "row"], name="a_row_is_refused_once")
        ]


class StagedRow(models.Model):
    """A judged row of a registry file, until its village is applied."""

    delivery = internal(models.ForeignKey(Delivery, models.CASCADE, related_name="staged"), "of which file")
    sheet = internal(models.CharField(max_length=64, blank=True), "where it stands")
    row = internal(models.PositiveIntegerField(), "where it stands")
    household_number = personal(models.CharField(max_length=32), "rows of a household are applied together")
    area = personal(
        models.ForeignKey(Area, models.PROTECT, null=True, related_name="+"), "village it goes to"
    )
    content = sensitive(EncryptedField(), "the judged values, as JSON")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "sheet", "row"], name="a_row_is_staged_once")
        ]
        indexes = [models.Index(fields=["delivery", "area"])]
