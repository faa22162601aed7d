"""A household's record from the offices' files to the tables that the engines read."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from qianshao.feeds import facts as feed_facts
from qianshao.feeds.actions.linking import link
from qianshao.feeds.models import Delivery, LinkDecision, StagedRow, StatedIdentity
from qianshao.places.models import Area
from qianshao.registry import facts
from qianshao.registry.facts import AsOf
from qianshao.registry.models import Household, IncomeItem, Membership, Person
from tests.integration.feeds.conftest import CHILD, LI, LUO, MEDICAL_TITLES, ZHOU, deliver, number, write_xlsx

STRANGER = number("19770101", 101)


@pytest.fixture
def medical(tmp_path: Path) -> Path:
    rows: list[list[Any]] = [
        ["R1", ZHOU, "周桂兰", "2026-08-03", "住院", "县医院", "42000", "18420"],
        ["R2", ZHOU, "周桂兰", "2026-09-14", "住院", "县医院", "9000", "3000.5"],
        ["R3", CHILD, "周桂兰", "2026-09-02", "门诊", "镇卫生院", "90", "30"],
        ["R4", STRANGER, "生人", "2026-09-05", "门诊", "镇卫生院", "90", "30"],
    ]
    return write_xlsx(tmp_path / "医保结算_20251001-20260930.xlsx", MEDICAL_TITLES, rows, ["医保结算", ""])


def now(day: date, households: list[int] | None = None) -> AsOf:
    return AsOf(day, timezone.now(), households)


def test_registry_files_become_households_members_and_income(registered: list[Delivery]) -> None:
    assert [d.state for d in registered] == ["done"] * 3
    assert [(d.rows_read, d.rows_accepted, d.rows_refused) for d in registered] == [
        (2, 2, 0),
        (4, 4, 0),
        (3, 3, 0),
    ]
    assert (registered[0].sheet, registered[0].header_row) == ("数据", 3)
    assert not StagedRow.objects.exists()
    zhou = Household.objects.get(number="QH001")
    assert (zhou.area.name, zhou.phone, zhou.registered_on) == ("上坝村", "13900000001", date(2026, 8, 31))
    assert set(Person.objects.values_list("name", flat=True)) == {"周桂兰", "李长根", "李小满", "罗大山"}
    assert Membership.objects.get(person__name="李小满").relation == "granddaughter"
    assert IncomeItem.objects.get(item="wage").person == Person.objects.get(name="罗大山")


def test_the_registrys_tables_hold_what_was_stated(registered: list[Delivery]) -> None:
    tables = facts.tables(now(date(2026, 9, 30)))
    zhou, luo = tables["households"].to_pylist()
    assert (zhou["base_type"], zhou["monitored_kind"], zhou["housing_grade"]) == ("lifted", "none", "B")
    assert (luo["toilet"], luo["cultivated_land_mu"]) == (False, None)
    persons = {row["birth_date"].year: row for row in tables["persons"].to_pylist()}
    assert (persons[1968]["serious"], persons[1968]["chronic"], persons[1968]["sex"]) == (True, False, "2")
    assert persons[2018]["school_status"] is not None
    assert persons[2018]["pension_insured"] is None
    amounts = {row["item"]: row["amount"] for row in tables["income"].to_pylist()}
    assert amounts == {"crop": 120_050, "business_expense": 30_000, "wage": 450_000}


def test_claims_reach_the_household_of_whoever_the_number_says(
    registered: list[Delivery], medical: Path, county: Area
) -> None:
    delivery = deliver(medical, "medical_settlement", county)
    assert (delivery.state, delivery.rows_accepted) == ("done", 4)
    before = feed_facts.tables(now(date(2026, 9, 30)))["medical_settlement"]
    assert before.num_rows == 0
    linked = link(by="chen")
    assert (linked.linked, linked.nobody, linked.doubtful) == (1, 1, 1)
    rows = feed_facts.tables(now(date(2026, 9, 30)))["medical_settlement"].to_pylist()
    zhou = Person.objects.get(name="周桂兰")
    assert [(row["person"], row["receipt_number"], row["self_paid"]) for row in rows] == [
        (zhou.pk, "R1", 1_842_000),
        (zhou.pk, "R2", 300_050),
    ]
    assert feed_facts.tables(now(date(2026, 8, 31)))["medical_settlement"].num_rows == 1


def test_a_childs_number_under_anothers_name_is_doubtful_and_has_candidates(
    registered: list[Delivery], medical: Path, county: Area
) -> None:
    deliver(medical, "medical_settlement", county)
    link(by="chen")
    identity = StatedIdentity.objects.exclude(doubt="").get()
    assert identity.doubt == "name_differs"
    assert {c.person.name for c in identity.candidates.all()} >= {"周桂兰", "李小满"}


def test_no_name_and_no_number_leaves_the_system_of_record(
    registered: list[Delivery], medical: Path, county: Area, data: Path
) -> None:
    delivery = deliver(medical, "medical_settlement", county)
    link(by="chen")
    everything = [
        *feed_facts.tables(now(date(2026, 9, 30))).values(),
        *facts.tables(now(date(2026, 9, 30))).values(),
    ]
    everything.append(pq.read_table(data / delivery.landed_as))
    for table in everything:
        text = str(table.to_pylist())
        assert not any(
            secret in text for secret in [ZHOU, LI, CHILD, LUO, STRANGER, "周桂兰", "罗大山", "生人"]
        )
    for path in data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert ZHOU.encode() not in content
            assert "周桂兰".encode() not in content


def test_linking_again_changes_nothing(registered: list[Delivery], medical: Path, county: Area) -> None:
    deliver(medical, "medical_settlement", county)
    link(by="chen")
    before = list(LinkDecision.objects.values_list())
    again = link(by="chen")
    assert (again.linked, again.nobody, again.candidates) == (0, 0, 0)
    assert list(LinkDecision.objects.values_list()) == before


def test_coverage_says_for_which_villages_and_time_a_file_speaks(
    registered: list[Delivery], medical: Path, county: Area
) -> None:
    deliver(medical, "medical_settlement", county)
    coverage = feed_facts.tables(now(date(2026, 9, 30)))["coverage"].to_pylist()
    spans = {(row["feed"], row["covered_from"], row["covered_until"]) for row in coverage}
    assert ("medical_settlement", date(2025, 10, 1), date(2026, 10, 1)) in spans
    assert len([row for row in coverage if row["feed"] == "medical_settlement"]) == 2
