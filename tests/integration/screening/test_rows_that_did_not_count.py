"""A warning is cleared only when its rule is really false: not because a row was refused or not matched."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from qianshao.access.models import User
from qianshao.feeds.actions.deliveries import process, receive
from qianshao.feeds.actions.linking import decide, link
from qianshao.feeds.models import LinkCandidate
from qianshao.places.models import Area
from qianshao.registry.models import Household, Person
from qianshao.screening.actions.runs import execute, start
from qianshao.screening.evaluation import repeat
from qianshao.screening.explanation import explain
from qianshao.screening.models import EarlyWarning, Run
from qianshao.screening.narration import narrated
from qianshao.screening.readers.history import history

TITLES = ["身份证号", "姓名", "村（居）", "救助类别", "开始日期", "户月保障金额", "保障人数"]
ZHOU, BROKEN = "990012196803071227", "99001219680307122"
LUO = ["990012197001011016", "罗有才", "上坝村", "农村低保", "2020-01-01", "400", "1"]
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 20)

Send = Callable[..., None]


def zhou(number: str = ZHOU, name: str = "周桂兰", amount: str = "300") -> list[str]:
    return [number, name, "上坝村", "农村低保", "2026-09-01", amount, "1"]


@pytest.fixture
def send(county: dict[str, Household], tmp_path: Path) -> Send:
    """Deliver the list of a month and match it with the register."""

    def sent(month: str, *rows: list[str]) -> None:
        number = len(list(tmp_path.glob("*.csv")))
        path = tmp_path / f"低保特困_{month}_{number}.csv"
        others = [*LUO[:-2], str(400 + number), "1"]  # the same file again would be the same delivery
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([TITLES, others, *rows])
        area = Area.objects.get(name="青禾县")
        process(
            delivery=receive(path=path, file_name=path.name, feed="dibao_tekun", area=area, by="chen"),
            by="chen",
        )
        link(by="chen")

    sent("202608")  # a list speaks for a day only with the weeks before it
    return sent


def screened(as_of: date) -> Run:
    return execute(run=start(as_of=as_of, by="chen"))


def warning() -> EarlyWarning:
    return EarlyWarning.objects.get(household__number="H1", rule="newly_on_assistance")


def state() -> tuple[str, str]:
    return warning().status, warning().cleared_because


@pytest.mark.parametrize(
    "row",
    [zhou(BROKEN), zhou(amount="三百"), zhou(ZHOU, "", "300"), zhou("")],
    ids=["broken number", "broken amount", "no name", "no number"],
)
def test_a_refused_row_keeps_the_warning_open_until_it_is_corrected(
    send: Send, row: list[str], tmp_path: Path
) -> None:
    send("202609", zhou())
    screened(SEPTEMBER)
    send("202610", row)
    run = screened(OCTOBER)
    assert state() == ("unconfirmable", "")
    assert warning().hits[0]["uncounted"] == ["dibao_tekun"]
    assert repeat(run, tmp_path / "again") == run.result_digest
    send("202610", zhou())
    screened(OCTOBER)
    assert state() == ("continuing", "")
    assert repeat(run, tmp_path / "again") == run.result_digest, "what came later changes nothing of it"


def test_a_corrected_list_that_does_not_hold_the_household_clears_it(send: Send) -> None:
    send("202609", zhou())
    screened(SEPTEMBER)
    send("202610", zhou(BROKEN))
    screened(OCTOBER)
    send("202611")
    screened(NOVEMBER)
    assert state() == ("cleared", "facts_changed")


@pytest.mark.parametrize(("is_zhou", "expected"), [(True, "continuing"), (False, "cleared")])
def test_a_doubtful_row_keeps_the_warning_open_until_somebody_decides(
    send: Send, officer: User, is_zhou: bool, expected: str, tmp_path: Path
) -> None:
    send("202609", zhou())
    screened(SEPTEMBER)
    send("202610", zhou(name="周贵花"))
    run = screened(OCTOBER)
    assert state() == ("unconfirmable", "")
    person = Person.objects.get(name="周桂兰")
    doubt = LinkCandidate.objects.get(person=person).stated
    decide(stated=doubt, person=person if is_zhou else None, by_user=officer, reason="问过村里")
    screened(OCTOBER)
    assert warning().status == expected
    assert repeat(run, tmp_path / "again") == run.result_digest


@pytest.mark.parametrize(
    "row",
    [zhou(LUO[0], "周桂兰", "三百"), zhou("", "杨德顺")],
    ids=["by number, whatever the name", "by name"],
)
def test_a_refused_row_about_somebody_else_keeps_nothing_open(send: Send, row: list[str]) -> None:
    send("202609", zhou())
    screened(SEPTEMBER)
    send("202610", row)
    screened(OCTOBER)
    assert state() == ("cleared", "facts_changed")


def test_it_is_said_in_words_why_the_warning_was_not_cleared(send: Send) -> None:
    send("202609", zhou())
    screened(SEPTEMBER)
    send("202610", zhou(BROKEN))
    screened(OCTOBER)
    lines = [line.zh for line in narrated(explain(warning()))]
    assert "    没有解除：民政局 · 低保特困名单里有没收下或还没认人的行，可能就是这一户" in lines
    now, first = history(warning())
    assert [origin.feed for origin in now.uncounted] == ["dibao_tekun"]
    assert not first.uncounted
