"""Truth comes from blows and means; named households cover what a screening can be right or wrong about."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import pytest

from qianshao.demo import income, truth
from qianshao.demo.identities import Numbers
from qianshao.demo.medical import settlements
from qianshao.demo.named import STATUSES
from qianshao.demo.people import Household, Person
from qianshao.demo.places import villages
from qianshao.demo.shocks import Shock, alive, shocks
from qianshao.workbooks import load_codelists


def couple(per_head: float, savings: float) -> Household:
    village, numbers, rng = villages(400, Random(1))[0], Numbers(), Random(2)
    born = date(1975, 5, 5)
    people = [
        Person("甲", "1", born, "head", numbers.give(rng, born, "1"), ability="ordinary"),
        Person("乙", "2", born, "spouse", numbers.give(rng, born, "2"), ability="ordinary"),
    ]
    return Household(f"{village.code}0001", village, "一组", people, per_head=per_head, savings=savings)


def illness(cost: float, *, hidden: bool = False) -> Shock:
    return Shock("grave_illness", "illness", date(2026, 6, 1), date(2027, 2, 1), 0, cost, hidden=hidden)


def test_the_same_bill_is_trouble_for_the_poor_only() -> None:
    bill = [illness(24_000)]
    assert truth.troubles(Random(1), couple(9_000, 2_000), bill)
    assert not truth.troubles(Random(1), couple(60_000, 2_000), bill)
    assert not truth.troubles(Random(1), couple(9_000, 120_000), bill)


def test_a_blow_that_takes_nothing_is_no_cause_even_of_the_poorest() -> None:
    assert not truth.troubles(Random(1), couple(1_000, 0), [illness(0)])


def test_a_child_out_of_school_is_trouble_whatever_the_income() -> None:
    left = Shock("left_school", "schooling", date(2026, 9, 1), date(2026, 12, 1), 1, hardship=True)
    found = truth.troubles(Random(1), couple(60_000, 100_000), [left])
    assert [(trouble.cause, trouble.since) for trouble in found] == [("schooling", date(2026, 9, 1))]


def test_what_is_hidden_leaves_no_bill_and_what_is_not_hidden_does() -> None:
    for hidden in (True, False):
        blow = illness(30_000, hidden=hidden)
        rows = list(settlements(Random(4), couple(9_000, 0), [blow]))
        assert bool(blow.traces) is not hidden
        assert any(row.values["self_paid"] > 4_000 for row in rows) is not hidden


def test_a_dead_member_is_not_alive_afterwards() -> None:
    household = couple(9_000, 0)
    death = Shock("death", "labour", date(2026, 6, 1), date(2027, 1, 1), 0)
    assert alive(household, [death], date(2026, 5, 31)) == household.people
    assert alive(household, [death], date(2026, 6, 1)) == household.people[1:]


def test_shocks_come_by_day_and_know_nothing_of_a_rule() -> None:
    household = couple(12_000, 4_000)
    year = income.years(Random(1), household)[1]
    found = [shock for seed in range(300) for shock in shocks(Random(seed), household, year, [])]
    assert found
    assert all(shock.cost >= 0 and shock.loss >= 0 for shock in found)
    assert {shock.cause for shock in found} <= set(load_codelists([national()])["causes"].codes)


def national() -> Path:
    return Path(str(files("qianshao.rulebook") / "national"))


@pytest.fixture(scope="module")
def hidden(county: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((county / "truth.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def stories(county: Path) -> list[dict[str, Any]]:
    content = json.loads((county / "named.json").read_text(encoding="utf-8"))
    assert content["as_of"] == ["2026-09-30", "2026-10-31", "2026-11-20"]
    found: list[dict[str, Any]] = content["households"]
    return found


def test_some_troubles_leave_no_trace_and_most_blows_are_no_trouble(hidden: dict[str, Any]) -> None:
    named = {trouble["shock"] for trouble in hidden["troubles"] if not trouble["shock"].islower()}
    assert not named
    traced = [bool(trouble["traces"]) for trouble in hidden["troubles"]]
    assert 0.3 < sum(traced) / len(traced) < 0.9
    assert sum(hidden["shocks_without_trouble"].values()) > len(traced)


def test_every_cause_status_and_kind_of_error_has_its_story(stories: list[dict[str, Any]]) -> None:
    seen = {(cause, status) for story in stories for day in story["expect"] for cause, status in day.items()}
    assert {status for _, status in seen} == set(STATUSES)
    causes = set(load_codelists([national()])["causes"].codes) - {"other"}
    assert {cause for cause, _ in seen} == causes
    ends = [(story["in_trouble"][2], bool(story["expect"][2])) for story in stories]
    assert {(True, True), (True, False), (False, True), (False, False)} == set(ends)
    assert [story for story in stories if story["hold"]]
    assert [story for story in stories if story["doubtful"]]
    assert [story for story in stories if story["unknown"]]
    assert len(stories) >= 30


def test_statuses_of_a_story_follow_each_other(stories: list[dict[str, Any]]) -> None:
    still_open = ("new", "continuing", "unconfirmable")
    for story in stories:
        before: dict[str, str] = {}
        for day in story["expect"]:
            for cause, status in day.items():
                assert (status == "new") is (before.get(cause) not in still_open), story["key"]
            before = day


def test_stories_are_told_in_both_languages_about_one_household_each(stories: list[dict[str, Any]]) -> None:
    assert all(story["story"]["zh"] and story["story"]["en"] for story in stories)
    numbers = [story["household"] for story in stories]
    assert len(set(numbers)) == len(numbers)
    assert len({story["head"] for story in stories}) == len(stories)
