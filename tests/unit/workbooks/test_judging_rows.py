"""Rows: every fault with cell, reason and right form; nothing guessed; no identity number repeated."""

from datetime import date
from pathlib import Path

import pytest

from qianshao.workbooks import Column, Contract, RefusedRow, judge
from tests.unit.workbooks.making import CONTRACTS, ROW, TITLES, VALUES, text_file, workbook


def refused(path: Path, contract: Contract) -> list[RefusedRow]:
    judgement = judge(path, contract)
    list(judgement.rows)
    assert judgement.file_faults == []
    return judgement.refused


def with_cell(title: str, cell: object) -> list[object]:
    row: list[object] = list(ROW)
    row[TITLES.index(title)] = cell
    return row


def test_all_faults_of_a_row_are_told_at_once(tmp_path: Path, contract: Contract) -> None:
    bad = ["", "99001219900101123", "", "2026-02-30", "手术", "-5", "五元"]
    [row] = refused(workbook(tmp_path / "a.xlsx", ("九月", [TITLES, ROW, bad])), contract)
    assert {(fault.cell, fault.code) for fault in row.faults} == {
        ("A3", "empty"),
        ("B3", "number_form"),
        ("C3", "empty"),
        ("D3", "date"),
        ("E3", "code"),
        ("F3", "range"),
        ("G3", "number"),
    }
    for fault in row.faults:
        assert (fault.sheet, fault.row) == ("九月", 3)
        assert fault.column_title in TITLES
        assert fault.reason.zh
        assert fault.reason.en
        assert fault.right_form.zh
        assert fault.right_form.en
    assert row.cells["就诊类型"] == "手术"


def test_a_cell_of_a_text_file_is_its_column_letter_and_line(tmp_path: Path, contract: Contract) -> None:
    path = text_file(
        tmp_path / "a.csv",
        [TITLES, ROW, [], ["R2", *ROW[1:2], "两\n行", *ROW[3:]], with_cell("结算日期", "x")],
    )
    rows = refused(path, contract)
    assert [fault.cell for row in rows for fault in row.faults] == ["D6"]
    assert rows[0].row == 6


def test_a_number_that_a_spreadsheet_rounded_is_refused_with_its_cell(
    tmp_path: Path, contract: Contract
) -> None:
    forms = [990012199001011234, "9.90012E+17", "990012199001011000", 990012199001011.0e3]
    rows = [[f"R{n}", form, *ROW[2:]] for n, form in enumerate(forms)]
    found = refused(workbook(tmp_path / "a.xlsx", ("数据", [TITLES, *rows])), contract)
    assert [[(f.cell, f.code) for f in row.faults] for row in found] == [
        [(f"B{n}", "rounded_number")] for n in range(2, 6)
    ]
    assert "文本" in found[0].faults[0].right_form.zh


def test_a_long_receipt_number_kept_as_a_figure_is_refused_too(tmp_path: Path, contract: Contract) -> None:
    rows = [with_cell("结算单号", 12345678901234567890), with_cell("结算单号", 4711)]
    path = workbook(tmp_path / "a.xlsx", ("数据", [TITLES, *rows]))
    judgement = judge(path, contract)
    assert [row.values["receipt_number"] for row in judgement.rows] == ["4711"]
    assert judgement.refused[0].faults[0].code == "rounded_number"


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("990012199001011235", "990012199001011235"),
        (" 99001219900101123x ", "99001219900101123X"),
        ("９９００１２１９９００１０１１２３４", "990012199001011234"),
        ("990012900101123", "990012900101123"),
        ("99001219900101123441", "99001219900101123441"),
        ("99001219900101123441B1", "99001219900101123441B1"),
    ],
)
def test_a_number_of_right_form_passes_even_with_a_wrong_check_digit(
    tmp_path: Path, contract: Contract, number: str, kept: str
) -> None:
    judgement = judge(
        workbook(tmp_path / "a.xlsx", ("数据", [TITLES, with_cell("身份证号", number)])), contract
    )
    assert [row.values["identity_number"] for row in judgement.rows] == [kept]


