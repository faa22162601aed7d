"""The frame of every page in a real browser: sign-in, settings of the user, faults, components."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings, settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from qianshao.access import roles
from qianshao.access.demo_users import create_demo_users
from qianshao.access.models import AuditEvent, User
from qianshao.access.permissions import allowed
from qianshao.places.models import Area
from qianshao.web import urls as product
from qianshao.words import Text
from tests.functional.browser import SCREENS, Seen
from tests.functional.conftest import officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "heading": Text(
        "周桂兰户一年的医疗自付，超过了界限", "Medical costs of the Zhou household over the limit"
    ),
    "sentence": Text("近 12 个月自己付了", "In 12 months the household itself paid"),
    "own": Text("本户 18,420 元", "18,420 yuan"),
    "limit": Text("界限 10,000 元", "limit 10,000 yuan"),
    "margin": Text("超出 8,420 元", "8,420 yuan over"),
    "figures": Text("依据哪些数", "Figures it rests on"),
    "indicator": Text("指标", "Indicator"),
    "value": Text("数值", "Value"),
    "covered": Text("覆盖", "Coverage"),
    "state": Text("状态", "State"),
    "states": Text("各种状态", "States"),
    "deadline": Text("期限", "Deadline"),
    "on_time": Text("按时", "On time"),
    "late": Text("迟 20 天", "20 days late"),
    "soon": Text("有拒收行", "Refused rows"),
    "new": Text("新增", "New"),
    "unknown": Text("不能确认", "Not confirmable"),
    "continuing": Text("持续 19 天", "For 19 days"),
    "causes": Text("按原因", "By cause"),
    "income": Text("收入", "Income"),
    "nothing": Text("没有符合条件的预警", "No warning fits"),
    "hint": Text("去掉“已逾期”试试", "Try without overdue"),
    "clear": Text("清空筛选", "Clear the filter"),
    "next": Text("下一步", "Next step"),
    "visit": Text("入户核实，交回结果", "Visit and report"),
    "case": Text("转为案件", "Open a case"),
    "why": Text("还不能转：缺入户核实结果。", "Not yet: the visit is missing."),
    "print": Text("打印", "Print"),
}


@allowed(*roles.EVERYONE)
def components(request: HttpRequest) -> HttpResponse:
    """Every component once, as page writers use them."""
    rows = [
        SimpleNamespace(label=Text(zh, en), value=value, known=known, total=1000, due_on=due_on)
        for zh, en, value, known, due_on in [
            ("医保结算", "Medical settlement", 1842000, 987, date(2026, 11, 16)),
            ("学籍", "School enrolment", -1000050, 0, date(2026, 11, 20)),
            ("残疾人证", "Disability cards", None, 1000, date(2026, 12, 1)),
        ]
    ]
    language = request.LANGUAGE_CODE or ""
    known, unknown = Text("可确认", "Known"), Text("不能确认", "Not confirmable")
    causes = [(Text("因病", "Illness"), 50, 8), (Text("务工就业不稳", "Unstable jobs"), 34, 0)]
    bars = {
        "kind": "bars",
        "unit": "",
        "known": known.in_language(language),
        "unknown": unknown.in_language(language),
        "rows": [
            {"label": label.in_language(language), "known": sure, "unknown": unsure, "address": "/"}
            for label, sure, unsure in causes
        ],
    }
    series = [(Text("工资", "Wages"), [1200, 1500, 900]), (Text("转移", "Transfers"), [300, 300, 450])]
    columns = {
        "kind": "columns",
        "unit": "",
        "categories": ["2026-09", "2026-10", "2026-11"],
        "series": [{"name": name.in_language(language), "values": values} for name, values in series],
    }
    context = {"rows": rows, "bars": bars, "columns": columns, "words": WORDS, "today": date(2026, 11, 20)}
    context["page"] = Paginator(range(160), 8).page(2)
    return render(request, "components.html", context)


urlpatterns = [*product.urlpatterns, path("components/", components, name="components")]
handler404, handler403 = product.handler404, product.handler403


@pytest.fixture
def with_components(settings: LazySettings) -> None:
    """The product's pages, and one more that shows all components."""
    settings.ROOT_URLCONF = __name__
    folder = str(Path(__file__).with_name("templates"))
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder]}]


@pytest.fixture
def demo(county: dict[str, Area], settings: LazySettings, tmp_path: Path) -> None:
    """The ready-made users of the example county."""
    settings.DEMO_FILE = tmp_path / "demo.json"
    places = {"county": county["青禾县"], "township": county["云溪镇"], "village": county["上坝村"]}
    create_demo_users(**places, today=date(2026, 11, 20), by="system")
    import json

    settings.DEMO = json.loads(settings.DEMO_FILE.read_text())


def test_all_components_in_both_languages_and_widths(
    with_components: None, seen: Seen, county_officer: User
) -> None:
    seen.page("components", by=county_officer, name="components")


