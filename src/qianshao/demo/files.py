"""Writes rows as departments send them: their titles, code texts and shapes of dates, and the usual dirt."""

import codecs
import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any, Protocol

import xlsxwriter

from qianshao.demo.people import Person
from qianshao.demo.senders import DATES, MONTHS, Sender
from qianshao.workbooks.contract import Column, Contract

# Files made on different days must be the same bytes.
MADE_ON = datetime(2026, 1, 1)  # noqa: DTZ001 - workbooks hold local times
FULL_WIDTH = str.maketrans("0123456789-/", "０１２３４５６７８９－／")
UNKNOWN_CODE = "情况不明"
DAMAGED = 0.0025


@dataclass(frozen=True)
class Planted:
    """A place in a file that is wrong on purpose. `refused`: the whole row must be refused."""

    file: str
    row: int
    fault: str
    refused: bool


class Sheet(Protocol):
    """What a table is written to, row by row."""

    def write(self, cells: Sequence[Any]) -> None: ...
    def close(self) -> None: ...


class CsvSheet:
    def __init__(self, path: Path, sender: Sender) -> None:
        # UTF-16 files carry a mark of their byte order; Python writes it of itself for this name only.
        encoding = codecs.lookup(sender.encoding).name
        self._file = path.open("w", encoding=encoding, newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")

    def write(self, cells: Sequence[Any]) -> None:
        self._writer.writerow(["" if cell is None else cell for cell in cells])

    def close(self) -> None:
        self._file.close()


class WorkbookSheet:
    def __init__(self, path: Path, sender: Sender, width: int) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
        self._book.set_properties({"created": MADE_ON})
        self._sheet = self._book.add_worksheet()
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._row = 0
        if sender.title_rows:
            self._sheet.merge_range(0, 0, 0, width - 1, sender.title, self._book.add_format({"bold": True}))
            self._row = 1
        if sender.title_rows > 1:
            self._sheet.write_string(1, 0, "单位：元")
            self._row = 2

    def write(self, cells: Sequence[Any]) -> None:
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, date):
                self._sheet.write_datetime(self._row, column, cell, self._date)
            elif isinstance(cell, str):
                self._sheet.write_string(self._row, column, cell)
            else:
                self._sheet.write_number(self._row, column, cell)
        self._row += 1

    def close(self) -> None:
        self._book.close()


