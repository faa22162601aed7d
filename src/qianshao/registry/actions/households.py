"""Households of one village, as a roster states them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from qianshao.access import audit
from qianshao.access.fields import blind_index
from qianshao.places.models import Area
from qianshao.registry.actions.facts import Statement, record_facts
from qianshao.registry.models import Household, HouseholdConditions, HouseholdStanding, Housing
from qianshao.registry.models.facts import HouseholdFact


@dataclass(frozen=True)
class HouseholdRow:
    """One household as stated. None: not stated. `surveyed_on`: the day of asking, where it has its own."""

    number: str
    group_name: str = ""
    phone: str | None = field(default=None, repr=False)
    base_type: str | None = None
    monitored_kind: str | None = None
    housing_grade: str | None = None
    water_safe: bool | None = None
    toilet: bool | None = None
    cultivated_land_mu: Decimal | None = None
    relocated: bool | None = None
    surveyed_on: date | None = None


class HouseholdOfAnotherVillage(Exception):
    """A roster of one village names a household that the register holds in another."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(f"registered in another village: {', '.join(numbers)}")
        self.numbers = tuple(numbers)


def rows_digest(keys: Iterable[str]) -> str:
    """The digest of a bulk command's row list, for its one audit event."""
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


@transaction.atomic
def apply_village(*, area: Area, rows: Sequence[HouseholdRow], statement: Statement, by: str) -> int:
    """Register or update the households of a village; returns how many rows changed something.

    All or nothing, and harmless to repeat. Raises `HouseholdOfAnotherVillage`: a move is a decision of its
    own, never a side effect of a list.
    """
    held = {h.number: h for h in Household.objects.filter(number__in=[row.number for row in rows])}
    elsewhere = sorted(number for number, household in held.items() if household.area_id != area.pk)
    if elsewhere:
        raise HouseholdOfAnotherVillage(elsewhere)
    changed = _register(area, rows, held, statement)
    key = {number: household.pk for number, household in held.items()}
    changed += _record(rows, key, statement)
    if changed:
        audit.record(
            by=by,
            action="households.apply_village",
            subject=f"places.area:{area.pk}",
            area_path=area.path,
            facts={"rows": len(rows), "changed": changed, "list": rows_digest(row.number for row in rows)},
        )
    return changed


def _register(
    area: Area, rows: Sequence[HouseholdRow], held: dict[str, Household], statement: Statement
) -> int:
    new, moved = [], []
    for row in rows:
        household = held.get(row.number)
        if household is None:
            since = row.surveyed_on or statement.valid_from
            household = Household(number=row.number, area=area, registered_on=since)
            held[row.number] = household
            _contact(household, row)
            new.append(household)
        elif _contact(household, row):
            moved.append(household)
    Household.objects.bulk_create(new, batch_size=500)
    Household.objects.bulk_update(moved, ["group_name", "phone", "phone_index"], batch_size=500)
    return len(new) + len(moved)


def _contact(household: Household, row: HouseholdRow) -> bool:
    """Take over group and phone where stated; says whether anything changed."""
    group = row.group_name or household.group_name
    phone = row.phone or household.phone
    if (group, phone) == (household.group_name, household.phone):
        return False
    household.group_name, household.phone = group, phone
    household.phone_index = blind_index("phone", phone) if phone else None
    return True


def _record(rows: Sequence[HouseholdRow], key: dict[str, int], statement: Statement) -> int:
    topics: dict[type[HouseholdFact], tuple[str, ...]] = {
        HouseholdStanding: ("base_type", "monitored_kind"),
        HouseholdConditions: ("water_safe", "toilet", "cultivated_land_mu", "relocated"),
    }
    since = {key[row.number]: row.surveyed_on for row in rows if row.surveyed_on}
    changed = 0
    for model, fields in topics.items():
        values = {key[row.number]: {name: getattr(row, name) for name in fields} for row in rows}
        changed += record_facts(model, "household", values, statement=statement, since=since)
    grades = {key[row.number]: {"grade": row.housing_grade} for row in rows}
    return changed + record_facts(Housing, "household", grades, statement=statement, since=since)
