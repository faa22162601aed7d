"""A run that dies at any of its boundaries leaves nothing half visible, and is taken up again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from qianshao.access.scope import EVERYWHERE
from qianshao.registry.actions import households
from qianshao.registry.actions.households import HouseholdRow
from qianshao.registry.models import Household
from qianshao.screening import evaluation, snapshot
from qianshao.screening.actions import runs
from qianshao.screening.actions.runs import execute, start
from qianshao.screening.export import as_records
from qianshao.screening.models import DataGap, EarlyWarning, Run, Sighting
from tests.integration.screening.conftest import AUGUST

SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)


class Killed(BaseException):
    """Like a kill, nobody catches it."""


def counting(monkeypatch: pytest.MonkeyPatch, dies_at: int) -> list[str]:
    """Let the process die at the boundary of this place; returns the names of those reached."""
    reached: list[str] = []

    def failpoint(name: str) -> None:
        reached.append(name)
        if len(reached) == dies_at:
            raise Killed(name)

    for module in (runs, evaluation, snapshot):
        monkeypatch.setattr(module, "failpoint", failpoint)
    return reached


def visible() -> Any:
    """All that a reader sees of warnings."""
    return as_records(EVERYWHERE), Sighting.objects.count(), DataGap.objects.count()


def unsafe(household: Household, statement: Any = AUGUST, *, safe: bool = False) -> None:
    row = HouseholdRow(household.number, water_safe=safe)
    households.apply_village(area=household.area, rows=[row], statement=statement, by="chen")


def test_a_death_at_every_boundary_leaves_nothing_half_visible_and_the_run_is_taken_up_again(
    county: dict[str, Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    unsafe(county["H1"])
    unsafe(county["H3"])
    execute(run=start(as_of=SEPTEMBER, by="chen"))
    unsafe(county["H4"])
    before = visible()

    def second_run(dies_at: int | None) -> tuple[list[str], Any]:
        """The second day from the same start, with a death and a restart; undone afterwards."""
        with transaction.atomic():
            reached = counting(monkeypatch, dies_at or 0)
            if dies_at is not None:
                with pytest.raises(Killed):
                    execute(run=start(as_of=OCTOBER, by="chen"))
                assert visible() == before, reached[-1]
                counting(monkeypatch, 0)
            run = execute(run=start(as_of=OCTOBER, by="chen"))
            # The one that died was taken up again, not doubled.
            assert list(Run.objects.values_list("state", flat=True)) == ["done", "done"]
            result = (visible(), run.result_digest, EarlyWarning.objects.count(), _files())
            transaction.set_rollback(True)
        return reached, result

    boundaries, expected = second_run(None)
    assert {"run.snapshot", "run.evaluate", "run.evaluated", "run.match", "run.committing"} < set(boundaries)
    assert len(set(boundaries)) >= 12
    for place in range(1, len(boundaries) + 1):
        reached, found = second_run(place)
        assert reached == boundaries[:place]
        assert found == expected, f"after a death at {reached[-1]}"


def _files() -> int:
    """How many files the done runs have: what the dead one left is swept."""
    data = Path(settings.DATA)
    return sum(path.is_file() for name in ("snapshots", "runs") for path in (data / name).rglob("*"))