class DepartmentFile:
    """One file of a feed. `planted` collects what is wrong in it on purpose."""

    def __init__(self, path: Path, contract: Contract, sender: Sender, seed: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.name = f"{path.parent.name}/{path.name}"
        self.planted: list[Planted] = []
        self.rows = 0
        self._contract, self._sender = contract, sender
        self._rng = Random(f"{seed}/{self.name}")
        self._columns = self._order()
        width = len(self._columns) + len(sender.extra)
        self._sheet: Sheet = (
            CsvSheet(path, sender) if sender.suffix == "csv" else WorkbookSheet(path, sender, width)
        )
        self._line = sender.title_rows + 1 if sender.suffix == "xlsx" else 1
        self._sheet.write([*sender.extra, *(self._title(column) for column in self._columns)])

    def add(self, person: Person | None, values: Mapping[str, Any], slip: str | None = None) -> None:
        """Write one row, now and then followed by a copy of it that is damaged and must be refused."""
        cells = [self._cell(column, person, values) for column in self._columns]
        self._write(cells)
        if slip is not None:
            self.planted.append(Planted(self.name, self._line, slip, refused=False))
        if self._rng.random() < DAMAGED:
            self._damage(cells)

    def close(self) -> None:
        """Finish the file; some offices put a total below."""
        if self._sender.total_row and self.rows:
            self._write([None] * len(self._columns), first="合计")
            self.planted.append(Planted(self.name, self._line, "total_row", refused=False))
        self._sheet.close()

    def _write(self, cells: Sequence[Any], first: str | None = None) -> None:
        self.rows += 1
        self._line += 1
        extra = [self._extra(title) for title in self._sender.extra]
        line = [*extra, *cells]
        if first is not None:
            line = [first, *([None] * (len(line) - 1))]
        self._sheet.write(line)

    def _order(self) -> list[Column]:
        columns = list(self._contract.columns)
        if self._sender.shuffled:
            Random(self._contract.name).shuffle(columns)
        return columns

    def _title(self, column: Column) -> str:
        titles = column.titles
        return titles[min(self._sender.titles_variant, len(titles) - 1)]

    def _extra(self, title: str) -> Any:
        return self.rows if title == "序号" else None

    def _cell(self, column: Column, person: Person | None, values: Mapping[str, Any]) -> Any:
        if column.name in values:
            value = values[column.name]
        elif person is not None and column.role in _ROLES:
            value = _ROLES[column.role](self._contract.name, person)
        else:
            return None
        if value is None:
            return None
        if column.role == "number":
            return self._number(str(value))
        return self._text(column, value)

    def _number(self, number: str) -> str:
        draw = self._rng.random()
        if draw < 0.008:
            return number + " "
        if draw < 0.010:
            return number.translate(FULL_WIDTH)
        return number.lower() if draw < 0.2 else number

    def _text(self, column: Column, value: Any) -> Any:
        if column.type == "code":
            return self._code(column, str(value))
        if column.type == "codes":
            return "、".join(column.codes[code][0] for code in value)
        if column.type == "boolean":
            return "是" if value else "否"
        if column.type in ("date", "month"):
            return self._date(column.type, value)
        if column.type == "money":
            return self._money(value)
        if isinstance(value, str) and column.type == "name" and self._rng.random() < 0.003:
            return value + " "
        return str(value) if self._sender.suffix == "csv" or isinstance(value, str) else value

    def _code(self, column: Column, code: str) -> str:
        texts = column.codes[code]
        # Most rows of a file agree; some clerk always writes it in another way.
        usual = min(self._sender.variant, len(texts) - 1)
        return texts[usual] if self._rng.random() < 0.97 else self._rng.choice(texts)

    def _date(self, kind: str, day: date) -> Any:
        if kind == "month":
            return MONTHS[self._sender.month](day)
        if self._sender.date == "real":
            return day
        text = DATES[self._sender.date](day)
        if self._rng.random() < 0.004:
            text = DATES[self._rng.choice(sorted(DATES))](day)
        return text.translate(FULL_WIDTH) if self._rng.random() < 0.001 else text

    def _money(self, value: float) -> Any:
        text = f"{value:.2f}".removesuffix(".00")
        if self._sender.money == "number" and self._sender.suffix == "xlsx":
            return text if self._rng.random() < 0.01 else value
        return f"{value:,.2f}" if self._sender.money == "thousands" else text

    def _damage(self, cells: Sequence[Any]) -> None:
        broken = list(cells)
        fault = self._rng.choice(("month_13", "unknown_code", "negative", "rounded", "no_name", "twice"))
        if fault != "twice":
            at = self._place(fault)
            if at is None:
                return
            broken[at] = _BROKEN[fault]
        self._write(broken)
        self.planted.append(Planted(self.name, self._line, fault, refused=True))

    def _place(self, fault: str) -> int | None:
        fits = _FITS[fault]
        return next((at for at, column in enumerate(self._columns) if fits(column)), None)


_ROLES: dict[str | None, Callable[[str, Person], Any]] = {
    "number": lambda feed, person: person.slips.get(feed, person.number),
    "name": lambda feed, person: person.called.get(feed, person.name),
    "birth_date": lambda _, person: person.birth,
    "sex": lambda _, person: person.sex,
}
_BROKEN: dict[str, Any] = {
    "month_13": "2026-13-05",
    "unknown_code": UNKNOWN_CODE,
    "negative": "-120",
    "rounded": "9.91205E+17",
    "no_name": None,
}
_FITS: dict[str, Callable[[Column], bool]] = {
    "month_13": lambda column: column.type in ("date", "month"),
    "unknown_code": lambda column: column.type == "code",
    "negative": lambda column: column.type == "money",
    "rounded": lambda column: column.role == "number",
    "no_name": lambda column: column.role == "name" and column.required,
}
