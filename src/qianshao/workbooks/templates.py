"""The form that a department fills in, made from the contract; and rows written in it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from qianshao.words import Text
from qianshao.workbooks.contract import Column, Contract
from qianshao.workbooks.tables import TableColumn, add_sheet, styles, workbook, write_header, write_value
from qianshao.workbooks.values import Value, right_form

# Excel's own bounds.
_ROWS_WITH_LISTS = 10_000
_LONGEST_LIST = 255
_LONGEST_HINT = 255

_GUIDE = Text("填写说明", "How to fill in")
_HEADS = (
    (Text("列", "Column"), 24.0),
    (Text("必填", "Required"), 10.0),
    (Text("含义", "Meaning"), 48.0),
    (Text("正确写法", "Right form"), 60.0),
)


def write_template(
    path: Path,
    contract: Contract,
    rows: Iterable[Mapping[str, Value]] = (),
    language: str = "zh-hans",
) -> None:
    """Write the contract's form: a sheet to fill in, and one that explains it.

    `rows`: judged values by column name to fill it with, as `JudgedRow.values` holds them. Numbers of people
    stand in text columns, codes have lists to choose from.
    """
    with workbook(path) as book:
        formats = styles(book)
        page = add_sheet(book, contract.label.zh)
        write_header(page, [TableColumn(c.title, _stored(c)) for c in contract.columns], formats)
        for place, column in enumerate(contract.columns):
            _assist(page, place, column, language)
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(contract.columns):
                value = spelled(column, row.get(column.name))
                write_value(page, number, place, value, column.type, formats)
        _guide(add_sheet(book, _GUIDE.in_language(language)), contract, formats, language)


def spelled(column: Column, value: Value) -> Value:
    """A judged value as our files write it: codes by their right form; the rest as it is."""
    if value is None:
        return None
    if column.type == "code":
        return column.codes[str(value)][0]
    if column.type == "codes":
        return "，".join(column.codes[code][0] for code in str(value).split(","))
    return value


def as_text(column: Column, value: Value) -> str:
    """The same for a text file: money in yuan, dates in ISO form, 是 and 否."""
    value = spelled(column, value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.type == "money":
        return str(Decimal(int(str(value))) / 100)
    if column.type == "month":
        return str(value)[:7]
    return str(value)


def _stored(column: Column) -> str:
    """How the cells of a column are formatted; what is no figure is text, so that it stays as typed."""
    return column.type if column.type in ("money", "integer", "decimal", "share", "date", "month") else "text"


def _assist(page: Any, place: int, column: Column, language: str) -> None:
    """A hint for the column, and its list where there is one that fits."""
    texts = [accepted[0] for accepted in column.codes.values()]
    if column.type == "boolean":
        texts = ["是", "否"]
    options: dict[str, Any] = {
        "validate": "any",
        "input_title": column.title[:32],
        "input_message": right_form(column).in_language(language)[:_LONGEST_HINT],
    }
    if texts and column.type != "codes" and len(",".join(texts)) <= _LONGEST_LIST:
        # A warning, not a refusal: other wordings are read as well.
        options |= {"validate": "list", "source": texts, "error_type": "warning"}
    page.data_validation(1, place, _ROWS_WITH_LISTS, place, options)


def _guide(page: Any, contract: Contract, formats: dict[str, Any], language: str) -> None:
    for place, (_, width) in enumerate(_HEADS):
        page.set_column(place, place, width)
    page.write_string(0, 0, contract.label.in_language(language), formats["strong"])
    page.write_string(1, 0, contract.meaning.in_language(language))
    for place, (head, _) in enumerate(_HEADS):
        page.write_string(3, place, head.in_language(language), formats["header"])
    for number, column in enumerate(contract.columns, 4):
        required = Text("是", "yes") if column.required else Text("否", "no")
        page.write_string(number, 0, column.title, formats["text"])
        page.write_string(number, 1, required.in_language(language), formats["text"])
        page.write_string(number, 2, column.meaning.in_language(language), formats["wrapped"])
        page.write_string(number, 3, right_form(column).in_language(language), formats["wrapped"])
