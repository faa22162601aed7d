"""Full lists as they stand at a round's end: insured people, allowances, cards, pupils, firms, vehicles."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from qianshao.demo.calendar import ROUNDS
from qianshao.demo.people import Household, Person
from qianshao.demo.rows import Row
from qianshao.demo.shocks import Shock

QUARTERLY_ROUNDS = (0, 2)
SCHOOLS = {
    "preschool": "中心幼儿园",
    "primary": "中心小学",
    "junior": "初级中学",
    "senior": "青禾县第一中学",
    "vocational": "青禾县职业技术学校",
    "college": "宁州职业技术学院",
}


def rosters(rng: Random, household: Household, shocks: list[Shock]) -> Iterator[Row]:
    """The household's rows in every full list of every round."""
    for person in household.people:
        yield from enrolment(household, person)
        yield from _pupil(rng, household, person, shocks)
        if person.disability:
            yield from card(person, *person.disability)
    for shock in shocks:
        if shock.kind == "disability" and not shock.hidden and shock.member is not None:
            yield from _first_card(rng, household.people[shock.member], shock)
    yield from enterprise(household, shocks)
    yield from _vehicles(household)


def enrolment(household: Household, person: Person) -> Iterator[Row]:
    """The person in the list of insured people of the year."""
    if not person.insured:
        return
    scheme = "employee" if person.employee else "resident"
    subsidised = household.watched and scheme == "resident"
    values = {"year": 2026, "scheme": scheme, "paid": True, "subsidised": subsidised}
    for index in range(len(ROUNDS)):
        yield Row("medical_enrolment", index, person, values)


def _pupil(rng: Random, household: Household, person: Person, shocks: list[Shock]) -> Iterator[Row]:
    stage = person.stage
    if stage is None:
        return
    # Pupils who go to school in another county are in that county's list, not in ours.
    abroad = {"primary": 0.006, "junior": 0.006, "preschool": 0.15, "college": 0.3}
    elsewhere = rng.random() < abroad.get(stage, 0.0)
    states_cost = rng.random() < 0.85
    member = household.people.index(person)
    mine = [shock for shock in shocks if shock.member == member]
    left = next((shock for shock in mine if shock.kind == "left_school"), None)
    person.off_the_books = left is not None and left.detail == "missing" and rng.random() < 0.6
    for index, each in enumerate(ROUNDS):
        status: str | None = None if elsewhere else "enrolled"
        if left is not None and left.began <= each.until < left.until:
            status = None if left.detail == "missing" else left.detail
            if not left.hidden:
                left.traces.append("school_enrolment")
        if status is not None:
            yield pupil(household, person, status, index, states_cost=states_cost)
    for shock in mine:
        if shock.kind == "school_cost" and states_cost and not elsewhere:
            shock.traces.append("school_enrolment")


def pupil(household: Household, person: Person, status: str, index: int, *, states_cost: bool = True) -> Row:
    """A pupil's row in the list of one round."""
    stage = person.stage or "primary"
    town = "" if stage in ("senior", "vocational", "college") else household.village.township.name
    values = {
        "status": status,
        "stage": stage,
        "school": town + SCHOOLS[stage],
        "boarding": stage not in ("preschool", "primary"),
        "own_cost_year": person.school_cost if states_cost else None,
    }
    return Row("school_enrolment", index, person, values)


def _first_card(rng: Random, person: Person, shock: Shock) -> Iterator[Row]:
    # Between the blow and the card lie treatment, an application and an appraisal.
    issued = shock.began + timedelta(days=rng.randint(50, 200))
    category = rng.choices("4123567", (60, 10, 8, 4, 6, 8, 4))[0]
    for row in card(person, category, rng.choice("1223"), issued):
        shock.traces.append(row.feed)
        yield row


def card(person: Person, category: str, grade: str, issued: date) -> Iterator[Row]:
    """The person's disability card in every list since its issue."""
    number = f"{person.number}{category}{grade}"
    values = {"disability_number": number, "category": category, "grade": grade, "issued_on": issued}
    for index, each in enumerate(ROUNDS):
        if issued <= each.until:
            yield Row("disability_card", index, person, values)


def allowance(household: Household) -> Iterator[Row]:
    """Dibao or tekun in every list since it began; an end is named once it came."""
    given = household.assistance
    if given is None:
        return
    for index, each in enumerate(ROUNDS):
        if given.started <= each.until:
            yield Row(
                "dibao_tekun",
                index,
                household.head,
                {
                    "scheme": given.scheme,
                    "started_on": given.started,
                    "ended_on": given.ended if given.ended and given.ended <= each.until else None,
                    "amount_month": given.amount,
                    "persons": given.persons,
                },
            )


def enterprise(household: Household, shocks: list[Shock]) -> Iterator[Row]:
    """The household's registered business, open or closed."""
    firm = household.enterprise
    if firm is None:
        return
    closing = next((s for s in shocks if s.kind == "shop_closed" and not s.hidden), None)
    for index in QUARTERLY_ROUNDS:
        closed = closing is not None and closing.began <= ROUNDS[index].until
        if closing is not None and closed:
            closing.traces.append("business_registration")
        yield Row(
            "business_registration",
            index,
            household.people[firm.owner],
            {
                "credit_code": firm.credit_code,
                "role": firm.role,
                "status": "closed" if closed else "open",
                "registered_on": firm.registered,
                "capital": firm.capital,
            },
        )


def _vehicles(household: Household) -> Iterator[Row]:
    for vehicle in household.vehicles:
        values = {
            "vehicle_kind": vehicle.kind,
            "registered_on": vehicle.registered,
            "price": vehicle.price,
            "use": vehicle.use,
            "number_tail": vehicle.tail,
        }
        for index in QUARTERLY_ROUNDS:
            yield Row("vehicle", index, household.people[vehicle.owner], values)
