"""From cells to values: a reader for each column of a contract, and the right form when it fails."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from qianshao.words import Text
from qianshao.workbooks import dates, identifiers, numbers
from qianshao.workbooks.cells import Cell, quoted, shown
from qianshao.workbooks.contract import Column
from qianshao.workbooks.faults import Wrong
from qianshao.workbooks.titles import plain

Value: TypeAlias = str | int | bool | date | Decimal | None
Reader: TypeAlias = Callable[[Cell], Value]

YES = ("是", "有", "已", "对", "√", "✓", "y", "yes", "true", "1", "已缴", "已缴费", "正常参保", "正常缴费")
NO = (
    "否",
    "无",
    "未",
    "不",
    "×",
    "✗",
    "x",
    "n",
    "no",
    "false",
    "0",
    "没有",
    "未缴",
    "未缴费",
    "不是",
    "未参保",
)
# What people put into a cell to say that nothing belongs there.
NOTHING = frozenset({"-", "--", "—", "——", "/", "\\", "无", "null", "none", "n/a", "#n/a", "不详"})

_SEVERAL = re.compile(r"[,，、;；/|\s]+")
_REMEMBERED = 20_000
_NAMED_AT_MOST = 8

_READERS: Mapping[str, Callable[[Cell], Any]] = {
    "text": identifiers.text,
    "integer": numbers.integer,
    "money": numbers.money,
    "decimal": numbers.decimal,
    "share": numbers.share,
    "date": dates.day,
    "month": dates.month,
    "identity_number": identifiers.identity_number,
    "disability_number": identifiers.disability_number,
    "name": identifiers.name,
    "area_code": identifiers.area_code,
    "phone": identifiers.phone,
}
_FORMS: Mapping[str, Text] = {
    "text": identifiers.TEXT_FORM,
    "integer": numbers.INTEGER_FORM,
    "money": numbers.MONEY_FORM,
    "decimal": numbers.DECIMAL_FORM,
    "share": numbers.SHARE_FORM,
    "date": dates.DATE_FORM,
    "month": dates.MONTH_FORM,
    "identity_number": identifiers.IDENTITY_FORM,
    "disability_number": identifiers.DISABILITY_FORM,
    "name": identifiers.NAME_FORM,
    "area_code": identifiers.AREA_FORM,
    "phone": identifiers.PHONE_FORM,
    "boolean": Text("是 或 否", "是 (yes) or 否 (no)"),
}
# Few distinct texts in many rows: read once, then remembered.
_REPEATING = ("date", "month", "code", "codes")


def reader_of(column: Column) -> Reader:
    """The function that reads a filled cell of the column. It raises `Wrong`."""
    if column.type in ("code", "codes", "boolean"):
        read = _coded(column)
    else:
        read = _bounded(column, _READERS[column.type])
    return _remembering(read) if column.type in _REPEATING else read


def right_form(column: Column) -> Text:
    """How a cell of the column is rightly filled in."""
    if column.type in ("code", "codes"):
        texts = [accepted[0] for accepted in column.codes.values()]
        some = texts[:_NAMED_AT_MOST]
        more = ("……", " …") if len(texts) > len(some) else ("", "")
        if column.type == "codes":
            return Text(
                f"{'、'.join(some)}{more[0]}；多项用逗号隔开",
                f"{', '.join(some)}{more[1]}; several parted by commas",
            )
        return Text("、".join(some) + more[0], ", ".join(some) + more[1])
    form = _FORMS[column.type]
    if column.type != "money" and (column.min is not None or column.max is not None):
        low, high = column.min, column.max
        return Text(f"{form.zh}；{_range(low, high, '到')}", f"{form.en}; {_range(low, high, 'to')}")
    return form


def _range(low: int | None, high: int | None, to: str) -> str:
    if high is None:
        return f"≥ {low}"
    return f"≤ {high}" if low is None else f"{low} {to} {high}"


def _bounded(column: Column, read: Callable[[Cell], Any]) -> Reader:
    low, high = column.min, column.max
    if low is None and high is None:
        return read
    unit = 100 if column.type == "money" else 1
    lowest = None if low is None else low * unit
    highest = None if high is None else high * unit

    def bounded(cell: Cell) -> Value:
        value = read(cell)
        if lowest is not None and value < lowest:
            raise Wrong(
                "range", Text(f"“{quoted(cell)}”小于 {low}。", f"{quoted(cell)!r} is less than {low}.")
            )
        if highest is not None and value > highest:
            raise Wrong(
                "range", Text(f"“{quoted(cell)}”大于 {high}。", f"{quoted(cell)!r} is more than {high}.")
            )
        return value  # type: ignore[no-any-return]

    return bounded


def _coded(column: Column) -> Reader:
    if column.type == "boolean":
        table: Mapping[str, Value] = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    else:
        table = {plain(text): code for code, texts in column.codes.items() for text in texts}

    def one(cell: Cell) -> Value:
        text = plain(shown(cell))
        if text not in table:
            raise Wrong(
                "code",
                Text(f"不认识“{quoted(cell)}”。", f"{quoted(cell)!r} is not known."),
                _nearest(column, text),
            )
        return table[text]

    def several(cell: Cell) -> Value:
        parts = [part for part in _SEVERAL.split(shown(cell)) if part]
        return ",".join(sorted({str(one(part)) for part in parts}))

    return several if column.type == "codes" else one


def _nearest(column: Column, text: str) -> Text | None:
    """The right form with the likeliest texts first, where a slip is likely."""
    from rapidfuzz import process

    accepted = {given: texts[0] for texts in column.codes.values() for given in texts}
    close = [found for found, _, _ in process.extract(text, accepted.keys(), score_cutoff=60, limit=3)]
    best = list(dict.fromkeys(accepted[given] for given in close))
    if not best or len(column.codes) <= _NAMED_AT_MOST:
        return None
    form = right_form(column)
    return Text(
        f"是不是“{'”或“'.join(best)}”？可填：{form.zh}", f"Did you mean {' or '.join(best)}? Right: {form.en}"
    )


def _remembering(read: Reader) -> Reader:
    known: dict[str, Value] = {}

    def remembering(cell: Cell) -> Value:
        key = cell[0] if isinstance(cell, list) else cell
        if not isinstance(key, str):
            return read(cell)
        if key in known:
            return known[key]
        value = read(cell)
        if len(known) < _REMEMBERED:
            known[key] = value
        return value

    return remembering
