"""Cells as they come out of a file, their names, and how they may be quoted to people."""

import re
from collections.abc import Sequence
from typing import TypeAlias

# A text is exactly the text of the cell. A list holds the ISO form of a cell that the workbook itself dates.
Cell: TypeAlias = str | float | int | bool | list[str] | None

_LONG_NUMBER = re.compile(r"\d{13,}[0-9Xx]+|(?<!\d)1[3-9]\d{9}(?!\d)")
_QUOTE_AT_MOST = 40

# Digits that a spreadsheet keeps of a number; of longer ones it invents the rest.
KEPT_DIGITS = 15


def shown(cell: Cell) -> str:
    """The cell as text: a number without an invented tail, a date in ISO form, an empty cell as "".

    >>> shown(12.0), shown(0.1 + 0.2), shown(["2026-10-05T00:00:00"])
    ('12', '0.3', '2026-10-05')
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, list):
        return cell[0].removesuffix("T00:00:00")
    return format(cell, f".{KEPT_DIGITS}g")


def is_empty(cell: Cell) -> bool:
    """Nothing, or only spaces."""
    return cell is None or cell == "" or (isinstance(cell, str) and cell.isspace())


def letters(index: int) -> str:
    """The letters of a column counted from 0: A, B … Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, index: int) -> str:
    """D318: the column counted from 0, the row from 1."""
    return f"{letters(index)}{row}"


def quoted(cell: Cell) -> str:
    """What the cell says, short, and with identity and phone numbers masked.

    >>> quoted("990012199001011234")
    '990012********1234'
    """
    text = _LONG_NUMBER.sub(_masked, shown(cell).strip())
    return text if len(text) <= _QUOTE_AT_MOST else text[: _QUOTE_AT_MOST - 1] + "…"


def _masked(found: re.Match[str]) -> str:
    number = found.group()
    ahead = 6 if len(number) >= 14 else 3
    return number[:ahead] + "*" * (len(number) - ahead - 4) + number[-4:]


def trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    """The row without its empty end."""
    end = len(row)
    while end and is_empty(row[end - 1]):
        end -= 1
    return row[:end]
