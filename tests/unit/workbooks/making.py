"""Files as departments send them, and rows that a contract asks for."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import strategies as st

from qianshao.workbooks import Column, Contract, load_contracts

NATIONAL = Path(__file__).parents[3] / "src/qianshao/rulebook/national"
CONTRACTS = load_contracts([NATIONAL])
SETTLEMENT = CONTRACTS["medical_settlement"]

TITLES = ["结算单号", "身份证号", "姓名", "结算日期", "就诊类型", "医疗费总额", "个人自付"]
ROW = ["R1", "990012199001011234", "周桂兰", "2026-10-05", "住院", "1234.50", "200"]
VALUES = {
    "receipt_number": "R1",
    "identity_number": "990012199001011234",
    "name": "周桂兰",
    "settled_on": date(2026, 10, 5),
    "kind": "inpatient",
    "total": 123_450,
    "self_paid": 20_000,
}


def workbook(path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]]) -> Path:
    """An xlsx with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    book.save(path)
    return path


def text_file(
    path: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def open_document(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """An .ods of one sheet of texts."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="数据">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def rezipped(path: Path, changes: Mapping[str, bytes]) -> bytes:
    """The archive with some entries replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, changes.get(entry.filename, old.read(entry)))
    return out.getvalue()


HAN = "周桂兰王建国李小明张伟刘芳陈静杨洋赵磊黄敏吴刚徐丽孙强胡萍䶮㐂𬎆龑"
TEXTS = st.text("甲乙丙丁ABCxyz0123456789-（）·=+@", min_size=1, max_size=20)
DAYS = st.dates(date(1900, 3, 1), date(2099, 12, 31))
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def checked(seventeen: str) -> str:
    """The number with its check digit."""
    return seventeen + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, seventeen, strict=True)) % 11]


@st.composite
def numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1930, 1, 1), date(2026, 1, 1)))
    return checked(f"990012{born:%Y%m%d}{draw(st.integers(0, 999)):03d}")


def values_of(column: Column) -> st.SearchStrategy[Any]:
    """Values that a cell of the column may rightly hold."""
    low, high = column.min, column.max
    codes = list(column.codes)
    return {
        "text": TEXTS,
        "name": st.text(HAN, min_size=2, max_size=4),
        "identity_number": numbers(),
        "disability_number": st.builds(
            lambda n, c, g, s: f"{n}{c}{g}{s}",
            numbers(), st.integers(1, 7), st.integers(1, 4), st.sampled_from(["", "B1"]),
        ),
        "area_code": st.integers(0, 999).map(lambda n: f"991205101{n:03d}"),
        "phone": st.integers(0, 10**8 - 1).map(lambda n: f"199{n:08d}"),
        "date": DAYS,
        "month": DAYS.map(lambda day: day.replace(day=1)),
        "boolean": st.booleans(),
        "integer": st.integers(low or 0, 10**9 if high is None else high),
        "money": st.integers((low or 0) * 100, 10**13),
        "decimal": st.integers(0, 10**7).map(lambda n: Decimal(n).scaleb(-4)),
        "share": st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-6)),
        "code": st.sampled_from(codes) if codes else st.nothing(),
        "codes": st.sets(st.sampled_from(codes), min_size=1).map(lambda s: ",".join(sorted(s)))
        if codes
        else st.nothing(),
    }[column.type]  # fmt: skip


def rows_of(contract: Contract, at_most: int = 8) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists of rows with distinct keys by column name; optional cells may be empty."""
    columns = {}
    for column in contract.columns:
        filled = values_of(column)
        if not column.required and column.empty is None:
            filled = st.none() | filled
        columns[column.name] = filled
    return st.lists(
        st.fixed_dictionaries(columns),
        min_size=1,
        max_size=at_most,
        unique_by=lambda row: tuple(row[name] for name in contract.key),
    )