def test_all_components_dark_and_in_large_type(
    with_components: None, seen: Seen, county_officer: User
) -> None:
    User.objects.update(theme="dark", text_size="large")
    seen.page("components", by=county_officer, name="components-dark-large")


def test_components_in_print(with_components: None, seen: Seen, county_officer: User) -> None:
    with seen.open(by=county_officer, width=794) as page:
        page.goto(f"{seen.address}/components/")
        page.emulate_media(media="print")
        assert page.locator(".qs-top").is_hidden()
        page.screenshot(path=SCREENS / "components-print.png", full_page=True)
    assert seen.faults == []


def test_the_sign_in_page_of_an_office(seen: Seen) -> None:
    seen.page("access:sign_in", by=None, name="sign-in")


def test_the_sign_in_page_of_the_example_county(demo: None, seen: Seen) -> None:
    seen.page("access:sign_in", by=None, name="sign-in-demo")


def test_one_press_signs_in_as_a_ready_made_user(demo: None, seen: Seen) -> None:
    with seen.open(by=None) as page:
        page.goto(f"{seen.address}/jobs/")
        page.get_by_role("button", name="县监测员").click()
        assert page.url == f"{seen.address}/jobs/"
        assert page.get_by_text("陈晓雯").first.is_visible()
    assert AuditEvent.objects.filter(action="users.sign_in", actor="demo-county_officer").exists()
    assert seen.faults == []


def test_signing_in_and_out_with_a_password(seen: Seen, county_officer: User) -> None:
    county_officer.set_password("a long enough password")
    county_officer.save()
    with seen.open(by=None) as page:
        page.goto(f"{seen.address}/")
        page.get_by_label("用户名").fill("chen")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
        assert "对不上" in page.get_by_role("alert").inner_text()
        page.get_by_label("密码").fill("a long enough password")
        page.get_by_role("button", name="登录").click()
        page.locator(".qs-user summary").click()
        page.get_by_role("button", name="退出").first.click()
        assert page.url.startswith(f"{seen.address}/sign-in/")


def test_five_wrong_passwords_lock_the_account(seen: Seen, county_officer: User) -> None:
    county_officer.set_password("a long enough password")
    county_officer.save()
    with seen.open(by=None) as page:
        page.goto(f"{seen.address}/sign-in/")
        for _ in range(4):
            page.get_by_label("用户名").fill("chen")
            page.get_by_label("密码").fill("wrong")
            page.get_by_role("button", name="登录").click()
        for password in ("wrong", "a long enough password"):
            page.goto(f"{seen.address}/sign-in/")
            page.get_by_label("用户名").fill("chen")
            page.get_by_label("密码").fill(password)
            page.get_by_role("button", name="登录").click()
            assert page.get_by_role("heading", name="已锁定 15 分钟").is_visible()


def test_language_size_and_theme_are_kept_for_the_user(seen: Seen, county_officer: User) -> None:
    with seen.open(by=county_officer) as page:
        page.goto(f"{seen.address}/jobs/")
        page.locator(".qs-tools").get_by_role("button", name="大字").click()
        page.locator(".qs-tools").get_by_role("button", name="深色").click()
        page.locator(".qs-tools").get_by_role("button", name="English").click()
        assert page.url == f"{seen.address}/jobs/"
        shown = page.locator("html").evaluate("e => [e.lang, e.dataset.size, e.dataset.bsTheme]")
    county_officer.refresh_from_db()
    kept = (county_officer.language, county_officer.text_size, county_officer.theme)
    assert (shown, kept) == (["en", "large", "dark"], ("en", "large", "dark"))


def test_the_menu_of_a_phone_leads_to_the_settings(seen: Seen, county_officer: User) -> None:
    with seen.open(by=county_officer, width=390) as page:
        page.goto(f"{seen.address}/jobs/")
        page.locator(".qs-menu summary").click()
        page.screenshot(path=SCREENS / "menu-zh-390.png")
        page.locator(".qs-menu").get_by_role("button", name="大字").click()
        assert page.locator("html").get_attribute("data-size") == "large"


def test_what_is_not_found_is_said_in_words(seen: Seen, county_officer: User) -> None:
    seen.page("work:job", by=county_officer, kwargs={"key": 1}, name="not-found", expect=404)


def test_a_viewer_without_any_grant_is_told_so(seen: Seen, county: dict[str, Area]) -> None:
    nobody = User.objects.create(username="new", display_name="新人")
    seen.page("home", by=nobody, name="forbidden", expect=403)


def test_a_role_without_pages_is_told_what_it_is_for(seen: Seen, county: dict[str, Area]) -> None:
    administrator = officer("tan", "谭伟", "system_administrator", county["青禾县"])
    seen.page("home", by=administrator, name="home")


def test_nothing_is_loaded_from_elsewhere(seen: Seen, county_officer: User) -> None:
    asked: list[str] = []
    with seen.open(by=county_officer) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{seen.address}/jobs/")
    assert asked
    assert [url for url in asked if not url.startswith((seen.address, "data:"))] == []
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["default-src"] == ["'none'"]
