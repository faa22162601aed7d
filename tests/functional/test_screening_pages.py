"""The pages of screening as an officer meets them: in a browser, over the example county."""

import re
import threading
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from qianshao.access.models import AuditEvent, Grant, User
from qianshao.access.scope import EVERYWHERE
from qianshao.places.models import Area
from qianshao.registry.models import Membership
from qianshao.rules.types import Subject
from qianshao.screening import rulebooks
from qianshao.screening.explanation import explain
from qianshao.screening.models import EarlyWarning, Hold, Run
from qianshao.screening.readers.records import records
from qianshao.screening.readers.warnings import Wanted, counts, warnings
from qianshao.work.clocks import today
from qianshao.work.models import Job
from qianshao.work.performing import perform
from tests.functional.browser import SCREENS, Seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


MEDICAL = ("medical_cost_of_a_year", "medical_cost_against_local_income", "inpatient_cost_this_year")


def open_warnings(**filters: object) -> list[EarlyWarning]:
    """Open warnings of the whole county, in the order of the list."""
    return list(warnings(EVERYWHERE, Wanted(), today()).filter(**filters))


def medical(area: Area | None = None) -> EarlyWarning:
    """A warning whose leading rule compares what the family paid for doctors with a limit."""
    found = open_warnings(cause="illness", rule__in=MEDICAL)
    return next(w for w in found if area is None or w.household.area.path.startswith(area.path))


def head_of(warning: EarlyWarning) -> Membership:
    held = Membership.objects.filter(household=warning.household, relation="head", valid_until=None)
    found: Membership = held.select_related("person").get()
    return found


def rows_of(page: Page) -> list[str]:
    """The households that the list shows."""
    return page.locator(".qs-warnings tbody tr td:first-child b").all_inner_texts()


# ---- every page at both widths and in both languages


def test_the_overview_is_shown(example: dict[str, User], seen: Seen) -> None:
    seen.page("screening:overview", by=example["county_officer"], name="overview")


def test_the_list_is_shown(example: dict[str, User], seen: Seen) -> None:
    seen.page("screening:warnings", by=example["county_officer"], name="warnings")


def test_a_warning_is_explained(example: dict[str, User], seen: Seen) -> None:
    kwargs = {"key": medical().pk}
    seen.page("screening:warning", by=example["county_officer"], kwargs=kwargs, name="warning")


def test_a_warning_that_cannot_be_confirmed_says_what_is_missing(
    example: dict[str, User], seen: Seen
) -> None:
    [lost, *_] = open_warnings(status="unconfirmable")
    seen.page(
        "screening:warning",
        by=example["county_officer"],
        kwargs={"key": lost.pk},
        name="warning-unconfirmable",
    )
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/warnings/{lost.pk}/")
        asked = page.locator("section", has=page.locator("#h-missing"))
        expect(asked).to_contain_text("没有送达")


def test_the_verification_sheet_is_shown(example: dict[str, User], seen: Seen) -> None:
    kwargs = {"key": medical().pk}
    seen.page("screening:sheet", by=example["county_officer"], kwargs=kwargs, name="sheet")


def test_the_runs_are_shown(example: dict[str, User], seen: Seen) -> None:
    seen.page("screening:runs", by=example["county_officer"], name="runs")


def test_a_run_is_shown(example: dict[str, User], seen: Seen) -> None:
    last = Run.objects.latest("pk")
    seen.page("screening:run", by=example["policy_officer"], kwargs={"key": last.pk}, name="run")


def test_before_the_first_run_the_pages_say_what_to_do(seen: Seen, county_officer: User) -> None:
    seen.page("screening:overview", by=county_officer, name="overview-empty")
    seen.page("screening:runs", by=county_officer, name="runs-empty")


# ---- figures


def test_the_figures_of_the_overview_add_up_and_open_to_their_lists(
    example: dict[str, User], seen: Seen
) -> None:
    figures = counts(EVERYWHERE, today())
    parts = sum(figures.by_status.values())
    assert figures.open == parts == sum(figures.by_cause.values()) == sum(figures.by_village.values())
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/")
        assert page.url == f"{seen.address}/overview/"
        shown = {
            link.get_attribute("href"): int(link.locator("b").inner_text().replace("≥", ""))
            for link in page.locator("a.qs-fig, a.qs-tile, .qs-town a.head").all()
        }
        tiles = [number for address, number in shown.items() if "area=" in (address or "")]
        assert sum(tiles) == 2 * figures.open  # once by village, once by township
        for address, number in shown.items():
            page.goto(f"{seen.address}{address}")
            listed = page.locator("#warnings .card-header h2")
            found = int(re.sub(r"\D", "", listed.inner_text())) if listed.count() else 0
            assert found == number, address


