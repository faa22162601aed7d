"""The latent truth: what befalls households, and whom it brings into real trouble.

Nothing here knows a rule or a threshold. A shock takes income away, demands money, or makes home, water or
school fail; whether that is trouble depends on what the household has left to live on (`troubles`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from qianshao.demo.calendar import HISTORY_FROM, LAST_DAY
from qianshao.demo.income import Interruption, Year
from qianshao.demo.people import Household, Person

DAYS = (LAST_DAY - HISTORY_FROM).days + 1
FOREVER = date(2029, 1, 1)
BAD_YEAR_FROM = date(2025, 10, 1)


@dataclass(eq=False, slots=True)
class Shock:
    """One blow. `cost`: what it demands over a year; `loss`: what a year's income is less by; both in yuan.

    `hardship`: something fails that money does not measure (a child out of school, no water, no safe house).
    `hidden`: no office ever learns of it.
    """

    kind: str
    cause: str
    began: date
    until: date
    member: int | None = None
    cost: float = 0.0
    loss: float = 0.0
    hardship: bool = False
    hidden: bool = False
    detail: str = ""
    interruptions: list[Interruption] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class VillageEvent:
    """What happens to a whole village: a flood, hail, drought or a failing water supply."""

    kind: str
    began: date
    until: date
    reach: float
    reported: bool = True


def village_events(rng: Random) -> list[VillageEvent]:
    """The events of one village over the period. Most villages have a few dry days and nothing else."""
    events = []
    for kind, chance, low, high in (
        ("flood", 0.045, 0.08, 0.28),
        ("weather", 0.04, 0.05, 0.20),
        ("drought", 0.02, 0.10, 0.30),
    ):
        if rng.random() < chance:
            day = _day(rng)
            events.append(VillageEvent(kind, day, day + timedelta(days=2), rng.uniform(low, high)))
    for _ in range(rng.choices((0, 1, 2, 3), (25, 40, 25, 10))[0]):
        day = _day(rng)
        # Half of the rural supplies stop for a day or two now and then; a long outage is rare.
        length = rng.randint(1, 6) if rng.random() < 0.985 else rng.randint(25, 70)
        until = day + timedelta(days=length)
        events.append(VillageEvent("outage", day, until, 1.0, reported=rng.random() < 0.9))
    return sorted(events, key=lambda event: event.began)


def shocks(rng: Random, household: Household, year: Year, events: Sequence[VillageEvent]) -> list[Shock]:
    """Everything that befalls the household, by day; `year` is what the year would be without any shock."""
    found = [shock for draw in _DRAWS for shock in draw(rng, household)]
    found += _bad_year(rng, household, year)
    found += _from_village(rng, household, events)
    return sorted(found, key=lambda shock: (shock.began, shock.kind))


def _day(rng: Random) -> date:
    return HISTORY_FROM + timedelta(days=rng.randrange(DAYS))


def _happens(rng: Random, yearly: float) -> bool:
    return rng.random() < yearly * DAYS / 365


def _wage_stops(member: int, since: date, until: date, part: float = 0.0) -> Interruption:
    return Interruption("wage", member, since.replace(day=1), until, part)


def _illness(rng: Random, household: Household) -> Iterator[Shock]:
    for index, person in enumerate(household.people):
        years = person.age(HISTORY_FROM)
        yearly = 0.002 if years < 18 else 0.005 if years < 45 else 0.012 if years < 60 else 0.024
        if not _happens(rng, yearly):
            continue
        cost = rng.lognormvariate(9.75, 0.85) * (0.75 if household.watched else 1.0)
        shock = _sickness(rng, "grave_illness", household, index, cost, rng.randint(5, 14))
        # Some are treated where no insurance pays and nobody keeps a list.
        shock.hidden = rng.random() < 0.13
        yield shock


def _sickness(rng: Random, kind: str, household: Household, member: int, cost: float, months: int) -> Shock:
    began = _day(rng)
    until = began + timedelta(days=30 * months)
    person = household.people[member]
    cause = "accident" if kind == "accident" else "illness"
    shock = Shock(kind, cause, began, until, member, cost)
    if person.working:
        shock.loss = person.wage * min(12, months) * 0.7
        shock.interruptions.append(_wage_stops(member, began, until, 0.3))
    elif person.can_work():
        shock.loss = 0.15 * household.per_head * household.size
    return shock


def _accident(rng: Random, household: Household) -> Iterator[Shock]:
    for index, person in enumerate(household.people):
        if person.age(HISTORY_FROM) < 16 or not _happens(rng, 0.0022):
            continue
        cost = rng.lognormvariate(9.3, 0.8)
        shock = _sickness(rng, "accident", household, index, cost, rng.randint(3, 9))
        shock.hidden = rng.random() < 0.4
        yield shock


def _chronic(rng: Random, household: Household) -> Iterator[Shock]:
    for index, person in enumerate(household.people):
        if "chronic" not in person.conditions or not _happens(rng, 0.03):
            continue
        monthly = rng.uniform(450, 2000)
        began = _day(rng)
        until = began + timedelta(days=rng.randint(200, 700))
        months = min(12, (until - began).days / 30)
        shock = Shock("chronic_burden", "illness", began, until, index, monthly * months)
        shock.hidden = rng.random() < 0.25
        yield shock


def _disability(rng: Random, household: Household) -> Iterator[Shock]:
    for index, person in enumerate(household.people):
        if person.disability or not _happens(rng, 0.0016):
            continue
        began = _day(rng)
        loss = person.wage * 12 * 0.8 if person.working else 0.1 * household.per_head * household.size
        shock = Shock("disability", "disability", began, FOREVER, index, rng.uniform(3_000, 22_000), loss)
        if person.working:
            shock.interruptions.append(_wage_stops(index, began, FOREVER, 0.2))
        shock.hidden = rng.random() < 0.3
        yield shock


def _job(rng: Random, household: Household) -> Iterator[Shock]:
    for index in household.workers():
        person = household.people[index]
        if not _happens(rng, 0.085):
            continue
        began = _day(rng).replace(day=1)
        months = rng.randint(2, 13)
        until = began + timedelta(days=30 * months)
        # Near sixty most who come home have chosen to; younger people found nothing new.
        chosen = rng.random() < (0.75 if person.age(began) >= 55 else 0.12)
        loss = 0.0 if chosen else person.wage * min(12, months)
        kind = "came_home" if chosen else "job_loss"
        shock = Shock(kind, "work", began, until, index, loss=loss)
        shock.interruptions.append(_wage_stops(index, began, until))
        shock.hidden = rng.random() < (0.12 if household.watched else 0.7)
        yield shock


def _harvest(rng: Random, household: Household) -> Iterator[Shock]:
    if household.land_mu < 2 or not _happens(rng, 0.03):
        return
    began = _day(rng)
    until = began + timedelta(days=365)
    part = rng.uniform(0.0, 0.5)
    farm = household.per_head * household.size * (0.25 if household.workers() else 0.6)
    shock = Shock("harvest", "business", began, until, loss=farm * (1 - part))
    shock.cost = rng.uniform(0, 0.25) * farm
    shock.interruptions += [Interruption(item, None, began, until, part) for item in ("crop", "livestock")]
    shock.detail = rng.choice(("pest", "weather", "drought", "market"))
    shock.hidden = shock.detail == "market" or rng.random() < 0.35
    yield shock


def _fire(rng: Random, household: Household) -> Iterator[Shock]:
    if _happens(rng, 0.0016):
        began = _day(rng)
        until = began + timedelta(days=rng.randint(150, 400))
        cost = rng.lognormvariate(10.0, 0.7)
        yield Shock("fire", "accident", began, until, cost=cost, detail="fire", hidden=rng.random() < 0.1)


def _house(rng: Random, household: Household) -> Iterator[Shock]:
    bad = household.housing_grade in ("C", "D")
    if _happens(rng, 0.5 if bad else 0.003):
        began = _day(rng)
        until = began + timedelta(days=rng.randint(90, 420))
        grade = household.housing_grade if bad and household.housing_grade else rng.choices("CD", (70, 30))[0]
        poor = household.savings < 25_000
        yield Shock("house", "housing", began, until, hardship=poor, detail=grade, hidden=rng.random() < 0.2)


def _school(rng: Random, household: Household) -> Iterator[Shock]:
    for index, person in enumerate(household.people):
        if person.stage in ("primary", "junior") and _happens(
            rng, 0.002 if person.stage == "primary" else 0.014
        ):
            began = _day(rng)
            until = began + timedelta(days=rng.randint(40, 300))
            shock = Shock("left_school", "schooling", began, until, index, hardship=True)
            shock.detail = rng.choices(("left", "missing", "enrolled"), (60, 20, 20))[0]
            shock.hidden = shock.detail == "enrolled"
            yield shock
    for year in (2025, 2026):
        cost = sum(person.school_cost for person in household.people)
        if cost > 4_000:
            student = max(range(household.size), key=lambda i: household.people[i].school_cost)
            began, until = date(year, 9, 1), date(year + 1, 7, 15)
            # A student loan or grant from elsewhere carries a part.
            borne = cost * rng.uniform(0.3, 0.9)
            yield Shock("school_cost", "schooling", began, until, student, cost=borne)


def _death(rng: Random, household: Household) -> Iterator[Shock]:
    for index, person in enumerate(household.people):
        years = person.age(HISTORY_FROM)
        yearly = 0.0002 if years < 40 else 0.0022 if years < 60 else 0.011 if years < 75 else 0.045
        # The last adult of a household does not die here: nobody would be left to be in trouble.
        others = any(p is not person and p.age(HISTORY_FROM) >= 18 for p in household.people)
        if not others or not _happens(rng, yearly):
            continue
        began = _day(rng)
        until = began + timedelta(days=rng.randint(240, 720))
        loss = person.wage * 12 if person.working else 0.0
        shock = Shock("death", "labour", began, until, index, rng.uniform(3_000, 15_000), loss)
        if person.working:
            shock.interruptions.append(_wage_stops(index, began, FOREVER))
        shock.hidden = rng.random() < 0.04
        yield shock


def _enterprise(rng: Random, household: Household) -> Iterator[Shock]:
    enterprise = household.enterprise
    if enterprise and _happens(rng, 0.06):
        began = _day(rng)
        until = began + timedelta(days=rng.randint(200, 500))
        failed = rng.random() < 0.6
        loss = 0.6 * household.per_head * household.size if failed else 0.0
        cost = rng.uniform(0.2, 1.2) * enterprise.capital * 0.4 if failed else 0.0
        shock = Shock("shop_closed", "business", began, until, enterprise.owner, cost, loss)
        if failed:
            shock.interruptions.append(Interruption("other_business", None, began, until, 0.1))
        shock.hidden = rng.random() < 0.3
        yield shock


def _debt(rng: Random, household: Household) -> Iterator[Shock]:
    if _happens(rng, 0.004):
        began = _day(rng)
        until = began + timedelta(days=rng.randint(200, 500))
        yield Shock("debt", "other", began, until, cost=rng.lognormvariate(10.3, 0.6), hidden=True)


def _bad_year(rng: Random, household: Household, year: Year) -> Iterator[Shock]:
    """Less work, poor prices, animals that cost more than they bring: no event, and yet no money."""
    usual = household.per_head * household.size
    loss = usual - year.net
    if loss > 0.35 * usual:
        began = BAD_YEAR_FROM + timedelta(days=rng.randrange(200))
        losing = year.yearly.get("business_expense", 0.0) > 0.6 * (usual - loss + 1)
        until = began + timedelta(days=rng.randint(360, 480))
        cause = "business" if losing and year.net < 0.3 * usual else "income"
        yield Shock("bad_year", cause, began, until, loss=loss, hidden=True)


_DRAWS: tuple[Callable[[Random, Household], Iterable[Shock]], ...] = (
    _illness,
    _accident,
    _chronic,
    _disability,
    _job,
    _harvest,
    _fire,
    _house,
    _school,
    _death,
    _enterprise,
    _debt,
)


def _from_village(rng: Random, household: Household, events: Sequence[VillageEvent]) -> Iterator[Shock]:
    for event in events:
        if rng.random() >= event.reach:
            continue
        if event.kind == "outage":
            days = (event.until - event.began).days
            dry = days > 20 and not household.own_well
            yield Shock("outage", "water", event.began, event.until, hardship=dry, hidden=not event.reported)
            continue
        until = event.began + timedelta(days=rng.randint(120, 330))
        damaged = event.kind == "flood" and rng.random() < 0.12
        loss = rng.lognormvariate(8.1, 0.9)
        cost = rng.lognormvariate(9.6, 0.5) if damaged else 0.0
        yield Shock(
            event.kind, "disaster", event.began, until, cost=cost, loss=loss,
            detail="damaged" if damaged else "", hidden=rng.random() < 0.08,
        )  # fmt: skip


def alive(household: Household, blows: Iterable[Shock], on: date) -> list[Person]:
    """The members that live on a day."""
    dead = {shock.member for shock in blows if shock.kind == "death" and shock.began <= on}
    return [person for index, person in enumerate(household.people) if index not in dead]
