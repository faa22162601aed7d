"""Staged rows of a registry file, applied to the registry village by village."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from qianshao.failpoints import failpoint
from qianshao.feeds.actions.finishing import AlreadyFinished, claim, finish
from qianshao.feeds.models import Delivery, StagedRow
from qianshao.feeds.periods import Period
from qianshao.feeds.staged import unpacked
from qianshao.linkage.identity_numbers import parse
from qianshao.places.models import Area
from qianshao.registry.actions import households, income, members
from qianshao.registry.actions.facts import Statement
from qianshao.registry.actions.households import HouseholdRow
from qianshao.registry.actions.income import IncomeRow
from qianshao.registry.actions.members import MemberRow
from qianshao.workbooks import Contract

Values = Mapping[str, Any]


class Application(NamedTuple):
    """How rows of a registry contract reach the registry: as what, and by which action for a village."""

    row: Callable[[Values], Any]
    apply: Callable[..., int]


def household_row(values: Values) -> HouseholdRow:
    named = (
        "base_type",
        "monitored_kind",
        "housing_grade",
        "water_safe",
        "toilet",
        "relocated",
        "surveyed_on",
    )
    land: Decimal | None = values.get("cultivated_land_mu")
    return HouseholdRow(
        number=values["household_number"],
        group_name=values.get("group_name") or "",
        phone=values.get("phone"),
        cultivated_land_mu=None if land is None else land.quantize(Decimal("0.01")),
        **{name: values.get(name) for name in named},
    )


def member_row(values: Values) -> MemberRow:
    number = parse(values.get("identity_number"))
    born: date | None = values.get("birth_date")
    named = ("education", "school_status", "joined_on", "left_on")
    return MemberRow(
        household_number=values["household_number"],
        name=values["name"],
        relation=values["relation"],
        number=number.text or None,
        number_valid=number.valid,
        sex=values.get("sex") or (number.sex if number.valid else None) or "",
        birth_date=born or (number.birth_date if number.valid else None),
        ethnicity=values.get("ethnicity") or "",
        conditions=values.get("health"),
        ability=values.get("labour_ability"),
        working=values.get("work_status"),
        medical=values.get("medical_insured"),
        pension=values.get("pension_insured"),
        left_reason=values.get("left_reason") or "",
        **{name: values.get(name) for name in named},
    )


def income_row(values: Values) -> IncomeRow:
    return IncomeRow(
        household_number=values["household_number"],
        item=values["item"],
        month=values["month"],
        amount=values["amount"],
        stated_by=values["source"],
        person=values.get("person"),
    )


# In this order: members belong to households, and income may belong to a member.
APPLICATIONS: dict[str, Application] = {
    "household_roster": Application(household_row, households.apply_village),
    "member_roster": Application(member_row, members.apply_village),
    "income_ledger": Application(income_row, income.apply_village),
}


def apply_staged(
    *, delivery: Delivery, contract: Contract, by: str, progress: Callable[[float], None]
) -> None:
    """Apply what is staged, each village whole in a transaction of its own; then the delivery is done."""
    villages = _villages(delivery)
    for number, village in enumerate(villages, start=1):
        _apply_village(delivery, contract, village, by)
        failpoint("registry.village_applied")
        progress(number / len(villages))
    try:
        with transaction.atomic():
            claim(delivery, "staged")
            finish(delivery, contract, by)
            failpoint("delivery.finishing")
    except AlreadyFinished:
        return
    failpoint("delivery.finished")


def _villages(delivery: Delivery) -> Sequence[Area]:
    held = StagedRow.objects.filter(delivery=delivery).values("area")
    return list(Area.objects.filter(pk__in=held).order_by("path"))


@transaction.atomic
def _apply_village(delivery: Delivery, contract: Contract, village: Area, by: str) -> None:
    staged = StagedRow.objects.select_for_update().filter(delivery=delivery, area=village)
    application = APPLICATIONS[contract.name]
    contents: Any = staged.order_by("sheet", "row").values_list("content", flat=True)
    rows = [application.row(unpacked(content, contract)) for content in contents]
    if not rows:
        return  # another process was here first
    day = Period(delivery.period_from, delivery.period_until).last
    statement = Statement(day, timezone.now(), f"delivery:{delivery.pk}")
    application.apply(area=village, rows=rows, statement=statement, by=by)
    staged.delete()
    failpoint("registry.applying_village")
