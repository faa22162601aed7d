"""Dated facts, one table per topic. A row is written when something changed, and never overwritten: the
earlier row is closed on the day the new one begins."""

from django.db import models
from django.db.models import F, Q

from qianshao.access.fields import EncryptedField
from qianshao.registry.models.households import Household, Person
from qianshao.sensitivity import internal, personal, sensitive


class DatedFact(models.Model):
    """What all facts carry: since when and until when true, when recorded, by whose word."""

    valid_from = internal(models.DateField(), "since when this is true")
    valid_until = internal(models.DateField(null=True), "the first day it is no longer true")
    recorded_at = internal(models.DateTimeField(), "when the office learned of it")
    source = internal(models.CharField(max_length=64), "delivery or form")

    class Meta:
        abstract = True


def one_open_row(subject: str) -> list[models.BaseConstraint]:
    """A subject has one current fact per topic, and a fact ends after it began."""
    return [
        models.UniqueConstraint(
            fields=[subject], condition=Q(valid_until__isnull=True), name="%(class)s_has_one_current_fact"
        ),
        models.CheckConstraint(
            condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            name="%(class)s_ends_after_it_began",
        ),
    ]


class HouseholdFact(DatedFact):
    household = personal(models.ForeignKey(Household, models.PROTECT, related_name="+"), "which household")

    class Meta:
        abstract = True
        constraints = one_open_row("household")


class PersonFact(DatedFact):
    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"), "which person")

    class Meta:
        abstract = True
        constraints = one_open_row("person")


class HouseholdStanding(HouseholdFact):
    """What the household is to the office: lifted or ordinary, monitored and of which kind."""

    base_type = personal(models.CharField(max_length=16), "lifted or ordinary")
    monitored_kind = personal(models.CharField(max_length=16), "none, unstable, marginal or sudden")


class Housing(HouseholdFact):
    grade = personal(models.CharField(max_length=1, blank=True), "A to D; empty is unknown")


class HouseholdConditions(HouseholdFact):
    """Living and production conditions of domain section 3.3."""

    water_safe = personal(models.BooleanField(null=True), "drinking water safe; null is unknown")
    toilet = personal(models.BooleanField(null=True), "sanitary toilet")
    cultivated_land_mu = personal(
        models.DecimalField(max_digits=9, decimal_places=2, null=True), "cultivated land in mu"
    )
    relocated = personal(models.BooleanField(null=True), "moved by the relocation programme")


class Schooling(PersonFact):
    education = personal(models.CharField(max_length=24, blank=True), "of people no longer in school")
    school_status = personal(models.CharField(max_length=24, blank=True), "of people in school")


class PersonHealth(PersonFact):
    conditions = sensitive(
        EncryptedField(null=True), "healthy, chronic, serious, disabled; joined by commas; null is unknown"
    )


class Labour(PersonFact):
    ability = personal(models.CharField(max_length=16, blank=True), "skilled to none; empty is unknown")
    working = personal(models.BooleanField(null=True), "has off-farm work; null is unknown")


class Insurance(PersonFact):
    medical = personal(models.BooleanField(null=True), "in a basic medical insurance; null is unknown")
    pension = personal(models.BooleanField(null=True), "in a basic pension insurance; null is unknown")
