"""One hospital bill on its way: file, receipt, row, person, figure, hit, warning; corrected, it clears."""

import csv
import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.acceptance.county import County
from tests.integration.feeds.conftest import (
    CODES,
    HOUSEHOLD_TITLES,
    HOUSEHOLDS,
    INCOME,
    INCOME_TITLES,
    MEDICAL_TITLES,
    MEMBER_TITLES,
    MEMBERS,
    ZHOU,
    write_csv,
    write_xlsx,
)

HEALTH = MEMBER_TITLES.index("健康状况")
RULE, FIGURE = "inpatient_cost_this_year", "inpatient_self_paid_ytd"


@pytest.fixture
def office(tmp_path: Path) -> County:
    """A data folder with the areas, two households and the example county's limits."""
    office = County(tmp_path / "office", households=len(HOUSEHOLDS))
    say(office, "init")
    shutil.copytree(str(files("qianshao") / "rulebook" / "example-county"), office.data / "rulebook")
    with (tmp_path / "areas.csv").open("w", encoding="utf-8") as file:
        csv.writer(file).writerows([("code", "name"), *CODES])
    say(office, "registry", "areas", tmp_path / "areas.csv")
    # All are healthy, so that the bill alone speaks.
    members = [[*row[:HEALTH], "健康", *row[HEALTH + 1 :]] for row in MEMBERS]
    registers = [
        write_xlsx(tmp_path / "农户名册_202608.xlsx", HOUSEHOLD_TITLES, HOUSEHOLDS),
        write_csv(tmp_path / "家庭成员_202608.csv", MEMBER_TITLES, members),
        write_xlsx(tmp_path / "收支台账_202608.xlsx", INCOME_TITLES, INCOME),
    ]
    say(office, "registry", "import", *registers)
    return office


def test_a_hospital_bill_becomes_a_warning_that_its_correction_clears(office: County, tmp_path: Path) -> None:
    # The insurance office sends its bills of a year.
    bill = ["R1", ZHOU, "周桂兰", "2026-09-03", "住院", "县医院", "42000.00", "18420.00"]
    sent = write_xlsx(tmp_path / "医保结算_20250901-20260930.xlsx", MEDICAL_TITLES, [bill], ["医保结算", ""])
    receipt = json.loads(say(office, "feeds", "deliver", "medical_settlement", sent, "--json"))
    assert (receipt["state"], receipt["rows_read"], receipt["rows_accepted"]) == ("done", 1, 1)
    assert receipt["rows_about"] == {"linked": 1, "nobody": 0, "doubtful": 0}

    # Its row is landed in fen, names nobody, and is linked to the person with that number.
    landed = office.rows(f"select landed_as from feeds_delivery where id = {receipt['delivery']}")
    (row,) = pq.read_table(office.data / landed[0][0]).to_pylist()
    assert (row["receipt_number"], row["self_paid"], row["kind"]) == ("R1", 1_842_000, "inpatient")
    linked = office.rows(
        "select p.name, h.number, h.id from feeds_linkdecision d"
        " join registry_person p on p.id = d.person_id join registry_membership m on m.person_id = p.id"
        f" join registry_household h on h.id = m.household_id where d.stated_id = {row['stated']}"
    )
    assert [each[:2] for each in linked] == [("周桂兰", "QH001")]
    household = linked[0][2]

    # Screening makes it a figure of the household, and the figure a hit.
    say(office, "screen", "--as-of", "2026-09-30")
    ((run,),) = office.rows("select folder from screening_run")
    figures = pq.read_table(office.data / run / "indicators.parquet").to_pylist()
    assert [each[FIGURE] for each in figures if each["household"] == household] == [1_842_000]
    outcomes = pq.read_table(office.data / run / "outcomes.parquet").to_pylist()
    assert {"hit"} == {
        each["outcome"] for each in outcomes if (each["household"], each["rule"]) == (household, RULE)
    }

    # The hit is a warning that says why, with the bill's file and the day up to which it speaks.
    (warning,) = illness(office)
    assert (warning["household"], warning["status"]) == ("QH001", "new")
    assert RULE in warning["hits"]
    paid = [each for each in warning["inputs"] if each["value"] == 18_420]
    assert paid
    assert {(each["unit"], each["source"], each["date"]) for each in paid} == {
        ("yuan", "medical_settlement", "2026-09-30")
    }
    told = say(office, "explain", "QH001")
    assert "18,420" in told
    assert "医保结算" in told
    assert "2026-09-30" in told
    assert "这不是决定" in told

    # In October the office corrects the bill: a comma had slipped. The later word counts.
    corrected = [["R1", ZHOU, "周桂兰", "2026-09-03", "住院", "县医院", "4200.00", "1842.00"]]
    again = write_xlsx(tmp_path / "医保结算_20261001-20261031.xlsx", MEDICAL_TITLES, corrected)
    say(office, "feeds", "deliver", "medical_settlement", again)
    say(office, "screen", "--as-of", "2026-10-31")
    assert illness(office) == []
    cleared = office.rows(
        "select w.status, w.cleared_because from screening_earlywarning w where w.cause = 'illness'"
    )
    assert cleared == [("cleared", "facts_changed")]
    assert "已解除：事实变了" in say(office, "explain", "QH001")

    # What was found on the earlier day still stands, and every step has its event.
    assert pq.read_table(office.data / run / "indicators.parquet").to_pylist() == figures
    events = {action for (action,) in office.rows("select action from access_auditevent")}
    assert events >= {
        "areas.import",
        "deliveries.receive",
        "deliveries.stage",
        "deliveries.finish",
        "households.apply_village",
        "members.apply_village",
        "income.apply_village",
        "links.decide_by_number",
        "runs.start",
        "runs.finish",
    }


def say(office: County, *arguments: str | Path) -> str:
    """Give a command that must succeed; returns what it printed."""
    ended = office.run(*arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def illness(office: County) -> list[dict[str, Any]]:
    """The open warnings for illness."""
    return [each for each in json.loads(office.warnings()) if each["cause"] == "illness"]
