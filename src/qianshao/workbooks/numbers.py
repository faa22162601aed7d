"""Amounts, counts and shares as offices write them, without a binary fraction ever deciding a digit."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from qianshao.words import Text
from qianshao.workbooks.cells import Cell, quoted, shown
from qianshao.workbooks.faults import Wrong

_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+")
_DASHES = str.maketrans("–—−", "---")

# Decimal columns are kept with four places and shares with six (see the landed types).
DECIMAL_PLACES = Decimal("0.0001")
SHARE_PLACES = Decimal("0.000001")
# Spreadsheets leave such traces behind sums; a stated third decimal is larger.
_TRACE = Decimal("0.000001")
_LARGEST = Decimal(10) ** 12
_EXACT = 1e12

MONEY_FORM = Text(
    "单位为元的数字，最多两位小数，如 1234.50", "A number of yuan with at most two decimals, as 1234.50"
)
INTEGER_FORM = Text("整数，如 12", "A whole number, as 12")
DECIMAL_FORM = Text("数字，如 3.5", "A number, as 3.5")
SHARE_FORM = Text("0 到 1 的小数或百分数，如 0.35 或 35%", "A fraction of 1 or a percentage, as 0.35 or 35%")


def number(cell: Cell) -> Decimal:
    """The number that a cell shows: with thousands commas, ¥ before or 元 behind it. Raises `Wrong`."""
    if isinstance(cell, bool | list):
        raise _wrong(cell)
    if isinstance(cell, int | float):
        found = Decimal(shown(cell))
    else:
        text = unicodedata.normalize("NFKC", cell or "").translate(_DASHES).replace(" ", "")
        text = text.strip("¥￥$").removesuffix("元")
        if not _PLAIN.fullmatch(text):
            raise _wrong(cell)
        found = Decimal(text.replace(",", ""))
    if not found.is_finite() or abs(found) > _LARGEST:
        raise Wrong("number", Text(f"“{quoted(cell)}”过大。", f"{quoted(cell)!r} is too large."))
    return found


def money(cell: Cell) -> int:
    """Whole fen from a cell in yuan. Raises `Wrong`; a stated third decimal is refused, not rounded."""
    if isinstance(cell, float) and abs(cell) < _EXACT:
        # If these fen, divided, are this very figure, it was written with at most two decimals.
        nearest = round(cell * 100)
        if nearest / 100 == cell:
            return nearest
    yuan = number(cell)
    fen = (yuan * 100).to_integral_value(ROUND_HALF_UP)
    if fen != yuan * 100 and (isinstance(cell, str) or abs(yuan * 100 - fen) > _TRACE):
        raise Wrong(
            "number",
            Text(f"“{quoted(cell)}”的小数多于两位。", f"{quoted(cell)!r} has more than two decimals."),
        )
    return int(fen)


def integer(cell: Cell) -> int:
    """A whole number; 3.0 is one. Raises `Wrong`."""
    found = number(cell)
    if found != found.to_integral_value():
        raise Wrong("number", Text(f"“{quoted(cell)}”不是整数。", f"{quoted(cell)!r} is not a whole number."))
    return int(found)


def decimal(cell: Cell) -> Decimal:
    """A measure, rounded half up to four places. Raises `Wrong`."""
    return number(cell).quantize(DECIMAL_PLACES, ROUND_HALF_UP)


def share(cell: Cell) -> Decimal:
    """A part of one, rounded half up to six places; a text may be a percentage. Raises `Wrong`."""
    if isinstance(cell, str) and cell.strip().endswith(("%", "％")):
        found = number(cell.strip()[:-1]) / 100
    else:
        found = number(cell)
    if not 0 <= found <= 1:
        raise Wrong(
            "number", Text(f"“{quoted(cell)}”不在 0 到 1 之间。", f"{quoted(cell)!r} is not from 0 to 1.")
        )
    return found.quantize(SHARE_PLACES, ROUND_HALF_UP)


def _wrong(cell: Cell) -> Wrong:
    if isinstance(cell, str) and "万" in cell:
        return Wrong(
            "number",
            Text(f"“{quoted(cell)}”的单位是万。", f"{quoted(cell)!r} is in units of ten thousand."),
        )
    return Wrong("number", Text(f"“{quoted(cell)}”不是数字。", f"{quoted(cell)!r} is not a number."))
