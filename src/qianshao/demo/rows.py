"""A row that an office knows, before it is written in that office's manner."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from qianshao.demo.calendar import ROUNDS
from qianshao.demo.people import Person


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a feed in the file of one round. `person`: whom it is about; `values` by column name."""

    feed: str
    round: int
    person: Person | None
    values: dict[str, Any] = field(default_factory=dict)


def round_of(day: date) -> int | None:
    """The round in whose files something known on that day stands; None: not known in time."""
    return next((index for index, each in enumerate(ROUNDS) if day <= each.until), None)


def known(rng: Random, day: date, within: int, late: float = 0.0, late_within: int = 60) -> date:
    """The day an office learns of something: within some days, for a part of the cases much later."""
    days = rng.randint(within, late_within) if rng.random() < late else rng.randint(0, within)
    return day + timedelta(days=days)
