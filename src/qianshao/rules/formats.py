"""Figures in words of both languages: money in yuan, shares in per cent, codes by their labels."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from qianshao.rules.rulebook import Codelist
from qianshao.rules.types import Scalar, Type
from qianshao.rules.values import Value
from qianshao.words import Text

UNKNOWN = Text("不知道", "unknown")
NONE = Text("无", "none")
YES, NO = Text("是", "yes"), Text("否", "no")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def shown(
    value: Value, kind: Type, unit: Text, codes: tuple[str, ...] = (), codelists: Iterable[Codelist] = ()
) -> Text:
    """A figure with its unit: exact, “at least so much”, none or unknown."""
    if value.value is not None:
        return figure(value.value, kind, unit, codes, codelists)
    if value.none:
        return NONE
    if value.at_least is None:
        return UNKNOWN
    known = figure(value.at_least, kind, unit)
    return Text(f"至少 {known.zh}", f"at least {known.en}")


def figure(
    value: Scalar, kind: Type, unit: Text, codes: tuple[str, ...] = (), codelists: Iterable[Codelist] = ()
) -> Text:
    """An exact figure with its unit."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, date):
        return Text(
            f"{value.year} 年 {value.month} 月 {value.day} 日",
            f"{value.day} {MONTHS[value.month - 1]} {value.year}",
        )
    if isinstance(value, str):
        return _label(value, codes, codelists)
    if kind is Type.SHARE:
        percent = _plain(Decimal(repr(float(value))) * 100, places=1)
        return Text(f"{percent}%", f"{percent}%")
    number = money(int(value)) if kind is Type.MONEY else _plain(Decimal(repr(value)), places=2)
    return Text(f"{number} {unit.zh}".strip(), f"{number} {_counted(unit.en, value == 1)}".strip())


def sentence(template: Text, figures: Mapping[str, Text]) -> Text:
    """A template with its `{named}` figures; no space stays between Chinese words where a unit ends."""
    zh = template.zh.format(**{name: text.zh for name, text in figures.items()})
    en = template.en.format(**{name: text.en for name, text in figures.items()})
    return Text(_BETWEEN_CHINESE.sub("", zh), en)


def distance(value: float, kind: Type, unit: Text) -> Text:
    """How far two figures are apart; of shares, in percentage points."""
    if kind is Type.SHARE:
        points = _plain(Decimal(repr(float(value))) * 100, places=1)
        return Text(f"{points} 个百分点", f"{points} percentage points")
    return figure(value, kind, unit)


def money(fen: int) -> str:
    """Yuan with thousands separated, and two decimals only if there are fen."""
    sign, yuan, rest = "-" if fen < 0 else "", *divmod(abs(fen), 100)
    return f"{sign}{yuan:,}" + (f".{rest:02d}" if rest else "")


def _counted(unit: str, one: bool) -> str:
    """An English unit in the singular or plural; it may be written `days` or `day(s)`."""
    if "(s)" in unit:
        return unit.replace("(s)", "" if one else "s")
    return unit[:-1] if one and unit.endswith("s") else unit


def _plain(number: Decimal, places: int) -> str:
    """At most so many decimals, without zeros at the end."""
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _label(code: str, codes: tuple[str, ...], codelists: Iterable[Codelist]) -> Text:
    """The label in the smallest code list that holds all that the figure may be; without one, the code."""
    fitting = [each for each in codelists if code in each.codes and set(codes) <= set(each.codes)]
    if not codes or not fitting:
        return Text(code, code)
    return min(fitting, key=lambda each: len(each.codes)).codes[code]
