"""Tables written as workbooks: streamed in flat memory, and with nothing in them that could run."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Excel refuses longer names and these signs in them.
LONGEST_SHEET_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\"))
LONGEST_CELL = 32_767

STYLES: dict[str, dict[str, Any]] = {
    "header": {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "vcenter"},
    # The prefix keeps a text that begins like a formula a text when somebody edits its cell.
    "text": {"num_format": "@", "quote_prefix": True},
    "money": {"num_format": "#,##0.00"},
    "integer": {"num_format": "0"},
    "decimal": {"num_format": "General"},
    "share": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd"},
    "month": {"num_format": "yyyy-mm"},
    "fault": {"num_format": "@", "bg_color": "#FFC7CE", "quote_prefix": True},
    "strong": {"bold": True, "font_size": 14},
    "wrapped": {"text_wrap": True, "valign": "top", "quote_prefix": True},
}
_WIDTHS = {"date": 12, "month": 10, "money": 14, "boolean": 8, "integer": 10}


@dataclass(frozen=True)
class TableColumn:
    """A column to write. `type` is a column type of contracts; money is given in fen and shown in yuan."""

    title: str
    type: str = "text"
    width: float | None = None


@dataclass(frozen=True)
class Table:
    """A sheet to write. Rows may be a generator; they are read once."""

    name: str
    columns: Sequence[TableColumn]
    rows: Iterable[Sequence[object]]


def write_table(path: Path, sheets: Sequence[Table], *, footer: str = "") -> None:
    """Write sheets with styled, frozen headers. Memory does not grow with the rows.

    `footer` stands below every printed page: who took the list, and when.

    Text stays text, whatever it begins with: nothing is written as a formula or link.
    """
    with workbook(path) as book:
        formats = styles(book)
        for sheet in sheets:
            page = add_sheet(book, sheet.name)
            if footer:
                page.set_footer("&C" + footer.replace("&", "&&"))
            write_header(page, sheet.columns, formats)
            types = [column.type for column in sheet.columns]
            for number, row in enumerate(sheet.rows, 1):
                for place, value in enumerate(row):
                    write_value(page, number, place, value, types[place], formats)


def workbook(path: Path) -> Any:
    """A new workbook in constant memory, that turns no text into anything else. Raises OSError at once where
    nothing can be written; XlsxWriter would say so at the end, in a way of its own."""
    import xlsxwriter

    path.open("ab").close()
    return xlsxwriter.Workbook(
        path,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )


def add_sheet(book: Any, name: str) -> Any:
    """A new sheet under that name, or the nearest that is allowed and free."""
    return book.add_worksheet(sheet_name(name, [sheet.name for sheet in book.worksheets()]))


def styles(book: Any) -> dict[str, "Format"]:
    """The formats of a workbook, by name."""
    return {name: book.add_format(properties) for name, properties in STYLES.items()}


def write_header(page: "Worksheet", columns: Sequence[TableColumn], formats: dict[str, "Format"]) -> None:
    """Titles in the first row, which stays in view; columns as wide as they need."""
    for place, column in enumerate(columns):
        width = column.width or _WIDTHS.get(column.type) or _width(column.title)
        page.set_column(place, place, width, formats.get(column.type, formats["text"]))
    page.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        page.write_string(0, place, column.title, formats["header"])


def write_value(
    page: "Worksheet", row: int, place: int, value: object, kind: str, formats: dict[str, "Format"]
) -> None:
    """One value as its type asks; None leaves the cell empty."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_string(row, place, "是" if value else "否", formats["text"])
    elif kind == "money" and isinstance(value, int):
        page.write_number(row, place, value / 100, formats["money"])
    elif isinstance(value, int | float | Decimal):
        page.write_number(row, place, float(value), formats.get(kind, formats["decimal"]))
    elif isinstance(value, date | datetime):
        page.write_datetime(row, place, value, formats["month" if kind == "month" else "date"])
    else:
        page.write_string(row, place, str(value)[:LONGEST_CELL], formats["text"])


def sheet_name(name: str, taken: Iterable[str] = ()) -> str:
    """The name as Excel accepts it, and unlike those taken: short, without some signs, not "history"."""
    known = {other.casefold() for other in taken} | {"history"}
    plain = "".join(sign for sign in name if sign.isprintable()).translate(_NOT_IN_NAMES).strip("' ")
    for number in itertools.count(1):
        tail = f" {number}" if number > 1 else ""
        # Excel counts in units of UTF-16, of which a rare character takes two.
        room = 2 * (LONGEST_SHEET_NAME - len(tail))
        candidate = plain.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").strip("' ") + tail
        if candidate and candidate.casefold() not in known:
            return candidate
    raise AssertionError("numbers do not end")


def _width(title: str) -> float:
    """Chinese characters are two wide."""
    return min(40, max(10, sum(2 if ord(sign) > 0x2E7F else 1 for sign in title) + 3))
