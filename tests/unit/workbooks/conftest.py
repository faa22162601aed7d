import pytest

from qianshao.workbooks import Contract
from tests.unit.workbooks.making import CONTRACTS, SETTLEMENT


@pytest.fixture
def contract() -> Contract:
    """The medical settlements: dates, money, codes, identities."""
    return SETTLEMENT


@pytest.fixture(params=sorted(CONTRACTS))
def every_contract(request: pytest.FixtureRequest) -> Contract:
    return CONTRACTS[request.param]
