"""Arithmetic over columns gives what the same arithmetic gives number by number, up to the largest."""

from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianshao.rules.engines import whole
from qianshao.rules.evaluation import compute
from qianshao.rules.types import Type

EDGE = 2**63
NUMBERS = st.one_of(
    st.integers(-1000, 1000),
    st.integers(-EDGE, EDGE - 1),
    st.sampled_from([0, 1, -1, EDGE - 1, -EDGE, 2**31, 2**32, 3037000500]),
)
PAIRS = st.lists(st.tuples(st.none() | NUMBERS, st.none() | NUMBERS), min_size=1, max_size=5)
SIGNS: dict[str, Callable[..., pa.Array]] = {
    "+": lambda a, b: whole.computed("+", a, b),
    "-": lambda a, b: whole.computed("-", a, b),
    "*": lambda a, b: whole.computed("*", a, b),
    "/": whole.quotient,
}


def expected(sign: str, left: int | None, right: int | None) -> object:
    return None if left is None or right is None else compute(sign, left, right, Type.MONEY)


@pytest.mark.parametrize("sign", SIGNS)
@given(pairs=PAIRS)
def test_two_columns_are_computed_as_their_numbers_are(sign: str, pairs: list[tuple[int, int]]) -> None:
    left, right = (pa.array([pair[side] for pair in pairs], pa.int64()) for side in (0, 1))
    assert SIGNS[sign](left, right).to_pylist() == [expected(sign, a, b) for a, b in pairs]


@pytest.mark.parametrize("sign", SIGNS)
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=4), other=st.none() | NUMBERS)
def test_a_column_and_a_number_are_computed_alike(sign: str, numbers: list[int], other: int | None) -> None:
    column, one = pa.array(numbers, pa.int64()), pa.scalar(other, pa.int64())
    assert SIGNS[sign](column, one).to_pylist() == [expected(sign, n, other) for n in numbers]
    assert SIGNS[sign](one, column).to_pylist() == [expected(sign, other, n) for n in numbers]
    found = SIGNS[sign](pa.scalar(numbers[0], pa.int64()), one)
    assert found.as_py() == expected(sign, numbers[0], other)


@given(st.lists(st.none() | NUMBERS, min_size=1, max_size=5))
def test_the_distance_from_zero_is_unknown_where_it_is_too_large(numbers: list[int | None]) -> None:
    found = whole.absolute(pa.array(numbers, pa.int64())).to_pylist()
    assert found == [None if n is None or n == -EDGE else abs(n) for n in numbers]


@given(st.lists(st.none() | st.floats(-1e20, 1e20), min_size=1, max_size=5))
def test_a_real_number_is_rounded_half_up_away_from_zero(numbers: list[float | None]) -> None:
    """As money times one is."""
    found = whole.rounded(pa.array(numbers, pa.float64())).to_pylist()
    assert found == [None if n is None else compute("*", n, 1.0, Type.MONEY) for n in numbers]
