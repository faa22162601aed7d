"""Households, persons, and who belonged to which household when."""

from django.db import models
from django.db.models import F, Q

from qianshao.access.fields import EncryptedField
from qianshao.places.models import Area
from qianshao.sensitivity import internal, personal, sensitive


class Household(models.Model):
    """A rural household. Its number is the office's, its key is ours and never changes."""

    number = personal(models.CharField(max_length=32, unique=True), "the office's household number")
    area = personal(
        models.ForeignKey(Area, models.PROTECT, related_name="households"), "the village of registration"
    )
    group_name = personal(models.CharField(max_length=50, blank=True), "the group within the village")
    phone = sensitive(EncryptedField(null=True), "to reach the household")
    phone_index = sensitive(
        models.BinaryField(max_length=32, null=True, db_index=True), "to find the household by phone"
    )
    registered_on = personal(models.DateField(), "first day in the register")

    def __str__(self) -> str:
        return self.number


class Person(models.Model):
    """A person, held together by our key. Two people may share a number on paper, so it is not unique."""

    name = personal(models.CharField(max_length=60), "to address the person")
    pinyin = personal(models.CharField(max_length=200, db_index=True), "to sort and find the name")
    initials = personal(models.CharField(max_length=30, db_index=True), "to find the name by initials")
    sex = personal(
        models.CharField(max_length=1, blank=True), "1 male, 2 female, empty unknown (GB/T 2261.1)"
    )
    birth_date = personal(models.DateField(null=True), "age")
    ethnicity = personal(models.CharField(max_length=20, blank=True), "as the roster states it")
    number = sensitive(EncryptedField(null=True), "identity number, 18 characters, or as stated if invalid")
    number_index = sensitive(
        models.BinaryField(max_length=32, null=True, db_index=True), "to match department files exactly"
    )
    number_valid = personal(models.BooleanField(default=False), "whether the check digit and date hold")

    def __str__(self) -> str:
        return f"person {self.pk}"


class Membership(models.Model):
    """A person's time in a household."""

    household = personal(
        models.ForeignKey(Household, models.PROTECT, related_name="memberships"), "which household"
    )
    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="memberships"), "which person")
    relation = personal(models.CharField(max_length=24), "relation to the head")
    valid_from = personal(models.DateField(), "first day")
    valid_until = personal(models.DateField(null=True), "the first day no longer a member")
    left_reason = personal(models.CharField(max_length=40, blank=True), "why the person left")
    recorded_at = internal(models.DateTimeField(), "when the office learned of it")
    ended_at = internal(models.DateTimeField(null=True), "when the office learned that it ended")
    source = internal(models.CharField(max_length=64), "delivery or form")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="a_membership_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["household", "person"],
                condition=Q(valid_until__isnull=True),
                name="a_person_is_once_in_a_household_at_a_time",
            ),
        ]
