"""Who a landed row is about: what the sender stated, and which person we take that for (ADR 0001)."""

from django.db import models
from django.db.models import Q

from qianshao.access.fields import EncryptedField
from qianshao.access.models import User
from qianshao.places.models import Area
from qianshao.registry.models import Person
from qianshao.sensitivity import internal, personal, sensitive


class StatedIdentity(models.Model):
    """All that senders stated about who a row is about, kept once. Landed rows carry its key."""

    digest = sensitive(models.BinaryField(max_length=32, unique=True), "keyed digest of all that was stated")
    stated = sensitive(EncryptedField(), "number, name, birth date, village and so on, as JSON")
    number_index = sensitive(
        models.BinaryField(max_length=32, null=True, db_index=True), "to match the register exactly"
    )
    area = personal(
        models.ForeignKey(Area, models.PROTECT, null=True, related_name="+"), "stated village, for the scope"
    )
    first_feed = internal(models.CharField(max_length=40), "which feed stated it first")
    doubt = internal(
        models.CharField(max_length=40, blank=True, db_index=True),
        "why the exact rule could not say who it is; empty: it could, or was not asked yet",
    )
    examined_at = internal(
        models.DateTimeField(null=True), "when candidates were last looked for in the register"
    )


class LinkDecision(models.Model):
    """This stated identity is this person, or nobody in the register. A later decision closes the earlier."""

    METHODS = [("exact", "exact"), ("clerical", "clerical")]

    stated = personal(models.ForeignKey(StatedIdentity, models.PROTECT, related_name="decisions"), "who")
    person = personal(
        models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"), "null: nobody in the register"
    )
    method = internal(models.CharField(max_length=10, choices=METHODS), "by valid number, or by a clerk")
    evidence = personal(models.JSONField(default=dict), "why, in parts; never names or numbers")
    decided_by = internal(models.ForeignKey(User, models.PROTECT, null=True), "null: the exact rule")
    recorded_at = internal(models.DateTimeField(), "since when it counts")
    replaced_at = internal(models.DateTimeField(null=True), "until when it counted")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stated"],
                condition=Q(replaced_at__isnull=True),
                name="a_stated_identity_has_one_current_decision",
            ),
            models.CheckConstraint(
                condition=Q(method="exact", decided_by__isnull=True)
                | Q(method="clerical", decided_by__isnull=False),
                name="a_clerical_decision_has_a_name",
            ),
        ]


class LinkCandidate(models.Model):
    """A person whom a doubtful stated identity may be, for a clerk to judge."""

    stated = personal(models.ForeignKey(StatedIdentity, models.CASCADE, related_name="candidates"), "who")
    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"), "whom it may be")
    score = personal(models.FloatField(), "probability of a match, 0 to 1")
    parts = personal(models.JSONField(), "the score split by comparison, in words of both languages")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stated", "person"], name="a_candidate_is_named_once")]
