"""What the overview draws: warnings by cause, and the villages that data do not speak for in full."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from qianshao.access.scope import Scope
from qianshao.screening.models import DataGap, Run, Sighting
from qianshao.screening.readers.warnings import Wanted, warnings


@dataclass(frozen=True)
class CauseCount:
    """Open warnings of a cause that are not held: those that the last run found, and those it could not."""

    cause: str
    known: int
    unknown: int

    @property
    def total(self) -> int:
        return self.known + self.unknown


def by_cause(scope: Scope, on: date) -> list[CauseCount]:
    """The causes that occur in the viewer's area, the most frequent first."""
    rows = warnings(scope, Wanted(), on).order_by().values_list("cause")
    lost = Count("pk", filter=Q(status="unconfirmable"))
    counted = rows.annotate(lost=lost, number=Count("pk"))
    found = [CauseCount(cause, number - lost, lost) for cause, lost, number in counted]
    return sorted(found, key=lambda count: (-count.total, count.cause))


@dataclass(frozen=True)
class Waiting:
    """Villages that a department's feed, or one figure of it, is missing in; `households` wait for it."""

    feed: str
    indicator: str
    villages: int
    households: int


def waiting(scope: Scope, run: Run) -> list[Waiting]:
    """What was missing in the viewer's area, whole feeds first, then what most households wait for."""
    rows = scope.filter(DataGap.objects.filter(run=run)).order_by().values_list("feed", "indicator")
    counted = rows.annotate(villages=Count("area", distinct=True), households=Sum("households"))
    found = [Waiting(*row) for row in counted]
    return sorted(found, key=lambda w: (w.indicator != "", -w.households, w.feed, w.indicator))


def short_of_data(scope: Scope, run: Run) -> dict[int, list[str]]:
    """Per village (area key) the feeds that do not speak for it: its figures may be too low."""
    rows = scope.filter(DataGap.objects.filter(run=run, indicator=""))
    short: dict[int, list[str]] = {}
    for area, feed in rows.order_by("area", "feed").values_list("area", "feed"):
        short.setdefault(area, []).append(feed)
    return short


def changes_of(scope: Scope, runs: list[Run]) -> dict[int, dict[str, int]]:
    """Per run how many warnings of the viewer's area it left in each status."""
    seen = scope.filter(Sighting.objects.filter(run__in=runs), "warning__household__area")
    found: dict[int, dict[str, int]] = {run.pk: {} for run in runs}
    for run, status, number in seen.order_by().values_list("run", "status").annotate(number=Count("pk")):
        found[run][status] = number
    return found


def cleared_of(scope: Scope, run: Run) -> dict[str, int]:
    """What a run closed in the viewer's area, by reason."""
    seen = scope.filter(Sighting.objects.filter(run=run, status="cleared"), "warning__household__area")
    return dict(seen.order_by().values_list("cleared_because").annotate(number=Count("pk")))


def longest_open(scope: Scope, on: date) -> int:
    """For how many days the oldest open warning of the viewer's area has stood."""
    oldest = warnings(scope, Wanted(), on).order_by("first_run__as_of").first()
    return (on - oldest.first_run.as_of).days if oldest else 0