def test_no_fault_repeats_a_number_of_a_person(tmp_path: Path, contract: Contract) -> None:
    number, phone = "990012199001011234", "13912345678"
    rows = [with_cell(title, f"{number} {phone}") for title in TITLES if title != "结算单号"]
    judgement = judge(workbook(tmp_path / "a.xlsx", ("数据", [TITLES, *rows])), contract)
    list(judgement.rows)
    assert len(judgement.refused) == len(rows)
    for row in judgement.refused:
        for fault in row.faults:
            assert number not in repr(fault)
            assert phone not in repr(fault)
        assert number not in repr(row)


def test_the_same_row_counts_once_and_its_key_with_other_content_is_refused(
    tmp_path: Path, contract: Contract
) -> None:
    changed = with_cell("个人自付", "300")
    again = [*ROW[:3], "2026年10月5日", *ROW[4:]]
    path = text_file(tmp_path / "a.csv", [TITLES, ROW, changed, again])
    judgement = judge(path, contract)
    assert [row.row for row in judgement.rows] == [2]
    assert [(row.row, row.faults[0].code, row.faults[0].cell) for row in judgement.refused] == [
        (3, "same_key", "A3"),
        (4, "duplicate", "A4"),
    ]
    for row in judgement.refused:
        assert "第 2 行" in row.faults[0].reason.zh
        assert "row 2" in row.faults[0].reason.en


LEDGER = ["户编号", "证件号码", "收支项目", "月份", "金额", "数据来源"]
NUMBER, OTHER = "990012199001011234", "990012199202022345"


@pytest.mark.parametrize("member", ["", NUMBER])
def test_two_amounts_for_one_item_of_a_household_or_member_are_not_both_accepted(
    tmp_path: Path, member: str
) -> None:
    rows = [["H1", member, "工资性收入", "202609", amount, "农户自报"] for amount in ("100", "200", "100")]
    elses = ["H1", OTHER, "工资性收入", "202609", "200", "农户自报"]
    path = text_file(tmp_path / "a.csv", [LEDGER, *rows, elses])
    judgement = judge(path, CONTRACTS["income_ledger"])
    assert [row.row for row in judgement.rows] == [2, 5]
    assert [(row.row, row.faults[0].code) for row in judgement.refused] == [(3, "same_key"), (4, "duplicate")]
    assert "收支项目" in judgement.refused[0].faults[0].reason.zh


def test_one_person_has_one_wage_a_month_and_whoever_shares_the_number_has_another(tmp_path: Path) -> None:
    titles = ["身份证号", "姓名", "月份", "务工状态", "月工资"]
    rows = [
        [NUMBER, "周桂兰", "202609", "务工", "100"],
        [NUMBER, "周桂兰", "202609", "务工", "9000"],
        [NUMBER, "李小满", "202609", "务工", "100"],
        [NUMBER, "周桂兰", "202608", "务工", "100"],
    ]
    judgement = judge(text_file(tmp_path / "a.csv", [titles, *rows]), CONTRACTS["off_farm_work"])
    assert [row.row for row in judgement.rows] == [2, 4, 5]
    assert [(row.row, row.faults[0].code) for row in judgement.refused] == [(3, "same_key")]


def test_two_rows_with_one_name_and_no_number_may_be_two_people(tmp_path: Path) -> None:
    titles = ["户编号", "姓名", "证件号码", "与户主关系"]
    rows = [["H1", "李小满", "", relation] for relation in ("之女", "之孙女", "之女")]
    judgement = judge(text_file(tmp_path / "a.csv", [titles, *rows]), CONTRACTS["member_roster"])
    assert [row.row for row in judgement.rows] == [2, 3]
    assert [row.faults[0].code for row in judgement.refused] == ["duplicate"]


def test_a_refused_row_holds_no_key_and_one_on_another_sheet_is_named_with_it(
    tmp_path: Path, contract: Contract
) -> None:
    sheets = [
        ("九月", [TITLES, with_cell("姓名", ""), ROW]),
        ("十月", [TITLES, with_cell("个人自付", "300")]),
    ]
    judgement = judge(workbook(tmp_path / "a.xlsx", *sheets), contract)
    assert [(row.sheet, row.row) for row in judgement.rows] == [("九月", 3)]
    fault = judgement.refused[1].faults[0]
    assert (fault.sheet, fault.cell, fault.code) == ("十月", "A2", "same_key")
    assert "九月 第 3 行" in fault.reason.zh
    assert "row 3 of 九月" in fault.reason.en


