"""The sender's own file back, with what is wrong marked where it is wrong."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qianshao.words import Text
from qianshao.workbooks.cells import Cell, is_empty, letters, shown
from qianshao.workbooks.faults import Fault, Unreadable
from qianshao.workbooks.judging import Judgement
from qianshao.workbooks.kinds import kind_of
from qianshao.workbooks.opening import open_table
from qianshao.workbooks.sheets import Sheet, TableFile
from qianshao.workbooks.tables import LONGEST_CELL, STYLES, add_sheet, sheet_name, styles, workbook

# Larger workbooks are not edited in place, which takes fifty times their size in memory, but written anew.
LARGEST_EDITED = 8 << 20
# Comments are drawings to Excel: many of them make a file that hardly opens. Colour and column stay.
MOST_COMMENTS = 2000
MOST_LISTED = 5000

SUMMARY = Text("汇总", "Summary")
REASONS = Text("错误说明", "What is wrong")
AUTHOR = "前哨"
FAULT_COLOUR = STYLES["fault"]["bg_color"].replace("#", "FF")
_HEADS = (
    (Text("工作表", "Sheet"), 16),
    (Text("单元格", "Cell"), 10),
    (Text("列", "Column"), 18),
    (Text("原因", "Reason"), 48),
    (Text("正确写法", "Right form"), 48),
)


def mark(path: Path, judgement: Judgement, out: Path, language: str = "zh-hans") -> None:
    """Write the sender's file to `out` (xlsx) with its faults: a summary first, faulty cells coloured and
    commented, and a column that says what is wrong with a row.

    The judgement must have been iterated through `rows`. A workbook keeps its looks; formulas are replaced by
    the values that were judged. A text file, an old format or a very large workbook is written anew. Of a
    file that cannot be read at all only the summary is written. A file marked before loses its old marks.
    """
    notes = _Notes(judgement, language)
    out.parent.mkdir(parents=True, exist_ok=True)
    if _is_editable(path) and _edit(path, notes, out):
        return
    _write_anew(path, notes, out)


@dataclass
class _Notes:
    """What is to be said, by place."""

    judgement: Judgement
    language: str

    def __post_init__(self) -> None:
        whole = [*self.judgement.file_faults, *self.judgement.sheet_faults]
        self.faults = [*whole]
        self.rows: dict[tuple[str, int], list[Fault]] = {}
        for refused in self.judgement.refused:
            self.faults += refused.faults
            self.rows[refused.sheet, refused.row] = list(refused.faults)
        for fault in whole:
            if fault.cell:
                self.rows.setdefault((fault.sheet, fault.row), []).append(fault)
        self.comments_left = MOST_COMMENTS

    def say(self, text: Text) -> str:
        return text.in_language(self.language)

    def comment(self, fault: Fault) -> str:
        return f"{self.say(fault.reason)}\n{self.say(fault.right_form)}"

    def reasons(self, faults: list[Fault]) -> str:
        """All of a row in one cell."""
        said = (
            f"{letters_of(f.cell)} {f.column_title}：{self.say(f.reason)}{self.say(f.right_form)}"
            for f in faults
        )
        return "；".join(said)[:LONGEST_CELL]

    def reasons_column(self, sheet: str, width: int) -> int:
        """Where the reasons go, from 0: where an earlier mark put them, else behind all columns."""
        for header in self.judgement.headers:
            if header.sheet.name == sheet and self.say(REASONS) in header.titles:
                return header.titles.index(self.say(REASONS))
        return width

    def is_summary(self, sheet: str, first: object) -> bool:
        """Whether a sheet is the summary of an earlier mark."""
        return sheet == self.say(SUMMARY) and first == self.say(self.judgement.contract.label)

    def may_comment(self) -> bool:
        self.comments_left -= 1
        return self.comments_left >= 0

    def summary(self) -> list[list[str]]:
        """The lines above the list of faults."""
        j = self.judgement
        lines = [[self.say(j.contract.label)]]
        if not j.file_faults:
            counts = Text(
                f"读取 {j.rows_read} 行：接收 {j.rows_accepted} 行，待更正 {j.rows_refused} 行。",
                f"{j.rows_read} rows read: {j.rows_accepted} accepted, {j.rows_refused} to be corrected.",
            )
            lines.append([self.say(counts)])
        else:
            lines.append(
                [self.say(Text("整个文件未接收，请更正后重新报送。", "Nothing of the file was accepted."))]
            )
        if j.extra_titles:
            extra = Text("以下列不在约定内，未使用：", "Columns that the contract does not know, not used: ")
            lines.append([self.say(extra) + "、".join(j.extra_titles)])
        lines += [[self.say(notice)] for notice in j.notices]
        if len(self.faults) > MOST_LISTED:
            more = Text(f"下表只列前 {MOST_LISTED} 处。", f"The first {MOST_LISTED} are listed below.")
            lines.append([self.say(more)])
        return lines

    def listed(self) -> list[list[str]]:
        """One line for each fault."""
        return [
            [f.sheet, f.cell, f.column_title, self.say(f.reason), self.say(f.right_form)]
            for f in self.faults[:MOST_LISTED]
        ]


def letters_of(cell: str) -> str:
    """D of D318."""
    return cell.rstrip("0123456789")


def _is_editable(path: Path) -> bool:
    try:
        if kind_of(path) != "xlsx":
            return False
        with zipfile.ZipFile(path) as archive:
            return (
                sum(e.file_size for e in archive.infolist() if "worksheets/" in e.filename) <= LARGEST_EDITED
            )
    except (Unreadable, OSError, zipfile.BadZipFile):
        return False


def _edit(path: Path, notes: _Notes, out: Path) -> bool:
    """Mark the workbook itself; False if this library cannot read it, though the other could."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, data_only=True)
        for sheet in book.worksheets:
            if notes.is_summary(sheet.title, sheet["A1"].value):
                book.remove(sheet)
            else:
                _clear_old_marks(sheet)
                _mark_sheet(sheet, notes)
        _summarise(book, notes)
        book.save(out)
    except Exception:  # it fails in many ways on what other programs write; the table is then written anew
        return False
    return True


