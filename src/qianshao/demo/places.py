"""The places of the example county: townships and villages with their 12-digit codes, all names invented."""

import itertools
from dataclasses import dataclass
from random import Random

from qianshao.demo.lists import place_names

HOUSEHOLDS_PER_VILLAGE = 100
VILLAGES_PER_TOWNSHIP = 7
ROOTS = (("99", "宁州省", "province"), ("9912", "河清市", "city"), ("991205", "青禾县", "county"))
COUNTY = ROOTS[-1][0]
SETTLEMENT_SIZE = 12


@dataclass(frozen=True)
class Township:
    code: str
    name: str


@dataclass(frozen=True)
class Village:
    """A village and how many households it is to hold. The settlement is small and hangs on one well."""

    code: str
    name: str
    township: Township
    households: int
    groups: tuple[str, ...]
    settlement: bool = False


def villages(households: int, rng: Random) -> list[Village]:
    """About one village for each hundred households, in townships of about seven; the sizes sum to the total.

    The first village's name comes back in another township, as names of villages do.
    """
    count = max(4, round(households / HOUSEHOLDS_PER_VILLAGE))
    townships = _townships(max(2, min(280, round(count / VILLAGES_PER_TOWNSHIP))))
    names = _village_names()
    sizes = _sizes(households - SETTLEMENT_SIZE, count - 1, rng)
    made: list[Village] = []
    held: dict[str, int] = {}
    for index in range(count):
        # Villages lie together by township, as any list of areas is sorted.
        township = townships[index * len(townships) // count]
        held[township.code] = held.get(township.code, 0) + 1
        last = index == count - 1
        name = made[0].name if index == count - 2 else f"{next(names)}村"
        groups = tuple(place_names("group")[: rng.randint(3, 6)])
        code = f"{township.code}{200 + held[township.code]:03d}"
        size = SETTLEMENT_SIZE if last else sizes[index]
        made.append(Village(code, "新桥安置点" if last else name, township, size, groups, settlement=last))
    return made


def _townships(count: int) -> list[Township]:
    towns = [name + "镇" for name in place_names("town")]
    rural = [name + "乡" for name in place_names("rural_township")]
    more = (p + n for p in place_names("prefix") for n in place_names("rural_township"))
    half = min((count + 1) // 2, len(towns))
    rest = itertools.chain(rural, (f"{name}乡" for name in more))
    return [Township(f"{COUNTY}{101 + i}", towns[i]) for i in range(half)] + [
        Township(f"{COUNTY}{201 + i}", next(rest)) for i in range(count - half)
    ]


def _village_names() -> itertools.chain[str]:
    base = place_names("village")
    once = (prefix + name for prefix in place_names("prefix") for name in base)
    twice = (a + b + name for a in place_names("prefix") for b in place_names("prefix") for name in base)
    return itertools.chain(base, once, twice)


def _sizes(total: int, count: int, rng: Random) -> list[int]:
    weights = [rng.uniform(0.6, 1.4) for _ in range(count)]
    bounds = [round(total * part / sum(weights)) for part in itertools.accumulate(weights)]
    return [upper - lower for lower, upper in zip([0, *bounds[:-1]], bounds, strict=True)]