def test_two_rows_under_one_persons_number_are_let_through_for_linkage(tmp_path: Path) -> None:
    contract = CONTRACTS["off_farm_work"]
    titles = [column.title for column in contract.columns if column.required]
    assert {"身份证号", "姓名"} <= set(titles)
    given = {"身份证号": "990012199001011234", "月份": "202609"}
    rows = []
    for name in ("周桂兰", "李小满"):
        given["姓名"] = name
        rows.append([given.get(c.title) or value_text(c) for c in contract.columns if c.required])
    judgement = judge(text_file(tmp_path / "a.csv", [titles, *rows]), contract)
    assert [row.row for row in judgement.rows] == [2, 3]
    assert judgement.refused == []


def value_text(column: Column) -> str:
    """What a required cell may hold."""
    if column.codes:
        return next(iter(column.codes.values()))[0]
    return {"text": "甲", "date": "2026-09-01", "month": "202609", "boolean": "是"}.get(column.type, "1")


def test_a_row_after_the_files_period_is_refused_and_a_late_report_is_not(
    tmp_path: Path, contract: Contract
) -> None:
    days = ["2026-10-31", "2026-11-01", "2031-01-01", "2025-01-01"]
    rows = [[f"R{n}", *ROW[1:3], day, *ROW[4:]] for n, day in enumerate(days)]
    path = text_file(tmp_path / "a.csv", [TITLES, *rows, ["", *ROW[1:3], "2031-01-02", *ROW[4:]]])
    judgement = judge(path, contract, (date(2026, 10, 1), date(2026, 10, 31)))
    assert [row.row for row in judgement.rows] == [2, 5]
    assert [[(fault.cell, fault.code) for fault in row.faults] for row in judgement.refused] == [
        [("D3", "after_period")],
        [("D4", "after_period")],
        [("A6", "empty"), ("D6", "after_period")],
    ]
    fault = judgement.refused[1].faults[0]
    assert fault.reason.zh == "结算日期 2031-01-01 在文件所说的期间 2026-10-01 至 2026-10-31 之后。"
    assert fault.right_form.zh
    assert [row.row for row in judge(path, contract).rows] == [2, 3, 4, 5]


def test_a_month_that_begins_within_the_period_is_not_after_it(tmp_path: Path) -> None:
    contract = CONTRACTS["off_farm_work"]
    titles = [column.title for column in contract.columns if column.required]
    rows = []
    for month in ("202610", "202611"):
        given = {"身份证号": "990012199001011234", "姓名": "周桂兰", "月份": month}
        rows.append([given.get(c.title) or value_text(c) for c in contract.columns if c.required])
    path = text_file(tmp_path / "a.csv", [titles, *rows])
    judgement = judge(path, contract, (date(2026, 9, 1), date(2026, 10, 15)))
    assert [row.row for row in judgement.rows] == [2]
    assert "2026-11 " in judgement.refused[0].faults[0].reason.zh


def test_sums_footers_blank_rows_and_repeated_headers_are_no_data(tmp_path: Path, contract: Contract) -> None:
    rows = [
        TITLES,
        ROW,
        [],
        TITLES,
        ["R2", *ROW[1:]],
        ["合计", "", "", "", "", "2469"],
        ["填表人：张三"],
        ["注：单位为元"],
    ]
    judgement = judge(workbook(tmp_path / "a.xlsx", ("数据", rows)), contract)
    assert [row.row for row in judgement.rows] == [2, 5]
    assert (judgement.rows_read, judgement.rows_accepted, judgement.rows_refused) == (2, 2, 0)


def test_a_header_repeated_on_each_printed_page_is_no_data(tmp_path: Path, contract: Contract) -> None:
    titles = ["序号", *TITLES[:3], "结算\n时间", *TITLES[4:]]
    path = workbook(tmp_path / "a.xlsx", ("数据", [titles, ["1", *ROW], titles, ["2", "R2", *ROW[1:]]]))
    assert [row.row for row in judge(path, contract)] == [2, 4]