def _clear_old_marks(sheet: Any) -> None:
    from openpyxl.styles import PatternFill

    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
            if cell.fill.fgColor.rgb == FAULT_COLOUR:
                cell.fill = PatternFill()


def _mark_sheet(sheet: Any, notes: _Notes) -> None:
    from openpyxl.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    fill = PatternFill("solid", fgColor=FAULT_COLOUR)
    rows = {row: faults for (name, row), faults in notes.rows.items() if name == sheet.title}
    reasons_column = notes.reasons_column(sheet.title, sheet.max_column) + 1
    for row in range(1, sheet.max_row + 1 if reasons_column <= sheet.max_column else 0):
        sheet.cell(row, reasons_column).value = None
    for row, faults in rows.items():
        for fault in faults:
            cell = sheet[fault.cell]
            if isinstance(cell, MergedCell):
                continue
            cell.fill = fill
            if notes.may_comment():
                cell.comment = Comment(notes.comment(fault), AUTHOR, width=320, height=120)
        told = sheet.cell(row, reasons_column, notes.reasons(faults))
        told.data_type = "s"
        told.fill = fill
    header = notes.judgement.header_row
    if rows and header and sheet.title == notes.judgement.sheet:
        sheet.cell(header, reasons_column, notes.say(REASONS))


def _summarise(book: Any, notes: _Notes) -> None:
    from openpyxl.styles import Alignment, Font

    page = book.create_sheet(sheet_name(notes.say(SUMMARY), book.sheetnames), 0)
    for line in notes.summary():
        page.append([_unlike_formula(text) for text in line])
    page["A1"].font = Font(bold=True, size=14)
    page.append([])
    page.append([notes.say(head) for head, _ in _HEADS])
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
    for line in notes.listed():
        page.append([_unlike_formula(text) for text in line])
        for cell in page[page.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place, (_, width) in enumerate(_HEADS):
        page.column_dimensions[letters(place)].width = width
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is page
    book.active = 0


def _unlike_formula(text: str) -> str:
    """openpyxl takes any text that begins with = for a formula."""
    return f"'{text}" if text.startswith("=") else text


def _write_anew(path: Path, notes: _Notes, out: Path) -> None:
    try:
        table: TableFile | None = open_table(path)
    except (Unreadable, OSError):
        table = None
    with workbook(out) as book:
        formats = styles(book)
        _write_summary(add_sheet(book, notes.say(SUMMARY)), notes, formats)
        if table is None:
            return
        try:
            for sheet in table.sheets:
                if not notes.is_summary(sheet.name, sheet.head[0][0] if sheet.head and sheet.head[0] else ""):
                    _write_sheet(book, table, sheet, notes, formats)
        except Unreadable:
            return
        finally:
            table.close()


def _write_summary(page: Any, notes: _Notes, formats: Mapping[str, Any]) -> None:
    for place, (_, width) in enumerate(_HEADS):
        page.set_column(place, place, width)
    lines = notes.summary()
    for number, line in enumerate(lines):
        page.write_string(number, 0, line[0], formats["text" if number else "strong"])
    for place, (head, _) in enumerate(_HEADS):
        page.write_string(len(lines) + 1, place, notes.say(head), formats["header"])
    for number, line in enumerate(notes.listed(), len(lines) + 2):
        for place, text in enumerate(line):
            page.write_string(number, place, text, formats["wrapped"])


def _write_sheet(
    book: Any, table: TableFile, sheet: Sheet, notes: _Notes, formats: Mapping[str, Any]
) -> None:
    page = add_sheet(book, sheet.name or notes.say(Text("数据", "Data")))
    widest = notes.reasons_column(sheet.name, max((len(row) for row in sheet.head), default=0))
    header = notes.judgement.header_row if sheet.name == notes.judgement.sheet else 0
    for number, cells in table.rows(sheet):
        faults = notes.rows.get((sheet.name, number), [])
        by_letters = {letters_of(fault.cell): fault for fault in faults}
        for place in range(widest):
            cell = cells[place] if place < len(cells) else None
            _write_cell(page, number - 1, place, cell, by_letters.get(letters(place)), notes, formats)
        if faults:
            page.write_string(number - 1, widest, notes.reasons(faults), formats["fault"])
        elif number == header and notes.rows:
            page.write_string(number - 1, widest, notes.say(REASONS), formats["header"])


def _write_cell(
    page: Any,
    row: int,
    place: int,
    cell: Cell,
    fault: Fault | None,
    notes: _Notes,
    formats: Mapping[str, Any],
) -> None:
    style = formats["fault"] if fault else formats["text"]
    if fault and is_empty(cell):
        page.write_blank(row, place, None, style)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        page.write_number(row, place, cell, style if fault else formats["decimal"])
    elif not is_empty(cell):
        page.write_string(row, place, shown(cell)[:LONGEST_CELL], style)
    if fault and notes.may_comment():
        page.write_comment(row, place, notes.comment(fault), {"author": AUTHOR, "x_scale": 2})
