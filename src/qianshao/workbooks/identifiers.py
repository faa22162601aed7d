"""Numbers and names that say who and where. Their form only: whose number it is, is linkage's question."""

import re
import unicodedata

from qianshao.words import Text
from qianshao.workbooks.cells import KEPT_DIGITS, Cell, quoted, shown
from qianshao.workbooks.faults import Wrong

_IDENTITY = re.compile(r"\d{15}|\d{17}[\dX]|\d{17}[\dX][1-7][1-4](?:[A-Z]\d)?")
_DISABILITY = re.compile(r"\d{17}[\dX][1-7][1-4](?:[A-Z]\d)?")
_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_AREA = re.compile(r"\d{12}")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}")
_BETWEEN = re.compile(r"[\s\-]+")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_BETWEEN_HAN = re.compile(r"(?<=[^\x00-\u2e7f])\s+(?=[^\x00-\u2e7f])")

LONGEST_TEXT = 500
LONGEST_NAME = 60

IDENTITY_FORM = Text(
    "18 位身份证号；把整列设为“文本”格式后填写",
    "An identity number of 18 characters; format the column as text before filling it in",
)
DISABILITY_FORM = Text(
    "20 位残疾人证号（换证的 22 位）；把整列设为“文本”格式后填写",
    "A card number of 20 characters (22 if re-issued); format the column as text before filling it in",
)
NAME_FORM = Text("姓名，如 周桂兰", "A name, as 周桂兰")
AREA_FORM = Text("12 位村级区划代码，如 991205101201", "The 12-digit code of the village, as 991205101201")
PHONE_FORM = Text(
    "11 位手机号或带区号的固定电话", "An 11-digit mobile number, or a landline with its area code"
)
TEXT_FORM = Text(f"不超过 {LONGEST_TEXT} 字的文字", f"Text of at most {LONGEST_TEXT} characters")


def text(cell: Cell) -> str:
    """The text without outer spaces and invisible signs, full-width digits made plain. Raises `Wrong`."""
    if not isinstance(cell, str):
        found = _unrounded(cell)
    else:
        found = _INVISIBLE.sub("", cell).strip()
        if _WIDE.search(found):
            found = _WIDE.sub(lambda sign: chr(ord(sign.group()) - 0xFEE0), found)
    if len(found) > LONGEST_TEXT:
        raise Wrong("text", Text("文字过长。", "The text is too long."))
    return found


def identity_number(cell: Cell) -> str:
    """Upper case, without spaces. Raises `Wrong` for what a spreadsheet rounded and for a wrong length.

    A wrong check digit is let through: who is meant may still be found.
    """
    return _number(cell, _IDENTITY, "身份证号", "identity number")


def disability_number(cell: Cell) -> str:
    """Identity number, category, grade, and a suffix on re-issue. Raises `Wrong`."""
    return _number(cell, _DISABILITY, "残疾人证号", "disability card number")


def name(cell: Cell) -> str:
    """A name; spaces set between Chinese characters for looks are dropped. Raises `Wrong`."""
    found = _BETWEEN_HAN.sub("", " ".join(text(cell).split()))
    if len(found) > LONGEST_NAME or any(sign.isdigit() for sign in found):
        raise Wrong("name", Text(f"“{quoted(cell)}”不是姓名。", f"{quoted(cell)!r} is not a name."))
    return found


def area_code(cell: Cell) -> str:
    """Twelve digits. Raises `Wrong`."""
    found = _compact(cell)
    if not _AREA.fullmatch(found):
        raise Wrong(
            "area_code",
            Text(f"“{quoted(cell)}”不是 12 位代码。", f"{quoted(cell)!r} is not a 12-digit code."),
        )
    return found


def phone(cell: Cell) -> str:
    """Digits only. Raises `Wrong`."""
    found = _compact(cell).removeprefix("+86")
    if not _PHONE.fullmatch(found):
        raise Wrong("phone", Text("不是有效的电话号码。", "This is not a phone number."))
    return found


def _number(cell: Cell, form: re.Pattern[str], zh: str, en: str) -> str:
    found = _compact(cell).lstrip("'").upper()
    if _EXPONENT.fullmatch(found) or _was_rounded(found):
        raise _rounded()
    if not form.fullmatch(found):
        raise Wrong("number_form", Text(f"{zh}的位数或字符不对。", f"The {en} has a wrong length or signs."))
    return found


def _compact(cell: Cell) -> str:
    if not isinstance(cell, str):
        return _unrounded(cell)
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", cell)))


def _unrounded(cell: Cell) -> str:
    """The digits of a cell that holds a number. Raises `Wrong` if it holds more than a spreadsheet keeps."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**KEPT_DIGITS:
        raise _rounded()
    return shown(cell)


def _was_rounded(number: str) -> bool:
    """Eighteen digits that end in three zeros and fail their check digit: the tail was lost on the way."""
    return len(number) >= 18 and number[15:18] == "000" and not _checked(number[:18])


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _checked(number: str) -> bool:
    """ISO 7064 MOD 11-2, as GB 11643 uses it."""
    if not number[:17].isdigit():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return number[17] == "10X98765432"[total % 11]


def _rounded() -> Wrong:
    return Wrong(
        "rounded_number",
        Text(
            "号码被当作数字存放，末几位已丢失，无法还原。",
            "The number was stored as a figure; its last digits are lost and cannot be restored.",
        ),
    )
