"""What offices are shown: deliveries, freshness, coverage; and the same on the command line."""

import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from qianshao.access.scope import EVERYWHERE, Scope
from qianshao.feeds.actions.deliveries import receive
from qianshao.feeds.actions.sweeping import sweep
from qianshao.feeds.commands import feeds, registry
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period, period_in, read_period
from qianshao.feeds.readers.deliveries import deliveries, source_texts
from qianshao.feeds.readers.freshness import due_after, freshness
from qianshao.places.models import Area
from qianshao.registry.models import Household
from qianshao.workbooks import Schedule
from tests.integration.feeds.conftest import MEDICAL_TITLES, MEMBERS, ZHOU, deliver, write_csv, write_xlsx

CLAIM = ["R1", ZHOU, "周桂兰", "2026-09-03", "住院", "县医院", "42000", "18420"]


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "医保结算_202609.xlsx", MEDICAL_TITLES, [CLAIM])


@pytest.mark.parametrize(
    ("name", "first", "until"),
    [
        ("医保结算_20251001-20260930.xlsx", date(2025, 10, 1), date(2026, 10, 1)),
        ("务工_202612.csv", date(2026, 12, 1), date(2027, 1, 1)),
        ("县_123_202602 (2).xlsx", date(2026, 2, 1), date(2026, 3, 1)),
    ],
)
def test_a_files_name_says_for_which_time_it_speaks(name: str, first: date, until: date) -> None:
    assert period_in(name) == Period(first, until)


@pytest.mark.parametrize(
    "name", ["医保结算.xlsx", "医保_202613.xlsx", "医保_20260930-20260901.xlsx", "v_2026.csv"]
)
def test_a_name_without_a_possible_period_says_nothing(name: str) -> None:
    assert period_in(name) is None


def test_a_period_may_be_typed_with_dashes() -> None:
    assert read_period("2026-10") == read_period("202610") == Period(date(2026, 10, 1), date(2026, 11, 1))
    assert read_period("2026-10-05 ") is None


def test_a_monthly_list_is_due_after_the_month_that_follows_the_covered_one() -> None:
    monthly, quarterly = Schedule("month", 10, 45), Schedule("quarter", 31, 120)
    assert due_after(monthly, date(2026, 10, 1)) == date(2026, 11, 10)
    assert due_after(monthly, date(2026, 12, 1)) == date(2027, 1, 10)
    assert due_after(quarterly, date(2026, 7, 1)) == date(2026, 10, 31)
    assert due_after(Schedule("quarter", 31, 120), date(2026, 12, 1)) == date(2027, 3, 31)


def test_a_feed_is_on_time_late_or_never_came(registered: list[Delivery], claims: Path, county: Area) -> None:
    deliver(claims, "medical_settlement", county)

    def state(on: date) -> tuple[str, int, int]:
        known = {one.contract.name: one for one in freshness(EVERYWHERE, on)}
        assert known["death"].state == "nothing"
        medical = known["medical_settlement"]
        return medical.state, medical.villages, medical.all_villages

    assert state(date(2026, 10, 31)) == ("on_time", 4, 4)
    assert state(date(2026, 11, 14)) == ("late", 4, 4)
    assert state(date(2026, 11, 20)) == ("late", 0, 4)


def test_a_township_sees_the_countys_delivery_in_its_freshness_but_no_receipt_of_others(
    registered: list[Delivery], claims: Path, county: Area
) -> None:
    town = Scope((Area.objects.get(name="石桥镇").path,))
    delivery = deliver(claims, "medical_settlement", county)
    medical = {one.contract.name: one for one in freshness(town, date(2026, 10, 31))}["medical_settlement"]
    assert (medical.state, medical.villages, medical.all_villages) == ("on_time", 2, 2)
    assert list(deliveries(town)) == []
    assert list(deliveries(Scope((county.path,)), "medical_settlement")) == [delivery]


def test_a_facts_source_has_a_name(registered: list[Delivery]) -> None:
    texts = source_texts([f"delivery:{registered[0].pk}", "form:3", "delivery:999"])
    assert [text.zh.split()[0] for text in texts.values()] == ["农户名册"]


def test_what_nothing_names_is_swept_and_what_counts_is_not(
    registered: list[Delivery], claims: Path, county: Area, data: Path
) -> None:
    from datetime import timedelta

    delivery = deliver(claims, "medical_settlement", county)
    before = {path for path in data.rglob("*") if path.is_file()}
    (data / delivery.landed_as).with_name("delivery-999.parquet").write_bytes(b"x")
    (data / "originals" / ("0" * 64 + ".sealed")).write_bytes(b"x")
    assert sweep() == []
    assert len(sweep(young=timedelta(0))) == 2
    assert {path for path in data.rglob("*") if path.is_file()} == before


