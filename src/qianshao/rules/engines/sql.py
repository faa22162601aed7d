"""Expressions as SQL with the meaning of `rules.evaluation`: three-valued, exact, nothing left to a dialect.

Every date is folded before it gets here. Whole numbers are BIGINT and computed in HUGEINT, so that what is
too large becomes NULL; shares and decimals are DOUBLE, one operation at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from qianshao.rules.tree import (
    FLIPPED,
    Among,
    Call,
    Case,
    Compare,
    Comparison,
    Compute,
    Junction,
    Known,
    Literal,
    Name,
    Node,
    Not,
)
from qianshao.rules.types import Scalar, Type

SQL_TYPES = {
    Type.MONEY: "BIGINT",
    Type.INTEGER: "BIGINT",
    Type.DECIMAL: "DOUBLE",
    Type.SHARE: "DOUBLE",
    Type.DATE: "DATE",
    Type.CODE: "VARCHAR",
    Type.TEXT: "VARCHAR",
    Type.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True)
class Sql:
    """A value as SQL text. `unknown` says whether it can be NULL for want of knowledge.

    `none` is a condition, never NULL, under which it is known that there is no such thing; `least` the lower
    bound, NULL where the value is exact.
    """

    text: str
    unknown: bool
    none: str | None = None
    least: str | None = None

    @property
    def null(self) -> bool:
        return self.unknown or self.none is not None


Columns = Callable[[Name], Sql]


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Scalar | None, kind: Type) -> str:
    """A value written out, with its type."""
    if value is None:
        return f"CAST(NULL AS {SQL_TYPES[kind]})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if kind.is_real or isinstance(value, float):
        return f"CAST('{float(value)!r}' AS DOUBLE)"
    return f"CAST({value} AS BIGINT)"


@dataclass(frozen=True)
class Compiler:
    """Compiles for one day; `columns` says what names stand for.

    `in_dictionary` says that words come straight from a file, each word once in a dictionary: a function is
    then computed once for a word, where a comparison is computed once for a row.
    """

    columns: Columns
    as_of: date
    in_dictionary: bool = False

    def compile(self, node: Node) -> Sql:
        """The SQL of an expression."""
        match node:
            case Literal(value=value, type=kind):
                return Sql(literal(value, kind), unknown=False)
            case Name(of="day"):
                return Sql(literal(self.as_of, Type.DATE), unknown=False)
            case Name():
                return self.name(node)
            case Known(part=part):
                return self.known(part)
            case Not(part=part):
                inner = self.compile(part)
                return Sql(f"(NOT {inner.text})", inner.unknown)
            case Junction(operator=connective, parts=parts):
                inner_parts = [self.compile(part) for part in parts]
                text = f" {connective.upper()} ".join(part.text for part in inner_parts)
                return Sql(f"({text})", any(part.unknown for part in inner_parts))
            case Compare():
                return self.compare(node)
            case Among():
                return self.among(node)
            case Case():
                return self.case(node)
            case Compute():
                return self.compute(node)
            case Call():
                return self.call(node)

    def name(self, node: Name) -> Sql:
        column = self.columns(node)
        return Sql(_unless(column.none, column.text), column.unknown) if node.type is Type.BOOLEAN else column

    def known(self, part: Node) -> Sql:
        value = self.columns(part) if isinstance(part, Name) and part.of != "day" else self.compile(part)
        if not value.null:
            return Sql("TRUE", unknown=False)
        none = f" OR {value.none}" if value.none else ""
        return Sql(f"({value.text} IS NOT NULL{none})", unknown=False)

    def compare(self, node: Compare) -> Sql:
        if self.in_dictionary and node.left.type.is_word and isinstance(node.right, Literal):
            found = self.among(Among(node.left, (node.right,)))
            return found if node.operator == "=" else Sql(f"(NOT {found.text})", found.unknown)
        left, right = self.compile(node.left), self.compile(node.right)
        real = node.left.type.is_real or node.right.type.is_real
        a, b = (_as_real(side, real, kind.type) for side, kind in ((left, node.left), (right, node.right)))
        text = f"({a} {node.operator} {b})"
        fallbacks = [text]
        if left.least is not None and isinstance(node.left, Name):
            fallbacks.append(_bounded(node.operator, _cast_real(left.least, real, node.left.type), b))
        if right.least is not None and isinstance(node.right, Name):
            flipped = FLIPPED[node.operator]
            fallbacks.append(_bounded(flipped, _cast_real(right.least, real, node.right.type), a))
        if len(fallbacks) > 1:
            text = f"coalesce({', '.join(fallbacks)})"
        nones = [side.none for side in (left, right) if side.none is not None]
        if nones:
            decided = "TRUE" if node.operator == "<>" else "FALSE"
            text = f"(CASE WHEN {' OR '.join(nones)} THEN {decided} ELSE {text} END)"
        return Sql(text, left.unknown or right.unknown)

    def among(self, node: Among) -> Sql:
        item, options = self.compile(node.item), [self.compile(option) for option in node.options]
        real = any(part.type.is_real for part in (node.item, *node.options))
        value = _as_real(item, real, node.item.type)
        texts = [_as_real(o, real, kind.type) for o, kind in zip(options, node.options, strict=True)]
        words = all(isinstance(option, Literal) and option.type.is_word for option in node.options)
        if self.in_dictionary and words:
            text = f"list_contains([{', '.join(texts)}], {value})"
        else:
            same = [_unless(o.none, f"{value} = {t}") for o, t in zip(options, texts, strict=True)]
            text = f"({' OR '.join(same)})" if _any_none(options) else f"({value} IN ({', '.join(texts)}))"
        return Sql(_unless(item.none, text), item.unknown or any(option.unknown for option in options))

    def case(self, node: Case) -> Sql:
        branches = [(self.compile(c), self.compile(r), r.type) for c, r in node.branches]
        otherwise = self.compile(node.otherwise)
        results = [*((r, kind) for _, r, kind in branches), (otherwise, node.otherwise.type)]
        real = any(kind.is_real for _, kind in results)
        values, nones = "CASE", "CASE"
        for condition, result, kind in branches:
            values += f" WHEN {condition.text} THEN {_as_real(result, real, kind)}"
            nones += f" WHEN {condition.text} THEN {result.none or 'FALSE'}"
            if condition.unknown:
                values += f" WHEN {condition.text} IS NULL THEN NULL"
                nones += f" WHEN {condition.text} IS NULL THEN FALSE"
        values += f" ELSE {_as_real(otherwise, real, node.otherwise.type)} END"
        nones += f" ELSE {otherwise.none or 'FALSE'} END"
        unknown = any(c.unknown for c, _, _ in branches) or any(result.unknown for result, _ in results)
        has_none = any(result.none is not None for result, _ in results)
        return Sql(f"({values})", unknown, f"({nones})" if has_none else None)

    def compute(self, node: Compute) -> Sql:
        left, right = self.compile(node.left), self.compile(node.right)
        none = _any_none([left, right])
        unknown = left.unknown or right.unknown
        if node.operator == "/":
            return Sql(_quotient(node, left.text, right.text), True, none)
        if node.left.type.is_whole and node.right.type.is_whole:
            text = _held(f"CAST({left.text} AS HUGEINT) {node.operator} {right.text}")
            return Sql(text, unknown or _may_overflow(node), none)
        text = f"({_real(left.text)} {node.operator} {_real(right.text)})"
        if node.type is Type.MONEY:
            return Sql(_rounded(text), True, none)
        return Sql(text, unknown, none)

    def call(self, node: Call) -> Sql:
        parts = [self.compile(argument) for argument in node.arguments]
        real = any(argument.type.is_real for argument in node.arguments)
        texts = [_as_real(p, real, a.type) for p, a in zip(parts, node.arguments, strict=True)]
        unknown = any(part.unknown for part in parts)
        return Sql(self._called(node.function, texts), unknown, _any_none(parts))

    def _called(self, function: str, texts: list[str]) -> str:
        first, day = texts[0], self.as_of
        if function == "abs":
            return f"abs({first})"
        if function in ("least", "greatest"):
            # SQL's own would pass over a NULL, and an unknown may not be swallowed.
            known = " AND ".join(f"{text} IS NOT NULL" for text in texts)
            return f"(CASE WHEN {known} THEN {function}({', '.join(texts)}) END)"
        if function == "days_since":
            return f"({literal(day, Type.DATE)} - {first})"
        month, year = f"extract(month FROM {first})", f"extract(year FROM {first})"
        of_month = f"extract(day FROM {first})"
        if function == "months_since":
            begun = f"CASE WHEN {of_month} > {day.day} THEN 1 ELSE 0 END"
            return f"({day.year * 12 + day.month} - {year} * 12 - {month} - {begun})"
        begun = f"CASE WHEN {month} * 100 + {of_month} > {day.month * 100 + day.day} THEN 1 ELSE 0 END"
        return f"({day.year} - {year} - {begun})"


def _may_overflow(node: Compute) -> bool:
    """A sum or difference of two cells cannot be too large to hold, for a cell is far from it."""
    return node.operator == "*" or not all(map(_is_cell, (node.left, node.right)))


def _is_cell(node: Node) -> bool:
    return (isinstance(node, Name) and node.of == "column") or (isinstance(node, Literal) and node.value == 0)


def _unless(none: str | None, truth: str) -> str:
    """Of what is known to be none, it is false."""
    return truth if none is None else f"(CASE WHEN {none} THEN FALSE ELSE {truth} END)"


def _any_none(parts: Sequence[Sql]) -> str | None:
    nones = [part.none for part in parts if part.none is not None]
    return f"({' OR '.join(nones)})" if nones else None


def _real(text: str) -> str:
    return f"CAST({text} AS DOUBLE)"


def _cast_real(text: str, real: bool, kind: Type) -> str:
    return _real(text) if real and kind.is_whole else text


def _as_real(part: Sql, real: bool, kind: Type) -> str:
    return _cast_real(part.text, real, kind)


def _bounded(comparison: Comparison, least: str, limit: str) -> str:
    """What a lower bound already says of a comparison with a limit; NULL if nothing."""
    beyond = f"{least} >= {limit}" if comparison in (">=", "<") else f"{least} > {limit}"
    return f"CASE WHEN {beyond} THEN {'TRUE' if comparison in ('>', '>=', '<>') else 'FALSE'} END"


def _quotient(node: Compute, a: str, b: str) -> str:
    if node.type is not Type.MONEY:
        return f"({_real(a)} / nullif({_real(b)}, 0))"
    if node.right.type.is_real:
        return _rounded(f"({_real(a)} / nullif({_real(b)}, 0))")
    carry = f"abs({a} % {b}) >= abs({b}) - abs({a} % {b})"
    step = f"CASE WHEN ({a} < 0) = ({b} < 0) THEN 1 ELSE -1 END"
    return f"(CASE WHEN {b} <> 0 THEN {a} // {b} + CASE WHEN {carry} THEN {step} ELSE 0 END END)"


def _rounded(number: str) -> str:
    """Half up, away from zero."""
    return _held(f"sign({number}) * floor(abs({number}) + 0.5)")


def _held(number: str) -> str:
    """As a whole number; NULL if it is too large.

    Without the `coalesce`, DuckDB (1.5) compares with a constant before it casts, and what is too large would
    count as compared.
    """
    return f"coalesce(TRY_CAST({number} AS BIGINT), NULL)"
