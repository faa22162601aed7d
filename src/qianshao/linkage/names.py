"""When two written names are one: variant characters, spaces and dots, remarks in brackets, homophones."""

import re
import unicodedata
from functools import cache
from typing import Literal, Protocol

Likeness = Literal["same", "same_sound", "differs"]

_REMARK = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")
_SEPARATORS = re.compile(r"[\s.·•・‧∙⋅。\-\u200b-\u200f\u2060\ufeff]")


def normalise(name: str) -> str:
    """The form in which names are compared: never shown, never stored in place of what was written."""
    plain = unicodedata.normalize("NFKC", name)
    return _simplifier().convert(_SEPARATORS.sub("", _REMARK.sub("", plain))).casefold()


def pinyin(name: str) -> str:
    """`zhou gui lan` for 周桂兰, without tones; letters of other scripts stay as they are."""
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name, errors="default")).lower()


def likeness(stated: str, registered: str) -> Likeness:
    """Whether two names are written alike, only sound alike, or differ."""
    if stated == registered:
        return "same"
    one, other = normalise(stated), normalise(registered)
    if one == other:
        return "same"
    return "same_sound" if pinyin(one) == pinyin(other) else "differs"


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _simplifier() -> _Converter:
    from opencc import OpenCC

    converter: _Converter = OpenCC("t2s")
    return converter
