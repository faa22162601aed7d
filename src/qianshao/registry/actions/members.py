"""Members of the households of one village, as a roster states them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import transaction

from qianshao.access import audit
from qianshao.access.bulk import insert
from qianshao.access.fields import blind_index
from qianshao.linkage.names import pinyin
from qianshao.places.models import Area
from qianshao.registry.actions.facts import Statement, record_facts
from qianshao.registry.actions.households import rows_digest
from qianshao.registry.models import Household, Insurance, Labour, Membership, Person, PersonHealth, Schooling
from qianshao.registry.models.facts import PersonFact
from qianshao.registry.names import initials


@dataclass(frozen=True)
class MemberRow:
    """One member as stated. None: not stated. `number` is normalised to 18 characters where it is valid."""

    household_number: str
    name: str
    relation: str
    number: str | None = field(default=None, repr=False)
    number_valid: bool = False
    sex: str = ""
    birth_date: date | None = None
    ethnicity: str = ""
    education: str | None = None
    school_status: str | None = None
    conditions: str | None = field(default=None, repr=False)
    ability: str | None = None
    working: bool | None = None
    medical: bool | None = None
    pension: bool | None = None
    joined_on: date | None = None
    left_on: date | None = None
    left_reason: str = ""


class UnknownHouseholds(Exception):
    """A member roster names households that the register does not hold in this village."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(f"not registered in this village: {', '.join(numbers)}")
        self.numbers = tuple(numbers)


TOPICS: dict[type[PersonFact], tuple[str, ...]] = {
    Schooling: ("education", "school_status"),
    PersonHealth: ("conditions",),
    Labour: ("ability", "working"),
    Insurance: ("medical", "pension"),
}


COLUMNS = (
    *("household_id", "person_id", "relation", "valid_from", "valid_until", "left_reason"),
    *("recorded_at", "ended_at", "source"),
)


@transaction.atomic
def apply_village(*, area: Area, rows: Sequence[MemberRow], statement: Statement, by: str) -> int:
    """Register or update the members of a village's households; returns how many rows changed something.

    A person is known again by number *and* name, because a child is often listed under a parent's number;
    without a valid number by household, name and birth date. Whoever the roster does not name stays a
    member: leaving is stated, never inferred. All or nothing, harmless to repeat. Raises `UnknownHouseholds`.
    """
    households = _households(area, rows)
    known = _KnownPersons(rows)
    persons = [known.find(row, households[row.household_number]) for row in rows]
    changed = _register(rows, persons)
    changed += _join(rows, persons, households, statement)
    for model, fields in TOPICS.items():
        values = {
            person.pk: {name: getattr(row, name) for name in fields}
            for row, person in zip(rows, persons, strict=True)
        }
        changed += record_facts(model, "person", values, statement=statement)
    if changed:
        audit.record(
            by=by,
            action="members.apply_village",
            subject=f"places.area:{area.pk}",
            area_path=area.path,
            facts={
                "rows": len(rows),
                "changed": changed,
                "list": rows_digest(str(person.pk) for person in persons),
            },
        )
    return changed


def _households(area: Area, rows: Sequence[MemberRow]) -> Mapping[str, int]:
    wanted = {row.household_number for row in rows}
    held = dict(Household.objects.filter(number__in=wanted, area=area).values_list("number", "pk"))
    if missing := sorted(wanted - held.keys()):
        raise UnknownHouseholds(missing)
    return held


class _KnownPersons:
    """The persons that the rows may mean, read at once and found by either of their two keys."""

    def __init__(self, rows: Sequence[MemberRow]) -> None:
        numbers = [_index(row) for row in rows if row.number_valid]
        self.by_number: dict[tuple[bytes, str], Person] = {}
        for person in Person.objects.filter(number_index__in=numbers).order_by("-pk"):
            self.by_number[bytes(person.number_index or b""), person.name] = person
        self.by_place: dict[tuple[int, str, date | None], Person] = {}
        members = Membership.objects.filter(
            household__number__in={row.household_number for row in rows}
        ).select_related("person")
        for member in members.order_by("-pk"):
            person = member.person
            self.by_place[member.household_id, person.name, person.birth_date] = person

    def find(self, row: MemberRow, household: int) -> Person:
        """The person that a row means, a new one (not saved yet) when nobody fits."""
        person = None
        if row.number_valid:
            person = self.by_number.get((_index(row), row.name))
        if person is None:
            person = self.by_place.get((household, row.name, row.birth_date))
        if person is None:
            person = Person(name=row.name, birth_date=row.birth_date)
        if row.number_valid:
            self.by_number[_index(row), row.name] = person
        self.by_place[household, row.name, row.birth_date] = person
        return person


