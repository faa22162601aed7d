"""How each office writes its list: file type, encoding, titles above the header, order of columns, habits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Sender:
    """The manner of one office. `variant`: which of the texts accepted for a code or a title it uses;
    `date`: a name of `DATES`, or `real` for true dates of a workbook; `extra`: columns nobody asked for."""

    suffix: str = "xlsx"
    encoding: str = "utf-8"
    title_rows: int = 0
    title: str = ""
    variant: int = 0
    titles_variant: int = 0
    shuffled: bool = False
    date: str = "dashes"
    month: str = "plain"
    money: str = "number"
    extra: tuple[str, ...] = ()
    total_row: bool = False


DATES: dict[str, Callable[[date], str]] = {
    "dashes": lambda day: f"{day:%Y-%m-%d}",
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "dots": lambda day: f"{day:%Y.%m.%d}",
    "digits": lambda day: f"{day:%Y%m%d}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
}
MONTHS: dict[str, Callable[[date], str]] = {
    "plain": lambda day: f"{day:%Y%m}",
    "dashes": lambda day: f"{day:%Y-%m}",
    "chinese": lambda day: f"{day.year}年{day.month}月",
}

SENDERS: dict[str, Sender] = {
    "household_roster": Sender(
        title_rows=2, title="青禾县农户信息采集表", date="dashes", extra=("序号", "乡镇", "行政村"), variant=0
    ),
    "member_roster": Sender("csv", "gb18030", date="digits", shuffled=True, extra=("政治面貌",)),
    "income_ledger": Sender("csv", "gb18030", month="plain", money="text"),
    "medical_settlement": Sender(
        title_rows=2,
        title="城乡居民医保费用结算明细表",
        date="dashes",
        extra=("序号", "参保地"),
        titles_variant=1,
    ),
    "medical_enrolment": Sender("csv", "gb18030", variant=1, extra=("缴费档次",)),
    "dibao_tekun": Sender(
        title_rows=1, title="农村低保、特困供养对象台账", date="chinese", extra=("备注",), total_row=True
    ),
    "disability_card": Sender("csv", "utf-8-sig", date="slashes", variant=3, titles_variant=1),
    "school_enrolment": Sender("csv", "utf-16", date="digits", titles_variant=1, extra=("学籍号", "年级")),
    "housing_appraisal": Sender(date="real", variant=1, extra=("乡镇", "鉴定机构"), shuffled=True),
    "water_supply": Sender(title_rows=1, title="供水中断情况统计表", date="dots", extra=("供水工程",)),
    "off_farm_work": Sender("csv", "gb18030", month="chinese", money="text", titles_variant=1, variant=1),
    "disaster_event": Sender(
        date="slashes", title_rows=2, title="受灾群众情况统计表", variant=1, money="text"
    ),
    "death": Sender("csv", "gb18030", date="digits", extra=("死亡原因类别",)),
    "vehicle": Sender("csv", "utf-8-sig", date="dashes", variant=0, titles_variant=1, money="thousands"),
    "business_registration": Sender(
        date="dashes", title_rows=0, shuffled=True, extra=("经营范围",), variant=1
    ),
}
