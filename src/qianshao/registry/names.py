"""The key by which a name is found from its first letters; its whole pinyin is `linkage.names.pinyin`."""

from pypinyin import Style, lazy_pinyin


def initials(name: str) -> str:
    """`zgl` for 周桂兰."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")).lower()
