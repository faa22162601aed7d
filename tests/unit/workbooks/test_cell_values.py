"""Dates, amounts and numbers as offices write them."""

import contextlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianshao.workbooks import dates, identifiers, numbers
from qianshao.workbooks.cells import cell_name, quoted
from qianshao.workbooks.faults import Wrong
from qianshao.workbooks.titles import plain

WIDE = str.maketrans("0123456789-/.", "０１２３４５６７８９－／．")
DAYS = st.dates(date(1850, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_a_day_is_the_same_in_every_way_of_writing(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for text in (
        f"{y}-{m:02}-{d:02}", f"{y}-{m}-{d}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}.{m:02}.{d:02}",
        f"{y}{m:02}{d:02}", f"{y}年{m}月{d}日", f"{y} 年 {m} 月 {d} 日", f" {y}-{m}-{d} ",
        f"{y}-{m:02}-{d:02} 08:30:00", f"{y}/{m}/{d} 8:30", f"{y}-{m:02}-{d:02}T00:00:00", f"{y}–{m}–{d}",
    ):  # fmt: skip
        assert dates.day(text) == day
        assert dates.day(text.translate(WIDE)) == day
    assert dates.day([datetime(y, m, d, 13, 5).isoformat()]) == day  # noqa: DTZ001
    assert dates.day([day.isoformat()]) == day
    assert dates.day(float(f"{y}{m:02}{d:02}")) == day


@given(DAYS)
def test_a_month_is_the_same_in_every_way_of_writing(day: date) -> None:
    first = day.replace(day=1)
    y, m = day.year, day.month
    for text in (
        f"{y}{m:02}",
        f"{y}-{m:02}",
        f"{y}-{m}",
        f"{y}年{m}月",
        f"{y}年{m:02}月",
        f"{y}/{m}",
        f"{y}.{m:02}",
    ):
        assert dates.month(text) == first
        assert dates.month(text.translate(WIDE)) == first
    assert (
        dates.month(day.isoformat())
        == dates.month([day.isoformat()])
        == dates.month(float(f"{y}{m:02}"))
        == first
    )


NO_DAYS = """
    2026-02-29 2026-13-01 5/10/2026 26-10-05 2026-10 202610 昨天 1066-10-14 2026-10-05-01 03:04:00 2026年10月
    - 20261005.5 1e5
"""
NO_AMOUNTS = "1.005 12万 1,23 (5.00) 1e3 五 --5 1.2.3 . 元 1.2e3 1,2345 ,5"


@pytest.mark.parametrize("cell", [*NO_DAYS.split(), 46300.0, 46300.5, 20261345.0, True, "", " "])
def test_what_is_no_day_is_refused_and_not_guessed(cell: Any) -> None:
    with pytest.raises(Wrong) as wrong:
        dates.day(cell)
    assert wrong.value.reason.zh
    assert wrong.value.reason.en


def test_an_unformatted_day_count_is_named_as_such() -> None:
    with pytest.raises(Wrong, match="date") as wrong:
        dates.day(46300.0)
    assert "日期格式" in wrong.value.reason.zh


@given(st.integers(0, 10**14))
def test_money_is_the_same_as_figure_and_as_text(fen: int) -> None:
    yuan = Decimal(fen) / 100
    for text in (
        f"{yuan:.2f}",
        f"{yuan:,.2f}",
        f"￥{yuan:.2f}",
        f"¥ {yuan:,.2f}",
        f"{yuan:.2f}元",
        f"{yuan:.2f}".translate(WIDE),
    ):
        assert numbers.money(text) == fen
    if fen < 10**13:
        assert numbers.money(fen / 100) == fen
        assert numbers.money(-fen / 100) == -fen


def test_the_trace_of_a_sum_is_no_decimal() -> None:
    assert numbers.money(0.1 + 0.2) == 30
    assert numbers.money(1234.5600000001) == 123_456


INFINITE = (float("inf"), float("nan"), 1e13)


@pytest.mark.parametrize("cell", [*NO_AMOUNTS.split(), "", 1.005, True, ["2026-10-05"], *INFINITE])
def test_what_is_no_amount_is_refused_and_not_rounded(cell: Any) -> None:
    with pytest.raises(Wrong):
        numbers.money(cell)


def test_whole_numbers_measures_and_shares() -> None:
    assert numbers.integer("3.0") == numbers.integer(3.0) == 3
    assert numbers.decimal("3.33335") == Decimal("3.3334")
    assert numbers.share("12.5%") == numbers.share("０.125") == numbers.share(0.125) == Decimal("0.125000")
    for read, cell in ((numbers.integer, "3.5"), (numbers.share, "1.5"), (numbers.share, "-1%")):
        with pytest.raises(Wrong):
            read(cell)


def test_names_lose_the_spaces_set_for_looks_and_keep_the_others() -> None:
    assert identifiers.name("张 三") == identifiers.name(" 张　三 ") == "张三"
    assert identifiers.name("阿卜杜拉·买买提") == "阿卜杜拉·买买提"
    assert identifiers.name("John  Smith") == "John Smith"
    assert identifiers.name("周桂\u200b兰\u202e") == "周桂兰"
    with pytest.raises(Wrong):
        identifiers.name("张三1")


PHONES = ["13912345678", "139 1234 5678", "+86-13912345678", 13912345678.0, "0571-88881234"]
CARDS = ["99001219900101123441", "99001219900101123x41b2"]


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (identifiers.phone, PHONES, ["12345678901", "1391234567", "x"]),
        (
            identifiers.area_code,
            ["991205101201", 991205101201.0, "９９１２０５１０１２０１"],
            ["9912051012", "x", 9.9e20],
        ),
        (identifiers.disability_number, CARDS, ["990012199001011234", "99001219900101123481"]),
    ],
)
def test_numbers_of_other_kinds(read: Any, good: list[Any], bad: list[Any]) -> None:
    for cell in good:
        assert read(cell)
    for cell in bad:
        with pytest.raises(Wrong):
            read(cell)


READERS = (
    dates.day,
    dates.month,
    numbers.money,
    numbers.share,
    numbers.integer,
    identifiers.name,
    identifiers.identity_number,
    identifiers.phone,
    identifiers.area_code,
    identifiers.text,
)


@given(st.text(max_size=60))
def test_reading_a_text_either_gives_a_value_or_says_what_is_wrong(text: str) -> None:
    for read in READERS:
        with contextlib.suppress(Wrong):
            assert read(text) is not None


@given(st.integers(0, 16_383), st.integers(1, 1_048_576))
def test_cells_are_named_as_spreadsheets_name_them(index: int, row: int) -> None:
    from openpyxl.utils import coordinate_to_tuple

    assert coordinate_to_tuple(cell_name(row, index)) == (row, index + 1)


def test_long_quotes_are_cut_and_numbers_masked() -> None:
    assert quoted("x" * 100) == "x" * 39 + "…"
    assert quoted("A13912345678B") == "A139****5678B"
    assert plain("＊身份证号 码：") == "身份证号码"
