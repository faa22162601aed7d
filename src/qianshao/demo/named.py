"""The named households: hand-written cases whose outcome on every as-of day is known beforehand.

They are data (`scenarios/*.yaml`). Their outcomes are stated by cause and status, never by a threshold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from ruamel.yaml import YAML

from qianshao.demo import rosters
from qianshao.demo.calendar import HISTORY_FROM, INCOME_FROM, LAST_DAY, ROUNDS, add_months, months
from qianshao.demo.identities import Numbers, fifteen_digits, swapped
from qianshao.demo.income import MONTHS, QUARTER_ENDS, SEASONS, Item
from qianshao.demo.medical import Receipts, bill
from qianshao.demo.people import Household, Person
from qianshao.demo.places import Village
from qianshao.demo.rows import Row, round_of
from qianshao.demo.shocks import VillageEvent
from qianshao.demo.truth import Trouble

STATUSES = ("new", "continuing", "cleared", "unconfirmable")
SURVEYED = date(2026, 9, 1)


@dataclass(frozen=True)
class Case:
    """One named household. `script` is its scenario as written."""

    key: str
    village: Village
    household: Household
    script: Mapping[str, Any]


def scripts() -> list[dict[str, Any]]:
    """All scenarios, in order of file and place in it."""
    folder = files("qianshao.demo") / "scenarios"
    yaml = YAML(typ="safe")
    pages = sorted((page for page in folder.iterdir()), key=lambda page: page.name)
    return [script for page in pages for script in yaml.load(page.read_text(encoding="utf-8"))]


def placed(county: list[Village], numbers: Numbers) -> list[Case]:
    """Every case in its village: in every second one, two of them in the settlement.

    Where cases live water never fails for long by chance, or their outcome would be unknown.
    """
    ordinary = [village for village in county if not village.settlement][::2]
    settlement = next(village for village in county if village.settlement)
    held: dict[str, int] = {}
    cases = []
    for index, script in enumerate(scripts()):
        village = settlement if script.get("settlement") else ordinary[index % len(ordinary)]
        held[village.code] = held.get(village.code, 0) + 1
        household = _household(script, village, held[village.code], numbers)
        cases.append(Case(script["key"], village, household, script))
    return cases


def without_chance(events: list[VillageEvent]) -> list[VillageEvent]:
    """The events that chance gave a village in which cases live, but for long outages."""
    return [event for event in events if event.kind != "outage" or (event.until - event.began).days < 10]


def settlement_events() -> list[VillageEvent]:
    """The settlement's water stopped on 12 August and ran again on 28 October."""
    return [VillageEvent("outage", date(2026, 8, 12), date(2026, 10, 28), 1.0)]


def ledger(case: Case) -> Iterator[Item]:
    """The same steady year again and again, but for the wages that stop."""
    household, script = case.household, case.script
    source = "visit" if household.watched else "self_report"
    for count in range(MONTHS):
        month = add_months(INCOME_FROM, count)
        for item, yearly in script["income"].items():
            part = SEASONS[item].get(month.month, 0.0) if item in SEASONS else 0.0
            if item not in SEASONS and month.month in QUARTER_ENDS:
                part = 0.25
            if part:
                yield Item(None, item, month, round(yearly * part), source)
        for index in household.workers():
            stop = next((s["since"] for s in script.get("stops", ()) if s["who"] == index), None)
            if stop is None or month < stop:
                yield Item(index, "wage", month, household.people[index].wage, source)


def rows(case: Case) -> list[Row]:
    """What offices know of the household: the everyday lists, and the rows that the scenario tells."""
    household, script = case.household, case.script
    made = [row for index, person in enumerate(household.people) for row in _lists(case, index, person)]
    made += rosters.allowance(household)
    if household.watched:
        made += [row for index in household.workers() for row in _work(case, index)]
    receipts = Receipts(household)
    labelled: dict[str, str] = {}
    rng = Random(case.key)
    for told in script.get("rows", ()):
        values = dict(told)
        feed, index, person = values.pop("feed"), values.pop("round"), household.people[values.pop("who")]
        if feed == "medical_settlement":
            label = values.pop("receipt", None)
            receipt = labelled.setdefault(label, receipts.next()) if label else receipts.next()
            values = bill(
                rng, receipt, values["settled_on"], values["kind"], values["own"],
                serious=values.get("serious", False),
            )  # fmt: skip
        elif feed == "disability_card":
            values["disability_number"] = f"{person.number}{values['category']}{values['grade']}"
        elif feed == "housing_appraisal":
            values["household_number"] = household.number
        made.append(Row(feed, index, person, values))
    return made


