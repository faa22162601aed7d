"""The sender's own file comes back with what is wrong marked in its cells."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from qianshao.workbooks import Contract, judge, mark, marking
from tests.unit.workbooks.making import CONTRACTS, ROW, TITLES, open_document, text_file, workbook
from tests.unit.workbooks.old_excel import old_workbook

BAD = ["R2", "990012199001011234", "", "2026-02-30", "住院", "10", "5"]
RED = "FFFFC7CE"


def marked(path: Path, contract: Contract, language: str = "zh-hans") -> Any:
    judgement = judge(path, contract)
    list(judgement.rows)
    out = path.with_name("marked.xlsx")
    mark(path, judgement, out, language)
    return openpyxl.load_workbook(out)


def colours(sheet: Worksheet) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == RED}


def comments(sheet: Worksheet) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def texts(sheet: Worksheet) -> str:
    return "\n".join(
        str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    )


def test_faulty_cells_are_coloured_and_commented_and_the_summary_comes_first(
    tmp_path: Path, contract: Contract
) -> None:
    path = workbook(tmp_path / "a.xlsx", ("封面", [["医保局"]]), ("九月", [["标题"], TITLES, ROW, BAD]))
    book = marked(path, contract)
    assert book.sheetnames == ["汇总", "封面", "九月"]
    assert colours(book["九月"]) == {"C4", "D4", "H4"}
    assert set(comments(book["九月"])) == {"C4", "D4"}
    assert "2026-02-30" in comments(book["九月"])["D4"]
    assert book["九月"]["H2"].value == "错误说明"
    assert "D 结算日期" in book["九月"]["H4"].value
    summary = texts(book["汇总"])
    assert "读取 2 行：接收 1 行，待更正 1 行。" in summary
    assert "C4" in summary
    assert "D4" in summary
    assert [cell.value for cell in book["九月"][3]][:7] == ROW


def test_the_looks_of_the_senders_workbook_stay(tmp_path: Path, contract: Contract) -> None:
    path = workbook(tmp_path / "a.xlsx", ("九月", [TITLES, ROW, BAD]))
    book = openpyxl.load_workbook(path)
    book["九月"]["A2"].font = Font(bold=True, color="FF00FF00")
    book["九月"].column_dimensions["B"].width = 33
    book["九月"].freeze_panes = "A2"
    book.save(path)
    sheet = marked(path, contract)["九月"]
    assert (sheet["A2"].font.b, sheet["A2"].font.color.rgb) == (True, "FF00FF00")
    assert sheet.column_dimensions["B"].width == 33
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("kind", ["csv", "xls", "ods"])
def test_other_formats_come_back_as_a_workbook(tmp_path: Path, contract: Contract, kind: str) -> None:
    rows = [TITLES, ROW, BAD]
    path = tmp_path / f"a.{kind}"
    make: Any = {"csv": text_file, "xls": old_workbook, "ods": open_document}[kind]
    book = marked(make(path, rows), contract)
    sheet = book["数据"]
    assert book.sheetnames[0] == "汇总"
    assert colours(sheet) == {"C3", "D3", "H3"}
    assert set(comments(sheet)) == {"C3", "D3"}
    assert sheet["B2"].value == ROW[1]
    assert "2026-02-30" in sheet["H3"].value


def test_a_marked_file_that_was_corrected_is_accepted_and_loses_its_marks(
    tmp_path: Path, contract: Contract
) -> None:
    path = workbook(tmp_path / "a.xlsx", ("九月", [TITLES, ROW, BAD]))
    book = marked(path, contract)
    book["九月"]["C3"] = "李小明"
    again = tmp_path / "again.xlsx"
    book.save(again)
    judgement = judge(again, contract)
    assert len(list(judgement.rows)) == 1
    assert [fault.cell for fault in judgement.refused[0].faults] == ["D3"]
    second = marked(again, contract)
    assert second.sheetnames == ["汇总", "九月"]
    assert colours(second["九月"]) == {"D3", "H3"}
    assert set(comments(second["九月"])) == {"D3"}
    assert "姓名" not in second["九月"]["H3"].value
    second["九月"]["D3"] = "2026-10-05"
    second.save(again)
    judgement = judge(again, contract)
    assert len(list(judgement.rows)) == 2
    assert judgement.refused == []


def test_faults_of_the_whole_file_are_marked_in_the_header(tmp_path: Path, contract: Contract) -> None:
    path = workbook(tmp_path / "a.xlsx", ("九月", [TITLES[:6], ROW[:6]]))
    book = marked(path, contract)
    assert "G1" in colours(book["九月"])
    assert "个人自付" in comments(book["九月"])["G1"]
    assert "整个文件未接收" in texts(book["汇总"])


def test_of_a_file_that_cannot_be_read_there_is_a_summary(tmp_path: Path, contract: Contract) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    book = marked(path, contract)
    assert book.sheetnames == ["汇总"]
    assert "PNG 图片" in texts(book["汇总"])


def test_the_words_may_be_english(tmp_path: Path, contract: Contract) -> None:
    book = marked(workbook(tmp_path / "a.xlsx", ("九月", [TITLES, ROW, BAD])), contract, "en")
    assert book.sheetnames[0] == "Summary"
    assert "This must be filled in;" in texts(book["Summary"])


def test_formulas_of_the_sender_come_back_as_values(tmp_path: Path, contract: Contract) -> None:
    rows = [TITLES, ROW, [*BAD[:6], '=HYPERLINK("http://example.org","5")']]
    path = workbook(tmp_path / "a.xlsx", ("九月", rows))
    book = marked(path, contract)
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_what_people_typed_runs_nowhere_in_the_marked_file(tmp_path: Path, contract: Contract) -> None:
    for bad in ("=1+1", "@SUM(1)", "+1", "-x", "\t=1"):
        path = text_file(tmp_path / "a.csv", [TITLES, [bad, "x", bad, bad, bad, bad, bad], [bad]])
        book = marked(path, contract)
        assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_merged_cells_do_not_keep_a_file_from_being_marked(tmp_path: Path, contract: Contract) -> None:
    path = workbook(tmp_path / "a.xlsx", ("九月", [TITLES, ROW, BAD, ["R3", *BAD[1:]]]))
    book = openpyxl.load_workbook(path)
    book["九月"].merge_cells("C3:C4")
    book.save(path)
    assert {"C3", "D3", "D4"} <= colours(marked(path, contract)["九月"])


def test_a_very_large_workbook_is_written_anew_and_comments_have_an_end(
    tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "LARGEST_EDITED", 100)
    monkeypatch.setattr(marking, "MOST_COMMENTS", 5)
    monkeypatch.setattr(marking, "MOST_LISTED", 7)
    rows = [[f"R{n}", *BAD[1:]] for n in range(20)]
    book = marked(workbook(tmp_path / "a.xlsx", ("九月", [TITLES, *rows])), contract)
    assert len(comments(book["九月"])) == 5
    assert len(colours(book["九月"])) == 60
    assert "只列前 7 处" in texts(book["汇总"])


def test_a_registers_file_is_marked_too(tmp_path: Path) -> None:
    contract = CONTRACTS["member_roster"]
    path = text_file(
        tmp_path / "a.csv", [["户编号", "姓名", "证件号码", "与户主关系"], ["H1", "周桂兰", "", "邻居"]]
    )
    assert "D2" in colours(marked(path, contract)["数据"])


def test_a_file_written_anew_and_marked_again_has_one_summary(
    tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "LARGEST_EDITED", 100)
    first = marked(text_file(tmp_path / "a.csv", [TITLES, ROW, BAD]), contract)
    first.save(tmp_path / "again.xlsx")
    second = marked(tmp_path / "again.xlsx", contract)
    assert second.sheetnames == ["汇总", "数据"]
    assert colours(second["数据"]) == {"C3", "D3", "H3"}
    assert second["数据"]["I3"].value is None
