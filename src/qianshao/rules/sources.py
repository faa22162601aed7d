"""The tables that indicators are computed from, as registers and feeds declare them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qianshao.rules.types import Subject, Type


class Kind(StrEnum):
    """How a source speaks of what is not in it."""

    REGISTER = "register"  # ours: always covered, and an empty cell is unknown
    ROSTER = "roster"  # all that are something now
    EVENTS = "events"  # what happened, by day
    STATUS = "status"  # a state by month


@dataclass(frozen=True)
class Source:
    """A table: key columns `household`, `person`, `village` as its subject has them, and these columns.

    `date` is the column that windows are laid on; it is never empty. `grace_days` is how old the newest
    coverage may be and still speak for today. `non_negative` are columns whose sums can only grow with
    further rows, so that a partial sum is a lower bound. `codes` are the codes that a column may hold; a
    literal outside them is refused.
    """

    name: str
    subject: Subject
    columns: Mapping[str, Type]
    date: str | None = None
    kind: Kind = Kind.REGISTER
    grace_days: int = 0
    non_negative: frozenset[str] = frozenset()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_register(self) -> bool:
        return self.kind is Kind.REGISTER

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that say which row is later: its date, then its delivery and its place there."""
        dated = (self.date,) if self.date is not None else ()
        return dated if self.is_register else (*dated, "delivery", "row")

    @property
    def one_row_each(self) -> bool:
        """Whether a subject has exactly one row, so that a column is an attribute of it."""
        return self.is_register and self.date is None
