"""Rows that an earlier row of the file stands for already: the same again, or its key with other content."""

from collections.abc import Mapping
from typing import NamedTuple

from qianshao.words import Text
from qianshao.workbooks.contract import Contract
from qianshao.workbooks.faults import Wrong
from qianshao.workbooks.values import Value

# What a person is known by.
_OF_PERSONS = frozenset({"number", "name", "birth_date", "sex", "phone"})
_REMOVE = Text("删去本行", "Remove this row")
_KEEP_ONE = Text("两行只留正确的一行", "Keep whichever of the two is right")


class _First(NamedTuple):
    sheet: str
    row: int
    content: int


class Repeats:
    """Remembers the accepted rows of a file by their hashes."""

    def __init__(self, contract: Contract) -> None:
        self._titles = "、".join(contract.column(name).title for name in contract.key)
        number, name = contract.with_role("number"), contract.with_role("name")
        by_person = any(contract.column(key).role in _OF_PERSONS for key in contract.key)
        self._number = number.name if number and by_person else None
        self._name = name.name if name and by_person else None
        self._key = contract.key
        self._must = [key for key in contract.key if contract.column(key).role not in _OF_PERSONS]
        self._seen: dict[int, _First] = {}

    def check(self, values: Mapping[str, Value], sheet: str, row: int) -> None:
        """Remember a row. Raises `Wrong` where an earlier one is the same or has the same key of its own."""
        content = hash(tuple(values.values()))
        key = self._key_of(values)
        known = content if key is None else hash(key)
        first = self._seen.setdefault(known, _First(sheet, row, content))
        if (first.sheet, first.row) == (sheet, row):
            return
        elsewhere = first.sheet and first.sheet != sheet
        zh = f"{first.sheet} 第 {first.row} 行" if elsewhere else f"第 {first.row} 行"
        en = f"row {first.row} of {first.sheet}" if elsewhere else f"row {first.row}"
        if first.content == content:
            same = Text(f"与{zh}完全相同，只计一次。", f"The same as {en}, which counts.")
            raise Wrong("duplicate", same, _REMOVE)
        raise Wrong(
            "same_key",
            Text(
                f"{self._titles}与{zh}相同，其他内容不同；已计{zh}。",
                f"It has the key of {en} ({self._titles}) with other content; {en} counts.",
            ),
            _KEEP_ONE,
        )

    def _key_of(self, values: Mapping[str, Value]) -> tuple[Value, ...] | None:
        """By what a second row would be the same again; None where it might well speak of somebody else.

        Who is listed under another's number has a name of his own, so the name belongs to the number. Two
        with one name and no number may be two. A row that names nobody speaks of the household as a whole.
        """
        if any(values[name] is None for name in self._must):
            return None
        key = tuple(values[name] for name in self._key)
        if self._name is None:
            return key
        if self._number and values[self._number] is None:
            return None
        return (*key, values[self._name])
