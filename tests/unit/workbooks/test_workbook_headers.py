"""The header is found wherever it stands; what is missing is named with its place."""

from pathlib import Path

import openpyxl
import pytest

from qianshao.workbooks import Contract, judge, recognise
from tests.unit.workbooks.making import CONTRACTS, ROW, TITLES, VALUES, text_file, workbook


def test_the_data_may_stand_on_the_second_sheet_behind_a_cover(tmp_path: Path, contract: Contract) -> None:
    cover = [["青禾县医保结算数据"], ["填报单位", "医保局"], [], ["说明：共两表"]]
    path = workbook(tmp_path / "a.xlsx", ("封面", cover), ("九月", [["标题"], TITLES, ROW]))
    judgement = judge(path, contract)
    [row] = judgement.rows
    assert (judgement.sheet, judgement.header_row) == ("九月", 2)
    assert (row.sheet, row.row, row.values["receipt_number"]) == ("九月", 3, "R1")
    [best] = [one for one in recognise(path, CONTRACTS.values()) if not one.missing]
    assert (best.contract.name, best.sheet, best.header_row) == ("medical_settlement", "九月", 2)


def test_columns_stand_in_any_order_among_others(tmp_path: Path, contract: Contract) -> None:
    titles = ["序号", *reversed(TITLES), "备注"]
    row = ["1", *reversed(ROW), "无"]
    judgement = judge(text_file(tmp_path / "a.csv", [titles, row]), contract)
    [read] = judgement.rows
    assert {name: read.values[name] for name in VALUES} == VALUES
    assert judgement.extra_titles == ["序号", "备注"]
    assert "备注" not in read.values


def test_titles_are_known_by_their_synonyms_stars_units_and_widths(
    tmp_path: Path, contract: Contract
) -> None:
    titles = [
        "＊结算流水号",
        "公民身份号码：",
        "姓 名",
        "结算\n时间",
        "医疗类别",
        "医疗总费用（元）",
        "合规自付(元)",
    ]
    judgement = judge(workbook(tmp_path / "a.xlsx", ("数据", [titles, ROW])), contract)
    [read] = judgement.rows
    assert {name: read.values[name] for name in VALUES} == VALUES


def test_our_own_title_goes_before_a_synonym_beside_it(tmp_path: Path) -> None:
    titles = ["身份证号", "户主身份证号", "户主姓名", "鉴定等级", "鉴定日期"]
    row = ["990012201001011238", "990012199001011234", "周桂兰", "C", "2026-10-05"]
    judgement = judge(text_file(tmp_path / "a.csv", [titles, row]), CONTRACTS["housing_appraisal"])
    [read] = judgement.rows
    assert read.values["identity_number"] == "990012199001011234"
    assert judgement.extra_titles == ["身份证号"]


@pytest.mark.parametrize("lines_above", [0, 1, 2, 7, 18])
def test_the_header_may_stand_on_any_of_the_first_rows(
    tmp_path: Path, contract: Contract, lines_above: int
) -> None:
    above = [["青禾县 2026 年 10 月"]] * lines_above
    judgement = judge(workbook(tmp_path / "a.xlsx", ("数据", [*above, TITLES, ROW])), contract)
    assert len(list(judgement.rows)) == 1
    assert judgement.header_row == lines_above + 1


def test_titles_merged_over_two_rows_and_under_groups_are_read(tmp_path: Path, contract: Contract) -> None:
    upper = ["结算单号", "人员信息", None, "结算日期", "就诊类型", "费用", None]
    lower = [None, "身份证号", "姓名", None, None, "医疗费总额", "个人自付"]
    path = workbook(tmp_path / "a.xlsx", ("数据", [["标题"], upper, lower, ROW]))
    book = openpyxl.load_workbook(path)
    for merged in ("A1:G1", "A2:A3", "B2:C2", "D2:D3", "E2:E3", "F2:G2"):
        book["数据"].merge_cells(merged)
    book.save(path)
    judgement = judge(path, contract)
    [row] = judgement.rows
    assert (judgement.header_row, row.row) == (3, 4)
    assert {name: row.values[name] for name in VALUES} == VALUES


