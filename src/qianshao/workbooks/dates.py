"""Dates and months as offices write them."""

import re
import unicodedata
from datetime import date

from qianshao.words import Text
from qianshao.workbooks.cells import Cell, quoted
from qianshao.workbooks.faults import Wrong

FIRST_YEAR, LAST_YEAR = 1850, 2100

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_TIME}|(\d{{4}})(\d{{2}})(\d{{2}})")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?|(\d{4})(\d{2})")
_AROUND_SIGNS = re.compile(r" ?([年月]) ?| (?=日)")
_DASHES = str.maketrans("–—−", "---")

DATE_FORM = Text("2026-10-05", "2026-10-05")
MONTH_FORM = Text("2026-10", "2026-10")

# A number that is no written date but may be a day count, which depends on the workbook it came from.
_LAST_SERIAL = 80_000


def day(cell: Cell) -> date:
    """The day that a cell states. Raises `Wrong`.

    Reads the dates of workbooks, 2026-10-05, 2026/10/5, 2026.10.05, 20261005 and 2026年10月5日, also in
    full-width signs and with a time of day behind. Day-first and two-digit years are refused, not guessed.
    """
    text = _text(cell)
    found = _DAY.fullmatch(text)
    if not found:
        if _MONTH.fullmatch(text):
            raise Wrong("date", Text(f"“{quoted(cell)}”没有写日。", f"{quoted(cell)!r} lacks the day."))
        raise _wrong(cell)
    year, month, number = (int(part) for part in found.groups() if part is not None)
    return _date(cell, year, month, number)


def month(cell: Cell) -> date:
    """First day of the month that a cell states: 202610, 2026-10, 2026年10月, or a whole date. `Wrong`."""
    text = _text(cell)
    found = _MONTH.fullmatch(text)
    if not found:
        return day(cell).replace(day=1)
    year, number = (int(part) for part in found.groups() if part is not None)
    return _date(cell, year, number, 1)


def _text(cell: Cell) -> str:
    if isinstance(cell, list):
        return cell[0]
    if isinstance(cell, bool):
        raise _wrong(cell)
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    text = unicodedata.normalize("NFKC", cell or "").translate(_DASHES)
    return _AROUND_SIGNS.sub(r"\1", " ".join(text.split()))


def _date(cell: Cell, year: int, month: int, number: int) -> date:
    if FIRST_YEAR <= year <= LAST_YEAR:
        try:
            return date(year, month, number)
        except ValueError as error:
            reason = Text(f"没有“{quoted(cell)}”这一天。", f"There is no such day as {quoted(cell)!r}.")
            raise Wrong("date", reason) from error
    raise Wrong("date", Text(f"年份 {year} 不对。", f"The year {year} cannot be right."))


def _wrong(cell: Cell) -> Wrong:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < _LAST_SERIAL:
        return Wrong(
            "date",
            Text(
                f"单元格不是日期格式，只是数字 {quoted(cell)}。",
                f"The cell is not formatted as a date, it only holds the number {quoted(cell)}.",
            ),
        )
    return Wrong("date", Text(f"“{quoted(cell)}”不是日期。", f"{quoted(cell)!r} is not a date."))
