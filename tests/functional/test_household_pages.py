"""Households in a real browser: found with no name in the address, shown whole, numbers for a purpose."""

import re
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from playwright.sync_api import expect

from qianshao.access.models import AuditEvent, User
from qianshao.access.scope import EVERYWHERE
from qianshao.registry.models import Household, Membership, Person
from qianshao.registry.readers.income import ledger
from qianshao.screening.readers.figures import figures
from qianshao.screening.readers.runs import last_done
from qianshao.work.clocks import today
from tests.functional.browser import SCREENS, Seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Named in the truth file of the example county.
HOUSE_OF_GRADE_D = "黎有才"
WATER_UNKNOWN = "邵文斌"
NUMBER = re.compile(r"(?<!\d)\d{17}[\dX]|(?<!\d)1\d{10}(?!\d)")


def of(head: str) -> Household:
    """The household of that head."""
    return Household.objects.get(memberships__person__name=head, memberships__relation="head")


def test_the_list_and_the_household_whole(example: dict[str, User], seen: Seen) -> None:
    officer = example["county_officer"]
    seen.page("registry:households", by=officer, name="households")
    seen.page("screening:household", by=officer, name="household", kwargs={"key": of(HOUSE_OF_GRADE_D).pk})
    seen.page(
        "screening:household", by=officer, name="household-unknown", kwargs={"key": of(WATER_UNKNOWN).pk}
    )


def test_two_sources_that_differ_stand_side_by_side(example: dict[str, User], seen: Seen) -> None:
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/households/{of(HOUSE_OF_GRADE_D).pk}/")
        sides = page.locator(".qs-differ .side")
        expect(sides.nth(0)).to_contain_text("B级")
        expect(sides.nth(1)).to_contain_text("D级")
        expect(sides.nth(1)).to_contain_text("住建局")
        expect(page.get_by_text("规则怎么用")).to_contain_text("危房")


def test_what_is_not_known_is_hatched_and_said(example: dict[str, User], seen: Seen) -> None:
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/households/{of(WATER_UNKNOWN).pk}/")
        water = page.locator(".qs-side", has_text="饮水安全")
        expect(water.locator(".bar.un")).to_be_visible()
        expect(water).to_contain_text("不能确认")
        expect(page.get_by_text("不知道：2026-10-01 至 2026-10-31 没有送达")).to_be_visible()
        water.locator("summary").click()
        expect(water.locator(".qs-unknown").first).to_have_text("不知道")


def test_the_account_agrees_with_what_rules_compute(example: dict[str, User]) -> None:
    run = last_done()
    assert run is not None
    for household in Household.objects.order_by("pk")[:25]:
        year = ledger(EVERYWHERE, household.pk, today())
        figure = figures(EVERYWHERE, run, household.pk)
        assert figure["net_income_12m"].value == year.net
        assert figure["net_income_per_head_12m"].value == year.per_head


def test_a_household_is_found_by_pinyin_and_no_name_is_in_the_address(
    example: dict[str, User], seen: Seen
) -> None:
    household = of(HOUSE_OF_GRADE_D)
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/households/")
        page.get_by_label("姓名、拼音、首字母、户编号、电话或证件号码").fill("li you cai")
        page.get_by_role("button", name="查找").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{HOUSE_OF_GRADE_D}户")
        assert page.url == f"{seen.address}/households/{household.pk}/"


def test_several_that_fit_are_listed_and_the_address_opens_for_nobody_else(
    example: dict[str, User], seen: Seen
) -> None:
    surname = HOUSE_OF_GRADE_D[0]
    fitting = Membership.objects.filter(person__name__contains=surname, valid_until=None)
    number = fitting.values("household").distinct().count()
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/households/")
        page.get_by_role("search").get_by_role("searchbox").fill(surname)
        page.get_by_role("search").get_by_role("button").click()
        expect(page.get_by_text(f"{number} 户符合“{surname}”")).to_be_visible()
        address = page.url
        page.screenshot(path=SCREENS / "households-found-zh-1440.png", full_page=True)
    assert surname not in unquote(address)
    with seen.open(by=example["leader"]) as page:
        page.goto(address)
        expect(page.get_by_text("200 户").first).to_be_visible()


def test_an_identity_number_finds_its_household_and_stays_out_of_the_address(
    example: dict[str, User], seen: Seen
) -> None:
    person = Person.objects.filter(number_valid=True, memberships__valid_until=None).order_by("pk")[0]
    with seen.open(by=example["county_officer"]) as page:
        visited: list[str] = []
        page.on("request", lambda request: visited.append(request.url))
        page.goto(f"{seen.address}/households/")
        page.get_by_label("姓名、拼音、首字母、户编号、电话或证件号码").fill(person.number)
        page.get_by_role("button", name="查找").click()
        page.wait_for_url(re.compile(r"/households/\d+/$"))
        assert not [url for url in visited if person.number in url]


def test_a_number_is_shown_for_a_purpose_and_leaves_evidence(example: dict[str, User], seen: Seen) -> None:
    household = of(HOUSE_OF_GRADE_D)
    head = Membership.objects.get(household=household, relation="head").person
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/households/{household.pk}/")
        assert not NUMBER.search(page.content())
        page.get_by_role("link", name=re.compile(r"\d{6}\*{8}\d{3}")).first.click()
        page.get_by_label("用途").fill("入户核实")
        page.get_by_role("button", name="看号码，留下记录").click()
        expect(page.locator(".qs-number")).to_have_text(head.number)
        assert head.number not in page.url
    event = AuditEvent.objects.get(action="households.show_number")
    assert event.actor == "demo-county_officer"
    assert event.facts == {"household": household.pk, "purpose": "入户核实"}
    seen.page("screening:number", by=example["county_officer"], name="number", kwargs={"key": household.pk})


def test_the_export_holds_the_list_and_no_number(
    example: dict[str, User], seen: Seen, tmp_path: Path
) -> None:
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/households/")
        with page.expect_download() as download:
            page.get_by_role("link", name="导出 Excel（不含证件号码）").click()
        download.value.save_as(tmp_path / "households.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "households.xlsx").active.values)
    assert len(rows) == 1 + Household.objects.count()
    assert not [cell for row in rows for cell in row if NUMBER.fullmatch(str(cell))]
    assert AuditEvent.objects.get(action="households.export").facts == {"households": len(rows) - 1}


def test_the_steward_sees_the_household_but_no_warning_and_the_leader_no_number(
    example: dict[str, User], seen: Seen
) -> None:
    key = of(HOUSE_OF_GRADE_D).pk
    with seen.open(by=example["data_steward"]) as page:
        page.goto(f"{seen.address}/households/{key}/")
        expect(page.get_by_role("heading", name="风险各方面")).to_be_visible()
        assert page.locator("a[href*='/warnings/']").count() == 0
    with seen.open(by=example["leader"]) as page:
        page.goto(f"{seen.address}/households/{key}/")
        assert page.locator("a[href*='/number/']").count() == 0


def test_a_figure_opens_to_its_rows_and_the_page_prints(example: dict[str, User], seen: Seen) -> None:
    key = of(HOUSE_OF_GRADE_D).pk
    officer = example["county_officer"]
    seen.page(
        "screening:indicator", by=officer, name="indicator", kwargs={"key": key, "name": "net_income_12m"}
    )
    with seen.open(by=officer, width=794) as page:
        page.emulate_media(media="print")
        page.goto(f"{seen.address}/households/{key}/")
        expect(page.get_by_role("link", name="看号码…")).to_be_hidden()
        page.screenshot(path=SCREENS / "household-print.png", full_page=True)
