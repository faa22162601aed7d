"""Entering what a run leaves: warnings, their history, and what was missing."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from qianshao.places.models import Area
from qianshao.screening.gaps import Gap
from qianshao.screening.hits import Hit
from qianshao.screening.matching import OPEN, Matched, OpenWarning
from qianshao.screening.models import DataGap, EarlyWarning, Run, Sighting

Key = tuple[int, str, date]
FIELDS = ["status", "rule", "level", "hits", "cleared_because", "last_run"]
BATCH = 500


def enter(*, run: Run, matched: Sequence[Matched], gaps: Mapping[Gap, int]) -> None:
    """Write a run's result beside its row; belongs in the transaction that ends the run, whose audit event
    covers it. A warning that an earlier run of the day raised or cleared is the same warning again."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "a run's warnings belong in the transaction that ends it"
        )
    held = _held(run)
    new = [m for m in matched if _key(m) not in held]
    changed = [_set(held[_key(m)], m, run) for m in matched if _key(m) in held]
    # Closed first: a household has one open warning a cause at every moment.
    changed.sort(key=lambda warning: warning.status in OPEN)
    EarlyWarning.objects.bulk_update(changed, FIELDS, batch_size=BATCH)
    made = [_set(EarlyWarning(household_id=m.household, cause=m.cause, first_run=run), m, run) for m in new]
    EarlyWarning.objects.bulk_create(made, batch_size=BATCH)
    Sighting.objects.bulk_create([_sighting(w, run) for w in (*changed, *made)], batch_size=BATCH)
    areas = dict(Area.objects.filter(level="village").values_list("path", "pk"))
    DataGap.objects.bulk_create(
        [
            DataGap(run=run, area_id=areas[village], indicator=indicator, feed=feed, households=households)
            for (village, indicator, feed), households in sorted(gaps.items())
        ],
        batch_size=BATCH,
    )


def left_open(run: Run | None, *, raised_on: date | None = None) -> list[OpenWarning]:
    """The warnings as a run left them open; `raised_on`: only those raised for that day. No run: none."""
    if run is None:
        return []
    rows = Sighting.objects.filter(run=run, status__in=OPEN).select_related("warning__first_run")
    if raised_on:
        rows = rows.filter(warning__first_run__as_of=raised_on)
    return [
        OpenWarning(
            row.warning.household_id,
            row.warning.cause,
            row.warning.first_run.as_of,
            row.warning.due_on,
            tuple(Hit.from_json(hit) for hit in row.hits),
        )
        for row in rows.order_by("warning__household", "warning__cause").iterator(chunk_size=2000)
    ]


def _held(run: Run) -> dict[Key, EarlyWarning]:
    """The warnings that the run may speak of: open ones, and what a run of the same day closed."""
    rows = EarlyWarning.objects.filter(~Q(status="cleared") | Q(last_run__as_of=run.as_of))
    return {(w.household_id, w.cause, w.first_run.as_of): w for w in rows.select_related("first_run")}


def _key(matched: Matched) -> Key:
    return matched.household, matched.cause, matched.raised_on


def _set(warning: EarlyWarning, matched: Matched, run: Run) -> EarlyWarning:
    warning.status, warning.cleared_because = matched.status, matched.cleared_because
    warning.rule, warning.level = matched.leading.rule, matched.leading.level
    warning.hits = [hit.to_json() for hit in matched.hits]
    warning.due_on, warning.last_run = matched.due_on, run
    return warning


def _sighting(warning: EarlyWarning, run: Run) -> Sighting:
    return Sighting(
        warning=warning,
        run=run,
        status=warning.status,
        rule=warning.rule,
        level=warning.level,
        hits=warning.hits,
        cleared_because=warning.cleared_because,
    )
