"""Income items of the households of one village, as a ledger states them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from qianshao.access import audit
from qianshao.access.bulk import insert
from qianshao.places.models import Area
from qianshao.registry.actions.facts import Statement
from qianshao.registry.actions.households import rows_digest
from qianshao.registry.actions.members import UnknownHouseholds
from qianshao.registry.models import Household, IncomeItem


@dataclass(frozen=True)
class IncomeRow:
    """One amount in fen, of one item in one month."""

    household_number: str
    item: str
    month: date
    amount: int
    stated_by: str
    person: int | None = None


Key = tuple[int, int | None, str, date, str]


@transaction.atomic
def apply_village(*, area: Area, rows: Sequence[IncomeRow], statement: Statement, by: str) -> int:
    """Enter the income items of a village; returns how many were new or corrected.

    An item already entered with the same amount changes nothing; with another amount the earlier row is
    closed and stays. All or nothing. Raises `UnknownHouseholds`.
    """
    wanted = {row.household_number for row in rows}
    held = dict(Household.objects.filter(number__in=wanted, area=area).values_list("number", "pk"))
    if missing := sorted(wanted - held.keys()):
        raise UnknownHouseholds(missing)
    stated = {_key(row, held): row.amount for row in rows}
    current = _current(held, {row.month for row in rows})
    changed = {key: amount for key, amount in stated.items() if _amount(current, key) != amount}
    corrected = [current[key] for key in changed if key in current]
    for item in corrected:
        item.corrected_at = statement.recorded_at
    IncomeItem.objects.bulk_update(corrected, ["corrected_at"], batch_size=500)
    fields = ("household", "person", "item", "month", "amount", "stated_by", "recorded_at", "source")
    insert(IncomeItem, fields, (_item(key, amount, statement) for key, amount in changed.items()))
    if changed:
        audit.record(
            by=by,
            action="income.apply_village",
            subject=f"places.area:{area.pk}",
            area_path=area.path,
            facts={
                "rows": len(rows),
                "changed": len(changed),
                "list": rows_digest(str(key) for key in changed),
            },
        )
    return len(changed)


def _key(row: IncomeRow, held: Mapping[str, int]) -> Key:
    return held[row.household_number], row.person, row.item, row.month, row.stated_by


def _current(held: Mapping[str, int], months: set[date]) -> dict[Key, IncomeItem]:
    items = IncomeItem.objects.filter(
        household__in=held.values(), month__in=months, corrected_at__isnull=True
    )
    return {(i.household_id, i.person_id, i.item, i.month, i.stated_by): i for i in items}


def _amount(current: Mapping[Key, IncomeItem], key: Key) -> int | None:
    return current[key].amount if key in current else None


def _item(key: Key, amount: int, statement: Statement) -> tuple[object, ...]:
    household, person, item, month, stated_by = key
    return household, person, item, month, amount, stated_by, statement.recorded_at, statement.source
