"""What each route with arguments is about, made in a given area: one entry per route.

A page writer adds a function here and rows to `src/qianshao/access/permissions.csv`.
"""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone

from qianshao.access.models import Grant, User
from qianshao.feeds import originals
from qianshao.feeds.models import Delivery, StatedIdentity
from qianshao.places.models import Area
from qianshao.registry.models import Household
from qianshao.rules.values import Value
from qianshao.screening import rulebooks
from qianshao.screening.hits import Hit, Reading
from qianshao.screening.models import EarlyWarning, Run
from qianshao.work.clocks import today
from qianshao.work.models import Job


@dataclass(frozen=True)
class Case:
    """A viewer with a grant for a township, and the area in which the thing lies.

    `relation` says where that area is, seen from the grant: own, parent, child, sibling or other.
    """

    viewer: User | None
    relation: str
    area: Area


@dataclass(frozen=True)
class Address:
    """The arguments of the route, and what is sent with a POST."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


def job(case: Case) -> Address:
    """A job lies in no area: it is its asker's own."""
    made = Job.objects.create(
        kind="test.nothing",
        requested_at=timezone.now(),
        requested_by=case.viewer if case.relation == "own" else None,
    )
    return Address({"key": made.pk})


def preference(case: Case) -> Address:
    return Address(data={"language": "en"})


def wrong_password(case: Case) -> Address:
    return Address(data={"username": "nobody", "password": "wrong"})


def delivery(case: Case) -> Address:
    """A delivery for the area, handed over by the viewer; its file was refused as a whole."""
    content = f"something else {case.relation}".encode()
    fingerprint = hashlib.sha256(content).hexdigest()
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        originals.keep(Path(file.name), fingerprint)
    made = Delivery.objects.create(
        feed="death",
        fingerprint=fingerprint,
        file_name="死亡人员_202610.csv",
        area=case.area,
        period_from=date(2026, 10, 1),
        period_until=date(2026, 11, 1),
        state="refused",
        received_at=timezone.now(),
        received_by=case.viewer,
    )
    return Address({"key": made.pk})


def feed(case: Case) -> Address:
    """A contract lies in no area."""
    return Address({"feed": "death"})


def doubtful(case: Case) -> Address:
    """An identity stated for the area; posted, that nobody is meant."""
    made = StatedIdentity.objects.create(
        digest=case.relation.encode(),
        stated='{"name": "周桂兰"}',
        area=case.area,
        first_feed="death",
        doubt="number_missing",
    )
    return Address({"key": made.pk}, {"person": "nobody", "reason": "问过村干部"})


def household(case: Case) -> Address:
    """A household of the area; posted, its phone for a purpose."""
    made = Household.objects.create(
        number=f"99-{case.relation}", area=case.area, phone="13900000001", registered_on=date(2020, 1, 1)
    )
    return Address({"key": made.pk}, {"who": "phone", "purpose": "入户核实"})


def figure_of_household(case: Case) -> Address:
    """A figure of a household of the area, by a run whose snapshot has been swept."""
    run_over(case)
    return Address({**household(case).kwargs, "name": "net_income_12m"})


def run_over(case: Case) -> Run:
    """A run that judged the area; its snapshot has been swept."""
    rulebook, now = rulebooks.current(), timezone.now()
    manifest = {
        "rulebook": rulebook.digest,
        "villages": {case.area.path: "991205102201"},
        "snapshot": dict.fromkeys([*rulebook.sources, "coverage"], "snapshots/gone.parquet"),
    }
    return Run.objects.create(
        as_of=date(2026, 10, 31),
        known_at=now,
        engine="duckdb",
        state="done",
        started_at=now,
        finished_at=now,
        result_digest=uuid4().hex,  # explanations of a run are kept by it
        manifest=manifest | {"deliveries": [], "snapshot_digest": "", "code": ""},
        counts={"rules": {}, "coverage": {}, "warnings": {}},
    )


def warning(case: Case) -> EarlyWarning:
    """A warning of a household of the area."""
    found_by = run_over(case)
    readings = (Reading("medical_self_paid_12m", Value(2_000_000)), Reading("key_household", Value(True)))
    hit = Hit("medical_cost_of_a_year", "illness", "orange", readings, 1_000_000, 1_000_000)
    return EarlyWarning.objects.create(
        household_id=household(case).kwargs["key"],
        cause=hit.cause,
        rule=hit.rule,
        level=hit.level,
        status="new",
        first_run=found_by,
        last_run=found_by,
        due_on=date(2026, 11, 15),
        hits=[hit.to_json()],
    )


def of_warning(case: Case) -> Address:
    """Posted, that it is held for a month."""
    until = today() + timedelta(days=30)
    return Address({"key": warning(case).pk}, {"until": until.isoformat(), "reason": "外出务工"})


def figure_of_warning(case: Case) -> Address:
    key = warning(case).pk
    return Address({"key": key, "rule": "medical_cost_of_a_year", "name": "medical_self_paid_12m"})


def run(case: Case) -> Address:
    """Runs lie in no area: what they show of warnings is the viewer's own area's."""
    return Address({"key": run_over(case).pk})


def no_day(case: Case) -> Address:
    """Posted, something that is no day to judge."""
    return Address(data={"as_of": "yesterday"})


def account(case: Case) -> Address:
    """An account with a grant for the area; posted to, another role for the viewer's own area."""
    made = User.objects.create(username=f"of-{case.relation}-{uuid4().hex[:8]}", display_name="刘芳")
    _granted(made, case.area)
    own = case.viewer.grants.get().area_id if case.viewer else case.area.pk
    return Address({"key": made.pk}, {"role": "leader", "area": own})


def grant(case: Case) -> Address:
    """A grant for the area."""
    made = User.objects.create(username=f"by-{case.relation}-{uuid4().hex[:8]}", display_name="刘芳")
    return Address({"key": _granted(made, case.area).pk})


def _granted(user: User, area: Area) -> Grant:
    return Grant.objects.create(user=user, role="leader", area=area, valid_from=date(2020, 1, 1))


def wrong_old_password(case: Case) -> Address:
    return Address(data={"old": "wrong", "new": "a-long-new-one-7", "again": "a-long-new-one-7"})


def no_account(case: Case) -> Address:
    """A user name that cannot be one."""
    return Address(data={"username": "LIU FANG", "display_name": "刘芳"})


SUBJECTS: dict[str, Callable[[Case], Address]] = {
    "access:account": account,
    "access:accounts": no_account,
    "access:end": grant,
    "access:give": account,
    "access:password": wrong_old_password,
    "access:reset": account,
    "access:sign_in": wrong_password,
    "access:state": account,
    "access:preferences": preference,
    "feeds:contract": feed,
    "feeds:delivery": delivery,
    "feeds:link": doubtful,
    "feeds:marked": delivery,
    "feeds:template": feed,
    "screening:figure": figure_of_warning,
    "screening:hold": of_warning,
    "screening:household": household,
    "screening:indicator": figure_of_household,
    "screening:lift": of_warning,
    "screening:number": household,
    "screening:run": run,
    "screening:sheet": of_warning,
    "screening:start": no_day,
    "screening:warning": of_warning,
    "work:job": job,
    "work:progress": job,
}