def _index(row: MemberRow) -> bytes:
    return blind_index("number", row.number or "")


def _register(rows: Sequence[MemberRow], persons: Sequence[Person]) -> int:
    new: dict[int, Person] = {}
    updated: dict[int, Person] = {}
    for row, person in zip(rows, persons, strict=True):
        if _take_over(person, row) or person.pk is None:
            (updated if person.pk else new)[id(person)] = person
    Person.objects.bulk_create(new.values(), batch_size=500)
    fields = ["sex", "birth_date", "ethnicity", "number", "number_index", "number_valid"]
    Person.objects.bulk_update(updated.values(), fields, batch_size=200)
    return len(new) + len(updated)


def _take_over(person: Person, row: MemberRow) -> bool:
    """Take over what the row states of the person; says whether anything changed.

    A valid number is never replaced by an invalid one."""
    before = (person.sex, person.birth_date, person.ethnicity, person.number)
    if not person.pinyin:  # a person is known by the name, so it never changes here
        person.pinyin, person.initials = pinyin(person.name), initials(person.name)
    person.sex = row.sex or person.sex
    person.birth_date = row.birth_date or person.birth_date
    person.ethnicity = row.ethnicity or person.ethnicity
    if row.number and (row.number_valid or not person.number_valid):
        person.number, person.number_valid = row.number, row.number_valid
        person.number_index = blind_index("number", row.number)
    return before != (person.sex, person.birth_date, person.ethnicity, person.number)


def _join(
    rows: Sequence[MemberRow],
    persons: Sequence[Person],
    households: Mapping[str, int],
    statement: Statement,
) -> int:
    """Open, move and close memberships."""
    held: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.filter(person__in=[person.pk for person in persons]):
        held[membership.person_id].append(membership)
    new: list[Membership] = []
    changed: list[Membership] = []
    for row, person in zip(rows, persons, strict=True):
        household = households[row.household_number]
        opened, ended = _moves(row, person, household, held[person.pk], statement)
        held[person.pk] += opened
        new += opened
        changed += ended
    stored = [membership for membership in changed if membership.pk]
    Membership.objects.bulk_update(stored, ["valid_until", "left_reason", "ended_at"], batch_size=500)
    insert(Membership, COLUMNS, [[getattr(membership, name) for name in COLUMNS] for membership in new])
    return len(new) + len(changed)


def _moves(
    row: MemberRow, person: Person, household: int, held: list[Membership], statement: Statement
) -> tuple[list[Membership], list[Membership]]:
    """What a row opens and what it ends, given all that is known of the person's memberships."""
    mine = [m for m in held if m.household_id == household]
    current = next((m for m in mine if m.valid_until is None), None)
    if row.left_on is not None:
        if current is not None:
            return [], [_ended(current, row.left_on, row.left_reason, statement)]
        return ([] if mine else [_membership(row, person, household, statement)]), []
    if current is None:
        left = max((m.valid_until for m in mine if m.valid_until), default=None)
        if left is not None and (row.joined_on or statement.valid_from) <= left:
            return [], []  # an older list than the one that stated the leaving
        moved = [m for m in held if m.valid_until is None]
        ended = [_ended(m, statement.valid_from, "moved", statement) for m in moved]
        since = row if left is None else replace(row, joined_on=row.joined_on or statement.valid_from)
        return [_membership(since, person, household, statement)], ended
    if current.relation != row.relation:
        # A new head, a son who became the widower of the house: the earlier relation stays in history.
        ended = [_ended(current, statement.valid_from, "relation_changed", statement)]
        since = replace(row, joined_on=current.valid_until)
        return [_membership(since, person, household, statement)], ended
    return [], []


def _ended(membership: Membership, on: date, reason: str, statement: Statement) -> Membership:
    membership.valid_until = max(on, membership.valid_from)
    membership.left_reason, membership.ended_at = reason, statement.recorded_at
    return membership


def _membership(row: MemberRow, person: Person, household: int, statement: Statement) -> Membership:
    since = row.joined_on or row.birth_date or statement.valid_from
    return Membership(
        household_id=household,
        person=person,
        relation=row.relation,
        valid_from=min(since, row.left_on) if row.left_on else since,
        valid_until=row.left_on,
        left_reason=row.left_reason,
        recorded_at=statement.recorded_at,
        ended_at=statement.recorded_at if row.left_on else None,
        source=statement.source,
    )
