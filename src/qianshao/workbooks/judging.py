"""A file against its contract: every row is accepted with its values, or refused with all of its faults."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeAlias

from qianshao.words import Text
from qianshao.workbooks.cells import Cell, cell_name, is_empty, letters, shown
from qianshao.workbooks.choosing import choose
from qianshao.workbooks.contract import Column, Contract
from qianshao.workbooks.faults import FILL_AND_SEND, SAVE_AGAIN, Fault, Unreadable, Wrong
from qianshao.workbooks.headers import Header, is_repeated
from qianshao.workbooks.opening import open_table
from qianshao.workbooks.repeats import Repeats
from qianshao.workbooks.sheets import TableFile
from qianshao.workbooks.titles import plain
from qianshao.workbooks.values import NOTHING, Reader, Value, reader_of, right_form

# Rows that people add below the data: sums, and who filled in the form.
_SUMS = ("合计", "总计", "小计")
_FOOTERS = ("填表人", "制表人", "审核人", "填报人", "填表单位", "填报单位", "备注", "注:", "说明")


# The first and the last day that a file speaks for.
Period: TypeAlias = tuple[date, date]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """An accepted row: money in fen, dates, Decimal, bool, text; None is an empty cell."""

    sheet: str
    row: int
    values: Mapping[str, Value] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row: what it said, under the sheet's own titles, and all that is wrong with it."""

    sheet: str
    row: int
    cells: Mapping[str, str] = field(repr=False)
    faults: Sequence[Fault] = ()


class Judgement:
    """What became of a file. With `file_faults` nothing of it counts and there are no rows.

    `sheet_faults`: sheets that hold this list and cannot be read, though others can. `notices`: sheets that
    hold something else.

    Rows are judged while they are iterated, once, with little memory: iterate the judgement itself to get
    accepted and refused rows in their order, or `rows` to get the accepted ones while the refused gather in
    `refused`. The counts are right when the iteration has ended. A file that breaks off in the middle ends
    the iteration and adds a file fault.
    """

    def __init__(self, contract: Contract, period: Period | None = None) -> None:
        self.contract, self.period = contract, period
        self.file_faults: list[Fault] = []
        self.sheet_faults: list[Fault] = []
        self.headers: list[Header] = []
        self.notices: list[Text] = []
        self.refused: list[RefusedRow] = []
        self.rows_read = 0
        self.rows_accepted = 0
        self.rows_refused = 0
        self._table: TableFile | None = None
        self._repeats = Repeats(contract)

    @property
    def sheet(self) -> str:
        """The sheet that was read, the first if there are several; empty for text files."""
        return self.headers[0].sheet.name if self.headers else ""

    @property
    def header_row(self) -> int:
        """The (last) row of its header, from 1; 0 if none was found."""
        return self.headers[0].row if self.headers else 0

    @property
    def extra_titles(self) -> list[str]:
        """Titles that the contract does not know. Their cells stay with refused rows and land nowhere."""
        known = {(id(header), place) for header in self.headers for place in header.places.values()}
        extra = [
            title
            for header in self.headers
            for place, title in enumerate(header.titles)
            if title and (id(header), place) not in known
        ]
        return list(dict.fromkeys(extra))

    @property
    def rows(self) -> Iterator[JudgedRow]:
        """The accepted rows; the refused ones gather in `refused`."""
        for row in self:
            if isinstance(row, JudgedRow):
                yield row
            else:
                self.refused.append(row)

    def __iter__(self) -> Iterator[JudgedRow | RefusedRow]:
        table, self._table = self._table, None
        if table is None:
            return
        try:
            for header in self.headers:
                yield from self._judged(table, header)
        except Unreadable as error:
            self.file_faults.append(error.fault)
        except OSError:
            self.file_faults.append(_UNREADABLE)
        finally:
            table.close()
        if not self.rows_read and not self.file_faults:
            self.file_faults.append(_no_rows(self.headers[0]))

    def close(self) -> None:
        """Let go of the file when the rows are not wanted."""
        if self._table is not None:
            self._table.close()
            self._table = None

    def _judged(self, table: TableFile, header: Header) -> Iterator[JudgedRow | RefusedRow]:
        plan = RowPlan(self.contract, header, self.period)
        for number, cells in table.rows(header.sheet):
            if number <= header.row or plan.is_no_data(cells):
                continue
            self.rows_read += 1
            values, faults = plan.judge(number, cells)
            if not faults:
                try:
                    self._repeats.check(values, header.sheet.name, number)
                except Wrong as wrong:
                    faults = [plan.repeated(number, wrong)]
            if faults:
                self.rows_refused += 1
                yield RefusedRow(header.sheet.name, number, plan.said(cells), faults)
            else:
                self.rows_accepted += 1
                yield JudgedRow(header.sheet.name, number, values)


def judge(path: Path, contract: Contract, period: Period | None = None) -> Judgement:
    """Open a file and judge it by a contract. Never raises for what a file holds: see `Judgement`.

    With the `period` that the file speaks for, rows dated after its last day are refused.
    """
    judgement = Judgement(contract, period)
    try:
        table = open_table(path)
    except Unreadable as error:
        judgement.file_faults.append(error.fault)
        return judgement
    except OSError:
        judgement.file_faults.append(_UNREADABLE)
        return judgement
    choice = choose(table.sheets, contract)
    judgement.headers = list(choice.headers)
    judgement.file_faults += choice.file_faults
    judgement.sheet_faults += choice.sheet_faults
    judgement.notices += choice.notices
    if judgement.file_faults:
        table.close()
    else:
        judgement._table = table
    return judgement


