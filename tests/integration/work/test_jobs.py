"""Background jobs: asked for, performed once, taken up again after a worker died."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from qianshao.access.models import AuditEvent, User
from qianshao.refusals import Refused
from qianshao.words import Text
from qianshao.work import kinds, performing
from qianshao.work.actions import enqueue
from qianshao.work.kinds import Report, kind, kind_of
from qianshao.work.models import Job
from qianshao.work.performing import perform, recover, sweep
from qianshao.work.queue import queue
from qianshao.work.readers import job_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """A kind `test.add` that notes its payloads; the queue is empty before and after."""
    done: list[dict[str, Any]] = []
    monkeypatch.setattr(kinds, "_kinds", {})
    queue().flush()

    @kind("test.add", label=Text("相加", "Adding"))
    def add(payload: dict[str, Any], report: Report) -> dict[str, Any]:
        done.append(payload)
        return {"sum": sum(payload["parts"])}

    yield done
    queue().flush()


def called() -> list[int]:
    return [task.args[0] for task in queue().pending()]


def test_a_job_is_called_for_only_once_its_request_is_committed() -> None:
    with transaction.atomic():
        job = enqueue(kind="test.add", payload={"parts": [1, 2]}, by="chen")
        assert called() == []
    assert called() == [job.pk]
    assert AuditEvent.objects.get().subject == f"work.job:{job.pk}"


def test_a_request_that_is_rolled_back_leaves_nothing() -> None:
    with transaction.atomic():
        enqueue(kind="test.add", payload={"parts": []}, by="chen")
        transaction.set_rollback(True)
    assert called() == []
    assert not Job.objects.exists()


def test_a_job_is_performed_once_and_keeps_its_result(work: list[dict[str, Any]]) -> None:
    job = enqueue(kind="test.add", payload={"parts": [1, 2]}, by="chen")
    perform(job.pk)
    perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress, job.result, job.attempts) == ("done", 100, {"sum": 3}, 1)
    assert work == [{"parts": [1, 2]}]


def test_an_unknown_kind_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(KeyError):
        enqueue(kind="test.nothing", payload={}, by="chen")


def test_two_handlers_cannot_claim_one_name() -> None:
    with pytest.raises(ValueError, match=r"test\.add"):
        kind("test.add", label=Text("", ""))(lambda payload, report: {})


def test_a_refusal_is_kept_in_both_languages_and_a_fault_without_its_details() -> None:
    @kind("test.refuse", label=Text("拒绝", "Refusing"))
    def refuse(payload: dict[str, Any], report: Report) -> dict[str, Any]:
        raise Refused(Text("没有这份文件", "There is no such file"))

    @kind("test.break", label=Text("出错", "Breaking"))
    def break_(payload: dict[str, Any], report: Report) -> dict[str, Any]:
        raise ValueError("王小明 990012199001011234")

    refused = enqueue(kind="test.refuse", payload={}, by="chen")
    broken = enqueue(kind="test.break", payload={}, by="chen")
    for job in (refused, broken):
        perform(job.pk)
        job.refresh_from_db()
        assert job.state == "failed"
    assert refused.failure == {"zh": "没有这份文件", "en": "There is no such file"}
    assert "9900" not in str(broken.failure)
    assert str(broken.pk) in broken.failure["zh"]


def test_progress_is_seen_by_others_while_the_job_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performing, "RENEWAL", 0.02)
    halfway, go_on = threading.Event(), threading.Event()

    @kind("test.slow", label=Text("慢", "Slow"))
    def slow(payload: dict[str, Any], report: Report) -> dict[str, Any]:
        report(Text("一半", "Half"), 0.5)
        halfway.set()
        assert go_on.wait(20)
        return {}

    job = enqueue(kind="test.slow", payload={}, by="chen")
    worker = threading.Thread(target=perform, args=[job.pk])
    worker.start()
    assert halfway.wait(20)
    for _ in range(1000):
        job.refresh_from_db()
        if job.progress:
            break
        go_on.wait(0.01)
    seen = (job.state, job.progress, job.phase)
    go_on.set()
    worker.join()
    assert seen == ("running", 50, {"zh": "一半", "en": "Half"})


def lost(attempts: int = 1) -> Job:
    """A job whose worker died."""
    now = timezone.now()
    return Job.objects.create(
        kind="test.add",
        payload={"parts": [1]},
        state="running",
        attempts=attempts,
        requested_at=now,
        lease_until=now - timedelta(seconds=1),
    )


def test_a_job_whose_worker_died_is_taken_up_again(work: list[dict[str, Any]]) -> None:
    job = lost()
    assert sweep() == [job.pk] == called()
    assert sweep() == []  # it is called already
    perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_a_job_with_a_living_worker_is_left_alone(work: list[dict[str, Any]]) -> None:
    job = lost()
    Job.objects.update(lease_until=timezone.now() + timedelta(seconds=20))
    assert sweep() == []
    perform(job.pk)
    assert work == []


def test_a_job_whose_worker_dies_again_and_again_is_given_up_in_words() -> None:
    job = lost(attempts=performing.ATTEMPTS)
    assert sweep() == []
    job.refresh_from_db()
    assert job.state == "failed"
    assert str(job.pk) in job.failure["en"]


def test_a_job_whose_call_was_lost_is_called_again() -> None:
    job = enqueue(kind="test.add", payload={"parts": [1]}, by="chen")
    queue().flush()
    assert sweep() == []  # it may just have been asked for
    assert sweep(older_than=timedelta(0)) == [job.pk]


def test_the_only_worker_takes_up_at_once_what_its_forerunner_left() -> None:
    job = lost()
    Job.objects.update(lease_until=timezone.now() + timedelta(seconds=20))
    assert recover() == [job.pk]


def test_only_who_asked_for_a_job_sees_it() -> None:
    chen = User.objects.create(username="chen", display_name="陈晓雯")
    other = User.objects.create(username="ma", display_name="马莉")
    job = enqueue(kind="test.add", payload={"parts": []}, by="chen")
    assert job_of(chen, job.pk) == job
    assert job_of(other, job.pk) is None
    assert kind_of(job.kind).label == Text("相加", "Adding")
