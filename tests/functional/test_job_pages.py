"""Background work on pages: progress that survives a reload, and the end in words."""

import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from qianshao.access.models import User
from qianshao.refusals import Refused
from qianshao.words import Text
from qianshao.work import performing
from qianshao.work.actions import enqueue
from qianshao.work.kinds import Kind, Report, _kinds, kind_of
from qianshao.work.performing import perform
from tests.functional.browser import SCREENS, Seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A kind `test.steps` that stands at 62 % until the event is set, and `test.refuse`."""
    go_on = threading.Event()

    def step(payload: dict[str, Any], report: Report) -> dict[str, Any]:
        report(Text("逐行检查", "Judging the rows"), 0.62)
        assert go_on.wait(60)
        return {}

    def refuse(payload: dict[str, Any], report: Report) -> dict[str, Any]:
        raise Refused(Text("第 3 行找不到“证件号码”一列", "Row 3 has no column 证件号码"))

    label = Text("收下医保结算文件", "Taking in a medical settlement file")
    monkeypatch.setitem(_kinds, "test.steps", Kind("test.steps", label, step, lambda result: "/jobs/"))
    monkeypatch.setitem(_kinds, "test.refuse", Kind("test.refuse", label, refuse))
    monkeypatch.setattr(performing, "RENEWAL", 0.05)
    return go_on


def test_progress_is_shown_survives_a_reload_and_ends_by_itself(
    steps: threading.Event, seen: Seen, county_officer: User
) -> None:
    job = enqueue(kind="test.steps", payload={}, by="chen")
    worker = threading.Thread(target=perform, args=[job.pk])
    with seen.open(by=county_officer, width=390) as page:
        page.goto(f"{seen.address}/jobs/{job.pk}/")
        expect(page.get_by_text("正在排队")).to_be_visible()
        worker.start()
        expect(page.get_by_text("逐行检查")).to_be_visible()
        page.reload()
        expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "62")
        page.screenshot(path=SCREENS / "job-running-zh-390.png", full_page=True)
        steps.set()
        expect(page.get_by_text("已办完")).to_be_visible()
        expect(page.get_by_role("link", name="看结果")).to_have_attribute("href", "/jobs/")
    worker.join()
    assert seen.faults == []


def test_jobs_that_ended_in_both_languages(steps: threading.Event, seen: Seen, county_officer: User) -> None:
    steps.set()
    done = enqueue(kind="test.steps", payload={}, by="chen")
    refused = enqueue(kind="test.refuse", payload={}, by="chen")
    enqueue(kind="test.steps", payload={}, by="chen")
    for job in (done, refused):
        perform(job.pk)
    seen.page("work:jobs", by=county_officer, name="jobs")
    seen.page("work:job", by=county_officer, kwargs={"key": refused.pk}, name="job-failed")
    assert kind_of("test.refuse").address is None


def test_a_fragment_sends_the_whole_page_to_the_sign_in_form(seen: Seen, county_officer: User) -> None:
    with seen.open(by=None) as page:
        answer = page.request.get(
            f"{seen.address}/jobs/1/progress/",
            headers={"HX-Request": "true", "HX-Current-URL": f"{seen.address}/jobs/1/"},
        )
    assert answer.headers["hx-redirect"].startswith("/sign-in/?next=")
