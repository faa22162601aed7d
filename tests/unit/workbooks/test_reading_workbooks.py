"""Files of every kind: what is read, and what is refused before anything parses it."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from qianshao.workbooks import Contract, Judgement, judge, recognise, write_template
from qianshao.workbooks import kinds as kinds_of_files
from tests.unit.workbooks.making import (
    CONTRACTS,
    ROW,
    TITLES,
    VALUES,
    open_document,
    rezipped,
    text_file,
    workbook,
)
from tests.unit.workbooks.old_excel import compound, old_workbook


def codes(judgement: Judgement) -> list[str]:
    for fault in judgement.file_faults:
        assert fault.reason.zh
        assert fault.right_form.en
    return [fault.code for fault in judgement.file_faults]


def accepted(path: Path, contract: Contract) -> list[dict[str, object]]:
    judgement = judge(path, contract)
    rows = [{name: row.values[name] for name in VALUES} for row in judgement.rows]
    assert codes(judgement) == []
    assert judgement.refused == []
    return rows


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_is_read_in_every_encoding_and_delimiter(
    tmp_path: Path, contract: Contract, encoding: str, delimiter: str
) -> None:
    path = text_file(tmp_path / "a.csv", [TITLES, ROW], encoding, delimiter)
    assert accepted(path, contract) == [VALUES]


def test_the_name_of_a_file_says_nothing(tmp_path: Path, contract: Contract) -> None:
    text = text_file(tmp_path / "导出.xls", [TITLES, ROW], "gb18030", "\t")
    book = workbook(tmp_path / "a.xlsx", ("数据", [TITLES, ROW])).rename(tmp_path / "book.csv")
    assert accepted(text, contract) == accepted(book, contract) == [VALUES]


def test_old_workbooks_and_open_documents_are_read(tmp_path: Path, contract: Contract) -> None:
    row = [*ROW[:5], 1234.5, 200.0]
    assert accepted(old_workbook(tmp_path / "a.xls", [TITLES, row]), contract) == [VALUES]
    assert accepted(open_document(tmp_path / "a.ods", [TITLES, ROW]), contract) == [VALUES]


def test_characters_that_older_gb18030_put_to_private_use_come_back_right(
    tmp_path: Path, contract: Contract
) -> None:
    path = tmp_path / "a.csv"
    lines = [TITLES, [*ROW[:2], "龴", *ROW[3:]]]
    content = "\r\n".join(",".join(line) for line in lines).encode("gb18030")
    rare = content.replace("龴".encode("gb18030"), bytes.fromhex("fe59 a8bc fe51"))
    assert rare != content
    path.write_bytes(rare)
    assert accepted(path, contract)[0]["name"] == "\u9fb4\u1e3f\U00020087"


def test_numbers_kept_as_text_by_a_trick_are_read(tmp_path: Path, contract: Contract) -> None:
    tricks = ['="990012199001011234"', "'990012199001011234", "\t990012199001011234"]
    rows = [[f"R{n}", trick, *ROW[2:]] for n, trick in enumerate(tricks)]
    read = accepted(text_file(tmp_path / "a.csv", [TITLES, *rows]), contract)
    assert [row["identity_number"] for row in read] == ["990012199001011234"] * 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        (bytes(5000), "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_table"),
        (b"\xff\xd8\xff\xe0 JFIF", "not_a_table"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"Rar!\x1a\x07\x00", "not_a_table"),
        (gzip.compress(b"a,b", mtime=0), "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "web_page"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "damaged"),
        (b"\x01\x02\x03\x04" * 100, "not_text"),
        ("结算单号,姓名".encode() + b"\xff\xfe\x80", "not_text"),
        ("随便一段文字\n没有表头\n".encode(), "no_header"),
        (",".join(TITLES).encode(), "no_rows"),
        (",".join(TITLES).encode() + b'\r\nR1,"990012,\r\nR2,x\r\n', "broken_quotes"),
    ],
)
def test_what_is_no_table_is_refused_for_what_it_is(
    tmp_path: Path, contract: Contract, content: bytes, code: str
) -> None:
    path = tmp_path / "医保结算.xlsx"
    path.write_bytes(content)
    judgement = judge(path, contract)
    assert list(judgement) == []
    assert codes(judgement) == [code]
    assert recognise(path, CONTRACTS.values()) == [] or code == "no_rows" or code == "broken_quotes"


def test_a_file_that_is_not_there_is_a_fault_too(tmp_path: Path, contract: Contract) -> None:
    assert codes(judge(tmp_path / "none.xlsx", contract)) == ["unreadable"]
    assert recognise(tmp_path, CONTRACTS.values()) == []


def archive(path: Path, **entries: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


def test_other_archives_are_named_for_what_they_are(tmp_path: Path, contract: Contract) -> None:
    entries = {"xlsb": "xl/workbook.bin", "not_a_table": "word/document.xml", "archive": "a.csv"}
    for code, entry in entries.items():
        assert codes(judge(archive(tmp_path / f"{code}.xlsx", **{entry: "x"}), contract)) == [code]


def test_what_has_a_password_is_refused_as_such(tmp_path: Path, contract: Contract) -> None:
    new = compound(tmp_path / "new.xlsx", "EncryptedPackage", b"secret")
    old = old_workbook(tmp_path / "old.xls", [TITLES, ROW], locked=True)
    packed = archive(tmp_path / "packed.xlsx", **{"xl/workbook.xml": "x"})
    flagged = bytearray(packed.read_bytes())
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    packed.write_bytes(flagged)
    for path in (new, old, packed):
        assert codes(judge(path, contract)) == ["encrypted"]


def test_the_format_of_wps_is_refused_by_its_name(tmp_path: Path, contract: Contract) -> None:
    assert codes(judge(old_workbook(tmp_path / "a.et", [TITLES, ROW]), contract)) == ["et"]
    assert codes(judge(compound(tmp_path / "a.doc", "WordDocument", b"x"), contract)) == ["not_a_table"]


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
        with file.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(80):
                entry.write(bytes(1 << 20))

    def unpacked(*_: object, **__: object) -> None:
        raise AssertionError("it was opened")

    monkeypatch.setattr("qianshao.workbooks.opening.WorkbookFile", unpacked)
    assert path.stat().st_size < 1 << 20
    assert codes(judge(path, contract)) == ["too_large"]


def test_an_archive_of_very_many_entries_is_refused(tmp_path: Path, contract: Contract) -> None:
    entries = {f"xl/{n}.xml": "" for n in range(kinds_of_files.MOST_ENTRIES)}
    assert codes(judge(archive(tmp_path / "a.xlsx", **{"xl/workbook.xml": "x"}, **entries), contract)) == [
        "too_large"
    ]


def test_a_far_off_cell_does_not_take_the_memory_of_all_between(tmp_path: Path, contract: Contract) -> None:
    book = openpyxl.Workbook()
    book.active.append(TITLES)
    book.active.append(ROW)
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    assert codes(judge(tmp_path / "far.xlsx", contract)) == ["too_large"]


def test_entities_are_not_expanded(tmp_path: Path, contract: Contract) -> None:
    path = workbook(tmp_path / "a.xlsx", ("数据", [TITLES, ROW]))
    with zipfile.ZipFile(path) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    levels = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "xxxxxxxxxx">' for n in range(9)
    )
    bomb = f"<!DOCTYPE worksheet [{levels}]>" + sheet.replace("<sheetData>", "<sheetData>&e8;", 1)
    path.write_bytes(rezipped(path, {"xl/worksheets/sheet1.xml": bomb.encode()}))
    judgement = judge(path, contract)
    assert len(list(judgement)) <= 1


def test_a_workbook_made_by_others_with_ranges_far_down_is_read(tmp_path: Path, contract: Contract) -> None:
    book = openpyxl.Workbook()
    for _ in range(4):
        book.active.append([])
    for row in (TITLES, ROW):
        book.active.append([None, None, *row])
    book.save(tmp_path / "a.xlsx")
    judgement = judge(tmp_path / "a.xlsx", contract)
    [row] = judgement.rows
    assert (judgement.header_row, row.row, row.values["receipt_number"]) == (5, 6, "R1")


def test_the_parser_ends_when_the_rows_are_not_wanted(tmp_path: Path, contract: Contract) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, contract, [{**VALUES, "receipt_number": f"R{n}"} for n in range(3000)])
    judgement = judge(path, contract)
    process = judgement._table._process  # type: ignore[union-attr]
    rows = judgement.rows
    next(rows)
    rows.close()
    assert process.poll() is not None
    unwanted = judge(path, contract)
    process = unwanted._table._process  # type: ignore[union-attr]
    unwanted.close()
    assert process.poll() is not None
    forgotten = judge(path, contract)
    process = forgotten._table._process  # type: ignore[union-attr]
    del forgotten
    assert process.poll() is not None


def test_a_parser_that_dies_in_the_middle_is_a_fault_of_the_file(tmp_path: Path, contract: Contract) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, contract, [{**VALUES, "receipt_number": f"R{n}"} for n in range(20_000)])
    judgement = judge(path, contract)
    process = judgement._table._process  # type: ignore[union-attr]
    rows = judgement.rows
    next(rows)
    process.kill()
    read = 1 + sum(1 for _ in rows)
    assert read < 20_000
    assert codes(judgement) == ["too_large"]


def test_dates_of_the_1904_system_are_read_as_shown(tmp_path: Path, contract: Contract) -> None:
    from datetime import date, datetime

    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(TITLES)
    book.active.append([*ROW[:3], datetime(2026, 10, 5), *ROW[4:]])  # noqa: DTZ001
    book.save(tmp_path / "mac.xlsx")
    assert accepted(tmp_path / "mac.xlsx", contract)[0]["settled_on"] == date(2026, 10, 5)


def test_a_formula_counts_with_the_value_that_was_saved_with_it(tmp_path: Path, contract: Contract) -> None:
    path = workbook(tmp_path / "a.xlsx", ("数据", [TITLES, [*ROW[:5], "=1000+234.5", "200"]]))
    with zipfile.ZipFile(path) as file:
        sheet = file.read("xl/worksheets/sheet1.xml")
    saved = sheet.replace(b"<f>1000+234.5</f><v />", b"<f>1000+234.5</f><v>1234.5</v>")
    saved = saved.replace(b"<f>1000+234.5</f><v></v>", b"<f>1000+234.5</f><v>1234.5</v>")
    assert saved != sheet
    path.write_bytes(rezipped(path, {"xl/worksheets/sheet1.xml": saved}))
    assert accepted(path, contract) == [VALUES]


def test_a_truncated_workbook_is_damaged(tmp_path: Path, contract: Contract) -> None:
    whole = workbook(tmp_path / "a.xlsx", ("数据", [TITLES, ROW])).read_bytes()
    for part in (5, len(whole) // 2, len(whole) - 5):
        (tmp_path / "half.xlsx").write_bytes(whole[:part])
        assert codes(judge(tmp_path / "half.xlsx", contract)) == ["damaged"]


def test_an_old_workbook_cut_off_or_overwritten_is_damaged_or_empty(
    tmp_path: Path, contract: Contract
) -> None:
    whole = old_workbook(tmp_path / "a.xls", [TITLES, ROW]).read_bytes()
    broken = bytearray(whole)
    broken[1536:1600] = struct.pack("<16I", *[0xFFFFFFFF] * 16)
    for content in (whole[:1200], bytes(broken)):
        (tmp_path / "b.xls").write_bytes(content)
        judgement = judge(tmp_path / "b.xls", contract)
        assert codes(judgement)
        assert list(judgement) == []
    assert io.BytesIO(whole).read(4) == b"\xd0\xcf\x11\xe0"
