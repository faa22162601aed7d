"""The whole example county, written village by village so that memory stays flat at any size."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from qianshao.demo import economy, income, named, population, rosters, strangers, truth
from qianshao.demo.calendar import ROUNDS
from qianshao.demo.desk import Desk
from qianshao.demo.events import events, late_help, outages
from qianshao.demo.identities import Numbers
from qianshao.demo.medical import settlements
from qianshao.demo.people import Household
from qianshao.demo.places import ROOTS, Village, villages
from qianshao.demo.shocks import Shock, VillageEvent, shocks, village_events
from qianshao.demo.slips import slip

LEAST_HOUSEHOLDS = 200
STALE_SINCE = ROUNDS[0].until.replace(month=6, day=1)


def generate(folder: Path, *, households: int, seed: int) -> None:
    """Write the county under `folder`: `files/` as offices send it, `truth.json` and `named.json` beside it.

    The same size and seed give the same bytes. Raises ValueError below `LEAST_HOUSEHOLDS`.
    """
    if households < LEAST_HOUSEHOLDS:
        raise ValueError(f"the example county has at least {LEAST_HOUSEHOLDS} households")
    county = villages(households, Random(f"{seed}/places"))
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    _write_areas(files / "areas.csv", county)
    numbers = Numbers()
    cases = named.placed(county, numbers)
    fates = _Fates()
    desk = Desk(files, str(seed), county)
    for village in county:
        _village(desk, village, numbers, [case for case in cases if case.village is village], seed, fates)
    desk.rows(county[0], strangers.rows(Random(f"{seed}/strangers"), numbers, households))
    planted = desk.close()
    truth.write_truth(folder / "truth.json", households, seed, fates.troubles, fates.without_trouble, planted)
    truth.write(folder / "named.json", named.outcomes(cases))


@dataclass
class _Fates:
    """What befell the county: troubles, and how many shocks of each kind were none."""

    troubles: list[truth.Trouble] = field(default_factory=list)
    without_trouble: Counter[str] = field(default_factory=Counter)

    def add(self, blows: Iterable[Shock], found: list[truth.Trouble]) -> None:
        self.troubles += found
        self.without_trouble.update(shock.kind for shock in blows)
        self.without_trouble.subtract(trouble.shock for trouble in found)


def _village(
    desk: Desk, village: Village, numbers: Numbers, cases: list[named.Case], seed: int, fates: _Fates
) -> None:
    rng = Random(f"{seed}/{village.code}")
    happenings = named.settlement_events() if village.settlement else village_events(rng)
    if cases and not village.settlement:
        happenings = named.without_chance(happenings)
    desk.rows(village, outages(village, happenings))
    for case in cases:
        desk.household(case.household)
        desk.ledger(case.household, named.ledger(case))
        desk.rows(village, named.rows(case))
        fates.troubles += named.troubles(case)
    for sequence in range(len(cases) + 1, village.households + 1):
        kind = population.draw_kind(rng)
        household = population.household(rng, village, sequence, kind, numbers)
        economy.settle(rng, household, kind)
        slip(rng, household)
        _live(desk, rng, household, happenings, fates)


def _live(
    desk: Desk, rng: Random, household: Household, happenings: list[VillageEvent], fates: _Fates
) -> None:
    """Let fourteen months happen to a household and write what offices know of them."""
    years = income.years(rng, household)
    blows = shocks(rng, household, years[1], happenings)
    written = [*settlements(rng, household, blows), *events(rng, household, blows, happenings)]
    written += rosters.rosters(rng, household, blows)
    found = truth.troubles(rng, household, blows)
    items = income.ledger(rng, household, years, [i for shock in blows for i in _entered(rng, shock)])
    late_help(rng, household, found)
    written += rosters.allowance(household)
    desk.household(household, _gone(household, blows))
    desk.ledger(household, items)
    desk.rows(household.village, written)
    fates.add(blows, found)


def _entered(rng: Random, shock: Shock) -> list[income.Interruption]:
    """What of a shock the ledger shows: of those of the last months half are missing."""
    return shock.interruptions if shock.began < STALE_SINCE or rng.random() < 0.5 else []


def _gone(household: Household, blows: list[Shock]) -> dict[int, Shock]:
    """Members whose death was known well before the survey of the late summer."""
    return {
        shock.member: shock
        for shock in blows
        if shock.kind == "death" and shock.member is not None and (household.surveyed - shock.began).days > 90
    }


def _write_areas(path: Path, county: list[Village]) -> None:
    townships = dict.fromkeys((village.township.code, village.township.name) for village in county)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "level"))
        writer.writerows(ROOTS)
        writer.writerows((code, name, "township") for code, name in townships)
        writer.writerows((village.code, village.name, "village") for village in county)
