"""Draws the households of a village: who lives together, what they learned, how they fare, where they work.

Shares follow the censuses of 2010 and 2020 for rural China: 2.7 people a household, 18-24 % of people 60 or
older, 7 % disabled, and size falling with income.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from qianshao.demo import lists
from qianshao.demo.calendar import SURVEYED_FROM
from qianshao.demo.identities import Numbers
from qianshao.demo.people import Household, Person
from qianshao.demo.places import Village
from qianshao.demo.schooling import enrol

TODAY = date(2026, 9, 1)


@dataclass(frozen=True)
class Member:
    """A place in a household to be filled: relation, sex and age."""

    relation: str
    sex: str
    age: int


@dataclass(frozen=True)
class Kind:
    """A kind of household: its share, and how much richer or poorer a head is than the average (log)."""

    name: str
    share: float
    log_income: float


KINDS = (
    Kind("old_alone", 0.09, -0.22),
    Kind("old_couple", 0.17, -0.10),
    Kind("couple", 0.14, 0.26),
    Kind("nuclear", 0.22, 0.02),
    Kind("three_generations", 0.14, -0.28),
    Kind("grown_children", 0.14, 0.22),
    Kind("single", 0.06, 0.20),
    Kind("one_parent", 0.04, -0.25),
)


def draw_kind(rng: Random) -> Kind:
    """The kind of the next household."""
    return rng.choices(KINDS, [kind.share for kind in KINDS])[0]


def household(rng: Random, village: Village, sequence: int, kind: Kind, numbers: Numbers) -> Household:
    """A household of that kind with its people; income and standing come later."""
    members = _COMPOSERS[kind.name](rng)
    family = lists.surname(rng)
    people = [_person(rng, member, family, numbers) for member in members]
    return Household(
        number=f"{village.code}{sequence:04d}",
        village=village,
        group=rng.choice(village.groups),
        people=people,
        phone=f"1999{rng.randrange(10**7):07d}",
        housing_grade=rng.choices(("A", "B", "C", "D"), (52, 47.6, 0.3, 0.1))[0],
        water_safe=rng.random() > 0.002,
        toilet=rng.random() < 0.86,
        land_mu=round(max(0.0, rng.gauss(1.9, 1.0)) * min(4, len(people)), 1),
        relocated=village.settlement,
        surveyed=SURVEYED_FROM + timedelta(days=rng.randrange(31)),
        own_well=rng.random() < 0.85 and not village.settlement,
    )


def _child(rng: Random, relation: tuple[str, str], parent: int, oldest: int) -> Member:
    """A child, born when the parent (now of that age) was 21 to 34; `relation` names son and daughter."""
    sex = rng.choice("12")
    eldest = max(0, min(oldest, parent - 21))
    return Member(relation[int(sex) - 1], sex, rng.randint(min(eldest, max(0, parent - 34)), eldest))


def _grown(rng: Random, parent: int) -> Member:
    sex = rng.choices("12", (64, 36))[0]
    return Member("son" if sex == "1" else "daughter", sex, rng.randint(19, min(36, parent - 22)))


def _old_alone(rng: Random) -> list[Member]:
    return [Member("head", rng.choices("12", (45, 55))[0], rng.randint(61, 88))]


def _old_couple(rng: Random) -> list[Member]:
    age = rng.randint(60, 84)
    return [Member("head", "1", age), Member("spouse", "2", max(57, age - rng.randint(0, 5)))]


def _couple(rng: Random) -> list[Member]:
    age = rng.randint(38, 59)
    return [Member("head", "1", age), Member("spouse", "2", age - rng.randint(0, 4))]


def _nuclear(rng: Random) -> list[Member]:
    age = rng.randint(25, 45)
    count = rng.choices((1, 2, 3), (46, 42, 12))[0]
    children = [_child(rng, ("son", "daughter"), age, 21) for _ in range(count)]
    return [Member("head", "1", age), Member("spouse", "2", age - rng.randint(0, 4)), *children]


def _three_generations(rng: Random) -> list[Member]:
    """Grandparents at home, the middle generation often away for work: the children are left behind."""
    age = rng.randint(52, 70)
    members = [Member("head", "1", age)]
    if rng.random() < 0.78:
        members.append(Member("spouse", "2", age - rng.randint(0, 4)))
    son = age - rng.randint(23, 28)
    members.append(Member("son", "1", son))
    if rng.random() < 0.85:
        members.append(Member("daughter_in_law", "2", son - rng.randint(0, 3)))
    count = rng.choices((1, 2, 3), (42, 46, 12))[0]
    return members + [_child(rng, ("grandson", "granddaughter"), son, 20) for _ in range(count)]


def _grown_children(rng: Random) -> list[Member]:
    age = rng.randint(46, 62)
    members = [Member("head", "1", age), Member("spouse", "2", age - rng.randint(0, 4))]
    count = rng.choices((1, 2), (66, 34))[0]
    return members + [_grown(rng, age) for _ in range(count)]


def _single(rng: Random) -> list[Member]:
    return [Member("head", rng.choices("12", (82, 18))[0], rng.randint(30, 59))]


def _one_parent(rng: Random) -> list[Member]:
    age = rng.randint(32, 52)
    children = [_child(rng, ("son", "daughter"), age, 20) for _ in range(rng.randint(1, 2))]
    return [Member("head", rng.choices("12", (45, 55))[0], age), *children]


_COMPOSERS = {
    "old_alone": _old_alone,
    "old_couple": _old_couple,
    "couple": _couple,
    "nuclear": _nuclear,
    "three_generations": _three_generations,
    "grown_children": _grown_children,
    "single": _single,
    "one_parent": _one_parent,
}

# Spouses, sons' wives and the like brought a surname of their own.
_OWN_SURNAME = {"spouse", "daughter_in_law", "mother"}


def _person(rng: Random, member: Member, family: str, numbers: Numbers) -> Person:
    birth = TODAY - timedelta(days=int((member.age + rng.random() * 0.999) * 365.2425))
    surname = lists.surname(rng) if member.relation in _OWN_SURNAME else family
    person = Person(
        name=surname + lists.given_name(rng, birth.year, member.sex),
        sex=member.sex,
        birth=birth,
        relation=member.relation,
        number=numbers.give(rng, birth, member.sex),
    )
    furnish(rng, person)
    return person


def furnish(rng: Random, person: Person) -> None:
    """Health, schooling, ability and work that go with the age."""
    years = person.age(TODAY)
    _health(rng, person, years)
    enrol(rng, person, years)
    person.ability = _ability(rng, person, years)
    person.insured = rng.random() < (0.997 if years < 60 else 0.999)
    person.employee = 20 <= years < 60 and rng.random() < 0.06
    person.pension = years >= 16 and rng.random() < 0.93
    willing = 0.0
    if person.ability in ("skilled", "ordinary") and years < 63:
        willing = 0.72 if person.sex == "1" else 0.52
    elif person.ability == "weak" and years < 62:
        willing = 0.15
    if rng.random() < willing:
        away = (62, 22, 16) if years < 45 else (35, 25, 40)
        person.working = True
        person.place = rng.choices(("outside", "province", "county"), away)[0]


def _health(rng: Random, person: Person, years: int) -> None:
    band = 0 if years < 16 else 1 if years < 40 else 2 if years < 60 else 3
    conditions = []
    if rng.random() < (0.005, 0.02, 0.10, 0.34)[band]:
        conditions.append("chronic")
    if rng.random() < (0.001, 0.002, 0.006, 0.016)[band]:
        conditions.append("serious")
    if rng.random() < (0.012, 0.025, 0.055, 0.12)[band]:
        conditions.append("disabled")
        category = rng.choices("1234567", (14, 22, 2, 42, 8, 8, 4))[0]
        grade = rng.choices("1234", (14, 22, 30, 34))[0]
        issued = max(person.birth, TODAY - timedelta(days=rng.randint(500, 4500)))
        person.disability = (category, grade, issued)
    person.conditions = tuple(conditions) or ("healthy",)


def _ability(rng: Random, person: Person, years: int) -> str:
    severe = person.disability is not None and person.disability[1] in "12"
    if years < 16 or person.school:
        return "none"
    if severe:
        return "lost" if years < 60 else "none"
    if years >= 60:
        fit = 0.92 if years < 70 else 0.75 if years < 76 else 0.3 if years < 82 else 0.06
        return "weak" if rng.random() < fit else "none"
    if "serious" in person.conditions or person.disability:
        return "weak"
    if "chronic" in person.conditions and rng.random() < 0.4:
        return "weak"
    return "skilled" if rng.random() < 0.12 else "ordinary"