def test_the_figures_of_a_run_open_to_lists_of_as_many(example: dict[str, User], seen: Seen) -> None:
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/runs/{Run.objects.latest('pk').pk}/")
        shown = {
            link.get_attribute("href"): link.locator("b").inner_text()
            for link in page.locator("a.qs-fig").all()
        }
        rows = page.locator("tr", has=page.locator("a[href*='rule=']")).all()
        shown |= {
            row.locator("a").get_attribute("href"): row.locator("td").nth(1).inner_text() for row in rows[:8]
        }
        assert len(shown) == 12
        for address, number in shown.items():
            page.goto(f"{seen.address}{address}")
            expect(page.locator("#warnings h2")).to_contain_text(f"{number} 条")


def test_the_rows_behind_a_figure_add_up_to_it(example: dict[str, User]) -> None:
    checked = 0
    for warning in open_warnings():
        for reason in explain(warning).reasons:
            for figure in (*reason.inputs, *reason.details, *reason.evidence):
                name, value = figure.input.name, figure.input.value.value
                indicator = rulebooks.kept(reason.run.manifest["rulebook"]).indicators[name]
                measure = indicator.measure
                if indicator.subject is not Subject.HOUSEHOLD or measure is None or value is None:
                    continue
                if measure.function == "count" and measure.source != "persons":
                    [table] = records(warning.household, reason.run, name, EVERYWHERE)
                    assert table.number == value, (warning.pk, name)
                    checked += 1
                if measure.function == "sum" and (column := getattr(measure.value, "name", None)):
                    [table] = records(warning.household, reason.run, name, EVERYWHERE)
                    titles = [heading.title.en for heading in table.headings]
                    place = titles.index(column.replace("_", " ").capitalize()) if table.rows else 0
                    parts = [_number(record.cells[place].shown.zh) for record in table.rows]
                    assert sum(parts) == value, (warning.pk, name)
                    checked += 1
    assert checked > 20


def _number(shown: str) -> int:
    """A shown figure as the engine holds it: money in fen, anything else as it is."""
    if not shown.endswith("元"):
        return int(shown or 0)
    yuan, _, rest = shown.removesuffix(" 元").replace(",", "").partition(".")
    return int(yuan) * 100 + int(rest or 0)


# ---- the list


def test_a_household_is_found_by_pinyin_initials_and_the_address_keeps_it(
    example: dict[str, User], seen: Seen
) -> None:
    wanted = medical()
    person = head_of(wanted).person
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/warnings/")
        before = len(rows_of(page))
        for text in (person.name, person.initials, person.pinyin.replace(" ", ""), wanted.household.number):
            page.locator("#q").fill(text)
            page.get_by_role("button", name="筛选").click()
            page.wait_for_url(lambda address, text=text: parse_qs(urlsplit(address).query).get("q") == [text])
            expect(page.locator(".qs-warnings")).to_contain_text(f"{person.name}户")
            assert len(rows_of(page)) < before
        page.reload()
        assert f"{person.name}户" in rows_of(page)
        assert page.locator("#q").input_value() == wanted.household.number
    assert seen.faults == []


def test_filters_narrow_the_list_and_are_counted(example: dict[str, User], seen: Seen) -> None:
    by_cause = counts(EVERYWHERE, today()).by_cause
    village = Area.objects.filter(level="village").order_by("path").first()
    assert village is not None
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/warnings/")
        page.get_by_label("原因").select_option("illness")
        expect(page.locator("#warnings h2")).to_have_text(f"{by_cause['illness']} 条")
        assert parse_qs(urlsplit(page.url).query)["cause"] == ["illness"]
        page.get_by_label("乡镇、村").select_option(str(village.pk))
        there = len(open_warnings(cause="illness", household__area=village))
        expect(page.locator("#warnings h2")).to_have_text(f"{there} 条")
        page.get_by_label("期限").select_option("week")
        page.get_by_label("状态").select_option("cleared_now")
        expect(page.get_by_role("heading", name="没有符合条件的预警")).to_be_visible()
        page.screenshot(path=SCREENS / "warnings-none-zh-1440.png", full_page=True)
        page.get_by_role("link", name="去掉最后一个条件").click()
        assert "due=" not in page.url
    assert seen.faults == []


