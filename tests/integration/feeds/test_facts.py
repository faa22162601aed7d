"""What the engines see of the feeds: the right rows as of a day, as known at a moment, and the coverage."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from qianshao.feeds.actions.deliveries import process, receive
from qianshao.feeds.actions.linking import link
from qianshao.feeds.contracts import codelists, feed_contracts
from qianshao.feeds.facts import schema_of, sources, tables
from qianshao.feeds.models import Delivery
from qianshao.places.models import Area
from qianshao.registry import facts as registry
from qianshao.registry.facts import AsOf
from qianshao.registry.models import Household, Person
from tests.integration.feeds.conftest import LI, LUO, OTHER_UPPER, ROCK, UPPER, ZHOU, write_xlsx

pytestmark = pytest.mark.usefixtures("registered")

Sending = Callable[..., Delivery]


@pytest.fixture
def send(county: Area, tmp_path: Path) -> Sending:
    """Write and deliver a file of a feed, and link it."""
    sent: list[Path] = []

    def sending(
        feed: str, period: str, titles: Sequence[str], rows: Sequence[Sequence[Any]], area: Area | None = None
    ) -> Delivery:
        folder = tmp_path / f"sent-{len(sent)}"
        folder.mkdir()
        sent.append(write_xlsx(folder / f"{feed}_{period}.xlsx", titles, rows))
        delivery = receive(path=sent[-1], file_name=sent[-1].name, feed=feed, area=area or county, by="chen")
        delivery = process(delivery=delivery, by="chen")
        assert delivery.rows_refused == 0, delivery.refused.values_list("faults", flat=True)
        link(by="chen")
        return delivery

    return sending


def rows(feed: str, day: date, households: list[int] | None = None) -> list[dict[str, Any]]:
    return tables(AsOf(day, timezone.now(), households))[feed].to_pylist()


CARD = ["残疾人证号", "姓名", "残疾类别", "残疾等级", "发证日期"]
WORK = ["身份证号", "姓名", "月份", "务工状态", "月工资"]
WATER = ["村代码", "停水开始日期", "停水天数"]
HOUSE = ["户主身份证号", "户主姓名", "鉴定等级", "鉴定日期"]
MEDICAL = ["结算单号", "身份证号", "姓名", "结算日期", "就诊类型", "医疗费总额", "个人自付"]


def claim(amount: str, receipt: str = "R1", on: str = "2026-09-03") -> list[str]:
    return [receipt, ZHOU, "周桂兰", on, "住院", "900", amount]


def test_of_a_full_roster_only_the_newest_list_of_each_area_counts(send: Sending) -> None:
    send("disability_card", "202607", CARD, [[ZHOU + "43", "周桂兰", "肢体", "三级", "2020-01-01"]])
    send("disability_card", "202610", CARD, [[LI + "11", "李长根", "视力", "一级", "2026-09-01"]])
    zhou, li = Person.objects.get(name="周桂兰"), Person.objects.get(name="李长根")
    assert [row["person"] for row in rows("disability_card", date(2026, 9, 30))] == [zhou.pk]
    assert [row["person"] for row in rows("disability_card", date(2026, 10, 31))] == [li.pk]


def test_a_townships_list_replaces_the_countys_there_only(send: Sending) -> None:
    both = [
        [ZHOU + "43", "周桂兰", "肢体", "三级", "2020-01-01"],
        [LUO + "11", "罗大山", "视力", "一级", "2021-01-01"],
    ]
    send("disability_card", "202607", CARD, both)
    other = [["990012195001011018" + "43", "外人", "肢体", "三级", "2020-01-01"]]
    send("disability_card", "202610", CARD, other, Area.objects.get(name="石桥镇"))
    assert len(rows("disability_card", date(2026, 10, 31))) == 2
    send("disability_card", "202610", CARD, [both[1]], Area.objects.get(name="云溪镇"))
    assert [row["category"] for row in rows("disability_card", date(2026, 10, 31))] == ["1"]


def test_a_claim_sent_again_with_another_amount_counts_once_with_the_later_one(send: Sending) -> None:
    send("medical_settlement", "202609", MEDICAL, [claim("300")])
    moment = timezone.now()
    send("medical_settlement", "202610", MEDICAL, [claim("250")])
    for day in (date(2026, 9, 30), date(2026, 10, 31)):
        assert [row["self_paid"] for row in rows("medical_settlement", day)] == [25_000]
    then = tables(AsOf(date(2026, 9, 30), moment))["medical_settlement"].to_pylist()
    assert [row["self_paid"] for row in then] == [30_000]


def test_what_is_told_late_counts_for_the_time_when_it_happened(send: Sending) -> None:
    late = [claim("300"), claim("80", "R2", "2026-10-05")]
    send("medical_settlement", "202610", MEDICAL, late)
    assert [row["receipt_number"] for row in rows("medical_settlement", date(2026, 9, 30))] == ["R1"]


def test_a_status_has_one_row_a_person_and_month(send: Sending) -> None:
    work = [[LUO, "罗大山", "202608", "务工", "4500"], [LUO, "罗大山", "202609", "失业", ""]]
    send("off_farm_work", "20260801-20260930", WORK, work)
    send("off_farm_work", "202609", WORK, [[LUO, "罗大山", "2026-09", "返乡", ""]])
    found = rows("off_farm_work", date(2026, 9, 30))
    assert [(row["month"], row["status"]) for row in found] == [
        (date(2026, 8, 1), "working"),
        (date(2026, 9, 1), "returned"),
    ]


def test_a_full_list_for_the_same_time_replaces_the_earlier_one_wholly(send: Sending) -> None:
    work = [[LUO, "罗大山", "202609", "务工", "4500"], [ZHOU, "周桂兰", "202609", "务工", "900"]]
    send("off_farm_work", "202609", WORK, work)
    send("off_farm_work", "202609", WORK, work[:1])
    assert len(rows("off_farm_work", date(2026, 9, 30))) == 1


def test_outages_are_about_villages_and_land_no_names(send: Sending) -> None:
    send("water_supply", "202609", WATER, [[UPPER, "2026-09-02", "9"], [ROCK, "2026-09-20", "1"]])
    villages = {area.path: area.name for area in Area.objects.filter(level="village")}
    found = [(villages[row["village"]], row["short_days"]) for row in rows("water_supply", date(2026, 9, 30))]
    assert sorted(found) == [("上坝村", 9), ("岩口村", 1)]
    zhou = Household.objects.get(number="QH001")
    assert len(rows("water_supply", date(2026, 9, 30), [zhou.pk])) == 1


def test_an_appraisal_reaches_the_household_by_its_head(send: Sending) -> None:
    send("housing_appraisal", "202609", HOUSE, [[ZHOU, "周桂兰", "C级", "2026-09-10"]])
    (row,) = rows("housing_appraisal", date(2026, 9, 30))
    assert (row["household"], row["grade"]) == (Household.objects.get(number="QH001").pk, "C")
    assert "person" not in row


def test_what_was_not_known_yet_is_not_seen(send: Sending) -> None:
    before = timezone.now()
    send(
        "medical_settlement", "202609", MEDICAL, [["R1", ZHOU, "周桂兰", "2026-09-03", "住院", "900", "300"]]
    )
    then = tables(AsOf(date(2026, 9, 30), before))
    assert then["medical_settlement"].num_rows == 0
    assert "medical_settlement" not in then["coverage"]["feed"].to_pylist()
    assert len(rows("medical_settlement", date(2026, 9, 30))) == 1


def test_coverage_joins_periods_that_touch_and_keeps_gaps(send: Sending) -> None:
    for place, period in enumerate(("202606", "202607", "202609")):
        row = [f"R{place}", ZHOU, "周桂兰", "2026-06-03", "住院", "900", "300"]
        send("medical_settlement", period, MEDICAL, [row])
    coverage = tables(AsOf(date(2026, 9, 30), timezone.now()))["coverage"].to_pylist()
    mine = [row for row in coverage if row["village"] == Household.objects.get(number="QH001").area.path]
    spans = [(r["covered_from"], r["covered_until"]) for r in mine if r["feed"] == "medical_settlement"]
    assert spans == [(date(2026, 6, 1), date(2026, 8, 1)), (date(2026, 9, 1), date(2026, 10, 1))]


def test_a_file_of_which_nothing_was_accepted_covers_nothing(county: Area, tmp_path: Path) -> None:
    bad = [["R1", ZHOU, "周桂兰", "2026.13.05", "住院", "900", "300"]]
    path = write_xlsx(tmp_path / "医保_202609.xlsx", MEDICAL, bad)
    delivery = receive(path=path, file_name=path.name, feed="medical_settlement", area=county, by="chen")
    assert process(delivery=delivery, by="chen").state == "done"
    covered = tables(AsOf(date(2026, 9, 30), timezone.now()))["coverage"]["feed"].to_pylist()
    assert "medical_settlement" not in covered
    assert "household_roster" in covered  # the registers say up to which day they speak


def test_one_household_is_seen_the_same_alone_and_among_all(send: Sending) -> None:
    claims = [["R1", ZHOU, "周桂兰", "2026-09-03", "住院", "900", "300"]]
    claims += [["R2", LUO, "罗大山", "2026-09-03", "住院", "900", "300"]]
    send("medical_settlement", "202609", MEDICAL, claims)
    zhou = Household.objects.get(number="QH001").pk
    moment = timezone.now()
    everyone = registry.tables(AsOf(date(2026, 9, 30), moment)) | tables(AsOf(date(2026, 9, 30), moment))
    alone = registry.tables(AsOf(date(2026, 9, 30), moment, [zhou]))
    alone |= tables(AsOf(date(2026, 9, 30), moment, [zhou]))
    for name, table in everyone.items():
        if "household" in table.column_names:
            mine = [row for row in table.to_pylist() if row["household"] == zhou]
            assert alone[name].to_pylist() == mine, name


def test_every_table_has_the_columns_that_its_source_promises(county: Area) -> None:
    as_of = AsOf(date(2026, 9, 30), timezone.now())
    held = registry.tables(as_of) | tables(as_of)
    for name, source in (registry.sources(codelists()) | sources(feed_contracts())).items():
        assert set(source.columns) <= set(held[name].column_names), name
    for contract in feed_contracts().values():
        if contract.lands == "feed":
            assert held[contract.name].schema == schema_of(contract)


def test_villages_of_one_name_are_told_apart_by_their_township(send: Sending, county: Area) -> None:
    from qianshao.feeds.villages import Villages

    villages = Villages(county)
    assert villages.find(None, "上坝村") is None
    assert "上坝村" in villages.ambiguous
    found = villages.find(None, "石桥镇上坝村")
    assert found is not None
    assert found == villages.find(OTHER_UPPER, None)
    assert villages.find(None, "水口") == villages.find(None, "水口村") is not None
