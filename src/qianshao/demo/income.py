"""The income ledger: items by month, from what a household can count on, good and bad years, and shocks.

A year's income is its persistent part times a transitory one: the correlation of logs between two years is
about 0.6, as the CHNS shows of rural wages. About every fifteenth farm or shop loses money in a year.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from qianshao.demo.calendar import INCOME_FROM, INCOME_YEARS, LAST_DAY, add_months
from qianshao.demo.economy import BASIC_PENSION
from qianshao.demo.people import Household
from qianshao.demo.population import TODAY

TRANSITORY_SPREAD = 0.48
# What helpers write down of a watched household swings less: bad months are topped up, good ones smoothed.
WATCHED_SPREAD = 0.17
BAD_LUCK, MEAN_LUCK = 0.42, 0.11
LOSS_CHANCE = 0.04
MONTHS = (LAST_DAY.year - INCOME_FROM.year) * 12 + LAST_DAY.month - INCOME_FROM.month + 1

# Parts of a year's amount by calendar month. Wages are counted month by month.
SEASONS: dict[str, dict[int, float]] = {
    "crop": {6: 0.46, 10: 0.54},
    "livestock": {1: 0.55, 7: 0.45},
    "forestry": {9: 1.0},
    "other_business": {3: 0.25, 6: 0.25, 9: 0.25, 12: 0.25},
    "business_expense": {3: 0.55, 8: 0.45},
    "property_land": {1: 1.0},
    "property_dividend": {12: 1.0},
    "transfer_farm_subsidy": {5: 1.0},
    "transfer_eco": {7: 1.0},
    "transfer_other": {2: 0.55, 9: 0.45},
}
QUARTERLY = ("transfer_pension", "transfer_dibao", "transfer_tekun", "transfer_disability")
QUARTER_ENDS = (3, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Item:
    """One amount in whole yuan; `member` is the index of the person who earned it."""

    member: int | None
    item: str
    month: date
    amount: int
    source: str


@dataclass(frozen=True, slots=True)
class Interruption:
    """From a month until another (exclusive) an item, or one member's item, yields only a part of itself."""

    item: str
    member: int | None
    since: date
    until: date
    part: float

    def touches(self, item: str, member: int | None, month: date) -> bool:
        same = self.item == item and (self.member is None or self.member == member)
        return same and self.since <= month < self.until


@dataclass(frozen=True)
class Year:
    """Yearly amounts by item, what a wage is worth in this year, and the wages of all members at par."""

    yearly: dict[str, float]
    wage_factor: float
    wages: float

    @property
    def net(self) -> float:
        """Net income of the household in the year; may be negative."""
        cost = 2 * self.yearly.get("business_expense", 0.0)
        return sum(self.yearly.values()) - cost + self.wages * self.wage_factor


def years(rng: Random, household: Household) -> list[Year]:
    """What the years since `INCOME_FROM` are worth without any shock; the last one has hardly begun."""
    wages = {index: household.people[index].wage for index in household.workers()}
    made = [_year(rng, household, wages) for _ in range(INCOME_YEARS)]
    return [*made, made[-1]]


