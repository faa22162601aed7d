"""Who is really in trouble, when and why: decided from shocks and means, then written beside the files."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from qianshao.demo.calendar import ROUNDS
from qianshao.demo.files import Planted
from qianshao.demo.people import Household
from qianshao.demo.shocks import Shock

# Yuan a year that a first person needs to live; more people need less each. Families differ by a fifth.
NEED = 8_600
NEED_POWER = 0.72
NEED_SPREAD = 0.18
# A blow smaller than this part of the need is not what brings a household down, however poor it is.
CAUSES = 0.28
# What of its savings a household can turn into money, and what kin lend it.
LIQUID = 0.75


@dataclass(frozen=True)
class Trouble:
    """A stretch of real trouble of one household for one cause. Severity: the part of the need not met.

    `traces` counts the rows that its shock left in department files, by feed; empty: no office knows.
    """

    household: str
    cause: str
    shock: str
    since: date
    until: date
    severity: float
    traces: dict[str, int] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        return self.since <= day < self.until


def troubles(rng: Random, household: Household, shocks: Sequence[Shock]) -> list[Trouble]:
    """The troubles that a household's shocks bring.

    At each shock: what it can count on in the coming year, less all losses and costs of shocks that run, plus
    what is left of its savings, against what so many people need to live.
    """
    need = NEED * household.size**NEED_POWER * math.exp(rng.gauss(0, NEED_SPREAD))
    made = []
    for shock in shocks:
        running = [s for s in shocks if s.began <= shock.began < s.until]
        missing = _missing(household, running, need)
        # A shock that by itself takes nothing is not the cause of anything.
        own = shock.cost + shock.loss
        strained = missing > 0 and own > CAUSES * need
        if not (strained or shock.hardship):
            continue
        severity = round(min(1.0, max(missing, 0.25 if shock.hardship else 0.0)), 3)
        delay = timedelta(days=rng.randint(0, 45) if strained and not shock.hardship else 0)
        since = shock.began + delay
        until = max(since + timedelta(days=30), shock.until)
        if strained and severity > 0.5:
            until += timedelta(days=rng.randint(30, 150))
        traces = {feed: shock.traces.count(feed) for feed in sorted(set(shock.traces))}
        made.append(Trouble(household.number, shock.cause, shock.kind, since, until, severity, traces))
    return made


def _missing(household: Household, running: Sequence[Shock], need: float) -> float:
    """The part of the need that the coming year does not meet; negative when it is met."""
    income = household.per_head * household.size - sum(shock.loss for shock in running)
    means = max(0.0, income) + LIQUID * household.savings - sum(shock.cost for shock in running)
    return 1 - means / need


def write_truth(
    path: Path,
    households: int,
    seed: int,
    found: Sequence[Trouble],
    without_trouble: Mapping[str, int],
    planted: Sequence[Planted],
) -> None:
    """Write the hidden truth: troubles, how many shocks of each kind were none, faults planted in files.

    No name and no identity number stands in it; households are named by their numbers.
    """
    write(
        path,
        {
            "households": households,
            "seed": seed,
            "as_of": [each.as_of for each in ROUNDS],
            "troubles": [asdict(trouble) for trouble in found],
            "shocks_without_trouble": {kind: count for kind, count in without_trouble.items() if count > 0},
            "planted": [asdict(each) for each in planted],
        },
    )


def write(path: Path, content: dict[str, Any]) -> None:
    """Write JSON that is the same bytes for the same content."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