def test_a_title_may_be_made_of_group_and_lower_title(tmp_path: Path, contract: Contract) -> None:
    upper = ["结算单号", "身份证号", "姓名", "结算日期", "就诊类型", "医疗费总额", "个人", "基本医保"]
    lower = ["", "", "", "", "", "", "自付", "支付"]
    judgement = judge(text_file(tmp_path / "a.csv", [upper, lower, [*ROW, "12.5"]]), contract)
    [row] = judgement.rows
    assert (row.values["self_paid"], row.values["basic_paid"]) == (20_000, 1250)


def test_every_missing_column_is_named_at_once(tmp_path: Path, contract: Contract) -> None:
    titles = [title for title in TITLES if title not in ("就诊类型", "个人自付")]
    judgement = judge(workbook(tmp_path / "a.xlsx", ("九月", [["标题"], titles, ROW[:5]])), contract)
    assert list(judgement) == []
    assert [(f.code, f.sheet, f.cell, f.column_title) for f in judgement.file_faults] == [
        ("missing_column", "九月", "F2", "就诊类型"),
        ("missing_column", "九月", "F2", "个人自付"),
    ]
    assert "医疗类别" in judgement.file_faults[0].right_form.zh


def test_a_column_that_stands_there_twice_is_not_guessed(tmp_path: Path, contract: Contract) -> None:
    judgement = judge(workbook(tmp_path / "a.xlsx", ("数据", [[*TITLES, "姓名"], [*ROW, "李"]])), contract)
    assert [(fault.code, fault.cell) for fault in judgement.file_faults] == [("column_twice", "H1")]
    assert "C1" in judgement.file_faults[0].reason.zh


def test_sheets_with_the_same_header_are_all_read(tmp_path: Path, contract: Contract) -> None:
    other = ["R2", *ROW[1:]]
    path = workbook(tmp_path / "a.xlsx", ("青山镇", [TITLES, ROW]), ("河口乡", [["x"], TITLES, other, ROW]))
    judgement = judge(path, contract)
    assert [(row.sheet, row.row) for row in judgement.rows] == [("青山镇", 2), ("河口乡", 3)]
    [refused] = judgement.refused
    assert (refused.sheet, refused.row) == ("河口乡", 4)
    assert "青山镇 第 2 行" in refused.faults[0].reason.zh


def test_a_sheet_with_half_a_header_is_a_fault_beside_the_rows_that_count(
    tmp_path: Path, contract: Contract
) -> None:
    half = ("半表", [TITLES[:5], ROW[:5]])
    judgement = judge(workbook(tmp_path / "a.xlsx", ("好表", [TITLES, ROW]), half), contract)
    assert [row.sheet for row in judgement.rows] == ["好表"]
    assert (judgement.file_faults, judgement.notices) == ([], [])
    fault = judgement.sheet_faults[-1]
    assert (fault.code, fault.sheet, fault.cell) == ("missing_column", "半表", "F1")
    assert "半表" in fault.reason.zh
    assert "个人自付" in fault.right_form.zh


def test_hidden_sheets_and_sheets_of_other_things_are_left_aside_and_named(
    tmp_path: Path, contract: Contract
) -> None:
    cover, empty = ("说明", [["填表说明"], ["每月 10 日前报送"]]), ("空表", [])
    path = workbook(tmp_path / "a.xlsx", ("旧", [TITLES, ROW]), ("新", [TITLES, ROW]), cover, empty)
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    judgement = judge(path, contract)
    assert [row.sheet for row in judgement.rows] == ["新"]
    assert judgement.sheet_faults == []
    assert [notice.zh.split("，")[0] for notice in judgement.notices] == [
        "工作表“旧”是隐藏的",
        "工作表“说明”里没有这份表的表头",
        "工作表“空表”是空的",
    ]


def test_the_wrong_file_is_told_from_the_right_one(tmp_path: Path) -> None:
    path = text_file(tmp_path / "a.csv", [[c.title for c in CONTRACTS["vehicle"].columns]])
    names = [one.contract.name for one in recognise(path, CONTRACTS.values())]
    assert names[0] == "vehicle"
    assert [fault.code for fault in judge(path, CONTRACTS["income_ledger"]).file_faults] == ["no_header"]
