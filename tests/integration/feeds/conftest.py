"""A county of two townships with four villages, and files as offices send them."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from qianshao.feeds.actions.deliveries import process, receive
from qianshao.feeds.models import Delivery
from qianshao.linkage.identity_numbers import check_character
from qianshao.places.actions import AreaRow, import_areas
from qianshao.places.models import Area

CODES = [
    ("99", "宁州省"),
    ("9912", "河清市"),
    ("991205", "青禾县"),
    ("991205101", "云溪镇"),
    ("991205101201", "上坝村"),
    ("991205101202", "岩口村"),
    ("991205102", "石桥镇"),
    ("991205102201", "上坝村"),
    ("991205102202", "水口村"),
]
UPPER, ROCK, OTHER_UPPER, WATER = "991205101201", "991205101202", "991205102201", "991205102202"


def number(born: str, sequence: int) -> str:
    """A valid identity number of nobody: area 990012."""
    body = f"990012{born}{sequence:03}"
    return body + check_character(body)


ZHOU = number("19680307", 122)
LI = number("19650101", 101)
CHILD = number("20180506", 246)
LUO = number("19700202", 303)

HOUSEHOLD_TITLES = ["户编号", "户主姓名", "户主证件号码", "户类型", "监测对象类别", "村代码", "村民小组"]
HOUSEHOLD_TITLES += [
    "户联系电话",
    "房屋等级",
    "是否解决安全饮用水",
    "是否有卫生厕所",
    "耕地面积",
    "是否易地搬迁户",
    "采集日期",
]
HOUSEHOLDS = [
    [
        "QH001",
        "周桂兰",
        ZHOU,
        "脱贫户",
        "",
        UPPER,
        "三组",
        "13900000001",
        "B级",
        "是",
        "是",
        "4.2",
        "否",
        "2026-08-31",
    ],
    ["QH002", "罗大山", LUO, "一般农户", "", ROCK, "", "", "A级", "是", "否", "", "否", "2026-08-31"],
]
MEMBER_TITLES = ["户编号", "姓名", "证件号码", "与户主关系", "性别", "出生日期", "文化程度", "在校生状况"]
MEMBER_TITLES += ["健康状况", "劳动技能", "是否参加基本医疗保险", "是否参加基本养老保险", "是否务工"]
MEMBERS = [
    [
        "QH001",
        "周桂兰",
        ZHOU,
        "户主",
        "女",
        "1968-03-07",
        "小学",
        "",
        "患有大病",
        "弱劳动力或半劳动力",
        "是",
        "是",
        "否",
    ],
    [
        "QH001",
        "李长根",
        LI,
        "配偶",
        "男",
        "1965-01-01",
        "小学",
        "",
        "长期慢性病",
        "普通劳动力",
        "是",
        "是",
        "否",
    ],
    ["QH001", "李小满", CHILD, "之孙女", "女", "2018-05-06", "", "小学", "健康", "无劳动力", "是", "", ""],
    ["QH002", "罗大山", LUO, "户主", "男", "1970-02-02", "初中", "", "健康", "普通劳动力", "否", "是", "是"],
]
INCOME_TITLES = ["户编号", "证件号码", "收支项目", "月份", "金额", "数据来源"]
INCOME = [
    ["QH001", "", "种植业收入", "202608", "1200.50", "农户自报"],
    ["QH001", "", "生产经营性支出", "202608", "300", "农户自报"],
    ["QH002", LUO, "工资性收入", "202608", "4500", "入户核实"],
]
MEDICAL_TITLES = [
    "结算单号",
    "身份证号",
    "姓名",
    "结算日期",
    "就诊类型",
    "医疗机构",
    "医疗费总额",
    "个人自付",
]


def write_xlsx(
    path: Path, titles: Sequence[str], rows: Sequence[Sequence[Any]], above: Sequence[str] = ()
) -> Path:
    """A workbook as people make them: a title line or two above the header."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("数据")
        for place, line in enumerate(
            [[text] for text in above] + [list(titles)] + [list(row) for row in rows]
        ):
            for column, value in enumerate(line):
                if value != "":
                    sheet.write(place, column, value)
    return path


def write_csv(
    path: Path, titles: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "gb18030"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([titles, *rows])
    return path


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own."""
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    return settings.DATA


@pytest.fixture
def county(db: None, data: Path) -> Area:
    import_areas([AreaRow(code, name, date(2020, 1, 1)) for code, name in CODES])
    return Area.objects.get(name="青禾县")


@pytest.fixture
def registry_files(tmp_path: Path) -> list[Path]:
    return [
        write_xlsx(tmp_path / "农户名册_202608.xlsx", HOUSEHOLD_TITLES, HOUSEHOLDS, ["农户名册", ""]),
        write_csv(tmp_path / "家庭成员_202608.csv", MEMBER_TITLES, MEMBERS),
        write_xlsx(tmp_path / "收支台账_202608.xlsx", INCOME_TITLES, INCOME),
    ]


REGISTRY = ["household_roster", "member_roster", "income_ledger"]


def deliver(path: Path, feed: str, area: Area, by: str = "chen") -> Delivery:
    """Hand a file over and let it be worked off."""
    delivery = receive(path=path, file_name=path.name, feed=feed, area=area, by=by)
    return process(delivery=delivery, by=by)


@pytest.fixture
def registered(county: Area, registry_files: list[Path]) -> list[Delivery]:
    return [deliver(path, feed, county) for path, feed in zip(registry_files, REGISTRY, strict=True)]
