"""Exact whole numbers over columns: fen and counts, null where a result is too large to hold.

Arrow's own arithmetic wraps around or fails. It is used where the largest operands show that neither can
happen; otherwise the numbers are computed one by one, as `rules.evaluation` does.
"""

from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from qianshao.rules.evaluation import compute, held
from qianshao.rules.types import Scalar, Type

Datum: TypeAlias = pa.Array | pa.Scalar
LIMIT = 2**63
ZERO = pa.scalar(0, pa.int64())


def computed(sign: str, left: Datum, right: Datum) -> Datum:
    """Sum, difference or product."""
    a, b = _size(left), _size(right)
    if (a * b if sign == "*" else a + b) >= LIMIT:
        return _one_by_one(sign, left, right)
    return {"+": pc.add, "-": pc.subtract, "*": pc.multiply}[sign](left, right)


def quotient(left: Datum, right: Datum) -> Datum:
    """Half up, away from zero; null where it is divided by zero."""
    if 2 * _size(left) + _size(right) >= LIMIT or 2 * _size(right) >= LIMIT:
        return _one_by_one("/", left, right)
    by = pc.if_else(pc.equal(right, ZERO), pa.scalar(None, pa.int64()), pc.abs(right))
    two = pa.scalar(2, pa.int64())
    size = pc.divide(pc.add(pc.multiply(pc.abs(left), two), pc.abs(right)), pc.multiply(by, two))
    alike = pc.equal(pc.less(left, ZERO), pc.less(right, ZERO))
    return pc.if_else(alike, size, pc.negate(size))


def absolute(number: Datum) -> Datum:
    if _size(number) < LIMIT:
        return pc.abs(number)
    return _listed(number, [held(abs(n)) if n is not None else None for n in _numbers(number)])


def rounded(number: Datum) -> Datum:
    """A real number as a whole one, half up, away from zero."""
    size = pc.floor(pc.add(pc.abs(number), pa.scalar(0.5)))
    signed = pc.if_else(pc.less(number, pa.scalar(0.0)), pc.negate(size), size)
    fits = pc.and_(
        pc.greater_equal(signed, pa.scalar(-float(LIMIT))), pc.less(signed, pa.scalar(float(LIMIT)))
    )
    held_ = pc.if_else(fits, signed, pa.scalar(None, pa.float64()))
    return pc.cast(held_, pa.int64(), safe=False)


def _size(number: Datum) -> int:
    """The largest distance from zero."""
    if isinstance(number, pa.Scalar):
        return abs(int(number.as_py() or 0))
    ends = pc.min_max(number).as_py()
    return max(abs(int(ends["min"] or 0)), abs(int(ends["max"] or 0)))


def _one_by_one(sign: str, left: Datum, right: Datum) -> Datum:
    longer = right if isinstance(left, pa.Scalar) else left
    pairs = zip(_numbers(left, longer), _numbers(right, longer), strict=True)
    # `compute` divides money half up only if it is told that it is money.
    found = [compute(sign, a, b, Type.MONEY) if a is not None and b is not None else None for a, b in pairs]
    return _listed(longer, found)


def _numbers(number: Datum, like: Datum | None = None) -> list[int | None]:
    if isinstance(number, pa.Array):
        numbers: list[int | None] = number.to_pylist()
        return numbers
    return [number.as_py()] * (len(like) if isinstance(like, pa.Array) else 1)


def _listed(like: Datum, found: list[Scalar | None]) -> Datum:
    return pa.array(found, pa.int64()) if isinstance(like, pa.Array) else pa.scalar(found[0], pa.int64())
