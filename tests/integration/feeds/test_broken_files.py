"""Files broken as real ones are: each refused part is named with cell and right form, good rows land once."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from qianshao.access.models import AuditEvent
from qianshao.feeds.actions.deliveries import process, receive
from qianshao.feeds.marking import marked
from qianshao.feeds.models import Delivery, RefusedRow, StatedIdentity
from qianshao.feeds.periods import Period
from qianshao.feeds.readers.deliveries import fault_groups, refused_rows
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.registry.models import Household, IncomeItem, Person
from tests.integration.feeds.conftest import (
    HOUSEHOLD_TITLES,
    HOUSEHOLDS,
    INCOME_TITLES,
    LI,
    LUO,
    MEDICAL_TITLES,
    MEMBER_TITLES,
    MEMBERS,
    UPPER,
    ZHOU,
    deliver,
    number,
    write_csv,
    write_xlsx,
)

NAME = "医保结算_202609"
GOOD: list[list[Any]] = [
    ["R1", ZHOU, "周桂兰", "2026-09-03", "住院", "县医院", "42000", "18420"],
    ["R2", LI, "李长根", "2026.9.14", "门诊", "县医院", "300", "100"],
]


def landed(data: Path, delivery: Delivery) -> list[dict[str, Any]]:
    return pq.read_table(data / delivery.landed_as).to_pylist() if delivery.landed_as else []


def everything(data: Path) -> tuple[Any, ...]:
    """All that a second delivery could change."""
    files = {path.relative_to(data): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    tables = [Delivery, RefusedRow, StatedIdentity, AuditEvent, Household, Person, IncomeItem]
    return files, [list(table.objects.order_by("pk").values()) for table in tables]


def refuse_twice(path: Path, county: Area, data: Path, feed: str = "medical_settlement") -> Delivery:
    """Deliver a file twice; the second time must change nothing at all."""
    delivery = deliver(path, feed, county)
    before = everything(data)
    again = deliver(path, feed, county)
    assert again.pk == delivery.pk
    assert everything(data) == before
    return delivery


def only_fault(delivery: Delivery) -> dict[str, Any]:
    (fault,) = delivery.file_faults
    assert fault["reason"]["zh"]
    assert fault["reason"]["en"]
    assert fault["right_form"]["zh"]
    assert fault["right_form"]["en"]
    assert delivery.state == "refused"
    assert not delivery.landed_as
    return fault


def test_the_wrong_sheet_is_refused_and_the_titles_wanted_are_named(
    county: Area, data: Path, tmp_path: Path
) -> None:
    path = write_xlsx(tmp_path / f"{NAME}.xlsx", ["序号", "科室", "床位数"], [[1, "内科", 40]])
    fault = only_fault(refuse_twice(path, county, data))
    assert fault["code"] == "no_header"
    assert "身份证号" in fault["right_form"]["zh"]


def test_a_header_of_two_merged_rows_is_read(county: Area, data: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 7, "医保结算明细")
        for column, title in enumerate(MEDICAL_TITLES[:6]):
            sheet.merge_range(1, column, 2, column, title)
        sheet.merge_range(1, 6, 1, 7, "费用")
        sheet.write_row(2, 6, MEDICAL_TITLES[6:])
        sheet.write_row(3, 0, GOOD[0])
    delivery = refuse_twice(path, county, data)
    assert (delivery.state, delivery.header_row) == ("done", 3), delivery.file_faults
    assert landed(data, delivery)[0]["self_paid"] == 1_842_000


def test_a_missing_column_is_named(county: Area, data: Path, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES[:-1], [row[:-1] for row in GOOD])
    fault = only_fault(refuse_twice(path, county, data))
    assert fault["code"] == "missing_column"
    assert fault["column"] == "个人自付"
    assert fault["cell"] == "H1"


def test_dates_written_as_text_are_read_and_impossible_ones_named(
    county: Area, data: Path, tmp_path: Path
) -> None:
    dates = ["2026年9月3日", "20260904", "2026/9/5", "２０２６．９．６", "2026.13.05", "昨天"]
    rows = [[f"R{i}", ZHOU, "周桂兰", day, "住院", "县医院", "90", "30"] for i, day in enumerate(dates)]
    delivery = refuse_twice(write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, rows), county, data)
    assert [str(row["settled_on"]) for row in landed(data, delivery)] == [
        f"2026-09-0{i}" for i in (3, 4, 5, 6)
    ]
    refused = refused_rows(delivery)
    assert [(row.row, row.faults[0].cell) for row in refused] == [(6, "D6"), (7, "D7")]
    assert "2026.13.05" in refused[0].faults[0].reason.zh
    assert refused[0].faults[0].right_form.zh


@pytest.mark.parametrize("typed", [float(ZHOU[:17] + "1"), 5.3e17, "5.30012E+17"])
def test_a_number_that_the_spreadsheet_rounded_is_refused_with_its_cell(
    county: Area, data: Path, tmp_path: Path, typed: Any
) -> None:
    rows = [GOOD[0], ["R9", typed, "李长根", "2026-09-03", "住院", "县医院", "90", "30"]]
    delivery = refuse_twice(write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, rows), county, data)
    assert (delivery.rows_read, delivery.rows_accepted, delivery.rows_refused) == (2, 1, 1)
    (fault,) = refused_rows(delivery)[0].faults
    assert (fault.cell, fault.column) == ("B3", "身份证号")
    assert fault.right_form.zh


def test_a_row_that_is_there_twice_counts_once(county: Area, data: Path, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, [*GOOD, GOOD[0]])
    delivery = refuse_twice(path, county, data)
    assert [row["receipt_number"] for row in landed(data, delivery)] == ["R1", "R2"]
    assert refused_rows(delivery)[0].row == 4


def test_a_row_dated_after_its_files_period_is_refused_and_marked_and_a_late_report_is_not(
    county: Area, data: Path, tmp_path: Path
) -> None:
    days = ["2026-09-30", "2026-10-01", "2031-01-01", "2026-02-03"]
    rows = [[f"R{i}", ZHOU, "周桂兰", day, "住院", "县医院", "90", "30"] for i, day in enumerate(days)]
    delivery = refuse_twice(write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, rows), county, data)
    assert [str(row["settled_on"]) for row in landed(data, delivery)] == ["2026-09-30", "2026-02-03"]
    refused = refused_rows(delivery)
    assert [(row.faults[0].cell, row.faults[0].code) for row in refused] == [
        ("D3", "after_period"),
        ("D4", "after_period"),
    ]
    assert (
        "结算日期 2031-01-01 在文件所说的期间 2026-09-01 至 2026-09-30 之后" in refused[1].faults[0].reason.zh
    )
    marked(delivery, tmp_path / "marked.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx")["数据"]
    assert [sheet[f"D{row}"].comment is not None for row in (2, 3, 4, 5)] == [False, True, True, False]


def test_a_period_that_is_stated_counts_for_the_dates_not_the_one_in_the_name(
    county: Area, data: Path, tmp_path: Path
) -> None:
    path = write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, GOOD)
    delivery = receive(
        path=path,
        file_name=path.name,
        feed="medical_settlement",
        area=county,
        by="chen",
        period=Period(date(2026, 9, 1), date(2026, 9, 11)),
    )
    process(delivery=delivery, by="chen")
    delivery.refresh_from_db()
    assert (delivery.rows_accepted, delivery.rows_refused) == (1, 1)
    marked(delivery, tmp_path / "marked.xlsx")
    assert openpyxl.load_workbook(tmp_path / "marked.xlsx")["数据"]["D3"].comment is not None


def test_income_of_a_month_after_the_day_that_its_list_arrived_is_no_fault(
    registered: list[Delivery], county: Area, data: Path, tmp_path: Path
) -> None:
    row = ["QH001", "", "种植业收入", "209912", "10", "农户自报"]
    delivery = deliver(write_xlsx(tmp_path / "收支.xlsx", INCOME_TITLES, [row]), "income_ledger", county)
    assert (delivery.rows_accepted, delivery.rows_refused) == (1, 0)


def test_of_two_rows_with_one_receipt_number_the_second_is_refused(
    county: Area, data: Path, tmp_path: Path
) -> None:
    other = [*GOOD[0][:7], "99"]
    delivery = refuse_twice(
        write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, [*GOOD, other]), county, data
    )
    assert [row["self_paid"] for row in landed(data, delivery)] == [1_842_000, 10_000]
    (fault,) = refused_rows(delivery)[0].faults
    assert (fault.cell, fault.column, fault.code) == ("A4", "结算单号", "same_key")
    assert "第 2 行" in fault.reason.zh


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xlsx", b""),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
        ("blank.csv", b"\r\n\r\n"),
        ("broken.xlsx", b"PK\x03\x04" + b"\0" * 200),
        ("noise.csv", b"\xff\x00\x81\x82" * 30),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(
    county: Area, data: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / f"202609_{name}"
    path = path.with_stem(f"{path.stem}_202609")
    path.write_bytes(content)
    only_fault(refuse_twice(path, county, data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_of_any_usual_encoding_say_the_same(
    county: Area, data: Path, tmp_path: Path, encoding: str
) -> None:
    path = write_csv(tmp_path / f"{NAME}.csv", MEDICAL_TITLES, GOOD, encoding)
    delivery = refuse_twice(path, county, data)
    assert [row["self_paid"] for row in landed(data, delivery)] == [1_842_000, 10_000]
    assert StatedIdentity.objects.count() == 2


def test_all_faults_of_all_rows_are_named_at_once_and_grouped(
    county: Area, data: Path, tmp_path: Path
) -> None:
    bad = [["", ZHOU, "周桂兰", "2026.13.05", "看病", "县医院", "四千", "30"]] * 1
    bad += [["R8", LI, "李长根", "2026-02-30", "住院", "县医院", "90", ""]]
    delivery = refuse_twice(
        write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, [*GOOD, *bad]), county, data
    )
    first, second = refused_rows(delivery)
    assert [fault.cell for fault in first.faults] == ["A4", "D4", "E4", "G4"]
    assert [fault.cell for fault in second.faults] == ["D5", "H5"]
    groups = {(group.column, group.code): group.rows for group in fault_groups(delivery)}
    assert sum(groups.values()) == 6
    assert fault_groups(delivery)[0].rows == 2


def test_the_senders_file_comes_back_with_the_faults_marked(county: Area, data: Path, tmp_path: Path) -> None:
    rows = [*GOOD, ["R3", ZHOU, "周桂兰", "2026.13.05", "住院", "县医院", "90", "30"]]
    delivery = deliver(
        write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, rows), "medical_settlement", county
    )
    marked(delivery, tmp_path / "marked.xlsx")
    book = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert len(book.sheetnames) == 2
    assert book["数据"]["D4"].comment is not None
    assert book["数据"]["D3"].comment is None
    assert book["数据"]["D4"].value == "2026.13.05"


def test_a_name_without_a_period_is_asked_about(county: Area, data: Path, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "医保结算.xlsx", MEDICAL_TITLES, GOOD)
    with pytest.raises(Refused) as refusal:
        receive(path=path, file_name=path.name, feed="medical_settlement", area=county, by="chen")
    assert "_202610" in refusal.value.in_language("zh")
    assert not Delivery.objects.exists()
    assert not list(data.rglob("*.sealed"))


def test_rows_of_unknown_villages_and_households_are_refused_and_the_rest_is_applied(
    county: Area, data: Path, tmp_path: Path
) -> None:
    def with_code(number: str, code: str) -> list[str]:
        return [number, *HOUSEHOLDS[0][1:5], code, *HOUSEHOLDS[0][6:]]

    rows = [*HOUSEHOLDS, with_code("QH009", "991205999201"), with_code("QH002", UPPER)]
    path = write_xlsx(tmp_path / "农户名册_202608.xlsx", HOUSEHOLD_TITLES, rows)
    delivery = refuse_twice(path, county, data, "household_roster")
    refused = refused_rows(delivery)
    assert [(row.row, row.faults[0].cell, row.faults[0].code) for row in refused] == [
        (4, "F4", "village_unknown"),
        (5, "A5", "same_key"),
    ]
    assert "12 位" in refused[0].faults[0].right_form.zh
    assert set(Household.objects.values_list("number", flat=True)) == {"QH001", "QH002"}

    stranger = ["QH777", *MEMBERS[0][1:]]
    path = write_csv(tmp_path / "家庭成员_202608.csv", MEMBER_TITLES, [*MEMBERS, stranger])
    delivery = refuse_twice(path, county, data, "member_roster")
    assert [(row.row, row.faults[0].cell, row.faults[0].code) for row in refused_rows(delivery)] == [
        (6, "A6", "household_unknown")
    ]
    assert Person.objects.count() == len(MEMBERS)

    income = [
        ["QH001", LI, "工资性收入", "202608", "100", "农户自报"],
        ["QH001", LUO, "工资性收入", "202608", "100", "农户自报"],
        ["QH777", "", "工资性收入", "202608", "100", "农户自报"],
        ["QH001", "", "工资性收入", "202608", "-5", "农户自报"],
    ]
    path = write_xlsx(tmp_path / "收支台账_202608.xlsx", INCOME_TITLES, income)
    delivery = refuse_twice(path, county, data, "income_ledger")
    assert [(row.faults[0].cell, row.faults[0].code) for row in refused_rows(delivery)][:2] == [
        ("B3", "not_a_member"),
        ("A4", "household_unknown"),
    ]
    assert IncomeItem.objects.get().amount == 10_000


def test_a_household_of_another_village_stays_where_it_is_registered(
    registered: list[Delivery], county: Area, data: Path, tmp_path: Path
) -> None:
    moved = [*HOUSEHOLDS[1][:5], UPPER, *HOUSEHOLDS[1][6:]]
    path = write_xlsx(tmp_path / "农户名册_202609.xlsx", HOUSEHOLD_TITLES, [moved])
    delivery = refuse_twice(path, county, data, "household_roster")
    (row,) = refused_rows(delivery)
    assert (row.faults[0].cell, row.faults[0].code) == ("F2", "household_elsewhere")
    assert "岩口村" in row.faults[0].reason.zh


def test_registry_content_saved_anew_changes_nothing(
    registered: list[Delivery], registry_files: list[Path], county: Area, tmp_path: Path
) -> None:
    def registers() -> list[Any]:
        return [list(table.objects.order_by("pk").values()) for table in (Household, Person, IncomeItem)]

    before, events = registers(), AuditEvent.objects.exclude(action__startswith="deliveries").count()
    again = write_csv(tmp_path / "成员_202609.csv", MEMBER_TITLES, MEMBERS, "utf-8")
    assert deliver(again, "member_roster", county).rows_accepted == len(MEMBERS)
    again = write_csv(tmp_path / "名册_202609.csv", HOUSEHOLD_TITLES, HOUSEHOLDS)
    assert deliver(again, "household_roster", county).rows_accepted == len(HOUSEHOLDS)
    assert registers() == before
    assert AuditEvent.objects.exclude(action__startswith="deliveries").count() == events


def test_two_sheets_of_one_workbook_are_one_delivery(county: Area, data: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, row in (("上半月", GOOD[0]), ("下半月", GOOD[1])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, MEDICAL_TITLES)
            sheet.write_row(1, 0, row)
    delivery = refuse_twice(path, county, data)
    assert [(row["sheet"], row["row"]) for row in landed(data, delivery)] == [("上半月", 2), ("下半月", 2)]


def test_a_number_with_a_wrong_check_digit_is_landed_not_refused(
    county: Area, data: Path, tmp_path: Path
) -> None:
    wrong = number("19900101", 101)[:-1]
    wrong += "0" if number("19900101", 101)[-1] != "0" else "1"
    row = ["R1", wrong, "周桂兰", "2026-09-03", "住院", "县医院", "90", "30"]
    delivery = refuse_twice(write_xlsx(tmp_path / f"{NAME}.xlsx", MEDICAL_TITLES, [row]), county, data)
    assert delivery.rows_accepted == 1
