"""What is set aside, and by whom."""

from datetime import date

from django.db.models import Q, QuerySet

from qianshao.access.scope import Scope
from qianshao.screening.models import Hold


def in_force(on: date) -> QuerySet[Hold]:
    """The holds that count on a day, everywhere."""
    return Hold.objects.filter(Q(valid_from__lte=on) & Q(valid_until__gt=on), lifted_at=None)


def holds(scope: Scope, on: date) -> QuerySet[Hold]:
    """The holds in force on a day in the viewer's area, those that end first in front."""
    seen = scope.filter(in_force(on), "household__area")
    return seen.select_related("household__area", "held_by").order_by("valid_until", "household__number")
