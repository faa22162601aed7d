"""Which sheets of a file are read, and what is said of those that are not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qianshao.words import Text
from qianshao.workbooks.cells import is_empty
from qianshao.workbooks.contract import Contract
from qianshao.workbooks.faults import FILL_AND_SEND, Fault
from qianshao.workbooks.headers import Header, find_header
from qianshao.workbooks.sheets import Sheet


@dataclass(frozen=True)
class Choice:
    """The headers under which rows are read, and what became of the other sheets.

    `file_faults`: nothing can be read. `sheet_faults`: a sheet holds this list and cannot be read, though
    others can. `notices`: sheets that hold something else, or are hidden.
    """

    headers: Sequence[Header] = ()
    file_faults: Sequence[Fault] = ()
    sheet_faults: Sequence[Fault] = ()
    notices: Sequence[Text] = ()


def choose(sheets: Sequence[Sheet], contract: Contract) -> Choice:
    """Read every visible sheet that has the whole header; say what is left aside, or what is in the way."""
    found = {sheet.number: header for sheet in sheets if (header := find_header(sheet, contract)) is not None}
    visible = [header for header in found.values() if header.sheet.visible] or list(found.values())
    whole = [header for header in visible if not header.faults(contract)]
    if not found:
        return Choice(file_faults=[_no_header(sheets, contract)])
    if not whole:
        nearest = min(visible, key=lambda header: len(header.faults(contract)))
        return Choice([nearest], file_faults=nearest.faults(contract))
    faulty = [header for header in visible if header not in whole]
    read = {header.sheet.number for header in visible}
    return Choice(
        whole,
        sheet_faults=[fault for header in faulty for fault in _not_read(header, contract)],
        notices=[_left_aside(sheet) for sheet in sheets if sheet.number not in read],
    )


def _not_read(header: Header, contract: Contract) -> Iterator[Fault]:
    """The faults of a header, which say of the whole sheet that none of its rows counts."""
    name = header.sheet.name
    for fault in header.faults(contract):
        reason = Text(
            f"工作表“{name}”没有读取：{fault.reason.zh}",
            f"The sheet {name} was not read: {fault.reason.en}",
        )
        yield replace(fault, reason=reason)


def _left_aside(sheet: Sheet) -> Text:
    name = sheet.name
    if not sheet.visible:
        return Text(f"工作表“{name}”是隐藏的，未读取。", f"The sheet {name} is hidden and was not read.")
    if all(is_empty(cell) for row in sheet.head for cell in row):
        return Text(f"工作表“{name}”是空的，未读取。", f"The sheet {name} is empty and was not read.")
    return Text(
        f"工作表“{name}”里没有这份表的表头，未读取。",
        f"The sheet {name} does not hold this list and was not read.",
    )


def _no_header(sheets: Sequence[Sheet], contract: Contract) -> Fault:
    titles = [column.title for column in contract.columns if column.present]
    if not any(not is_empty(cell) for sheet in sheets for row in sheet.head for cell in row):
        return Fault("empty_file", Text("表格是空的。", "The table is empty."), FILL_AND_SEND)
    return Fault(
        code="no_header",
        reason=Text(
            f"前 20 行里找不到“{contract.label.zh}”的表头。",
            f"The first 20 rows hold no header of {contract.label.en}.",
        ),
        right_form=Text(f"表头要有：{'、'.join(titles)}", f"The header needs: {', '.join(titles)}"),
        sheet=sheets[0].name if sheets else "",
    )
