"""Reading a delivery's file row by row: what its contract refuses, and what only the register can refuse."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from qianshao.feeds import words
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period
from qianshao.feeds.quarantine import Quarantine
from qianshao.feeds.villages import Villages
from qianshao.places.models import Area
from qianshao.words import Text
from qianshao.workbooks import Column, Contract, Fault, JudgedRow, Judgement, RefusedRow, judge
from qianshao.workbooks.cells import cell_name

# How many rows lie between two words to the progress bar, and how many a usual file has.
TOLD_EVERY = 2_000
USUAL_ROWS = 20_000


def judgement_of(path: Path, contract: Contract, period: Period | None) -> Judgement:
    """A file, judged for the period that it speaks for, where that is known.

    A list of the register is not held to it: where it names none, its period is but the day it arrived.
    """
    spoken = (period.first, period.last) if period and contract.lands == "feed" else None
    return judge(path, contract, spoken)


class Reading:
    """The judged rows of a file, once; those refused go to quarantine as they come."""

    def __init__(
        self, path: Path, contract: Contract, delivery: Delivery, progress: Callable[[float], None]
    ) -> None:
        self.contract, self.delivery, self._progress = contract, delivery, progress
        period = Period(delivery.period_from, delivery.period_until)
        self.judgement = judgement_of(path, contract, period)
        self.quarantine = Quarantine(delivery)
        self._headers = {header.sheet.name: header for header in self.judgement.headers}

    @property
    def file_faults(self) -> list[Fault]:
        """Why nothing of the file counts; known for sure when all rows were read."""
        return self.judgement.file_faults

    def rows(self) -> Iterator[JudgedRow]:
        """The rows that fit the contract."""
        for row in self.judgement:
            if self.judgement.rows_read % TOLD_EVERY == 0:
                # How many rows there are is known at the end only.
                self._progress(self.judgement.rows_read / (self.judgement.rows_read + USUAL_ROWS))
            if isinstance(row, RefusedRow):
                self.quarantine.add(row.sheet, row.row, row.cells, row.faults)
            else:
                yield row

    def refuse(self, row: JudgedRow, column: str, code: str, reason: Text, right_form: Text) -> None:
        """Put a row aside that fits the contract but not the register, naming the cell."""
        header = self._headers[row.sheet]
        place = header.places.get(column, 0)
        fault = Fault(
            code=code,
            reason=reason,
            right_form=right_form,
            sheet=row.sheet,
            row=row.row,
            column_title=header.titles[place],
            cell=cell_name(row.row, place),
        )
        said = {
            header.titles[place]: _said(self.contract.column(name), row.values[name])
            for name, place in header.places.items()
        }
        self.quarantine.add(row.sheet, row.row, said, [fault])

    def village(self, row: JudgedRow, villages: Villages) -> Area | None:
        """The village that the row names; a row that names none that is known is refused."""
        by_code, by_name = self.contract.with_role("village_code"), self.contract.with_role("village_name")
        code = row.values.get(by_code.name) if by_code else None
        name = row.values.get(by_name.name) if by_name else None
        village = villages.find(str(code) if code else None, str(name) if name else None)
        if village is None:
            column = by_code if by_code and (code or not by_name) else by_name
            several = not code and str(name) in villages.ambiguous
            text = words.VILLAGE_AMBIGUOUS if several else words.VILLAGE_UNKNOWN
            reason = text.format(area=self.delivery.area.name)
            assert column is not None, "a contract whose rows belong to villages names them"
            self.refuse(row, column.name, "village_unknown", reason, words.VILLAGE_RIGHT)
        return village


def _said(column: Column, value: Any) -> str:
    """A judged value as its column would have it written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.type == "money":
        return f"{value // 100}.{value % 100:02}"
    if column.type == "month" and isinstance(value, date):
        return f"{value:%Y-%m}"
    if column.type == "code":
        return column.codes[value][0]
    return str(value)
