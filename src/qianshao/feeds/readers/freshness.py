"""How fresh each feed is in an area: for when it speaks, and whether the next delivery is late."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from qianshao.access.scope import Scope
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period
from qianshao.workbooks import Contract, Schedule

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True)
class Freshness:
    """One feed in an area on a day.

    `state`: on_time, late (a delivery is due and has not come), or nothing (none was ever delivered).
    `covered_until` is the first day that no delivery speaks for; `due_on` the day the next one must be there.
    `villages` of `all_villages` are covered by a delivery that still speaks for today. `missing`: the times
    between the first and the last day covered for which a list of what happened was never delivered.
    """

    contract: Contract
    state: str
    delivered_on: date | None
    covered_until: date | None
    due_on: date | None
    villages: int
    all_villages: int
    missing: tuple[Period, ...] = ()

    @property
    def last_day_covered(self) -> date | None:
        """The last day that a delivery speaks for."""
        return self.covered_until - timedelta(days=1) if self.covered_until else None

    @property
    def coverage(self) -> float:
        """The share of villages of which we know today, 0 to 1."""
        return self.villages / self.all_villages if self.all_villages else 0.0


def freshness(scope: Scope, on: date, lands: str = "feed") -> list[Freshness]:
    """All feeds, by name, for the villages in scope."""
    villages = list(
        scope.areas()
        .filter(level="village", valid_until=None)
        .order_by("path")
        .values_list("path", flat=True)
    )
    known = Delivery.objects.filter(state="done", rows_accepted__gt=0, period_from__lte=on)
    held: dict[str, list[Delivery]] = {}
    for delivery in known.select_related("area").order_by("pk"):
        held.setdefault(delivery.feed, []).append(delivery)
    contracts = [contract for contract in feed_contracts().values() if contract.lands == lands]
    return [_freshness(contract, held.get(contract.name, []), villages, on) for contract in contracts]


def _freshness(contract: Contract, held: list[Delivery], villages: list[str], on: date) -> Freshness:
    mine = [d for d in held if any(v.startswith(d.area.path) for v in villages)]
    if not mine:
        return Freshness(contract, "nothing", None, None, None, 0, len(villages))
    until = max(d.period_until for d in mine)
    oldest = on - timedelta(days=contract.schedule.grace_days)
    speaking = [d.area.path for d in mine if d.period_until > oldest]
    covered = sum(any(village.startswith(path) for path in speaking) for village in villages)
    due = due_after(contract.schedule, until)
    return Freshness(
        contract=contract,
        state="late" if on > due else "on_time",
        delivered_on=timezone.localdate(max(d.received_at for d in mine)),
        covered_until=until,
        due_on=due,
        villages=covered,
        all_villages=len(villages),
        missing=tuple(holes((d.period_from, d.period_until) for d in mine)) if tells(contract) else (),
    )


def tells(contract: Contract) -> bool:
    """Whether a file says what happened in its period: a roster says how it is, so the newest will do."""
    return contract.kind != "roster"


def holes(covered: Iterable[tuple[date, date]]) -> Iterator[Period]:
    """The times between periods, given as first day and first day after, that none of them covers."""
    until: date | None = None
    for first, after in sorted(covered):
        if until is not None and first > until:
            yield Period(until, first)
        until = max(after, until or after)


def due_after(schedule: Schedule, covered_until: date) -> date:
    """The day by which the period that follows the covered one must have been delivered.

    A monthly list that covers September is due with October's on the due day of November.
    """
    months = covered_until.year * 12 + covered_until.month - 1 + MONTHS[schedule.every]
    first = date(months // 12, months % 12 + 1, 1)
    following = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
    return min(first + timedelta(days=schedule.due_day - 1), following - timedelta(days=1))
