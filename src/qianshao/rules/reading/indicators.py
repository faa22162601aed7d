"""Entries of `indicators/`: how rows become one figure, or how figures become another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from qianshao.rules.arithmetic import can_be_none, non_negative, said
from qianshao.rules.checker import check
from qianshao.rules.parser import ExpressionRefused
from qianshao.rules.reading.fields import Fields
from qianshao.rules.reading.located import Located
from qianshao.rules.reading.parameters import NO_UNIT, UNITS
from qianshao.rules.refusals import Refusal
from qianshao.rules.rulebook import Absence, Aggregate, Indicator, Measure, Window
from qianshao.rules.sources import Source
from qianshao.rules.symbols import Symbol, Symbols, did_you_mean
from qianshao.rules.tree import Case, Literal, Name, Node
from qianshao.rules.types import Subject, Type
from qianshao.words import Text

AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)
ABSENCES: tuple[Absence, ...] = get_args(Absence)
PERSONS = "persons"
"""The register that is also the table of person indicators."""

_CALL = re.compile(r"\s*([a-z_]+)\s*\((.*)\)\s*", re.DOTALL)


@dataclass
class Declared:
    """An indicator whose head was read; its expressions wait until all names are known."""

    head: Indicator
    fields: Fields


def declare(entry: Located, refusals: list[Refusal]) -> Declared | None:
    """Read name, subject, type and words of an indicator."""
    fields = Fields(entry, refusals)
    kind = fields.choice("type", list(Type))
    subject = fields.choice("subject", [Subject.HOUSEHOLD, Subject.PERSON])
    name, label, definition = fields.word("name"), fields.text("label"), fields.text("definition")
    reference = fields.word("reference", required=False)
    own_unit = fields.text("unit") if fields.has("unit") else None
    fields.asked += ["unit", "from", "value", "where", "window", "absence", "formula"]
    fields.finish()
    if fields.failed:
        return None
    unit = own_unit or UNITS.get(Type(kind), NO_UNIT)
    head = Indicator(name, label, Subject(subject), Type(kind), unit, definition, reference)
    return Declared(head, fields)


def formula(declared: Declared, symbols: Symbols) -> Indicator | None:
    """A figure computed from other figures of the same subject."""
    fields, head = declared.fields, declared.head
    for name in ("from", "value", "where", "window", "absence"):
        if fields.has(name):
            fields.refuse(
                fields.entry.keys[name], Text(f"formula 不与 {name} 同用", f"A formula stands without {name}")
            )
    node = _expression(fields, "formula", symbols, head.type)
    if node is None or fields.failed:
        return None
    return replace(
        head,
        formula=node,
        text=fields.word("formula"),
        codes=_codes(node, symbols),
        non_negative=non_negative(node, symbols),
        noneable=head.type is not Type.BOOLEAN and can_be_none(node, symbols),
    )


def measured(
    declared: Declared,
    sources: Mapping[str, Source],
    parameters: Mapping[str, Symbol],
    persons: Symbols,
) -> Indicator | None:
    """A figure measured from the rows of a source. `persons` are the person indicators."""
    fields, head = declared.fields, declared.head
    source = _source(fields, head, sources)
    if source is None:
        return None
    symbols = _row_symbols(head, source, parameters, persons)
    window = _window(fields, source)
    where = _expression(fields, "where", symbols, Type.BOOLEAN) if fields.has("where") else None
    found = _value(fields, head, source, symbols)
    if found is None or fields.failed:
        return None
    function, value = found
    measure = Measure(source.name, function, value, where, window, _absence(fields, head, source, function))
    if function is None and (where is not None or window is not None):
        fields.refuse(
            fields.entry.where,
            Text("属性只有一行，不用 where 和 window", "An attribute has one row: no where and no window"),
        )
    if fields.failed:
        return None
    never_below_zero = function in ("count", "count_distinct") or (
        value is not None and function not in ("any", "all") and non_negative(value, symbols)
    )
    return replace(
        head,
        measure=measure,
        text=fields.word("value"),
        codes=_codes(value, symbols) if value is not None else (),
        bounded=_bounded(measure, source, never_below_zero),
        non_negative=never_below_zero and head.type.is_number,
        noneable=measure.absence == "none",
    )


def _source(fields: Fields, head: Indicator, sources: Mapping[str, Source]) -> Source | None:
    located = fields.take("from")
    if located is None:
        return None
    source = sources.get(located.written)
    if source is None:
        name = located.written
        fields.refuse(
            located.where,
            Text(f"没有“{name}”这个来源", f"There is no source “{name}”"),
            did_you_mean(name, sources),
        )
        return None
    if head.subject is Subject.PERSON and source.subject is not Subject.PERSON:
        fields.refuse(
            located.where,
            Text("这个来源不是关于人的", "This source is not about persons"),
            Text("subject: household", "subject: household"),
        )
        return None
    return source


def _row_symbols(
    head: Indicator, source: Source, parameters: Mapping[str, Symbol], persons: Symbols
) -> Symbols:
    known = dict(parameters)
    if source.subject is Subject.PERSON and head.subject is Subject.HOUSEHOLD:
        known["person"] = Symbol(Type.TEXT, "column")
    for column, kind in source.columns.items():
        codes = source.codes.get(column, ())
        known[column] = Symbol(kind, "column", codes, column in source.non_negative)
    if source.name != PERSONS or head.subject is not Subject.HOUSEHOLD:
        return Symbols(known)
    return Symbols({**known, **persons.known}, broken=persons.broken)


def _expression(fields: Fields, name: str, symbols: Symbols, expected: Type) -> Node | None:
    located = fields.take(name)
    if located is None:
        return None
    try:
        return check(located.written, symbols, expected)
    except ExpressionRefused as refused:
        fields.faults(located, refused)
        return None


def _value(
    fields: Fields, head: Indicator, source: Source, symbols: Symbols
) -> tuple[Aggregate | None, Node | None] | None:
    """The aggregate and the expression that it is taken of."""
    located = fields.take("value")
    if located is None:
        return None
    call = _CALL.fullmatch(located.written)
    function = _aggregate(call)
    inner, offset = (call.group(2), call.start(2)) if call and function else (located.written, 0)
    if not _fits(fields, located, head, source, function, inner):
        return None
    if not inner.strip():
        return function, None
    expected = Type.BOOLEAN if function in ("any", "all") else None
    expected = head.type if expected is None and function != "count_distinct" else expected
    try:
        node = check(inner, symbols, expected)
    except ExpressionRefused as refused:
        fields.faults(located, refused, offset)
        return None
    if head.type is Type.DECIMAL and function in ("sum", "peak_month") and not _is_column(node):
        fields.refuse(
            located.where,
            Text("小数只能按原栏求和", "Decimals are summed as they stand in a column only"),
            Text("sum(栏名)", "sum(column)"),
        )
    return function, node


def _aggregate(call: re.Match[str] | None) -> Aggregate | None:
    """The aggregate that encloses the whole text, if one does."""
    if call is None:
        return None
    depth = 0
    for character in call.group(2):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return None
    return next((name for name in AGGREGATES if name == call.group(1)), None)


def _is_column(node: Node) -> bool:
    return isinstance(node, Name) and node.of == "column"


_RESULTS: dict[Aggregate | None, tuple[Type, ...]] = {
    "count": (Type.INTEGER,),
    "count_distinct": (Type.INTEGER,),
    "any": (Type.BOOLEAN,),
    "all": (Type.BOOLEAN,),
    "sum": (Type.MONEY, Type.INTEGER, Type.DECIMAL),
    "peak_month": (Type.MONEY, Type.INTEGER, Type.DECIMAL),
    "max": (Type.MONEY, Type.INTEGER, Type.DECIMAL, Type.SHARE, Type.DATE),
    "min": (Type.MONEY, Type.INTEGER, Type.DECIMAL, Type.SHARE, Type.DATE),
}


def _fits(
    fields: Fields, located: Located, head: Indicator, source: Source, function: Aggregate | None, inner: str
) -> bool:
    """Whether the aggregate goes with the type, the source and its argument."""
    refused = fields.failed
    kinds = _RESULTS.get(function, tuple(Type))
    if head.type not in kinds:
        zh, en = "、".join(said(k).zh for k in kinds), ", ".join(said(k).en for k in kinds)
        fields.refuse(
            located.where,
            Text(
                f"{function} 的结果不是{said(head.type).zh}", f"{function} does not give {said(head.type).en}"
            ),
            Text(f"type 可为：{zh}", f"Its type may be: {en}"),
        )
    if (function in ("latest", "earliest") and not source.order) or (
        function == "peak_month" and source.date is None
    ):
        fields.refuse(
            located.where, Text(f"“{source.name}”没有日期栏", f"“{source.name}” has no date to go by")
        )
    if (function == "count") == bool(inner.strip()) and function != "any":
        form = "count()" if function == "count" else f"{function}(x)"
        fields.refuse(located.where, Text("参数个数不对", "Wrong number of arguments"), Text(form, form))
    if function is None and not (source.one_row_each and source.subject is head.subject):
        listed = ", ".join(AGGREGATES)
        fields.refuse(
            located.where,
            Text(
                "一个对象可能有多行，须写明如何汇总", "There may be many rows: say how they become one figure"
            ),
            Text(f"可用：{listed}", f"One of: {listed}"),
        )
    return fields.failed is refused


def _absence(fields: Fields, head: Indicator, source: Source, function: Aggregate | None) -> Absence:
    """What no row means where covered. It must be said of feeds; of registers nothing is known by default."""
    required = function is not None and not source.is_register
    value = fields.choice("absence", ABSENCES, default=None if required else "unknown")
    extreme = function in ("max", "min", "latest", "earliest")
    fitting = {
        "zero": head.type.is_number,
        "false": head.type is Type.BOOLEAN,
        "none": extreme,
        "unknown": True,
    }
    if not fitting.get(value, True) or (function is None and value != "unknown"):
        right = "none" if extreme else "false" if head.type is Type.BOOLEAN else "zero"
        right = "unknown" if function is None else right
        fields.refuse(
            fields.content["absence"].where,
            Text(f"这里没有行不能当作 {value}", f"No row cannot mean {value} here"),
            Text(f"absence: {right}", f"absence: {right}"),
        )
    return next((each for each in ABSENCES if each == value), "unknown")


_WINDOW_FORM = Text(
    "{months: 12}、{days: 30} 或 {since: year}，可加 ago_months",
    "{months: 12}, {days: 30} or {since: year}, optionally with ago_months",
)


def _window(fields: Fields, source: Source) -> Window | None:
    located = fields.take("window", required=False)
    if located is None:
        return None
    parts = located.content if isinstance(located.content, dict) else {}
    numbers = {key: parts[key].content for key in ("months", "days", "ago_months") if key in parts}
    since = _since(parts["since"].written) if "since" in parts else None
    right = (
        set(parts) - {"ago_months"} in ({"months"}, {"days"}, {"since"})
        and all(isinstance(n, int) and not isinstance(n, bool) and 0 < n <= 1200 for n in numbers.values())
        and ("since" not in parts or since is not None)
    )
    if not right:
        fields.refuse(located.where, Text("时间段写法不对", "Not a window"), _WINDOW_FORM)
        return None
    if source.date is None:
        fields.refuse(
            located.where,
            Text(
                f"“{source.name}”没有日期栏，不能取时间段", f"“{source.name}” has no date to lay a window on"
            ),
        )
        return None
    whole = {key: number for key, number in numbers.items() if isinstance(number, int)}
    return Window(whole.get("months"), whole.get("days"), since, whole.get("ago_months", 0))


def _since(written: str) -> tuple[int, int] | None:
    if written == "year":
        return (1, 1)
    found = re.fullmatch(r"(\d\d)-(\d\d)", written)
    if found is None:
        return None
    month, day = int(found.group(1)), int(found.group(2))
    return (month, day) if 1 <= month <= 12 and 1 <= day <= 28 else None


def _bounded(measure: Measure, source: Source, never_below_zero: bool) -> bool:
    if measure.function == "count" and source.is_register and measure.where is None:
        return False
    if measure.function in ("sum", "peak_month"):
        return never_below_zero
    return measure.function in ("count", "count_distinct", "max")


def _codes(node: Node, symbols: Symbols) -> tuple[str, ...]:
    """The codes that an expression can give; none if they are not known."""
    if isinstance(node, Name):
        symbol = symbols.find(node.name)
        return symbol.codes if symbol else ()
    if isinstance(node, Literal) and node.type.is_word:
        return (str(node.value),)
    if isinstance(node, Case):
        parts = [_codes(part, symbols) for part in (*(r for _, r in node.branches), node.otherwise)]
        return tuple(dict.fromkeys(code for part in parts for code in part)) if all(parts) else ()
    return ()
