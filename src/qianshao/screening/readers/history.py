"""What each run said of a warning, and what officers did with it."""

from dataclasses import dataclass
from datetime import date

from qianshao.screening.explanation import explain
from qianshao.screening.models import EarlyWarning, Hold, Run, Sighting
from qianshao.screening.provenance import Origin
from qianshao.screening.readers.holds import in_force
from qianshao.words import Text


@dataclass(frozen=True)
class Said:
    """One run's word on a warning. `sentence` is the leading rule's, with the figures of then."""

    run: Run
    status: str
    level: str
    cleared_because: str
    sentence: Text
    others: int
    uncounted: tuple[Origin, ...]


def history(warning: EarlyWarning) -> list[Said]:
    """What the runs said, the newest first. The warning is one that a reader gave out."""
    rows = Sighting.objects.filter(warning=warning).select_related("run")
    return [_said(warning, sighting) for sighting in rows.order_by("-run__as_of", "-run")]


def _said(warning: EarlyWarning, sighting: Sighting) -> Said:
    then = EarlyWarning(
        pk=warning.pk,
        household=warning.household,
        cause=warning.cause,
        status=sighting.status,
        hits=sighting.hits,
        last_run=sighting.run,
    )
    leading = explain(then).leading
    return Said(
        sighting.run,
        sighting.status,
        sighting.level,
        sighting.cleared_because,
        leading.explanation.sentence,
        len(sighting.hits) - 1,
        leading.uncounted,
    )


def hold_on(warning: EarlyWarning, on: date) -> Hold | None:
    """The hold in force on the warning's household and cause."""
    held = in_force(on).filter(household=warning.household_id, cause=warning.cause)
    return held.select_related("held_by").first()


def past_holds(warning: EarlyWarning) -> list[Hold]:
    """Every hold on the warning's household and cause since it was raised, the newest first."""
    rows = Hold.objects.filter(household=warning.household_id, cause=warning.cause)
    since = rows.filter(valid_until__gt=warning.first_run.as_of)
    return list(since.select_related("held_by").order_by("-recorded_at"))
