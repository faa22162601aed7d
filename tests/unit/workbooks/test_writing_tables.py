"""Tables and templates that the platform writes."""

import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qianshao.workbooks import Contract, Table, TableColumn, judge, write_table, write_template
from tests.unit.workbooks.making import CONTRACTS, TITLES, VALUES, text_file

STARTS = [
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "＝",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://x")',
    "http://x",
    "mailto:x",
]


def test_a_table_holds_values_of_their_types(tmp_path: Path) -> None:
    kinds = ["text", "money", "integer", "share", "date", "month", "boolean", "decimal", "text"]
    columns = [TableColumn(f"{place}列", kind) for place, kind in enumerate(kinds)]
    row = [
        "李家村",
        123_456,
        3,
        Decimal("0.125"),
        date(2026, 10, 5),
        date(2026, 10, 1),
        True,
        Decimal("3.5"),
        None,
    ]
    write_table(tmp_path / "a.xlsx", [Table("名单/一", columns, [row]), Table("空", columns, [])])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["名单一", "空"]
    sheet = book["名单一"]
    assert [cell.value for cell in sheet[1]] == [column.title for column in columns]
    assert sheet.freeze_panes == "A2"
    found = [cell.value for cell in sheet[2]]
    assert found[:4] == ["李家村", 1234.56, 3, 0.125]
    assert [found[4].date(), found[5].date(), *found[6:]] == [
        date(2026, 10, 5),
        date(2026, 10, 1),
        "是",
        3.5,
        None,
    ]


@pytest.mark.parametrize("start", STARTS)
def test_nothing_in_a_table_can_run(tmp_path: Path, start: str) -> None:
    text = f"{start}1+1"
    write_table(tmp_path / "a.xlsx", [Table("表", [TableColumn(text)], [[text], [f" {text}"]])])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as file:
        content = b"".join(file.read(name) for name in file.namelist() if name.startswith("xl/worksheets"))
        assert b'quotePrefix="1"' in file.read("xl/styles.xml")
    assert b"<f>" not in content
    assert b"hyperlink" not in content
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["表"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}


def test_rows_are_taken_one_by_one(tmp_path: Path) -> None:
    def rows() -> Iterator[list[object]]:
        for number in range(3000):
            yield [number]

    write_table(tmp_path / "a.xlsx", [Table("表", [TableColumn("号", "integer")], rows())])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)["表"].max_row == 3001


def test_a_template_explains_itself_and_offers_the_codes(tmp_path: Path, every_contract: Contract) -> None:
    write_template(tmp_path / "a.xlsx", every_contract)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    data, guide = book.worksheets
    assert [cell.value for cell in data[1]] == [column.title for column in every_contract.columns]
    assert guide.title == "填写说明"
    explained = {row[0] for row in guide.iter_rows(min_row=5, values_only=True)}
    assert explained == {column.title for column in every_contract.columns}
    lists = {
        str(v.sqref).split(":")[0][:-1] for v in data.data_validations.dataValidation if v.type == "list"
    }
    for place, column in enumerate(every_contract.columns):
        if column.type == "code" and len(column.codes) < 10:
            assert openpyxl.utils.get_column_letter(place + 1) in lists
        if column.type in ("identity_number", "disability_number"):
            formats = {
                d.number_format for d in data.column_dimensions.values() if d.min <= place + 1 <= d.max
            }
            assert formats == {"@"}


def test_a_template_is_explained_in_english_too(tmp_path: Path) -> None:
    write_template(tmp_path / "a.xlsx", CONTRACTS["death"], language="en")
    guide = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[1]
    assert guide.title == "How to fill in"
    assert guide["A1"].value == "Deaths"


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(facility=PRINTABLE)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_survives_a_workbook_and_a_text_file(
    tmp_path: Path, contract: Contract, facility: str
) -> None:
    plain = facility.translate(
        {ord(c): ord(c) - 0xFEE0 for c in map(chr, range(0xFF01, 0xFF5F)) if c.isalnum()}
    )
    write_template(tmp_path / "a.xlsx", contract, [{**VALUES, "facility": facility}])
    cells = ["R1", "990012199001011234", "周桂兰", "2026-10-05", "住院", "1", "1", facility]
    text = text_file(tmp_path / "a.csv", [[*TITLES, "医疗机构"], cells], "utf-8-sig")
    for path in (tmp_path / "a.xlsx", text):
        [row] = judge(path, contract).rows
        assert row.values["facility"] in (plain, plain.removeprefix("'"))


def test_sheets_of_any_name_can_be_written_side_by_side(tmp_path: Path) -> None:
    names = ["名单", "名单", "", "", "a/b", "ab", "'x'", "History", "𬎆" * 40, "𬎆" * 40, "\x00\n"]
    write_table(tmp_path / "a.xlsx", [Table(name, [TableColumn("列")], []) for name in names])
    written = openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames
    assert len(written) == len({name.lower() for name in written}) == len(names)
    assert written[:2] == ["名单", "名单 2"]
