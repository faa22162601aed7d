"""Where the header of a sheet is, and which of its columns a contract knows: in any order, among others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qianshao.words import Text
from qianshao.workbooks.cells import Cell, cell_name, is_empty, shown
from qianshao.workbooks.contract import Column, Contract
from qianshao.workbooks.faults import Fault
from qianshao.workbooks.sheets import HEAD_ROWS, Sheet
from qianshao.workbooks.titles import plain, without_unit


@dataclass(frozen=True)
class Header:
    """A header as found. `row`: its last row, from 1. `titles`: by column from 0, as the sheet writes them.

    `places`: contract column name to column of the sheet. `twice`: contract columns whose title stands over
    several columns of the sheet, with those columns.
    """

    sheet: Sheet
    row: int
    titles: Sequence[str]
    places: Mapping[str, int]
    twice: Mapping[str, tuple[int, ...]]

    def missing(self, contract: Contract) -> list[Column]:
        """The columns that must be there and are not."""
        return [c for c in contract.columns if c.present and c.name not in self.places]

    def faults(self, contract: Contract) -> list[Fault]:
        """What keeps the sheet from being read: columns that are missing or stand there twice."""
        return [self._missing(column) for column in self.missing(contract)] + [
            self._twice(contract.column(name), places) for name, places in self.twice.items()
        ]

    def _missing(self, column: Column) -> Fault:
        return Fault(
            code="missing_column",
            reason=Text(f"表头缺少“{column.title}”列。", f"The header lacks the column {column.title}."),
            right_form=Text(f"表头写：{'、'.join(column.titles)}", f"Title it {' or '.join(column.titles)}"),
            sheet=self.sheet.name,
            row=self.row,
            column_title=column.title,
            cell=cell_name(self.row, len(self.titles)),
        )

    def _twice(self, column: Column, places: Sequence[int]) -> Fault:
        cells = [cell_name(self.row, place) for place in places]
        return Fault(
            code="column_twice",
            reason=Text(
                f"“{column.title}”列有 {len(places)} 个：{'、'.join(cells)}。",
                f"The column {column.title} is there {len(places)} times: {', '.join(cells)}.",
            ),
            right_form=Text("只保留一列", "Keep one of them"),
            sheet=self.sheet.name,
            row=self.row,
            column_title=column.title,
            cell=cells[-1],
        )


class Titles:
    """The titles that a contract knows, so that many rows can be tried against it."""

    def __init__(self, contract: Contract) -> None:
        # The rank tells which title is nearest to ours when a sheet has several of one column.
        self.known = {
            plain(title): (column, rank)
            for column in contract.columns
            for rank, title in enumerate(column.titles)
        }

    def of(self, title: str) -> tuple[Column, int] | None:
        """The column that a title names, if any, and how far it is from our own wording."""
        return self.known.get(plain(title)) or self.known.get(without_unit(title))

    def header(self, sheet: Sheet, row: int, titles: Sequence[str]) -> Header:
        """What these titles would make of the sheet."""
        found: dict[str, list[tuple[int, int]]] = {}
        for place, title in enumerate(titles):
            if title and (known := self.of(title)) is not None:
                found.setdefault(known[0].name, []).append((known[1], place))
        places, twice = {}, {}
        for name, candidates in found.items():
            best = min(candidates)[0]
            same = tuple(place for rank, place in candidates if rank == best)
            places[name] = same[0]
            if len(same) > 1:
                twice[name] = same
        return Header(sheet, row, titles, places, twice)


def find_header(sheet: Sheet, contract: Contract) -> Header | None:
    """The header row, or pair of rows, of the first 20 that names most of the contract's columns.

    A pair counts where titles stand under group titles or are merged over both rows. None if too few of the
    columns that must be there are named anywhere.
    """
    titles = Titles(contract)
    best: Header | None = None
    for header in _candidates(sheet, titles):
        if best is None or _named(header, contract) > _named(best, contract):
            best = header
    wanted = sum(column.present for column in contract.columns)
    if best is None or 2 * (wanted - len(best.missing(contract))) < max(wanted, 2):
        return None
    return best


def _named(header: Header, contract: Contract) -> tuple[int, int]:
    return -len(header.missing(contract)), len(header.places)


def _candidates(sheet: Sheet, titles: Titles) -> list[Header]:
    """Single rows first: a pair must do better than either of its rows."""
    rows = [[" ".join(shown(cell).split()) for cell in row] for row in sheet.head]
    single = [titles.header(sheet, n, row) for n, row in enumerate(rows[: HEAD_ROWS - 1], 1)]
    pairs = []
    for n in range(1, len(rows)):
        upper = _filled(rows[n - 1], sheet, n - 1)
        pairs += [titles.header(sheet, n + 1, joined) for joined in _joined(upper, rows[n])]
    return single + pairs


def _filled(row: Sequence[str], sheet: Sheet, index: int) -> list[str]:
    """The row with the title of a merged range over each of its columns."""
    filled = list(row)
    for (top, left), (bottom, right) in sheet.merged:
        if top <= index <= bottom and left < len(row):
            for place in range(left, min(right + 1, len(filled))):
                filled[place] = filled[place] or row[left]
    return filled


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[list[str]]:
    """Two ways to read a pair of rows: the lower title alone, or the group's title before it."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    return [
        [b or a for a, b in zip(above, below, strict=True)],
        [a + b if a != b else a for a, b in zip(above, below, strict=True)],
    ]


def is_repeated(header: Header, row: Sequence[Cell]) -> bool:
    """Whether a row below is the header again, as printed pages have it."""
    places = header.places.values()
    return all(
        place < len(row)
        and not is_empty(row[place])
        and plain(shown(row[place])) == plain(header.titles[place])
        for place in places
    )
