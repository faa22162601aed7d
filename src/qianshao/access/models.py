"""Users, grants and audit events."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from qianshao.places.models import Area
from qianshao.sensitivity import internal, personal


class User(AbstractBaseUser):
    """A person who signs in. Rights come from grants only; there is no super-user."""

    username = internal(models.CharField(max_length=64, unique=True), "sign-in name")
    display_name = internal(models.CharField(max_length=64), "shown beside what the person did")
    post = internal(models.CharField(max_length=64, blank=True), "shown beside the name")
    is_active = internal(models.BooleanField(default=True), "an account that left keeps its history")
    has_first_password = internal(
        models.BooleanField(default=False), "it was set by somebody else: to be changed at sign-in"
    )
    language = internal(models.CharField(max_length=10, default="zh-hans"), "language of the pages")
    text_size = internal(models.CharField(max_length=10, default="", blank=True), "large type")
    theme = internal(models.CharField(max_length=10, default="light"), "light or dark")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = BaseUserManager["User"]()

    def __str__(self) -> str:
        return self.display_name


class Grant(models.Model):
    """A role for an area with all that lies in it, for a period."""

    user = internal(models.ForeignKey(User, models.CASCADE, related_name="grants"), "to whom")
    role = internal(models.CharField(max_length=32), "a role of the role list")
    area = internal(models.ForeignKey(Area, models.PROTECT), "with everything below it")
    valid_from = internal(models.DateField(), "first day")
    valid_until = internal(models.DateField(null=True, blank=True), "the first day without it")
    granted_by = internal(
        models.ForeignKey(User, models.PROTECT, null=True, related_name="grants_given"),
        "who gave it; nobody for the first administrator",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="a_grant_ends_after_it_began",
            )
        ]


class AuditEvent(models.Model):
    """What was done, by whom, to what. No foreign keys: evidence outlives what it is about."""

    recorded_at = internal(models.DateTimeField(), "when")
    actor = internal(models.CharField(max_length=64), "username, or `system`")
    action = internal(models.CharField(max_length=64), "dotted name, `deliveries.receive`")
    subject = personal(models.CharField(max_length=64), "table and key of what it is about")
    area_path = internal(models.CharField(max_length=200, blank=True), "for the scope of readers")
    facts = personal(models.JSONField(), "figures of the change; never names or numbers of people")
    digest = internal(models.BinaryField(max_length=32), "keyed digest over all of the above")

    class Meta:
        indexes = [models.Index(fields=["subject"]), models.Index(fields=["recorded_at"])]


class AuditSeal(models.Model):
    """An event's place in the chain. Places are counted from 1 without a gap."""

    sequence = internal(models.BigIntegerField(primary_key=True), "the place")
    event = internal(
        models.OneToOneField(AuditEvent, models.PROTECT, related_name="seal"), "what stands there"
    )
    sealed_at = internal(models.DateTimeField(), "when it got its place")
    chain = internal(models.BinaryField(max_length=32), "digest over this event and all before it")


class AuditHead(models.Model):
    """The end of the chain, in the only row of its table."""

    ONLY = 1

    sequence = internal(models.BigIntegerField(), "the last place")
    chain = internal(models.BinaryField(max_length=32), "its digest")
    swept_until = internal(models.DateTimeField(null=True), "every event recorded before this has its place")
    proof = internal(models.BinaryField(max_length=32), "keyed digest over all of the above")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_audit_head")]