def test_a_files_contents_are_kept_only_sealed(claims: Path, county: Area, data: Path) -> None:
    receive(path=claims, file_name=claims.name, feed="medical_settlement", area=county, by="chen")
    (sealed,) = data.rglob("*.sealed")
    assert claims.read_bytes()[:4] not in sealed.read_bytes()[:64]


def test_the_command_line_imports_in_the_right_order_and_says_what_it_did(
    county: Area, registry_files: list[Path]
) -> None:
    named = [str(path) for path in reversed(registry_files)]
    done = CliRunner().invoke(registry, ["import", "--json", *named])
    assert done.exit_code == 0, done.output
    results = json.loads(done.stdout)
    assert [result["feed"] for result in results] == ["household_roster", "member_roster", "income_ledger"]
    assert Household.objects.count() == 2
    assert "周桂兰" not in done.stdout
    assert ZHOU not in done.stdout


def test_the_command_line_says_by_its_exit_code_whether_rows_were_refused(
    county: Area, registry_files: list[Path], tmp_path: Path
) -> None:
    from tests.integration.feeds.conftest import MEMBER_TITLES

    CliRunner().invoke(registry, ["import", *map(str, registry_files)])
    stranger = ["QH777", *MEMBERS[0][1:]]
    path = write_csv(tmp_path / "成员_202609.csv", MEMBER_TITLES, [stranger, *MEMBERS])
    done = CliRunner().invoke(registry, ["import", str(path)])
    assert done.exit_code == 1
    assert "A2" in done.stdout


def test_the_command_line_checks_a_file_without_keeping_it(
    county: Area, claims: Path, tmp_path: Path, data: Path
) -> None:
    good = CliRunner().invoke(feeds, ["check", "medical_settlement", str(claims), "--json"])
    assert (good.exit_code, json.loads(good.stdout)["rows_accepted"]) == (0, 1)
    bad = write_xlsx(
        tmp_path / "b_202609.xlsx", MEDICAL_TITLES, [[*CLAIM[:3], "2026.13.05", *CLAIM[4:]], CLAIM]
    )
    out = tmp_path / "marked.xlsx"
    refused = CliRunner().invoke(feeds, ["check", "medical_settlement", str(bad), "--marked", str(out)])
    assert refused.exit_code == 1
    assert "D2" in refused.stdout
    assert out.exists()
    whole = CliRunner().invoke(feeds, ["check", "death", str(claims)])
    assert whole.exit_code == 3
    assert not Delivery.objects.exists()
    assert not list(data.rglob("*.sealed"))


def test_a_sheet_whose_header_is_incomplete_is_named_beside_the_rows_that_count(
    county: Area, tmp_path: Path
) -> None:
    path = tmp_path / "医保结算_202609.xlsx"
    undated = [cell for place, cell in enumerate(MEDICAL_TITLES) if place != 3]
    rows = [cell for place, cell in enumerate(["R2", *CLAIM[1:]]) if place != 3]
    sheets = {"说明": [["填表说明"]], "甲": [MEDICAL_TITLES, CLAIM], "乙": [undated, rows]}
    with xlsxwriter.Workbook(path) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for place, line in enumerate(lines):
                sheet.write_row(place, 0, line)
    asked = ["medical_settlement", str(path), "--json"]
    for command in ("check", "deliver"):
        done = CliRunner().invoke(feeds, [command, *asked])
        assert done.exit_code == 1, done.output
        result = json.loads(done.stdout)
        assert (result["rows_read"], result["rows_accepted"], result["file_faults"]) == (1, 1, [])
        [fault] = result["sheet_faults"]
        assert (fault["sheet"], fault["cell"], fault["code"]) == ("乙", "H1", "missing_column")
        assert "乙" in fault["reason"]["zh"]
        assert "结算时间" in fault["right_form"]["zh"]
        [left_aside] = result["sheets_not_read"]
        assert "说明" in left_aside["zh"]
    told = CliRunner().invoke(feeds, ["deliver", "medical_settlement", str(path)])
    assert told.exit_code == 1
    assert "说明" in told.stdout
    assert "H1" in told.stdout
    assert [one.state for one in deliveries(EVERYWHERE, outcome="rows_refused")] == ["done"]
    assert not deliveries(EVERYWHERE, outcome="clean").exists()


def test_the_command_line_delivers_and_lists(county: Area, registry_files: list[Path], claims: Path) -> None:
    CliRunner().invoke(registry, ["import", *map(str, registry_files)])
    unnamed = claims.rename(claims.with_name("医保.xlsx"))
    asked = ["deliver", "medical_settlement", str(unnamed), "--json"]
    assert CliRunner().invoke(feeds, asked).exit_code != 0
    done = CliRunner().invoke(feeds, [*asked, "--period", "2026-09"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rows_about"] == {"linked": 1, "nobody": 0, "doubtful": 0}
    listed = json.loads(CliRunner().invoke(feeds, ["list", "--json"]).stdout)
    assert {one["feed"]: one["last_day_covered"] for one in listed}["medical_settlement"] == "2026-09-30"
