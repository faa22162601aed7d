"""Rows that an earlier row of the file stands for already: the same again, or its key with other content."""

from collections.abc import Mapping
from typing import NamedTuple

from qianshao.words import Text
from qianshao.workbooks.contract import Contract
from qianshao.workbooks.faults import Wrong
from qianshao.workbooks.values import Value

# What a person is known by. Whoever is listed under another's number shares it, so that two rows with such a
# key may well speak of two persons.
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
        columns = [contract.column(name) for name in contract.key]
        self._key = () if any(c.role in _OF_PERSONS for c in columns) else contract.key
        self._seen: dict[int, _First] = {}

    def check(self, values: Mapping[str, Value], sheet: str, row: int) -> None:
        """Remember a row. Raises `Wrong` where an earlier one is the same or has the same key of its own."""
        content = hash(tuple(values.values()))
        key = tuple(values[name] for name in self._key)
        known = hash(key) if key and None not in key else content
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
                f"编号与{zh}相同，其他内容不同；已计{zh}。",
                f"It has the key of {en} with other content; {en} counts.",
            ),
            _KEEP_ONE,
        )
