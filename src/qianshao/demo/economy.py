"""What a household lives on: the income it can count on, its savings, its standing with the offices.

Calibrated on the shape of rural income in China in 2023 (fifths of 5,264, 12,864, 18,479, 26,981 and 50,136
yuan a head) at the level of a poorer county.
"""

import math
from datetime import date, timedelta
from random import Random

from qianshao.demo.calendar import LAST_DAY
from qianshao.demo.people import Assistance, Enterprise, Household, Vehicle
from qianshao.demo.population import TODAY, Kind

MEDIAN_PER_HEAD = 17_000
PERSISTENT_SPREAD = 0.52
SIZE_EFFECT = 0.055
LIFTED_SHARE = 0.22
MONITORED_SHARE = 0.013
# Below this a lifted household was topped up by public posts, dividends and allowances.
LIFTED_FLOOR = 11_400
# Wages that occur; below the lowest a person is not counted as working off the farm.
LOWEST_WAGE, HIGHEST_WAGE = 1_800, 11_000
BASIC_PENSION = 168


def settle(rng: Random, household: Household, kind: Kind) -> None:
    """Give a household its means and its standing."""
    spread = rng.gauss(0, PERSISTENT_SPREAD)
    log_income = kind.log_income - SIZE_EFFECT * (household.size - 2.8) + spread
    household.per_head = MEDIAN_PER_HEAD * math.exp(log_income)
    _stand(rng, household, spread)
    _assist(rng, household)
    _work(rng, household)
    _run_business(rng, household)
    _drive(rng, household)
    # Who earns little saves a smaller part of it.
    thrift = 0.08 if rng.random() < 0.27 else 0.8 * math.exp(rng.gauss(0, 0.9))
    thrift *= min(1.5, household.per_head / MEDIAN_PER_HEAD)
    household.savings = thrift * household.per_head * household.size


def _stand(rng: Random, household: Household, spread: float) -> None:
    # Poorer households are likelier to be lifted ones: the logistic curve keeps the county's share.
    if rng.random() < 1 / (1 + math.exp(1.55 + 1.9 * spread)):
        household.base_type = "lifted"
        floor = LIFTED_FLOOR * math.exp(rng.gauss(0.12, 0.13))
        household.per_head = max(household.per_head, floor)
    poor = household.per_head < 13_000
    if rng.random() < MONITORED_SHARE * (2.6 if poor else 0.4):
        own = "unstable" if household.base_type == "lifted" else "marginal"
        household.monitored_kind = own if poor else "sudden"


def _assist(rng: Random, household: Household) -> None:
    old = all(person.age(TODAY) >= 60 for person in household.people)
    able = any(person.can_work() for person in household.people)
    severe = any(p.disability and p.disability[1] in "12" for p in household.people)
    chance = 0.93 if not able else 0.30 if severe else 0.03 if household.per_head < 11_000 else 0.004
    if rng.random() >= chance:
        return
    started = date(rng.randint(2017, 2025), rng.randint(1, 8), 1)
    if old and household.size == 1 and not able and rng.random() < 0.35:
        household.assistance = Assistance("tekun", started, rng.randrange(780, 990, 10), 1)
    else:
        persons = household.size if not able else rng.randint(1, max(1, household.size - 1))
        amount = persons * rng.randrange(260, 430, 10)
        household.assistance = Assistance("dibao_rural", started, amount, persons)


def _work(rng: Random, household: Household) -> None:
    """Spread the wage part of the income over the members with off-farm work."""
    earners = [household.people[index] for index in household.workers()]
    if not earners:
        return
    budget = household.per_head * household.size * rng.uniform(0.62, 0.92) / 12
    # People go where pay is: those whose share would be less than the lowest wage stay on the farm.
    while earners and budget / len(earners) < LOWEST_WAGE * 1.3:
        leaver = earners.pop()
        leaver.working, leaver.place = False, None
    weights = [rng.uniform(0.75, 1.25) * (1.2 if p.place == "outside" else 1.0) for p in earners]
    for person, weight in zip(earners, weights, strict=True):
        wage = min(HIGHEST_WAGE, max(LOWEST_WAGE, budget * weight / sum(weights)))
        person.wage = int(wage // 50 * 50)


def _run_business(rng: Random, household: Household) -> None:
    adults = [i for i, p in enumerate(household.people) if p.can_work() and not p.working]
    if not adults or household.per_head < 14_000 or rng.random() > 0.09:
        return
    registered = LAST_DAY - timedelta(days=rng.randint(400, 4000))
    role = rng.choices(("self_employed", "legal_representative"), (88, 12))[0]
    code = f"92{rng.randrange(10**15):015d}E"
    capital = rng.choice((20_000, 50_000, 100_000) if role == "self_employed" else (300_000, 1_000_000))
    household.enterprise = Enterprise(adults[0], role, code, registered, capital)


def _drive(rng: Random, household: Household) -> None:
    adults = [i for i, p in enumerate(household.people) if 18 <= p.age(TODAY) < 70]
    chance = min(0.75, household.per_head * household.size / 170_000)
    if not adults or rng.random() > chance:
        return
    kind = rng.choices(("car", "van", "truck", "motorcycle", "farm"), (42, 10, 6, 32, 10))[0]
    prices = {"car": 72_000, "van": 41_000, "truck": 96_000, "motorcycle": 6_500, "farm": 18_000}
    registered = TODAY - timedelta(days=rng.randint(30, 3600))
    price = int(prices[kind] * math.exp(rng.gauss(0, 0.3)) // 100 * 100)
    use = "business" if kind == "truck" else "private"
    household.vehicles.append(
        Vehicle(rng.choice(adults), kind, registered, price, use, f"{rng.randrange(1000):03d}")
    )
