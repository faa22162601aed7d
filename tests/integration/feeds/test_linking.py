"""Who a stated identity is: decided by number, asked again when the register grows, decided by a clerk."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from qianshao.access.models import AuditEvent, User
from qianshao.access.scope import EVERYWHERE, Scope
from qianshao.feeds.actions.linking import decide, link
from qianshao.feeds.facts import tables
from qianshao.feeds.models import Delivery, LinkDecision, StatedIdentity
from qianshao.feeds.readers import links
from qianshao.feeds.readers.deliveries import linkage
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.registry.facts import AsOf
from qianshao.registry.models import Person
from tests.integration.feeds.conftest import (
    CHILD,
    LI,
    MEDICAL_TITLES,
    MEMBER_TITLES,
    ZHOU,
    deliver,
    number,
    write_csv,
    write_xlsx,
)

NEWBORN = number("20260901", 108)
ROWS: list[list[Any]] = [
    ["R1", ZHOU, "周桂兰", "2026-09-03", "住院", "县医院", "42000", "18420"],
    ["R2", CHILD, "周桂兰", "2026-09-14", "门诊", "县医院", "300", "100"],
    ["R3", CHILD, "周桂兰", "2026-09-15", "门诊", "县医院", "300", "200"],
    ["R4", NEWBORN, "李新生", "2026-09-20", "住院", "县医院", "3000", "900"],
]


@pytest.fixture
def delivery(registered: list[Delivery], county: Area, tmp_path: Path) -> Delivery:
    path = write_xlsx(tmp_path / "医保结算_202609.xlsx", MEDICAL_TITLES, ROWS)
    delivery = deliver(path, "medical_settlement", county)
    link(by="chen")
    return delivery


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(username="wei", display_name="韦敏")


def claims() -> list[str]:
    found = tables(AsOf(date(2026, 9, 30), timezone.now()))["medical_settlement"].to_pylist()
    return [row["receipt_number"] for row in found]


def test_a_receipt_says_how_many_rows_are_whose(delivery: Delivery) -> None:
    about = linkage(delivery)
    assert about is not None
    assert (about.linked, about.nobody, about.doubtful) == (1, 1, 2)


def test_who_was_nobody_is_found_once_registered(delivery: Delivery, county: Area, tmp_path: Path) -> None:
    assert claims() == ["R1"]
    member = [
        "QH001",
        "李新生",
        NEWBORN,
        "之孙子",
        "男",
        "2026-09-01",
        "",
        "",
        "健康",
        "无劳动力",
        "是",
        "",
        "",
    ]
    deliver(write_csv(tmp_path / "成员_202609.csv", MEMBER_TITLES, [member]), "member_roster", county)
    again = link(by="chen")
    assert (again.linked, again.nobody) == (1, 0)
    assert claims() == ["R1", "R4"]
    history = LinkDecision.objects.filter(stated__number_index__isnull=False, person=None)
    assert [decision.replaced_at is not None for decision in history] == [True]


def test_a_clerks_decision_holds_for_every_row_that_states_the_same(
    delivery: Delivery, clerk: User, county: Area, tmp_path: Path
) -> None:
    stated = links.doubtful(EVERYWHERE).get()
    zhou = Person.objects.get(name="周桂兰")
    decide(stated=stated, person=zhou, by_user=clerk, reason="病历上的姓名和住址")
    assert claims() == ["R1", "R2", "R3"]
    assert links.count(EVERYWHERE) == 0
    event = AuditEvent.objects.get(action="links.decide")
    assert event.actor == "wei"
    assert ZHOU not in str(event.facts)
    assert "周" not in str(event.facts)
    later = write_xlsx(
        tmp_path / "医保结算_202610.xlsx",
        MEDICAL_TITLES,
        [["R9", CHILD, "周桂兰", "2026-09-29", "门诊", "县医院", "30", "10"]],
    )
    deliver(later, "medical_settlement", county)
    link(by="chen")
    assert claims() == ["R1", "R2", "R3", "R9"]


def test_a_clerk_may_say_that_it_is_nobody_and_change_that_later(delivery: Delivery, clerk: User) -> None:
    stated = links.doubtful(EVERYWHERE).get()
    decide(stated=stated, person=None, by_user=clerk, reason="外县的人")
    assert (links.count(EVERYWHERE), claims()) == (0, ["R1"])
    assert link(by="chen").doubtful == 0
    moment = timezone.now()
    child = Person.objects.get(name="李小满")
    decide(stated=stated, person=child, by_user=clerk, reason="户口本")
    assert claims() == ["R1", "R2", "R3"]
    then = tables(AsOf(date(2026, 9, 30), moment))["medical_settlement"]
    assert then.num_rows == 1


def test_a_decision_without_a_reason_is_refused(delivery: Delivery, clerk: User) -> None:
    stated = links.doubtful(EVERYWHERE).get()
    with pytest.raises(Refused):
        decide(stated=stated, person=None, by_user=clerk, reason="  ")
    assert links.count(EVERYWHERE) == 1


def test_a_clerk_sees_names_masked_numbers_and_why(delivery: Delivery) -> None:
    (one,) = links.described(EVERYWHERE, list(links.doubtful(EVERYWHERE)))
    assert one.name == "周桂兰"
    assert one.number == f"{CHILD[:6]}********{CHILD[-4:]}"
    assert one.reason.zh
    best = one.candidates[0]
    assert best.household == "QH001"
    assert {part.name for part in best.parts} >= {"name"}
    assert LI not in str(one)


def test_nothing_doubtful_is_shown_outside_the_viewers_area(delivery: Delivery, county: Area) -> None:
    assert links.count(Scope((county.path,))) == 1
    other = Scope((Area.objects.get(name="石桥镇").path,))
    assert links.count(other) == 0
    with pytest.raises(StatedIdentity.DoesNotExist):
        links.one(other, links.doubtful(EVERYWHERE).get().pk)
    (one,) = links.described(other, list(links.doubtful(EVERYWHERE)))
    assert one.candidates == []
