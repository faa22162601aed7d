"""What a folder of files must be, and what is said of files that are none of ours."""

import csv
from datetime import date
from pathlib import Path

import pytest

from qianshao.access.scope import EVERYWHERE
from qianshao.refusals import Refused
from qianshao.registry.models import Household
from qianshao.screening.export import as_records
from qianshao.screening.intake import take_in

HOUSEHOLDS = ["户编号", "户主姓名", "户主证件号码", "村代码", "户类型", "监测对象类别", "是否解决安全饮用水"]
ROWS = [
    ["H1", "周桂兰", "", "991205101201", "脱贫户", "非监测对象", "否"],
    ["H2", "罗有才", "", "991205101202", "一般农户", "非监测对象", "是"],
]
DEATHS = ["姓名", "身份证号", "死亡日期"]


def write(path: Path, *rows: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "农户名册.csv", HOUSEHOLDS, *ROWS)
    write(tmp_path / "死亡人员_202609.csv", DEATHS, ["周桂兰", "990012196803071228", "2026-09-03"])
    write(tmp_path / "死亡人员_202610.csv", DEATHS, ["罗有才", "990012197001011013", "2026-10-03"])
    return tmp_path


@pytest.mark.django_db
def test_villages_are_known_from_the_roster_where_no_list_of_areas_lies_beside(folder: Path) -> None:
    taken = take_in(folder, by="system")
    assert [run.as_of for run in taken.runs] == [date(2026, 9, 30), date(2026, 10, 31)]
    assert {h.number: h.area.name for h in Household.objects.all()} == {
        "H1": "991205101201",
        "H2": "991205101202",
    }
    found = {(r["household"], r["cause"], r["status"]) for r in as_records(EVERYWHERE)}
    assert ("H1", "water", "continuing") in found


@pytest.mark.django_db
def test_a_day_between_is_screened_last_with_what_was_sent_by_then(folder: Path) -> None:
    taken = take_in(folder, by="system", as_of=date(2026, 10, 15))
    assert [run.as_of for run in taken.runs] == [date(2026, 9, 30), date(2026, 10, 15)]


@pytest.mark.django_db
def test_a_file_that_is_no_list_of_ours_is_named_with_the_reason(folder: Path) -> None:
    (folder / "空.xlsx").write_bytes(b"")
    (folder / "图片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 500)
    write(folder / "通讯录.csv", ["姓名", "办公室", "分机"], ["陈晓雯", "301", "12"])
    write(folder / "死亡人员.csv", DEATHS, ["杨德顺", "990012198001011016", "2026-10-03"])
    left = {one.path.name: one.reason.zh for one in take_in(folder, by="system").left_out}
    assert left.keys() == {"空.xlsx", "图片.xlsx", "通讯录.csv", "死亡人员.csv"}
    assert "空" in left["空.xlsx"]
    assert left["图片.xlsx"] != left["通讯录.csv"] == "看不出是哪一种表"
    assert "数据所属时间" in left["死亡人员.csv"]


@pytest.mark.django_db
def test_a_file_with_a_wrong_year_is_named_and_no_day_of_it_is_screened(folder: Path) -> None:
    write(folder / "死亡人员_209910.csv", DEATHS, ["杨德顺", "990012198001011016", "2026-10-03"])
    taken = take_in(folder, by="system")
    assert [run.as_of for run in taken.runs] == [date(2026, 9, 30), date(2026, 10, 31)]
    (left,) = taken.left_out
    assert left.path.name == "死亡人员_209910.csv"
    assert "2099-10-01 至 2099-10-31 这段时间还没有到" in left.reason.zh


@pytest.mark.django_db
def test_a_copy_of_a_list_under_another_month_is_named_and_the_rest_is_taken_in(folder: Path) -> None:
    (folder / "死亡人员_202611.csv").write_bytes((folder / "死亡人员_202610.csv").read_bytes())
    taken = take_in(folder, by="system", as_of=date(2026, 11, 20))
    assert [one.path.name for one in taken.left_out] == ["死亡人员_202611.csv"]
    assert "死亡人员_202610.csv" in taken.left_out[0].reason.zh
    assert taken.runs[-1].as_of == date(2026, 11, 20)


@pytest.mark.django_db
def test_a_folder_without_a_household_roster_is_refused_and_nothing_is_taken_in(tmp_path: Path) -> None:
    write(tmp_path / "死亡人员_202609.csv", DEATHS, ["周桂兰", "990012196803071228", "2026-09-03"])
    with pytest.raises(Refused, match="no household roster"):
        take_in(tmp_path, by="system")
    assert not Household.objects.exists()
