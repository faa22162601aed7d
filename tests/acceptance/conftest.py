"""The example county, made once for all tests and workers that look at it."""

import fcntl
import os
from pathlib import Path

import pytest

from tests.acceptance.county import County

SMALL, OF_THE_ISSUE = 400, 2000


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a test run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "acceptance"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def example(shared: Path) -> County:
    """A small example county, for looking at only."""
    return made_once(shared, SMALL)


@pytest.fixture(scope="session", params=[SMALL, pytest.param(OF_THE_ISSUE, marks=pytest.mark.long)])
def county(shared: Path, request: pytest.FixtureRequest) -> County:
    """The example county in both sizes, for looking at only."""
    return made_once(shared, request.param)


def made_once(shared: Path, households: int) -> County:
    """The example county of this size; whoever asks first makes it."""
    made = County(shared / f"county-{households}", households)
    done = shared / f"county-{households}.done"
    with (shared / f"county-{households}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            made.make()
            done.touch()
    return made
