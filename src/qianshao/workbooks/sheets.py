"""A file as sheets of rows, whatever its format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qianshao.workbooks.cells import Cell

# A header is looked for on so many rows; national exports have it on the third.
HEAD_ROWS = 21

Corner = tuple[int, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet and its first rows. `merged`: ranges as (row, column) of first and last cell, from 0."""

    number: int
    name: str
    visible: bool
    head: Sequence[Sequence[Cell]]
    merged: Sequence[tuple[Corner, Corner]]


class TableFile(Protocol):
    """An open file."""

    sheets: list[Sheet]

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Cell]]]:
        """Row or line numbers from 1, and rows. Raises `Unreadable` if the file breaks in the middle."""

    def close(self) -> None:
        """Let go of the file."""
