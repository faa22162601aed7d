"""Where keys stand among others, however far apart they are."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianshao.rules.engines.columns import places


@pytest.mark.parametrize("spread", [1, 10**12], ids=["close together", "far apart"])
@given(
    keys=st.lists(st.integers(0, 30), unique=True),
    among=st.lists(st.integers(0, 40), unique=True),
)
def test_each_key_is_found_where_it_stands(spread: int, keys: list[int], among: list[int]) -> None:
    wanted = [key * spread for key in keys]
    listed = [key * spread for key in among]
    found = places(pa.array(wanted, pa.int64()), pa.array(listed, pa.int64())).to_pylist()
    assert found == [listed.index(key) if key in listed else None for key in wanted]
