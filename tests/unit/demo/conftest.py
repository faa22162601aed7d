"""One small county, generated once for all tests that read it."""

from pathlib import Path

import pytest

from qianshao.demo.county import generate


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    generate(folder, households=500, seed=7)
    return folder
