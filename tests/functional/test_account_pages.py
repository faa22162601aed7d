"""Accounts, grants, passwords and audit events as administrators see them."""

import re

import pytest
from playwright.sync_api import expect

from qianshao.access.models import AuditEvent, Grant, User
from qianshao.places.models import Area
from tests.functional.browser import SCREENS, Seen
from tests.functional.conftest import officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "a-new-pass-phrase-7"


@pytest.fixture
def fang(county: dict[str, Area]) -> User:
    return officer("fang", "方静", "security_administrator", county["青禾县"])


def test_the_accounts_and_one_of_them(seen: Seen, fang: User, county_officer: User) -> None:
    seen.page("access:accounts", by=fang, name="accounts")
    seen.page("access:account", by=fang, name="account", kwargs={"key": county_officer.pk})


def test_an_account_is_made_given_a_role_and_signs_in(
    seen: Seen, fang: User, county: dict[str, Area]
) -> None:
    with seen.open(by=fang) as page:
        page.goto(f"{seen.address}/accounts/")
        page.get_by_label("姓名", exact=True).fill("刘芳")
        page.get_by_label("用户名", exact=True).fill("liu")
        page.get_by_role("button", name="建账号").click()
        shown = page.get_by_text("初始密码（只显示这一次）").inner_text()
        page.screenshot(path=SCREENS / "account-new-zh-1440.png", full_page=True)
        page.get_by_label("身份", exact=True).select_option("village_cadre")
        page.get_by_label("地区（含下辖）").select_option(str(county["上坝村"].pk))
        page.get_by_role("button", name="授予", exact=True).click()
        expect(page.get_by_role("cell", name="村干部", exact=True)).to_be_visible()
    assert seen.faults == []
    liu = User.objects.get(username="liu")
    assert liu.grants.get().granted_by == fang
    password = re.search(r"(\w{4}-){3}\w{4}", shown)
    assert password
    with seen.open(by=None, width=390) as page:
        page.goto(f"{seen.address}/sign-in/")
        page.get_by_label("用户名").fill("liu")
        page.get_by_label("密码").fill(password[0])
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
        page.goto(f"{seen.address}/warnings/")
        expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
        page.screenshot(path=SCREENS / "password-zh-390.png", full_page=True)
        page.get_by_label("原密码").fill(password[0])
        page.get_by_label("新密码", exact=True).fill(NEW)
        page.get_by_label("再输一次新密码").fill(NEW)
        page.get_by_role("button", name="修改", exact=True).click()
        expect(page.get_by_role("heading", name="修改密码")).to_have_count(0)
    liu.refresh_from_db()
    assert liu.check_password(NEW)
    assert not liu.has_first_password


def test_a_closed_account_is_out_with_its_next_request(
    seen: Seen, fang: User, county_officer: User, county: dict[str, Area]
) -> None:
    with seen.open(by=county_officer) as theirs, seen.open(by=fang) as page:
        theirs.goto(f"{seen.address}/jobs/")
        expect(theirs.get_by_role("heading", name="我的后台任务")).to_be_visible()
        page.goto(f"{seen.address}/accounts/{county_officer.pk}/")
        page.get_by_role("button", name="停用账号").click()
        expect(page.get_by_role("button", name="重新启用")).to_be_visible()
        theirs.goto(f"{seen.address}/jobs/")
        expect(theirs.get_by_role("heading", name="登录")).to_be_visible()
    assert AuditEvent.objects.get(action="users.close").actor == "fang"


def test_a_grant_is_ended_and_a_wrong_one_refused_in_words(
    seen: Seen, fang: User, county_officer: User, county: dict[str, Area]
) -> None:
    with seen.open(by=fang, width=390) as page:
        page.goto(f"{seen.address}/accounts/{county_officer.pk}/")
        page.get_by_label("身份", exact=True).select_option("audit_administrator")
        page.get_by_label("地区（含下辖）").select_option(str(county["青禾县"].pk))
        page.get_by_role("button", name="授予", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("不能和")
        page.get_by_role("button", name="立即结束 县监测员").click()
        expect(page.get_by_role("button", name="立即结束 县监测员")).to_have_count(0)
    assert Grant.objects.get(user=county_officer).valid_until is not None


def test_the_password_page(seen: Seen, county_officer: User) -> None:
    seen.page("access:password", by=county_officer, name="password")


def test_the_audit_events(seen: Seen, fang: User, county: dict[str, Area]) -> None:
    auditor = officer("zheng", "郑国平", "audit_administrator", county["青禾县"])
    with seen.open(by=fang) as page:
        page.goto(f"{seen.address}/accounts/")
        page.get_by_label("姓名", exact=True).fill("刘芳")
        page.get_by_label("用户名", exact=True).fill("liu")
        page.get_by_role("button", name="建账号").click()
    seen.page("access:events", by=auditor, name="events")
    seen.page("access:events", by=auditor, name="events-none", query="by=nobody")
