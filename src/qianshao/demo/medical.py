"""The medical insurance office's settlements: everyday care, and the bills that shocks bring."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from qianshao.demo.calendar import HISTORY_FROM, LAST_DAY
from qianshao.demo.people import Household, Person
from qianshao.demo.rows import Row, known, round_of
from qianshao.demo.shocks import DAYS, Shock

FEED = "medical_settlement"
HOSPITALS = ("青禾县人民医院", "青禾县中医医院", "河清市第一人民医院", "宁州省肿瘤医院")
CLINICS = ("乡镇卫生院", "村卫生室", "青禾县人民医院", "社区卫生服务站")


class Receipts:
    """Receipt numbers of one household, each once."""

    def __init__(self, household: Household) -> None:
        self._stem, self._count = f"YB{household.number[6:]}", 0

    def next(self) -> str:
        self._count += 1
        return f"{self._stem}{self._count:03d}"


def bill(
    rng: Random, receipt: str, day: date, kind: str, own: float, *, serious: bool = False
) -> dict[str, object]:
    """The columns of one settlement; the parts paid by others and `own` sum to the total."""
    own_part = rng.uniform(0.24, 0.42) if kind == "inpatient" else rng.uniform(0.35, 0.6)
    paid = round(own, 2)
    others = round(paid / own_part - paid, 2)
    serious_paid = round(others * rng.uniform(0.1, 0.3), 2) if paid > 8_000 else 0.0
    relief = round(others * rng.uniform(0.05, 0.2), 2) if paid > 5_000 else 0.0
    basic = round(others - serious_paid - relief, 2)
    return {
        "receipt_number": receipt,
        "settled_on": day,
        "kind": kind,
        "facility": rng.choice(HOSPITALS if kind == "inpatient" else CLINICS),
        "total": round(paid + basic + serious_paid + relief, 2),
        "basic_paid": basic,
        "serious_paid": serious_paid,
        "relief_paid": relief,
        "self_paid": paid,
        "serious_illness": serious,
    }


def settlements(rng: Random, household: Household, shocks: list[Shock]) -> Iterator[Row]:
    """All settlements of a household, everyday ones and those of its shocks."""
    receipts = Receipts(household)
    for person in household.people:
        yield from _everyday(rng, receipts, person, household.watched)
    for shock in shocks:
        if shock.hidden or shock.member is None:
            continue
        person = household.people[shock.member]
        if shock.kind in ("grave_illness", "accident"):
            yield from _admissions(rng, receipts, person, shock)
        elif shock.kind == "chronic_burden":
            yield from _monthly(rng, receipts, person, shock)


def _row(rng: Random, person: Person, day: date, values: dict[str, object], late: float) -> Row | None:
    index = round_of(known(rng, day, 5, late))
    return None if index is None or day > LAST_DAY else Row(FEED, index, person, values)


def _everyday(rng: Random, receipts: Receipts, person: Person, watched: bool) -> Iterator[Row]:
    years = person.age(HISTORY_FROM)
    chronic = "chronic" in person.conditions
    stays = 0.05 if years < 45 else 0.12 if years < 60 else 0.25
    plan = [("inpatient", stays * (1.6 if chronic else 1.0), 6.75, 0.75)]
    plan.append(("outpatient", 0.7 if years < 60 else 1.1, 4.5, 0.6))
    if chronic:
        plan.append(("chronic", 4.0, 4.9, 0.5))
    for kind, yearly, mean, spread in plan:
        for _ in range(_count(rng, yearly * DAYS / 365)):
            day = HISTORY_FROM + timedelta(days=rng.randrange(DAYS))
            own = rng.lognormvariate(mean, spread) * (0.8 if watched else 1.0)
            row = _row(rng, person, day, bill(rng, receipts.next(), day, kind, own), 0.04)
            if row is not None:
                yield row
                yield from _corrected(rng, row)


def _count(rng: Random, expected: float) -> int:
    whole = int(expected)
    return whole + (rng.random() < expected - whole)


def _admissions(rng: Random, receipts: Receipts, person: Person, shock: Shock) -> Iterator[Row]:
    count = rng.choices((1, 2, 3, 4), (40, 30, 20, 10))[0] if shock.cost > 9_000 else 1
    weights = [rng.uniform(0.5, 1.5) for _ in range(count)]
    day = shock.began
    for weight in weights:
        day += timedelta(days=rng.randint(6, 40))
        # Medicines bought outside and travel are part of the cost that no settlement shows.
        own = shock.cost * weight / sum(weights) * rng.uniform(0.7, 0.95)
        serious = shock.kind == "grave_illness" and shock.cost > 18_000 and rng.random() < 0.7
        values = bill(rng, receipts.next(), day, "inpatient", own, serious=serious)
        # People treated outside the province settle at home, weeks later.
        row = _row(rng, person, day, values, 0.18)
        if row is not None:
            shock.traces.append(FEED)
            yield row
            yield from _corrected(rng, row)


def _monthly(rng: Random, receipts: Receipts, person: Person, shock: Shock) -> Iterator[Row]:
    months = max(1, min(12, (shock.until - shock.began).days // 30))
    for count in range(months):
        day = shock.began + timedelta(days=30 * count + rng.randint(0, 12))
        own = shock.cost / months * rng.uniform(0.6, 1.0)
        values = bill(rng, receipts.next(), day, "chronic", own)
        row = _row(rng, person, day, values, 0.05)
        if row is not None:
            shock.traces.append(FEED)
            yield row


def _corrected(rng: Random, row: Row) -> Iterator[Row]:
    """Now and then a large bill is settled again with more reimbursed: the same receipt, less to pay."""
    values = row.values
    if values["self_paid"] < 3_000 or row.round == 2 or rng.random() > 0.06:
        return
    paid = round(values["self_paid"] * rng.uniform(0.25, 0.6), 2)
    relief = round(values["relief_paid"] + values["self_paid"] - paid, 2)
    yield Row(
        FEED, rng.randint(row.round + 1, 2), row.person, values | {"self_paid": paid, "relief_paid": relief}
    )
