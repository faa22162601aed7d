"""The two sides of every comparison: who a sender says a row is about, and who is in the register."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Person:
    """A member of the register. `village`: area path; `household`: our key, `household_number`: theirs."""

    key: int
    name: str = field(repr=False)
    number: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str = ""
    village: str = ""
    household: int | None = None
    relation: str = ""
    household_number: str | None = None
    head_name: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Stated:
    """What a sender states about a row's person; None or empty: not stated. Sex as in GB/T 2261.1: 1 or 2."""

    key: int
    number: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str | None = None
    village: str | None = None
    household_number: str | None = None
    head_name: str | None = field(default=None, repr=False)
