"""The income ledger. Totals are computed from its items, never typed."""

from django.db import models
from django.db.models import Q

from qianshao.registry.models.households import Household, Person
from qianshao.sensitivity import internal, personal


class IncomeItem(models.Model):
    """One amount of one item in one month, in fen. A correction closes the earlier row and adds another."""

    household = personal(models.ForeignKey(Household, models.PROTECT, related_name="income"), "whose income")
    person = personal(models.ForeignKey(Person, models.PROTECT, null=True), "who earned it, where known")
    item = personal(models.CharField(max_length=32), "an item of the income code list")
    month = personal(models.DateField(), "first day of the month")
    amount = personal(models.BigIntegerField(), "fen")
    stated_by = internal(models.CharField(max_length=16), "self_report, visit or department")
    recorded_at = internal(models.DateTimeField(), "when the office learned of it")
    corrected_at = internal(models.DateTimeField(null=True), "when a later row took its place")
    source = internal(models.CharField(max_length=64), "delivery or form")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="an_income_item_is_not_negative"),
            models.UniqueConstraint(
                fields=["household", "person", "item", "month", "stated_by"],
                condition=Q(corrected_at__isnull=True, person__isnull=False),
                name="a_persons_income_item_counts_once",
            ),
            models.UniqueConstraint(
                fields=["household", "item", "month", "stated_by"],
                condition=Q(corrected_at__isnull=True, person__isnull=True),
                name="a_households_income_item_counts_once",
            ),
        ]
        indexes = [models.Index(fields=["household", "month"])]
