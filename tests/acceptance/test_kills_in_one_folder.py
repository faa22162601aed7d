"""A demo that is killed again and again in one folder ends as if nothing had happened."""

import sys
from pathlib import Path
from random import Random

import pytest

from tests.acceptance.county import County
from tests.acceptance.inventory import applied, everything, half_there
from tests.acceptance.killing import Killer

KILLS = 20
PHASES = 12
MANY = [pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 11)]  # 200 kills with the first


@pytest.mark.parametrize("seed", [1, *MANY])
def test_twenty_kills_lose_nothing_double_nothing_and_leave_nothing_half_visible(
    example: County, tmp_path: Path, seed: int
) -> None:
    killed = County(tmp_path / "killed", example.households)
    killer = Killer(killed, tmp_path / "moments", example.moments, Random(seed))
    whole = applied(example)
    for part in range(KILLS):
        kill = killer.kill_in(part, KILLS)
        assert half_there(killed, whole) == [], kill
    sys.stdout.write(killer.report())
    assert len({kill.phase for kill in killer.kills}) >= PHASES, killer.report()
    killed.make()
    assert killed.said[0] == example.said[0]
    assert killed.warnings() == example.warnings()
    found, expected = everything(killed), everything(example)
    for part in expected:
        assert found[part] == expected[part], part
    assert found["unfinished"] == []
