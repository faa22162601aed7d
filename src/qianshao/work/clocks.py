"""Which day it is. In the example county time stands still, so that its deadlines stay what they were."""

from datetime import date

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The day from which deadlines are counted."""
    fixed: date | None = settings.TODAY
    return fixed or timezone.localdate()