def _no_rows(header: Header) -> Fault:
    return Fault(
        code="no_rows",
        reason=Text("表头下面没有数据。", "There are no rows below the header."),
        right_form=FILL_AND_SEND,
        sheet=header.sheet.name,
        row=header.row,
        cell=cell_name(header.row + 1, 0),
    )


_UNREADABLE = Fault("unreadable", Text("文件无法读取。", "The file cannot be read."), SAVE_AGAIN)


class RowPlan:
    """How the rows under one header are judged."""

    def __init__(self, contract: Contract, header: Header, period: Period | None) -> None:
        self.header, self.period = header, period
        self.columns: list[tuple[str, int, Column, Reader]] = []
        self.blank: dict[str, Value] = dict.fromkeys(column.name for column in contract.columns)
        for column in contract.columns:
            if (place := header.places.get(column.name)) is not None:
                self.columns.append((column.name, place, column, reader_of(column)))
        self.dated_by = contract.date if period else None
        # Most rows are told to be data by their first sign.
        self.beginnings = _BEGINNINGS | {title[0] for title in header.titles if title}
        key = next((n for n in contract.key if n in header.places), contract.columns[0].name)
        self.key = header.places.get(key, 0), contract.column(key)

    def judge(self, number: int, cells: Sequence[Cell]) -> tuple[dict[str, Value], list[Fault]]:
        """The values of a row, and what is wrong with it."""
        values = dict(self.blank)
        faults: list[Fault] = []
        width = len(cells)
        for name, place, column, read in self.columns:
            cell = cells[place] if place < width else None
            if is_empty(cell):
                values[name] = column.empty
                if column.required:
                    faults.append(self._fault(number, place, column, _EMPTY))
                continue
            try:
                values[name] = value = read(cell)
                if name == self.dated_by:
                    self._not_after(value, column, place)
            except Wrong as wrong:
                values[name] = column.empty
                if plain(shown(cell)) not in NOTHING:
                    faults.append(self._fault(number, place, column, wrong))
                elif column.required:
                    faults.append(self._fault(number, place, column, _EMPTY))
        return values, faults

    def said(self, cells: Sequence[Cell]) -> dict[str, str]:
        """The row as text under the sheet's titles; under a column's letter where a title is repeated."""
        said: dict[str, str] = {}
        for place, cell in enumerate(cells):
            title = self.header.titles[place] if place < len(self.header.titles) else ""
            if title or not is_empty(cell):
                said[title if title and title not in said else letters(place)] = shown(cell)
        return said

    def is_no_data(self, cells: Sequence[Cell]) -> bool:
        """Blank rows, the header again, and what people write below the data."""
        first = next((cell for cell in cells if not is_empty(cell)), None)
        if first is None:
            return True
        text = first if isinstance(first, str) else ""
        if not text or text[0] not in self.beginnings:
            return False
        return is_repeated(self.header, cells) or self._is_below(plain(text), cells)

    def _is_below(self, text: str, cells: Sequence[Cell]) -> bool:
        filled = sum(
            1 for _, place, column, _ in self.columns if column.required and self._filled(cells, place)
        )
        wanted = sum(1 for _, _, column, _ in self.columns if column.required)
        return (text in _SUMS or text.startswith(_FOOTERS)) and 2 * filled <= wanted

    @staticmethod
    def _filled(cells: Sequence[Cell], place: int) -> bool:
        return place < len(cells) and not is_empty(cells[place])

    def repeated(self, number: int, wrong: Wrong) -> Fault:
        """The fault of a row that an earlier one stands for already, at its key."""
        place, column = self.key
        return self._fault(number, place, column, wrong)

    def _not_after(self, value: Value, column: Column, place: int) -> None:
        """A row of a day that its file cannot know of would not count before that day, without a word."""
        if self.period is None or not isinstance(value, date) or value <= self.period[1]:
            return
        day = f"{value:%Y-%m}" if column.type == "month" else f"{value}"
        first, last = self.period
        raise Wrong(
            "after_period",
            Text(
                f"{self.header.titles[place]} {day} 在文件所说的期间 {first} 至 {last} 之后。",
                f"{day} lies after the period that the file speaks for, {first} to {last}.",
            ),
            Text(
                "改正日期，或放进它所属期间的文件报送",
                "Correct the date, or send it in the file of its own period",
            ),
        )

    def _fault(self, number: int, place: int, column: Column, wrong: Wrong) -> Fault:
        return Fault(
            code=wrong.code,
            reason=wrong.reason,
            right_form=wrong.right_form or right_form(column),
            sheet=self.header.sheet.name,
            row=number,
            column_title=self.header.titles[place],
            cell=cell_name(number, place),
        )


_EMPTY = Wrong(
    "empty",
    Text(
        "必填，不能空；公式出错没有结果的也算空。",
        "This must be filled in; a formula without a result counts as empty.",
    ),
)
_BEGINNINGS = frozenset(text[0] for text in _SUMS + _FOOTERS)