def ledger(
    rng: Random, household: Household, years: Sequence[Year], interruptions: Sequence[Interruption] = ()
) -> list[Item]:
    """All items of the household since `INCOME_FROM`, in order of month."""
    items = list(_wages(rng, household, years, interruptions))
    source = "visit" if household.watched else "self_report"
    for count in range(MONTHS):
        month = add_months(INCOME_FROM, count)
        for item, yearly in years[count // 12].yearly.items():
            part = SEASONS[item].get(month.month, 0.0) if item in SEASONS else 0.0
            if item in QUARTERLY and month.month in QUARTER_ENDS:
                part = 0.25
            amount = _rounded(yearly * part * _left(interruptions, item, None, month))
            if amount > 0:
                items.append(Item(None, item, month, amount, _source(item, source)))
    items.sort(key=lambda item: (item.month, item.item, item.member or 0))
    return items


def net_of_year(items: Iterable[Item], since: date) -> int:
    """Net income of the twelve months from `since`; may be negative."""
    until = add_months(since, 12)
    return sum(
        -item.amount if item.item == "business_expense" else item.amount
        for item in items
        if since <= item.month < until
    )


def _year(rng: Random, household: Household, wages: dict[int, int]) -> Year:
    luck = rng.gauss(0, WATCHED_SPREAD if household.watched else TRANSITORY_SPREAD)
    # A bad year is met by more work and fewer expenses, a good one is not: luck is lopsided.
    factor = math.exp(luck * (BAD_LUCK if luck < 0 else 1.0) - MEAN_LUCK)
    total = household.per_head * household.size * factor
    yearly = _transfers(household)
    wage_factor = factor if wages else 0.0
    rest = total - sum(yearly.values()) - 12 * sum(wages.values()) * wage_factor
    if household.land_mu > 2 and rng.random() < 0.22:
        yearly["property_land"] = household.land_mu * 210
        rest -= yearly["property_land"]
    if household.base_type == "lifted" and rng.random() < 0.6:
        yearly["property_dividend"] = rng.randrange(200, 1600, 50)
        rest -= yearly["property_dividend"]
    _business(rng, household, max(0.0, rest), yearly)
    return Year(yearly, wage_factor, 12.0 * sum(wages.values()))


def _transfers(household: Household) -> dict[str, float]:
    old = sum(person.age(TODAY) >= 60 for person in household.people)
    yearly: dict[str, float] = {"transfer_farm_subsidy": household.land_mu * 86}
    if old:
        yearly["transfer_pension"] = old * 12 * BASIC_PENSION
    if household.assistance:
        scheme = "transfer_tekun" if household.assistance.scheme == "tekun" else "transfer_dibao"
        yearly[scheme] = 12 * household.assistance.amount
    disabled = sum(p.disability is not None and p.disability[1] in "12" for p in household.people)
    if disabled:
        yearly["transfer_disability"] = disabled * 12 * 160
    return yearly


def _business(rng: Random, household: Household, rest: float, yearly: dict[str, float]) -> None:
    """Farm and shop bring the rest; what they cannot bring comes from relatives."""
    able = any(person.can_work() for person in household.people)
    limit = 0.0
    if able:
        limit = 1_400 * household.land_mu + rng.uniform(3_000, 16_000)
        limit = max(limit, rest) if household.enterprise else limit * rng.uniform(0.8, 2.4)
    net = min(rest, limit)
    if rest - net > 300:
        yearly["transfer_other"] = rest - net
    if net <= 300:
        return
    loses = rng.random() < LOSS_CHANCE * (0.3 if household.watched else 1.0)
    cost = rng.uniform(0.25, 0.45)
    gross = net / (1 - cost)
    yearly["business_expense"] = gross * (rng.uniform(1.1, 2.3) if loses else cost)
    main = "other_business" if household.enterprise else "crop"
    animals = rng.uniform(0.2, 0.6) if rng.random() < 0.4 else 0.0
    yearly[main] = gross * (1 - animals)
    if animals:
        yearly["livestock"] = gross * animals


def _wages(
    rng: Random, household: Household, years: Sequence[Year], interruptions: Sequence[Interruption]
) -> Iterator[Item]:
    """Watched households report wages month by month, the others a quarter's sum at its end."""
    for index in household.workers():
        wage, idle, sum_of_quarter = household.people[index].wage, _idle_months(rng), 0
        for count in range(MONTHS):
            month = add_months(INCOME_FROM, count)
            amount = 0.0 if count in idle else wage * years[count // 12].wage_factor
            # The month of the spring festival is half a month at home.
            amount *= 0.6 if month.month == 2 else 1.0
            paid = _rounded(amount * _left(interruptions, "wage", index, month))
            if household.watched and paid:
                yield Item(index, "wage", month, paid, "visit")
            sum_of_quarter += paid
            if not household.watched and month.month in QUARTER_ENDS:
                if sum_of_quarter:
                    yield Item(index, "wage", month, sum_of_quarter, "self_report")
                sum_of_quarter = 0


def _idle_months(rng: Random) -> range:
    """Most people work through; some come home for a season or had no work at all in one of the years."""
    if rng.random() < 0.87:
        return range(0)
    start = rng.randrange(0, 14)
    return range(start, start + rng.choice((2, 3, 4, 9)))


def _left(interruptions: Sequence[Interruption], item: str, member: int | None, month: date) -> float:
    part = 1.0
    for interruption in interruptions:
        if interruption.touches(item, member, month):
            part *= interruption.part
    return part


def _rounded(amount: float) -> int:
    return round(amount / 10) * 10


def _source(item: str, said_by: str) -> str:
    return "department" if item in ("transfer_dibao", "transfer_tekun") else said_by
