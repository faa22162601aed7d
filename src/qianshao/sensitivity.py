"""How sensitive a stored field is, and what it is kept for. Every field of every table says both."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Field = TypeVar("Field")


class Level(StrEnum):
    """The four classes of design section 7, from what may hang on a wall to what only a case worker needs."""

    OPEN = "open"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


@dataclass(frozen=True)
class Declaration:
    level: Level
    purpose: str


def kept(field: Field, level: Level, purpose: str) -> Field:
    """Declare a model field's sensitivity and purpose; returns the field itself."""
    field.declaration = Declaration(level, purpose)  # type: ignore[attr-defined]
    return field


def open_(field: Field, purpose: str) -> Field:
    """A field that may be published."""
    return kept(field, Level.OPEN, purpose)


def internal(field: Field, purpose: str) -> Field:
    """A field for the offices, about no person."""
    return kept(field, Level.INTERNAL, purpose)


def personal(field: Field, purpose: str) -> Field:
    """A field about a person or household."""
    return kept(field, Level.PERSONAL, purpose)


def sensitive(field: Field, purpose: str) -> Field:
    """Identity numbers, phones, accounts, health: encrypted at rest and masked on screens."""
    return kept(field, Level.SENSITIVE, purpose)
