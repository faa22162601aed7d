"""What offices learn of happenings: work months, deaths, disasters, houses, and villages without water."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from qianshao.demo.calendar import HISTORY_FROM, LAST_DAY, ROUNDS, add_months, months
from qianshao.demo.people import Assistance, Household
from qianshao.demo.places import Village
from qianshao.demo.rows import Row, known, round_of
from qianshao.demo.shocks import Shock, VillageEvent
from qianshao.demo.truth import Trouble

DISASTERS = ("flood", "weather", "drought", "fire")
# The day each water list is written: September's a while into October, so it knows of short outages' ends.
WATER_LISTS = {0: ROUNDS[0].until + timedelta(days=9), 1: ROUNDS[1].until, 2: ROUNDS[2].until}


def events(
    rng: Random, household: Household, shocks: list[Shock], of_village: Sequence[VillageEvent]
) -> Iterator[Row]:
    """All event rows about a household but medical ones."""
    for index in range(household.size):
        yield from _work(rng, household, index, [s for s in shocks if s.member == index])
    for shock in shocks:
        if shock.hidden:
            continue
        if shock.kind == "death":
            yield from _died(rng, household, shock)
        elif shock.kind in DISASTERS or shock.kind == "harvest":
            yield from _disaster(rng, household, shock)
        elif shock.kind == "house":
            yield from _house(rng, household, shock)
    yield from _listed_without_need(rng, household, shocks, of_village)
    if rng.random() < 0.02:
        day = HISTORY_FROM + timedelta(days=rng.randrange(400))
        yield Row(
            "housing_appraisal", round_of(day) or 0, household.head, _appraisal(household, "B", day, None)
        )


def _work(rng: Random, household: Household, member: int, shocks: list[Shock]) -> Iterator[Row]:
    """Lifted and monitored people are asked every month; of the others only who registers is known."""
    person = household.people[member]
    if not person.working:
        return
    stops = [s for s in shocks if any(i.item == "wage" for i in s.interruptions)]
    for month in months(HISTORY_FROM, LAST_DAY):
        stop = next((s for s in stops if s.began.replace(day=1) <= month < s.until), None)
        if stop is not None and stop.kind == "death":
            return
        silent = stop is None or stop.hidden
        if silent and not household.watched:
            continue
        status, wage = "working", round(person.wage * rng.uniform(0.95, 1.05) / 10) * 10
        if rng.random() < 0.0015:
            wage = rng.randrange(100, 390, 10)
        if stop is not None and not silent:
            quits = "not_seeking" if person.age(month) >= 55 else "returned"
            status = quits if stop.kind == "came_home" else rng.choice(("unemployed", "returned"))
            stop.traces.append("off_farm_work")
        values = {"month": month, "status": status, "wage": wage if status == "working" else None}
        values["place"] = person.place if status == "working" else None
        index = round_of(month)
        if index is not None:
            yield Row("off_farm_work", index, person, values)


def _died(rng: Random, household: Household, shock: Shock) -> Iterator[Row]:
    index = round_of(known(rng, shock.began, 20, 0.15, 80))
    if index is not None and shock.member is not None:
        shock.traces.append("death")
        yield Row("death", index, household.people[shock.member], {"died_on": shock.began})


def _disaster(rng: Random, household: Household, shock: Shock) -> Iterator[Row]:
    index = round_of(known(rng, shock.began, 15, 0.1))
    if index is None:
        return
    shock.traces.append("disaster_event")
    loss = round((shock.loss + shock.cost) * rng.uniform(0.6, 1.2) / 100) * 100
    yield Row(
        "disaster_event",
        index,
        household.head,
        {
            "happened_on": shock.began,
            "kind": shock.detail if shock.kind == "harvest" else shock.kind,
            "loss": loss,
            "house_damaged": shock.detail == "damaged" or shock.kind == "fire",
            "injured": False,
        },
    )


def _listed_without_need(
    rng: Random, household: Household, shocks: list[Shock], of_village: Sequence[VillageEvent]
) -> Iterator[Row]:
    """After a flood whole rows of houses are listed, also those that lost next to nothing."""
    struck = {shock.began for shock in shocks}
    for event in of_village:
        if event.kind not in DISASTERS or event.began in struck or rng.random() > 0.05:
            continue
        values = {"happened_on": event.began, "kind": event.kind, "loss": rng.randrange(0, 900, 50)}
        values |= {"house_damaged": False, "injured": False}
        yield Row("disaster_event", round_of(event.began) or 0, household.head, values)


def _appraisal(household: Household, grade: str, day: date, remedied: date | None) -> dict[str, object]:
    number = household.number
    return {"household_number": number, "grade": grade, "appraised_on": day, "remedied_on": remedied}


def _house(rng: Random, household: Household, shock: Shock) -> Iterator[Row]:
    day = known(rng, shock.began, 40)
    index = round_of(day)
    if index is None:
        return
    shock.traces.append("housing_appraisal")
    done = shock.until if shock.until <= ROUNDS[index].until else None
    yield Row("housing_appraisal", index, household.head, _appraisal(household, shock.detail, day, done))
    later = round_of(shock.until)
    if done is None and later is not None and shock.until > day:
        values = _appraisal(household, shock.detail, day, shock.until)
        yield Row("housing_appraisal", later, household.head, values)


def outages(village: Village, of_village: Sequence[VillageEvent]) -> Iterator[Row]:
    """The water office's rows of one village: once when water stops, once more when it runs again."""
    for event in of_village:
        if event.kind != "outage" or not event.reported:
            continue
        first = round_of(event.began + timedelta(days=2))
        # October's list is never sent; November's tells which villages have water again since September.
        last = 0 if event.began <= ROUNDS[0].until and event.until <= WATER_LISTS[0] else 2
        for index in sorted({i for i in (first, last) if i is not None}):
            runs = event.until <= WATER_LISTS[index]
            days = ((event.until if runs else ROUNDS[index].until) - event.began).days
            values = {
                "village_code": village.code,
                "outage_from": event.began,
                "outage_to": event.until if runs else None,
                "short_days": max(1, days),
                "reason": "breakdown" if days < 15 else "drought",
            }
            yield Row("water_supply", index, None, values | {"village_name": village.name})


def late_help(rng: Random, household: Household, troubles: Sequence[Trouble]) -> None:
    """Some households in trouble are granted dibao months later; a few others get it without a blow."""
    if household.assistance is not None:
        return
    started: date | None = None
    if troubles and rng.random() < 0.18:
        started = add_months(troubles[0].since.replace(day=1), rng.randint(2, 6))
    elif household.per_head < 9_000 and rng.random() < 0.02:
        started = add_months(HISTORY_FROM, rng.randrange(15))
    if started is not None and started <= LAST_DAY:
        persons = rng.randint(1, household.size)
        household.assistance = Assistance(
            "dibao_rural", started, persons * rng.randrange(260, 430, 10), persons
        )
