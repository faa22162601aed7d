"""The people and incomes of the example county against published figures."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import Random

import pytest

from qianshao.demo import economy, income, lists, population
from qianshao.demo.calendar import INCOME_FROM, add_months
from qianshao.demo.identities import Numbers
from qianshao.demo.people import Household
from qianshao.demo.places import villages

Living = tuple[Household, list[income.Item]]
THIS_YEAR = add_months(INCOME_FROM, 12)


@pytest.fixture(scope="module")
def people() -> list[Living]:
    rng, numbers = Random(11), Numbers()
    made = []
    for village in villages(3000, rng):
        for sequence in range(village.households):
            kind = population.draw_kind(rng)
            household = population.household(rng, village, sequence + 1, kind, numbers)
            economy.settle(rng, household, kind)
            made.append((household, income.ledger(rng, household, income.years(rng, household))))
    return made


def per_head(people: Sequence[Living], since: date) -> list[tuple[float, int]]:
    """Net income per head of a year and size, by household."""
    return [
        (income.net_of_year(items, since) / household.size, household.size) for household, items in people
    ]


def fifths(values: Sequence[tuple[float, int]]) -> list[list[tuple[float, int]]]:
    """Households sorted into fifths of people."""
    groups: list[list[tuple[float, int]]] = [[] for _ in range(5)]
    total, passed = sum(size for _, size in values), 0
    for value, size in sorted(values):
        groups[min(4, 5 * passed // total)].append((value, size))
        passed += size
    return groups


def test_fifths_of_income_have_the_shares_of_rural_china(people: list[Living]) -> None:
    groups = fifths(per_head(people, THIS_YEAR))
    sums = [sum(value * size for value, size in group) for group in groups]
    # National fifths of 2023: 4.6, 11.3, 16.2, 23.7, 44.1 %; a county is less unequal than a country.
    for got, low, high in zip(
        (part / sum(sums) for part in sums),
        (0.045, 0.10, 0.14, 0.20, 0.38),
        (0.085, 0.14, 0.18, 0.26, 0.47),
        strict=True,
    ):
        assert low < got < high


def test_households_are_smaller_where_a_head_has_more(people: list[Living]) -> None:
    sizes = [sum(s for _, s in group) / len(group) for group in fifths(per_head(people, THIS_YEAR))]
    assert sizes[0] > sizes[2] > sizes[4]
    assert sizes[0] / sizes[4] > 1.15
    assert 2.5 < sum(household.size for household, _ in people) / len(people) < 3.1


def test_some_lose_money_over_the_year(people: list[Living]) -> None:
    losers = sum(value < 0 for value, _ in per_head(people, THIS_YEAR))
    assert 0.003 < losers / len(people) < 0.04


def test_about_six_tenths_of_the_spread_come_again_next_year(people: list[Living]) -> None:
    before, after = per_head(people, INCOME_FROM), per_head(people, THIS_YEAR)
    pairs = [
        (math.log(x), math.log(y))
        for (x, _), (y, _) in zip(before, after, strict=True)
        if x > 500 and y > 500
    ]
    assert 0.52 < correlation(pairs) < 0.75


def correlation(pairs: Sequence[tuple[float, float]]) -> float:
    mean_x, mean_y = (sum(values) / len(pairs) for values in zip(*pairs, strict=True))
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    spread = sum((x - mean_x) ** 2 for x, _ in pairs) * sum((y - mean_y) ** 2 for _, y in pairs)
    return covariance / math.sqrt(spread)


def test_less_than_half_of_the_year_falls_into_its_first_half(people: list[Living]) -> None:
    halves: Counter[bool] = Counter()
    for _, items in people:
        for item in items:
            if item.month.year == 2025:
                sign = -1 if item.item == "business_expense" else 1
                halves[item.month.month <= 6] += sign * item.amount
    # 48.6 % in the national half-year figures.
    assert 0.45 < halves[True] / halves.total() < 0.52


def test_ages_and_disability_are_those_of_the_country(people: list[Living]) -> None:
    everybody = [person for household, _ in people for person in household.people]
    ages = [person.age(population.TODAY) for person in everybody]
    assert 0.15 < sum(age < 15 for age in ages) / len(ages) < 0.23
    assert 0.17 < sum(age >= 60 for age in ages) / len(ages) < 0.27
    assert 0.04 < sum(person.disability is not None for person in everybody) / len(everybody) < 0.08


def test_surnames_have_their_true_shares() -> None:
    rng = Random(3)
    drawn = Counter(lists.surname(rng) for _ in range(40_000))
    # Shares are of all people; the list holds the 100 surnames that 86.4 % of them bear.
    for name, share in (("王", 7.486), ("李", 7.370), ("张", 7.033), ("刘", 5.306), ("陈", 4.555)):
        assert drawn[name] / 40_000 == pytest.approx(share / 86.4, abs=0.006)


def test_a_given_name_fits_the_decade() -> None:
    rng = Random(5)
    old = {lists.given_name(rng, 1952, "2") for _ in range(200)}
    young = {lists.given_name(rng, 2014, "2") for _ in range(200)}
    assert "秀英" in old
    assert "梓涵" in young
    assert not old & young


def test_a_village_name_comes_twice_and_sizes_sum_to_the_county() -> None:
    places = villages(4000, Random(1))
    names = Counter(village.name for village in places)
    assert len(places) == 40
    assert len({village.township for village in places}) == 6
    assert sum(village.households for village in places) == 4000
    assert [count for count in names.values() if count > 1] == [2]
    assert len({village.code for village in places}) == 40
    assert all(len(village.code) == 12 and village.code.startswith("991205") for village in places)
