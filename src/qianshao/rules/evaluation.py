"""What an expression gives for given figures: exact, three-valued, the meaning that every engine must have.

Unknown figures make unknown results, except where the rest decides: `false and unknown` is false. A lower
bound counts in a direct comparison only: at least 12 is more than 10, and is not known to be more than 15. Of
what is known to be none, every comparison is false but `<>`, and no computation gives a figure.
"""

import operator
from collections.abc import Callable, Iterable
from datetime import date
from math import floor, isfinite

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
from qianshao.rules.values import NONE, UNKNOWN, Value

Figures = Callable[[Name], Value]
WHOLE = range(-(2**63), 2**63)
"""Whole numbers that every engine can hold; a result outside is unknown."""

_COMPARED: dict[Comparison, Callable[..., bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def value_of(node: Node, figures: Figures, as_of: date) -> Value:
    """The value of an expression; `figures` gives what its names stand for."""
    match node:
        case Literal(value=value):
            return Value(value)
        case Name(of="day"):
            return Value(as_of)
        case Name(type=kind):
            found = figures(node)
            return Value(False) if found.none and kind is Type.BOOLEAN else found
        case Known(part=part):
            figure = (
                figures(part)
                if isinstance(part, Name) and part.of != "day"
                else value_of(part, figures, as_of)
            )
            return Value(figure.known)
        case Not(part=part):
            truth = value_of(part, figures, as_of).value
            return UNKNOWN if truth is None else Value(not truth)
        case Junction(operator=connective, parts=parts):
            return junction(connective == "or", (value_of(part, figures, as_of) for part in parts))
        case Compare(operator=comparison, left=left, right=right):
            return compare(comparison, _operand(left, figures, as_of), _operand(right, figures, as_of))
        case Among(item=item, options=options):
            found = value_of(item, figures, as_of)
            return junction(True, [compare("=", _exact(found), value_of(o, figures, as_of)) for o in options])
        case Case():
            return _exact(_case(node, figures, as_of))
        case Compute(operator=sign, left=left, right=right, type=kind):
            a, b = value_of(left, figures, as_of), value_of(right, figures, as_of)
            return _combined(lambda x, y: compute(sign, x, y, kind), [a, b])
        case Call(function=function, arguments=arguments):
            return _combined(
                lambda *parts: _call(function, parts, as_of),
                [value_of(argument, figures, as_of) for argument in arguments],
            )


def _operand(node: Node, figures: Figures, as_of: date) -> Value:
    """A side of a comparison; a lower bound counts where the side is a name and nothing else."""
    value = value_of(node, figures, as_of)
    return value if isinstance(node, Name) else _exact(value)


def _exact(value: Value) -> Value:
    return UNKNOWN if value.at_least is not None and value.value is None else value


def compare(comparison: Comparison, left: Value, right: Value) -> Value:
    """True, false or unknown."""
    if left.none or right.none:
        return Value(comparison == "<>")
    if left.value is not None and right.value is not None:
        return Value(_COMPARED[comparison](*_same(left.value, right.value)))
    if right.at_least is not None and right.value is None:
        left, right, comparison = right, left, FLIPPED[comparison]
    if left.value is None and left.at_least is not None and right.value is not None:
        return _bounded(comparison, *_same(left.at_least, right.value))
    return UNKNOWN


def _same(left: Scalar, right: Scalar) -> tuple[Scalar, Scalar]:
    """A whole number beside a real one is compared as a real one."""
    if isinstance(left, float) != isinstance(right, float):
        return float(left), float(right)  # type: ignore[arg-type]
    return left, right


def _bounded(comparison: Comparison, bound: Scalar, limit: Scalar) -> Value:
    """A figure of at least `bound` against a limit."""
    beyond: bool = bound > limit  # type: ignore[operator]
    if comparison in (">=", "<"):
        beyond = beyond or bound == limit
    if not beyond:
        return UNKNOWN
    return Value(comparison in (">", ">=", "<>"))


def junction(any_of: bool, parts: Iterable[Value]) -> Value:
    """`or` if `any_of`, else `and`, over three truth values."""
    truths = [part.value for part in parts]
    if any_of in truths:
        return Value(any_of)
    return UNKNOWN if None in truths else Value(not any_of)


def _case(node: Case, figures: Figures, as_of: date) -> Value:
    for condition, result in node.branches:
        truth = value_of(condition, figures, as_of).value
        if truth is None:
            return UNKNOWN
        if truth:
            return value_of(result, figures, as_of)
    return value_of(node.otherwise, figures, as_of)


def _combined(combine: Callable[..., Scalar | None], parts: list[Value]) -> Value:
    if any(part.none for part in parts):
        return NONE
    if any(part.value is None for part in parts):
        return UNKNOWN
    result = combine(*(part.value for part in parts))
    return UNKNOWN if result is None else Value(result)


def compute(sign: str, left: float, right: float, kind: Type) -> Scalar | None:
    """One arithmetic step. Whole numbers stay exact; money is rounded half up, away from zero, to whole fen.

    None where there is no result: division by zero, or a whole number that is too large to hold.
    """
    if sign == "/":
        return _quotient(left, right, kind)
    if kind.is_real:
        return _COMPUTED[sign](float(left), float(right))
    if isinstance(left, float) or isinstance(right, float):
        return _rounded(float(left) * float(right))
    return held(_COMPUTED[sign](left, right))


_COMPUTED: dict[str, Callable[..., float]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def _quotient(left: float, right: float, kind: Type) -> Scalar | None:
    if right == 0:
        return None
    if kind is not Type.MONEY:
        return float(left) / float(right)
    if isinstance(left, float) or isinstance(right, float):
        return _rounded(float(left) / float(right))
    size = (2 * abs(left) + abs(right)) // (2 * abs(right))
    return held(size if (left < 0) == (right < 0) else -size)


def _rounded(number: float) -> int | None:
    if not isfinite(number):
        return None
    size = floor(abs(number) + 0.5)
    return held(size if number >= 0 else -size)


def held(number: float) -> int | None:
    """The whole number, or None where it is too large for an engine."""
    return int(number) if number in WHOLE else None


def _call(function: str, parts: tuple[Scalar, ...], as_of: date) -> Scalar | None:
    first = parts[0]
    if isinstance(first, date):
        return _of_dates(function, [part for part in parts if isinstance(part, date)], as_of)
    numbers = [part for part in parts if isinstance(part, int | float)]
    if any(isinstance(number, float) for number in numbers):
        numbers = [float(number) for number in numbers]
    if function == "abs":
        return abs(numbers[0]) if isinstance(numbers[0], float) else held(abs(numbers[0]))
    return min(numbers) if function == "least" else max(numbers)


def _of_dates(function: str, days: list[date], as_of: date) -> Scalar:
    if function in ("least", "greatest"):
        return min(days) if function == "least" else max(days)
    day = days[0]
    if function == "days_since":
        return (as_of - day).days
    if function == "months_since":
        return (as_of.year - day.year) * 12 + as_of.month - day.month - (day.day > as_of.day)
    return as_of.year - day.year - ((day.month, day.day) > (as_of.month, as_of.day))
