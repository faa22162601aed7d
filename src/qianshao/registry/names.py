"""Keys by which a Chinese name is sorted and found: its pinyin and its initials."""

from pypinyin import Style, lazy_pinyin


def pinyin(name: str) -> str:
    """`zhou gui lan` for 周桂兰; readings of surnames are those of surnames where the library knows them."""
    return " ".join(lazy_pinyin(name, errors="default")).lower()


def initials(name: str) -> str:
    """`zgl` for 周桂兰."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")).lower()
