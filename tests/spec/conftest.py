"""Every case of the spec is judged by each engine."""

import pytest

from tests.spec.world import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine that judges."""
    name: str = request.param
    return name