def test_a_word_for_nothing_in_an_optional_cell_is_nothing(tmp_path: Path, contract: Contract) -> None:
    titles = [*TITLES, "出生日期", "基本医保支付", "医疗机构"]
    path = text_file(
        tmp_path / "a.csv", [titles, [*ROW, "/", "-", "-"], [*with_cell("个人自付", "无"), "", "", ""]]
    )
    judgement = judge(path, contract)
    [row] = judgement.rows
    assert (row.values["birth_date"], row.values["basic_paid"], row.values["facility"]) == (None, None, "-")
    assert [(f.cell, f.code) for f in judgement.refused[0].faults] == [("G3", "empty")]


def test_an_empty_cell_may_mean_a_code_but_a_missing_column_says_nothing(tmp_path: Path) -> None:
    contract = CONTRACTS["household_roster"]
    titles = ["户编号", "户主姓名", "户主证件号码", "户类型", "村代码"]
    row = ["H1", "周桂兰", "", "脱贫户", "991205101201"]
    with_column = text_file(tmp_path / "a.csv", [[*titles, "监测对象类别"], [*row, ""]])
    without = text_file(tmp_path / "b.csv", [titles, row])
    assert [r.values["monitored_kind"] for r in judge(with_column, contract).rows] == ["none"]
    assert [r.values["monitored_kind"] for r in judge(without, contract).rows] == [None]


def test_several_codes_in_a_cell_land_sorted(tmp_path: Path) -> None:
    contract = CONTRACTS["member_roster"]
    titles = ["户编号", "姓名", "证件号码", "与户主关系", "健康状况"]
    rows = [
        ["H1", "周桂兰", "", "户主", text]
        for text in ("残疾,长期慢性病", "患有大病、残疾", "健康", "残疾，好")
    ]
    judgement = judge(text_file(tmp_path / "a.csv", [titles, *rows]), contract)
    assert [row.values["health"] for row in judgement.rows] == [
        "chronic,disabled",
        "disabled,serious",
        "healthy",
    ]
    assert judgement.refused[0].faults[0].cell == "E5"


def test_a_slip_in_a_code_is_answered_with_the_nearest_right_form(tmp_path: Path) -> None:
    contract = CONTRACTS["member_roster"]
    titles = ["户编号", "姓名", "证件号码", "与户主关系"]
    [row] = refused(text_file(tmp_path / "a.csv", [titles, ["H1", "周桂兰", "", "之儿熄"]]), contract)
    assert "之儿媳" in row.faults[0].right_form.zh


def test_grades_are_known_as_departments_write_them(tmp_path: Path) -> None:
    contract = CONTRACTS["disability_card"]
    titles = [column.title for column in contract.columns]
    grades = ["一级", "1", "肆级", "Ⅲ级", "２", "无"]
    rows = [
        [f"99001219900101123{n}41", "周桂兰", "", "肢体", grade, "2020-01-01"]
        for n, grade in enumerate(grades)
    ]
    judgement = judge(text_file(tmp_path / "a.csv", [titles, *rows]), contract)
    assert [row.values["grade"] for row in judgement.rows] == ["1", "1", "4", "3", "2"]
    assert [(f.cell, f.code) for f in judgement.refused[0].faults] == [("E7", "empty")]


def test_a_row_of_the_judgement_is_either_accepted_or_refused(tmp_path: Path, contract: Contract) -> None:
    path = text_file(tmp_path / "a.csv", [TITLES, ROW, with_cell("姓名", ""), ["R3", *ROW[1:]]])
    judgement = judge(path, contract)
    assert [(row.row, isinstance(row, RefusedRow)) for row in judgement] == [
        (2, False),
        (3, True),
        (4, False),
    ]
    assert judgement.rows_read == judgement.rows_accepted + judgement.rows_refused == 3
    assert judgement.refused == []
    assert list(judgement) == []


def test_values_are_whole_fen_dates_and_codes(tmp_path: Path, contract: Contract) -> None:
    [row] = judge(workbook(tmp_path / "a.xlsx", ("数据", [TITLES, ROW])), contract).rows
    assert {name: row.values[name] for name in VALUES} == VALUES
    assert list(row.values) == [column.name for column in contract.columns]
    assert row.values["settled_on"] == date(2026, 10, 5)