def troubles(case: Case) -> list[Trouble]:
    """The trouble that the story tells, if any."""
    told = case.script.get("trouble")
    if told is None:
        return []
    traces: dict[str, int] = {}
    for row in case.script.get("rows", ()):
        traces[row["feed"]] = traces.get(row["feed"], 0) + 1
    since, until = told["since"], told["until"]
    number = case.household.number
    return [Trouble(number, told["cause"], case.key, since, until, told["severity"], traces)]


def outcomes(cases: list[Case]) -> dict[str, Any]:
    """What must be seen of each case at each as-of day: the content of named.json.

    `expect`: per as-of day the status of every warning by cause; a cause that is not there has no open
    warning. `doubtful`: feeds of which a row about the household must be doubtful. `unknown`: causes of
    which nothing can be said. `hold`: what an officer does after the first day.
    """
    return {
        "as_of": [each.as_of for each in ROUNDS],
        "households": [
            {
                "key": case.key,
                "household": case.household.number,
                "head": case.household.head.name,
                "village": case.village.name,
                "story": dict(case.script["story"]),
                "in_trouble": [any(t.holds(each.as_of) for t in troubles(case)) for each in ROUNDS],
                "expect": [dict(day) for day in case.script["expect"]],
                "doubtful": list(case.script.get("doubtful", ())),
                "unknown": list(case.script.get("unknown", ())),
                "hold": case.script.get("hold"),
            }
            for case in cases
        ],
    }


def _household(script: Mapping[str, Any], village: Village, sequence: int, numbers: Numbers) -> Household:
    people = [_person(told, numbers) for told in script["people"]]
    for person, told in zip(people, script["people"], strict=True):
        for feed, slip in told.get("slips", {}).items():
            stated = {
                "swapped": swapped(person.number),
                "fifteen": fifteen_digits(person.number),
                "head": people[0].number,
            }[slip]
            person.slips[feed] = stated or person.number
    return Household(
        number=f"{village.code}{sequence:04d}",
        village=village,
        group=village.groups[sequence % len(village.groups)],
        people=people,
        base_type=script.get("base_type", "ordinary"),
        monitored_kind=script.get("monitored_kind", "none"),
        phone=f"1998{village.code[-5:]}{sequence:02d}",
        housing_grade=script.get("housing_grade", "B"),
        land_mu=4.5,
        relocated=village.settlement,
        surveyed=SURVEYED,
    )


def _person(told: Mapping[str, Any], numbers: Numbers) -> Person:
    born: date = told["born"]
    # Sequence numbers without swappable digits would leave a planted swap without effect.
    rng = Random(told["name"])
    number = numbers.give(rng, born, told["sex"])
    while swapped(number) is None:
        number = numbers.give(rng, born, told["sex"])
    person = Person(told["name"], told["sex"], born, told["relation"], number)
    years = person.age(SURVEYED)
    person.school, person.school_cost = told.get("school"), told.get("cost", 0)
    person.off_the_books = told.get("off_the_books", False)
    if person.school is None and not person.off_the_books:
        person.education = "junior" if years < 60 else "primary"
    grown = years >= 16 and person.school is None
    person.ability = told.get("ability", "ordinary" if grown and years < 60 else "none")
    person.conditions = tuple(told.get("conditions", ("healthy",)))
    person.wage, person.place = told.get("wage", 0), told.get("place")
    person.working, person.pension = person.wage > 0, grown
    return person


def _lists(case: Case, index: int, person: Person) -> Iterator[Row]:
    missing = [r for told in case.script.get("uninsured", ()) if told["who"] == index for r in told["rounds"]]
    yield from (row for row in rosters.enrolment(case.household, person) if row.round not in missing)
    if person.stage is None:
        return
    told_status = {p["round"]: p["status"] for p in case.script.get("pupils", ()) if p["who"] == index}
    for each in range(len(ROUNDS)):
        status = told_status.get(each, "enrolled")
        if status != "absent":
            yield rosters.pupil(case.household, person, status, each)


def _work(case: Case, index: int) -> Iterator[Row]:
    person = case.household.people[index]
    told_months = {told["month"]: told for told in case.script.get("work", ()) if told["who"] == index}
    for month in months(HISTORY_FROM, LAST_DAY):
        told = told_months.get(month, {})
        status = told.get("status", "working")
        at_work = status == "working"
        values = {
            "month": month,
            "status": status,
            "wage": told.get("wage", person.wage) if at_work else None,
            "place": person.place if at_work else None,
        }
        known_in = round_of(month + timedelta(days=10))
        if known_in is not None:
            yield Row("off_farm_work", known_in, person, values)
