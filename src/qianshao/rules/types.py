"""The types of figures, and the scalar that stands for each inside the engines."""

from datetime import date
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = int | float | str | bool | date
"""money: int fen; integer: int; decimal, share: float; date: date; code, text: str; boolean: bool."""


class Type(StrEnum):
    """What a column, a parameter or an indicator holds."""

    MONEY = "money"
    INTEGER = "integer"
    DECIMAL = "decimal"
    SHARE = "share"
    DATE = "date"
    CODE = "code"
    BOOLEAN = "boolean"
    TEXT = "text"

    @property
    def is_number(self) -> bool:
        return self in (Type.MONEY, Type.INTEGER, Type.DECIMAL, Type.SHARE)

    @property
    def is_whole(self) -> bool:
        """Held as an exact whole number: fen or a count."""
        return self in (Type.MONEY, Type.INTEGER)

    @property
    def is_real(self) -> bool:
        """Held as a double, because it is the result of one division or a measured quantity."""
        return self in (Type.DECIMAL, Type.SHARE)

    @property
    def is_word(self) -> bool:
        return self in (Type.CODE, Type.TEXT)


class Subject(StrEnum):
    """What a row, an indicator or a rule is about."""

    HOUSEHOLD = "household"
    PERSON = "person"
    VILLAGE = "village"