def test_the_head_of_a_column_sorts_both_ways_and_pages_follow(example: dict[str, User], seen: Seen) -> None:
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/warnings/?sort=due")
        page.get_by_role("link", name="期限").click()
        assert "sort=-due" in page.url
        last = list(warnings(EVERYWHERE, Wanted(sort="-due"), today()))
        assert rows_of(page)[0] == f"{head_of(last[0]).person.name}户"
        page.get_by_role("link", name="下一页").click()
        assert "sort=-due" in page.url
        assert rows_of(page)[0] == f"{head_of(last[20]).person.name}户"


def test_a_list_that_cannot_be_fetched_says_so_and_keeps_the_filter(
    example: dict[str, User], seen: Seen
) -> None:
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/warnings/")
        page.route("**/warnings/?*", lambda route: route.abort())
        page.get_by_label("原因").select_option("illness")
        expect(page.get_by_role("alert")).to_contain_text("没能读出预警名单")
        assert page.get_by_label("原因").input_value() == "illness"
        page.unroute("**/warnings/?*")
        page.get_by_label("级别").select_option("red")
        expect(page.get_by_role("alert")).to_be_hidden()


def test_the_export_holds_exactly_the_filtered_list_and_who_took_it(
    example: dict[str, User], seen: Seen
) -> None:
    expected = open_warnings(cause="illness")
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/warnings/?cause=illness")
        with page.expect_download() as download:
            page.get_by_role("link", name="导出 Excel").click()
        book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    sheet = book["预警"]
    titles = [cell.value for cell in sheet[1]]
    rows = [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sorted(row["户编号"] for row in rows) == sorted(w.household.number for w in expected)
    heads = {row["户主"] for row in rows}
    assert heads == {head_of(warning).person.name for warning in expected}
    assert {row["原因"] for row in rows} == {"因病"}
    assert all("陈晓雯" in page.oddFooter.center.text for page in book.worksheets)
    event = AuditEvent.objects.get(action="lists.export")
    assert (event.actor, event.facts["rows"]) == ("demo-county_officer", len(expected))


def test_a_policy_officer_sees_households_by_number_only(example: dict[str, User], seen: Seen) -> None:
    wanted = medical()
    name = head_of(wanted).person.name
    with seen.open(by=example["policy_officer"]) as page:
        page.goto(f"{seen.address}/warnings/?q={name}")
        expect(page.get_by_role("heading", name="没有符合条件的预警")).to_be_visible()
        page.goto(f"{seen.address}/warnings/?q={wanted.household.number}")
        expect(page.locator(".qs-warnings")).to_contain_text(wanted.household.number)
        page.goto(f"{seen.address}/warnings/{wanted.pk}/")
        expect(page.locator("h1")).to_contain_text(wanted.household.number)
        assert name not in page.locator("main").inner_text()
        assert page.get_by_role("link", name="看这一户").count() == 0
        answer = page.request.get(f"{seen.address}/warnings/export/?cause=illness")
        sheet = openpyxl.load_workbook(BytesIO(answer.body()))["预警"]
        place = [cell.value for cell in sheet[1]].index("户主")
        assert {row[place] for row in sheet.iter_rows(min_row=2, values_only=True)} == {None}


def test_a_village_cadre_sees_the_own_village_alone(example: dict[str, User], seen: Seen) -> None:
    cadre = example["village_cadre"]
    village = Grant.objects.get(user=cadre).area
    own = open_warnings(household__area=village)
    [other, *_] = [warning for warning in open_warnings() if warning.household.area_id != village.pk]
    with seen.open(by=cadre, width=390) as page:
        page.goto(f"{seen.address}/overview/")
        expect(page.locator("a.qs-fig b").first).to_have_text(str(len(own)))
        assert page.locator("a.qs-tile").count() == 1
        assert page.goto(f"{seen.address}/warnings/{other.pk}/").status == 404  # type: ignore[union-attr]
        page.goto(f"{seen.address}/warnings/{own[0].pk}/")
        expect(page.get_by_text("由乡镇审核员或县监测员办理")).to_be_visible()


# ---- one warning


def test_a_figure_opens_to_its_rows_and_closes_again(example: dict[str, User], seen: Seen) -> None:
    wanted = medical()
    name = head_of(wanted).person.name
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/warnings/{wanted.pk}/")
        page.locator(".qs-figures a.qs-n").first.click()
        rows = page.locator(".qs-rows").first
        expect(rows).to_contain_text("医保结算")
        expect(rows).to_contain_text(re.compile(r"第 \d+ 行"))
        page.screenshot(path=SCREENS / "warning-rows-zh-1440.png", full_page=True)
        rows.get_by_role("button", name="收起").click()
        expect(page.locator(".qs-rows")).to_have_count(0)
        page.locator(".qs-figures a.qs-n").first.evaluate("link => location.href = link.href")
        expect(page.locator("h1")).to_contain_text("元")
        assert name in page.locator("main").inner_text() or page.locator(".qs-inner tbody tr").count() > 0
    assert seen.faults == []


def test_a_warning_is_held_with_a_reason_and_lifted_again(example: dict[str, User], seen: Seen) -> None:
    reviewer = example["township_reviewer"]
    wanted = medical(Grant.objects.get(user=reviewer).area)
    with seen.open(by=reviewer) as page:
        page.goto(f"{seen.address}/warnings/{wanted.pk}/")
        page.get_by_text("暂缓…").click()
        page.get_by_label("暂缓到").fill("2026-11-01")
        page.get_by_label("理由").fill("全家外出务工，年底回来")
        page.locator(".qs-holding form").evaluate("form => { form.noValidate = true }")
        page.locator(".qs-holding button").click()
        expect(page.get_by_role("alert")).to_contain_text("今天以后")
        assert page.get_by_label("理由").input_value() == "全家外出务工，年底回来"
        page.get_by_label("暂缓到").fill("2026-12-31")
        page.locator(".qs-holding button").click()
        expect(page.locator(".qs-next")).to_contain_text("暂缓到 2026-12-31")
        page.screenshot(path=SCREENS / "warning-held-zh-1440.png", full_page=True)
        held = Hold.objects.latest("pk")
        assert (held.household_id, held.cause) == (wanted.household_id, "illness")
        page.goto(f"{seen.address}/warnings/?status=held")
        assert f"{head_of(wanted).person.name}户" in rows_of(page)
        page.goto(f"{seen.address}/warnings/{wanted.pk}/")
        page.get_by_role("button", name="取消暂缓").click()
        expect(page.get_by_text("暂缓…")).to_be_visible()
        expect(page.locator(".qs-time")).to_contain_text("恢复")
    held.refresh_from_db()
    assert held.lifted_at is not None
    assert seen.faults == []


# ---- runs


def test_a_run_is_started_and_its_progress_ends_in_its_result(example: dict[str, User], seen: Seen) -> None:
    with seen.open(by=example["county_officer"]) as page:
        page.goto(f"{seen.address}/runs/")
        page.get_by_label("按哪一天判断").fill("2026-11-20")
        page.get_by_role("button", name="发起筛查").click()
        expect(page.get_by_text("正在排队")).to_be_visible()
        page.reload()
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.screenshot(path=SCREENS / "run-waiting-zh-1440.png", full_page=True)
        job = Job.objects.get(kind="screening.run")
        worker = threading.Thread(target=perform, args=[job.pk])
        worker.start()
        expect(page.get_by_role("heading", name="与上次比")).to_be_visible(timeout=90_000)
        worker.join()
        run = Run.objects.latest("pk")
        assert (run.as_of.isoformat(), run.state) == ("2026-11-20", "done")
        expect(page.locator("h1")).to_have_text("2026-11-20 的筛查")
        page.goto(f"{seen.address}/runs/")
        page.get_by_label("按哪一天判断").fill("2026-11-01")
        page.locator("form[action='/runs/start/']").evaluate("form => { form.noValidate = true }")
        page.get_by_role("button", name="发起筛查").click()
        expect(page.get_by_role("alert")).to_contain_text("已经筛查过")
    assert seen.faults == []
