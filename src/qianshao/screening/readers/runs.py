"""Runs: the list, one, and what it changed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from qianshao.access.scope import Scope
from qianshao.screening.models import DataGap, Run, Sighting


def runs() -> QuerySet[Run]:
    """All runs, the newest first. They hold no household, so every viewer may know of them."""
    return Run.objects.select_related("started_by").order_by("-pk")


def run(key: int) -> Run | None:
    """One run, None when there is none."""
    return Run.objects.select_related("started_by").filter(pk=key).first()


def last_done(before: date | None = None) -> Run | None:
    """The run whose warnings stand: of the latest day, and of that day the latest. `before`: of the days
    before that one only."""
    done = Run.objects.filter(state="done")
    if before:
        done = done.filter(as_of__lt=before)
    return done.order_by("-as_of", "-pk").first()


def folder(run: Run) -> Path:
    """Where the run's indicators and outcomes lie."""
    return Path(settings.DATA) / run.folder


def hit_by(run: Run, rule: str) -> list[int]:
    """The households that a rule was true of, everywhere: for a scope to be laid on."""
    path = folder(run) / "outcomes.parquet"
    if not path.exists():
        return []
    hits = [("rule", "=", rule), ("outcome", "=", "hit")]
    found: list[int] = pq.read_table(path, columns=["household"], filters=hits)["household"].to_pylist()
    return found


def changes(scope: Scope, run: Run) -> dict[str, int]:
    """How many warnings of the viewer's area the run left in each status."""
    seen = scope.filter(Sighting.objects.filter(run=run), "warning__household__area")
    return dict(seen.order_by().values_list("status").annotate(number=Count("pk")))


@dataclass(frozen=True)
class Gap:
    """One thing to ask for. `indicator` is empty where the whole feed is missing; then `area` is None and
    `villages` counts those that wait for it."""

    feed: str
    indicator: str
    area: int | None
    villages: int
    households: int


def gaps(scope: Scope, run: Run) -> list[Gap]:
    """What was missing in the viewer's area: missing feeds once each, else per indicator and village."""
    seen = scope.filter(DataGap.objects.filter(run=run))
    whole = seen.filter(indicator="").order_by().values("feed")
    missing = [
        Gap(row["feed"], "", None, row["villages"], row["total"])
        for row in whole.annotate(villages=Count("area"), total=Sum("households")).order_by("feed")
    ]
    parts = seen.exclude(indicator="").order_by("indicator", "area__path", "feed")
    return missing + [Gap(gap.feed, gap.indicator, gap.area_id, 1, gap.households) for gap in parts]
