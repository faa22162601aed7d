"""Header titles as people write them: with stars, units, spaces, full-width signs."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_UNIT = re.compile(r"\([^()]*\)$")
_MARKS = "*:;,.、。"


def plain(title: str) -> str:
    """The title without what does not tell it apart: width, case, spaces, stars, colons.

    >>> plain("＊身份证号 码：")
    '身份证号码'
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    return _SPACES.sub("", folded).strip(_MARKS)


def without_unit(title: str) -> str:
    """The plain title without a trailing bracket: 个人自付（元） is 个人自付."""
    return _UNIT.sub("", plain(title)).strip(_MARKS)
