"""Expressions over whole columns of figures, with the meaning of `rules.evaluation`.

A figure of many subjects is an Arrow array with a null where it is not known; what is the same for all of
them is a scalar. Nothing is left to a dialect: whole numbers are exact, and null where they are too large.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from qianshao.rules.engines import whole
from qianshao.rules.engines.results import ARROW
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
from qianshao.rules.values import Value

Datum: TypeAlias = pa.Array | pa.Scalar
TRUE, FALSE = pa.scalar(True), pa.scalar(False)
SPARSE = 16
"""Keys that lie further apart than this, on average, are hashed: a table of all places would be too large."""
EPOCH = date(1970, 1, 1)

COMPARED: dict[Comparison, Callable[[Datum, Datum], Datum]] = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
REAL = {"+": pc.add, "-": pc.subtract, "*": pc.multiply}


@dataclass(frozen=True)
class Column:
    """A figure: its values; where it is known that there is no such thing (never null itself); lower bounds.

    A value is null where the figure is none or bounded only; `least` is null where the figure is exact.
    """

    values: Datum
    none: Datum | None = None
    least: Datum | None = None


Columns = Callable[[Name], Column]


def array(table: pa.Table, name: str) -> pa.Array:
    """A column of a table in one piece."""
    column = table.column(name)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def places(keys: pa.Array, among: pa.Array) -> pa.Array:
    """Where each key stands among others, which are unique; null where it does not."""
    if not len(keys) or not len(among):
        return pa.nulls(len(keys), pa.int32())
    ends = [pc.min_max(side).as_py() for side in (keys, among)]
    first, last = min(end["min"] for end in ends), max(end["max"] for end in ends)
    if last - first > SPARSE * len(keys):
        return pc.index_in(keys, among)
    # Keys that are close together need no hashing: each stands at its own place in a table.
    table = pc.inverse_permutation(pc.subtract(among, first), max_index=last - first)
    return table.take(pc.subtract(keys, first))


def constant(value: Scalar | None, kind: Type) -> pa.Scalar:
    """A value that is the same for all; null if there is none."""
    real = kind.is_real and value is not None and not isinstance(value, bool)
    return pa.scalar(float(value) if real else value, ARROW[kind])  # type: ignore[arg-type]


def column_of(value: Value, kind: Type) -> Column:
    """One figure as a column that is the same for all."""
    least = constant(value.at_least, kind) if value.value is None else None
    return Column(constant(value.value, kind), TRUE if value.none else None, least)


def where(condition: Datum, values: Datum) -> Datum:
    """The values where the condition is true, else null."""
    if isinstance(condition, pa.Scalar) and condition.as_py():
        return values
    return pc.if_else(condition, values, pa.scalar(None, values.type))


def any_none(columns: Sequence[Column]) -> Datum | None:
    nones = [column.none for column in columns if column.none is not None]
    return reduce(pc.or_, nones) if nones else None


@dataclass(frozen=True)
class Evaluator:
    """Evaluates for one day; `columns` says what names stand for."""

    columns: Columns
    as_of: date

    def evaluate(self, node: Node) -> Column:
        """The column of an expression."""
        match node:
            case Literal(value=value, type=kind):
                return Column(constant(value, kind))
            case Name(of="day"):
                return Column(constant(self.as_of, Type.DATE))
            case Name():
                return self._name(node)
            case Known(part=part):
                return Column(self._known(part))
            case Not(part=part):
                return Column(pc.invert(self.evaluate(part).values))
            case Junction(operator=connective, parts=parts):
                joined = pc.and_kleene if connective == "and" else pc.or_kleene
                return Column(reduce(joined, (self.evaluate(part).values for part in parts)))
            case Compare():
                return Column(self._compare(node))
            case Among():
                return Column(self._among(node))
            case Case():
                return self._case(node)
            case Compute():
                return self._compute(node)
            case Call():
                return self._call(node)

    def _name(self, node: Name) -> Column:
        column = self.columns(node)
        return Column(_unless(column.none, column.values)) if node.type is Type.BOOLEAN else column

    def _known(self, part: Node) -> Datum:
        column = self.columns(part) if isinstance(part, Name) and part.of != "day" else self.evaluate(part)
        known = pc.is_valid(column.values)
        return known if column.none is None else pc.or_(known, column.none)

    def _compare(self, node: Compare) -> Datum:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        real = node.left.type.is_real or node.right.type.is_real
        a, b = _same(left.values, real), _same(right.values, real)
        found = COMPARED[node.operator](a, b)
        if left.least is not None and isinstance(node.left, Name):
            found = pc.coalesce(found, _bounded(node.operator, _same(left.least, real), b))
        if right.least is not None and isinstance(node.right, Name):
            found = pc.coalesce(found, _bounded(FLIPPED[node.operator], _same(right.least, real), a))
        none = any_none([left, right])
        return found if none is None else pc.if_else(none, pa.scalar(node.operator == "<>"), found)

    def _among(self, node: Among) -> Datum:
        item, options = self.evaluate(node.item), [self.evaluate(option) for option in node.options]
        real = any(part.type.is_real for part in (node.item, *node.options))
        values = _same(item.values, real)
        equal = [_unless(o.none, pc.equal(values, _same(o.values, real))) for o in options]
        return _unless(item.none, reduce(pc.or_kleene, equal))

    def _case(self, node: Case) -> Column:
        results = [self.evaluate(result) for _, result in node.branches]
        otherwise = self.evaluate(node.otherwise)
        real = any(r.type.is_real for r in (*(result for _, result in node.branches), node.otherwise))
        has_none = any(column.none is not None for column in (*results, otherwise))
        values, none = _same(otherwise.values, real), _never(otherwise.none)
        for (condition, _), result in reversed(list(zip(node.branches, results, strict=True))):
            truth = self.evaluate(condition).values
            values = pc.if_else(truth, _same(result.values, real), values)
            if has_none:
                none = pc.fill_null(pc.if_else(truth, _never(result.none), none), False)
        return Column(values, none if has_none else None)

    def _compute(self, node: Compute) -> Column:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        a, b, none = left.values, right.values, any_none([left, right])
        exact = node.left.type.is_whole and node.right.type.is_whole
        if node.type is Type.MONEY and node.operator == "/" and exact:
            return Column(whole.quotient(a, b), none)
        if exact and node.operator != "/":
            return Column(whole.computed(node.operator, a, b), none)
        a, b = _same(a, True), _same(b, True)
        if node.operator == "/":
            found = pc.divide(a, where(pc.not_equal(b, pa.scalar(0.0)), b))
        else:
            found = REAL[node.operator](a, b)
        return Column(whole.rounded(found) if node.type is Type.MONEY else found, none)

    def _call(self, node: Call) -> Column:
        parts = [self.evaluate(argument) for argument in node.arguments]
        real = any(argument.type.is_real for argument in node.arguments)
        values = [_same(part.values, real) for part in parts]
        return Column(self._called(node.function, values), any_none(parts))

    def _called(self, function: str, values: list[Datum]) -> Datum:
        first, day = values[0], self.as_of
        if function == "abs":
            return pc.abs(first) if pa.types.is_floating(first.type) else whole.absolute(first)
        if function == "least":
            return pc.min_element_wise(*values, skip_nulls=False)
        if function == "greatest":
            return pc.max_element_wise(*values, skip_nulls=False)
        if function == "days_since":
            days = pc.cast(pc.cast(first, pa.int32()), pa.int64())
            return pc.subtract(pa.scalar((day - EPOCH).days, pa.int64()), days)
        year, month, of_month = pc.year(first), pc.month(first), pc.day(first)
        if function == "months_since":
            begun = pc.cast(pc.greater(of_month, pa.scalar(day.day)), pa.int64())
            months = pc.add(pc.multiply(year, pa.scalar(12)), pc.add(month, begun))
            return pc.subtract(pa.scalar(day.year * 12 + day.month), months)
        of_year = pc.add(pc.multiply(month, pa.scalar(100)), of_month)
        begun = pc.cast(pc.greater(of_year, pa.scalar(day.month * 100 + day.day)), pa.int64())
        return pc.subtract(pa.scalar(day.year), pc.add(year, begun))


def _unless(none: Datum | None, truth: Datum) -> Datum:
    """Of what is known to be none, it is false."""
    return truth if none is None else pc.if_else(none, FALSE, truth)


def _never(none: Datum | None) -> Datum:
    return FALSE if none is None else none


def _same(values: Datum, real: bool) -> Datum:
    """Whole numbers beside real ones are taken as real ones."""
    return pc.cast(values, pa.float64(), safe=False) if real and values.type == pa.int64() else values


def _bounded(comparison: Comparison, least: Datum, limit: Datum) -> Datum:
    """What a lower bound already says of a comparison with a limit; null if nothing."""
    beyond = COMPARED[">=" if comparison in (">=", "<") else ">"](least, limit)
    return where(beyond, pa.scalar(comparison in (">", ">=", "<>")))
