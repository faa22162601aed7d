"""Areas. The key never changes; names and codes are dated, because villages merge, move and come back."""

from django.db import models
from django.db.models import F, Q

from qianshao.sensitivity import open_

LEVELS = [
    ("province", "province"),
    ("city", "city"),
    ("county", "county"),
    ("township", "township"),
    ("village", "village"),
    ("group", "group"),
]


class Area(models.Model):
    """One place of the tree. `path` is `/root key/…/own key/`; a scope is a prefix of it."""

    level = open_(models.CharField(max_length=10, choices=LEVELS), "the step of the tree")
    parent = open_(
        models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children"),
        "the area that this one lies in",
    )
    path = open_(models.CharField(max_length=200, unique=True), "keys from the root, for scopes")
    name = open_(models.CharField(max_length=100), "the name in use now")
    valid_from = open_(models.DateField(), "first day")
    valid_until = open_(models.DateField(null=True, blank=True), "the first day that it is no more")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="an_area_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["parent", "name", "valid_from"], name="siblings_begun_together_differ_in_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AreaCode(models.Model):
    """A code of an area in one code system and period. Statistical and civil-affairs codes may differ."""

    SYSTEMS = [("statistical", "statistical"), ("civil", "civil affairs")]

    area = open_(models.ForeignKey(Area, models.CASCADE, related_name="codes"), "whose code")
    system = open_(models.CharField(max_length=12, choices=SYSTEMS, default="statistical"), "who gave it")
    code = open_(models.CharField(max_length=15), "2 to 12 digits; groups have 15")
    valid_from = open_(models.DateField(), "first day")
    valid_until = open_(models.DateField(null=True, blank=True), "the first day that it is no more")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "code", "valid_from"], name="a_code_is_given_to_one_area_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["code"])]


class AreaSuccession(models.Model):
    """What became of an area: merged into, split into or renamed as another on a day."""

    predecessor = open_(models.ForeignKey(Area, models.PROTECT, related_name="successions"), "was")
    successor = open_(models.ForeignKey(Area, models.PROTECT, related_name="origins"), "became")
    on = open_(models.DateField(), "the day of the change")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="a_succession_is_recorded_once"
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="no_area_succeeds_itself"),
        ]
