"""A process that dies at any commit boundary: after a restart nothing is lost, doubled or half visible.

The death is moved one boundary further each time until the whole journey runs through.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import transaction

from qianshao.access.models import AuditEvent
from qianshao.feeds.actions import applying, deliveries, landing, linking, staging
from qianshao.feeds.models import Delivery, LinkCandidate, LinkDecision, RefusedRow, StagedRow, StatedIdentity
from qianshao.places.models import Area
from qianshao.registry.models import Household, IncomeItem, Labour, Membership, Person
from tests.integration.feeds.conftest import (
    CHILD,
    HOUSEHOLDS,
    MEDICAL_TITLES,
    REGISTRY,
    ZHOU,
    deliver,
    write_xlsx,
)

CLAIMS: list[list[Any]] = [
    ["R1", ZHOU, "周桂兰", "2026-09-03", "住院", "县医院", "42000", "18420"],
    ["R2", CHILD, "周桂兰", "2026-09-14", "门诊", "县医院", "300", "100"],
    ["R3", ZHOU, "周桂兰", "2026.13.05", "门诊", "县医院", "300", "100"],
]


class Killed(BaseException):
    """Like a kill, nobody catches it."""


def counting(monkeypatch: pytest.MonkeyPatch, dies_at: int) -> list[str]:
    """Let the process die at the boundary of this place; returns the names of those reached."""
    reached: list[str] = []

    def failpoint(name: str) -> None:
        reached.append(name)
        if len(reached) == dies_at:
            raise Killed(name)

    for module in (applying, deliveries, landing, linking, staging):
        monkeypatch.setattr(module, "failpoint", failpoint)
    return reached


@pytest.fixture
def journey(county: Area, registry_files: list[Path], tmp_path: Path) -> Callable[[], None]:
    claims = write_xlsx(tmp_path / "医保结算_202609.xlsx", MEDICAL_TITLES, CLAIMS)

    def go() -> None:
        for path, feed in zip([*registry_files, claims], [*REGISTRY, "medical_settlement"], strict=True):
            deliver(path, feed, county)
        linking.link(by="chen")

    return go


def half_visible(data: Path) -> list[str]:
    """What a reader could see that is not whole."""
    faults = []
    for delivery in Delivery.objects.all():
        refused = RefusedRow.objects.filter(delivery=delivery).count()
        if delivery.state == "done":
            landed = pq.read_metadata(data / delivery.landed_as).num_rows if delivery.landed_as else None
            if refused != delivery.rows_refused or landed not in (None, delivery.rows_accepted):
                faults.append(f"{delivery.feed} counts other rows than it has")
            if StagedRow.objects.filter(delivery=delivery).exists():
                faults.append(f"{delivery.feed} is done with rows waiting")
    if Household.objects.count() not in (0, 1, len(HOUSEHOLDS)):
        faults.append("a household is there in part")
    if StatedIdentity.objects.exists() and not Delivery.objects.filter(
        feed="medical_settlement", state="done"
    ):
        faults.append("identities of a file that does not count yet")
    return faults


def all_there(data: Path) -> Any:
    """Everything that the journey leaves, without keys and moments."""
    rows = {
        "households": list(Household.objects.order_by("number").values_list("number", "area__name")),
        "persons": sorted(Person.objects.values_list("name", "birth_date")),
        "memberships": sorted(Membership.objects.values_list("person__name", "relation", "valid_from")),
        "labour": sorted(Labour.objects.values_list("person__name", "ability", "valid_from")),
        "income": sorted(
            IncomeItem.objects.values_list("household__number", "item", "amount", "corrected_at")
        ),
        "deliveries": list(
            Delivery.objects.order_by("pk").values_list(
                "feed", "state", "rows_read", "rows_accepted", "rows_refused"
            )
        ),
        "refused": list(RefusedRow.objects.values_list("delivery__feed", "sheet", "row")),
        "staged": StagedRow.objects.count(),
        "identities": sorted(json.loads(i.stated)["number"] + i.doubt for i in StatedIdentity.objects.all()),
        "decisions": sorted(LinkDecision.objects.values_list("person__name", "method", "replaced_at")),
        "candidates": LinkCandidate.objects.count(),
        "events": sorted(AuditEvent.objects.values_list("action", flat=True)),
    }
    # A key that a rolled-back transaction drew is not drawn again everywhere, and files are named by keys.
    names = (path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file())
    files = sorted(re.sub(r"\d+(?=\.parquet)", "KEY", name) for name in names)
    landed = Delivery.objects.get(feed="medical_settlement").landed_as
    return rows, files, pq.read_table(data / landed).drop_columns(["stated", "delivery"]).to_pylist()


def test_a_death_at_every_boundary_loses_nothing_and_doubles_nothing(
    county: Area,
    data: Path,
    journey: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start_again(dies_at: int | None) -> tuple[list[str], Any]:
        """The journey from nothing, with a death and a restart; undone afterwards."""
        with transaction.atomic():
            reached = counting(monkeypatch, dies_at or 0)
            if dies_at is not None:
                with pytest.raises(Killed):
                    journey()
                assert half_visible(data) == [], reached[-1]
                counting(monkeypatch, 0)
            journey()
            found = all_there(data)
            transaction.set_rollback(True)
        for path in data.rglob("*"):
            if path.is_file():
                path.unlink()
        return reached, found

    boundaries, expected = start_again(None)
    assert len(set(boundaries)) >= 12
    for place in range(1, len(boundaries) + 1):
        reached, found = start_again(place)
        assert reached == boundaries[:place]
        assert found == expected, f"after a death at {reached[-1]}"
