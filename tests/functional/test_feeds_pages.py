"""Deliveries in a real browser: broken files come back marked, the same file again says so, links."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from qianshao.access.models import AuditEvent, User
from qianshao.access.scope import EVERYWHERE
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.models import Delivery, LinkDecision
from qianshao.feeds.readers import links
from qianshao.registry.models import Membership
from qianshao.work.models import Job
from qianshao.work.performing import perform
from qianshao.workbooks import write_template
from qianshao.workbooks.marking import FAULT_COLOUR
from tests.functional.browser import SCREENS, Seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RECEIPT = re.compile(r"/deliveries/\d+/$")
PERIOD = "20261101-20261120"


def claim(number: str, **more: Any) -> dict[str, Any]:
    """A medical settlement of somebody registered."""
    person = Membership.objects.filter(person__number_valid=True).order_by("pk").first().person
    return {
        "receipt_number": number,
        "identity_number": person.number,
        "name": person.name,
        "settled_on": date(2026, 11, 5),
        "kind": "inpatient",
        "total": 100_000,
        "self_paid": 40_000,
        **more,
    }


@pytest.fixture
def broken(example: dict[str, User], tmp_path: Path) -> Path:
    """Four claims: two are right, one has a day that there is not, one a number that Excel rounded."""
    contract = feed_contracts()["medical_settlement"]
    path = tmp_path / f"医保结算_{PERIOD}.xlsx"
    write_template(path, contract, [claim(f"99-{n}") for n in range(4)])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(3, titles.index("结算日期") + 1).value = "2026.13.05"
    sheet.cell(5, titles.index("身份证号") + 1).value = 9.90012199001011e17
    book.save(path)
    return path


def hand_over(page: Page, seen: Seen, path: Path) -> None:
    page.goto(f"{seen.address}/deliveries/upload/")
    page.get_by_label("文件", exact=True).set_input_files(path)
    page.get_by_role("button", name="送达").click()


def work_off() -> None:
    for job in Job.objects.filter(state="queued"):
        perform(job.pk)


def test_the_list_receipts_and_contracts(example: dict[str, User], seen: Seen) -> None:
    steward = example["data_steward"]
    refused = Delivery.objects.filter(rows_refused__gt=1).order_by("-rows_refused").first()
    assert refused is not None
    seen.page("feeds:deliveries", by=steward, name="deliveries")
    seen.page("feeds:delivery", by=steward, name="delivery", kwargs={"key": refused.pk})
    seen.page("feeds:contracts", by=steward, name="contracts")
    seen.page("feeds:contract", by=steward, name="contract", kwargs={"feed": "medical_settlement"})
    seen.page("feeds:upload", by=example["department_clerk"], name="upload")


def test_a_month_that_was_never_delivered_is_named(example: dict[str, User], seen: Seen) -> None:
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/deliveries/")
        water = page.get_by_role("row").filter(has_text="供水中断").first
        expect(water).to_contain_text("缺 2026-10-01 至 2026-10-31")


def test_a_broken_file_comes_back_with_its_faults_marked(
    example: dict[str, User], seen: Seen, broken: Path, tmp_path: Path
) -> None:
    with seen.open(by=example["department_clerk"]) as page:
        hand_over(page, seen, broken)
        expect(page.get_by_text("正在排队")).to_be_visible()
        page.reload()
        expect(page.get_by_text("正在排队")).to_be_visible()
        page.screenshot(path=SCREENS / "delivery-running-zh-1440.png", full_page=True)
        work_off()
        expect(page.get_by_text("读到 4 = 收下 2 + 拒收 2。")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="下载标好错的文件").click()
        marked = tmp_path / "marked.xlsx"
        download.value.save_as(marked)
    sheet = openpyxl.load_workbook(marked)["医保结算"]
    titles = [cell.value for cell in sheet[1]]
    columns = len(feed_contracts()["medical_settlement"].columns)  # beside them stands what is wrong
    coloured = {
        cell.coordinate: cell.comment is not None
        for row in sheet.iter_rows(max_col=columns)
        for cell in row
        if cell.fill.fill_type and cell.fill.start_color.rgb == FAULT_COLOUR
    }
    wrong = {
        sheet.cell(3, titles.index("结算日期") + 1).coordinate,
        sheet.cell(5, titles.index("身份证号") + 1).coordinate,
    }
    assert coloured == dict.fromkeys(wrong, True)
    assert AuditEvent.objects.filter(action="deliveries.hand_back").count() == 1
    assert seen.faults == []


def test_a_sheet_that_was_not_read_stands_on_the_receipt(
    example: dict[str, User], seen: Seen, broken: Path
) -> None:
    book = openpyxl.load_workbook(broken)
    book.create_sheet("说明").append(["填表说明"])
    half = book.copy_worksheet(book.worksheets[0])
    half.title = "乙"
    half.delete_cols([cell.value for cell in half[1]].index("结算日期") + 1)
    book.save(broken)
    with seen.open(by=example["department_clerk"]) as page:
        hand_over(page, seen, broken)
        page.wait_for_url(RECEIPT)
        work_off()
        page.reload()
        expect(page.get_by_text("有工作表没有收")).to_be_visible()
        expect(page.get_by_text("工作表“乙”没有读取：表头缺少“结算日期”列。")).to_be_visible()
        expect(page.get_by_text("工作表“说明”里没有这份表的表头")).to_be_visible()
    assert seen.faults == []


def test_the_same_file_again_changes_nothing_and_says_so(
    example: dict[str, User], seen: Seen, broken: Path
) -> None:
    with seen.open(by=example["department_clerk"]) as page:
        hand_over(page, seen, broken)
        page.wait_for_url(RECEIPT)
        work_off()
        held = Delivery.objects.count()
        hand_over(page, seen, broken)
        expect(page.get_by_text("这个文件已经送达过。")).to_be_visible()
        page.screenshot(path=SCREENS / "delivery-again-zh-1440.png", full_page=True)
    assert Delivery.objects.count() == held
    assert not Job.objects.filter(state="queued").exists()


def test_a_file_without_a_period_is_asked_for_it_and_not_sent_anew(
    example: dict[str, User], seen: Seen, broken: Path
) -> None:
    nameless = broken.rename(broken.with_name("医保结算.xlsx"))
    with seen.open(by=example["department_clerk"]) as page:
        hand_over(page, seen, nameless)
        expect(page.get_by_role("alert")).to_contain_text("看不出数据所属时间")
        page.screenshot(path=SCREENS / "upload-period-zh-1440.png", full_page=True)
        page.get_by_label("数据所属时间").fill("202611")
        page.get_by_role("button", name="送达").click()
        page.wait_for_url(RECEIPT)
    delivery = Delivery.objects.latest("pk")
    assert (delivery.file_name, delivery.period_from) == ("医保结算.xlsx", date(2026, 11, 1))


def test_a_wrong_year_is_asked_about_and_a_period_that_stands_is_not_changed(
    example: dict[str, User], seen: Seen, broken: Path
) -> None:
    slip = broken.rename(broken.with_name("医保结算_209910.xlsx"))
    with seen.open(by=example["department_clerk"]) as page:
        hand_over(page, seen, slip)
        expect(page.get_by_role("alert")).to_contain_text("这段时间还没有到")
        page.get_by_label("数据所属时间").fill("202611")
        page.get_by_role("button", name="送达").click()
        page.wait_for_url(RECEIPT)
        held = Delivery.objects.count()
        page.goto(f"{seen.address}/deliveries/upload/")
        page.get_by_label("文件", exact=True).set_input_files(slip)
        page.get_by_label("数据所属时间").fill("202610")
        page.get_by_role("button", name="送达").click()
        expect(page.get_by_role("alert")).to_contain_text("所属时间 2026-11-01 至 2026-11-30")
    assert Delivery.objects.count() == held


def test_a_picture_called_a_workbook_is_refused_whole(
    example: dict[str, User], seen: Seen, tmp_path: Path
) -> None:
    picture = tmp_path / "医保结算_202611.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    with seen.open(by=example["department_clerk"]) as page:
        page.goto(f"{seen.address}/deliveries/upload/?feed=medical_settlement")
        page.get_by_label("文件", exact=True).set_input_files(picture)
        page.get_by_role("button", name="送达").click()
        page.wait_for_url(RECEIPT)
        work_off()
    refused = Delivery.objects.latest("pk")
    assert refused.state == "refused"
    seen.page(
        "feeds:delivery", by=example["data_steward"], name="delivery-refused", kwargs={"key": refused.pk}
    )


def test_a_file_that_is_nothing_we_know_is_asked_for_its_feed(
    example: dict[str, User], seen: Seen, tmp_path: Path
) -> None:
    strange = tmp_path / "会议签到_202611.csv"
    strange.write_text("日期,会议\n2026-11-01,例会\n")
    with seen.open(by=example["department_clerk"], language="en") as page:
        page.goto(f"{seen.address}/deliveries/upload/")
        page.get_by_label("File", exact=True).set_input_files(strange)
        page.get_by_role("button", name="Deliver").click()
        expect(page.get_by_role("alert")).to_contain_text("do not say which feed")


def test_a_clerk_gets_back_only_what_the_clerk_sent(example: dict[str, User], seen: Seen) -> None:
    theirs = Delivery.objects.filter(rows_refused__gt=0, feed="medical_settlement").first()
    assert theirs is not None
    with seen.open(by=example["department_clerk"]) as page:
        page.goto(f"{seen.address}/deliveries/{theirs.pk}/")
        expect(page.get_by_text("只有送它的人和数据管理员能下载")).to_be_visible()
        answer = page.request.get(f"{seen.address}/deliveries/{theirs.pk}/marked/")
    assert answer.status == 404


def test_a_doubtful_link_is_decided_by_keyboard_and_taken_back(example: dict[str, User], seen: Seen) -> None:
    steward = example["data_steward"]
    identity = links.doubtful(EVERYWHERE)[0]
    best = links.described(EVERYWHERE, [identity])[0].candidates[0]
    before = links.count(EVERYWHERE)
    with seen.open(by=steward) as page:
        page.goto(f"{seen.address}/links/")
        page.get_by_role("link", name="认定").first.click()
        first = page.get_by_role("radio").first
        first.focus()
        page.keyboard.press("Space")
        page.get_by_label("凭什么认定").focus()
        page.keyboard.type("打电话问过本人")
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"已认定：是 {best.name}。")).to_be_visible()
        page.screenshot(path=SCREENS / "link-decided-zh-1440.png", full_page=True)
        assert LinkDecision.objects.get(stated=identity, replaced_at=None).person_id == best.person
        page.get_by_role("button", name="撤回").click()
        expect(page.get_by_text("还没有认定")).to_be_visible()
    assert links.count(EVERYWHERE) == before
    assert not LinkDecision.objects.filter(stated=identity, replaced_at=None).exists()
    assert AuditEvent.objects.filter(action__in=("links.decide", "links.withdraw")).count() == 2
    assert seen.faults == []


def test_a_decision_needs_its_reason(example: dict[str, User], seen: Seen) -> None:
    identity = links.doubtful(EVERYWHERE)[0]
    with seen.open(by=example["data_steward"]) as page:
        page.goto(f"{seen.address}/links/{identity.pk}/")
        page.get_by_label("登记中没有此人").check()
        page.get_by_role("button", name="认定").click()
        expect(page.get_by_role("alert")).to_contain_text("没有写理由")
        expect(page.get_by_label("登记中没有此人")).to_be_checked()
    assert not LinkDecision.objects.filter(stated=identity, replaced_at=None).exists()


def test_the_queue_of_doubtful_links_full_and_empty(example: dict[str, User], seen: Seen) -> None:
    steward = example["data_steward"]
    identities = list(links.doubtful(EVERYWHERE))
    seen.page("feeds:links", by=steward, name="links")
    seen.page("feeds:link", by=steward, name="link", kwargs={"key": identities[0].pk})
    for identity in identities:
        identity.doubt = ""
        identity.save()
    seen.page("feeds:links", by=steward, name="links-empty")
