"""The income ledger of a household. Totals are computed here and nowhere typed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from qianshao.access.scope import Scope
from qianshao.registry.models import IncomeItem
from qianshao.registry.readers.households import members

EXPENSE = "business_expense"


@dataclass(frozen=True)
class Line:
    """One amount in fen of one item in one month."""

    month: date
    item: str
    amount: int
    stated_by: str
    source: str
    person: int | None


@dataclass(frozen=True)
class Ledger:
    """The lines of twelve months (or as many as asked), and what follows from them, in fen.

    `months` is every month of the span, with or without lines. `by_month` nets by month; `net` is income less
    business expense; `per_head` divides by the members on the day, None where there is none.
    """

    lines: list[Line]
    months: list[date]
    by_item: dict[str, int]
    by_group: dict[str, int]
    by_month: dict[date, dict[str, int]]
    net: int
    heads: int
    per_head: int | None


def group_of(item: str) -> str:
    """wage, business, property, transfer or expense: the five parts of a household's account."""
    if item == EXPENSE:
        return "expense"
    first = item.partition("_")[0]
    return first if first in {"wage", "property", "transfer"} else "business"


def ledger(scope: Scope, household: int, on: date, months: int = 12) -> Ledger:
    """The account of the months up to and with the one of the day."""
    span = [_month(on, back) for back in range(months - 1, -1, -1)]
    lines = [
        Line(*row)
        for row in _current(scope, household)
        .filter(month__gte=span[0], month__lte=span[-1])
        .order_by("month", "item", "pk")
        .values_list("month", "item", "amount", "stated_by", "source", "person_id")
    ]
    by_item: dict[str, int] = defaultdict(int)
    by_group: dict[str, int] = defaultdict(int)
    by_month: dict[date, dict[str, int]] = {month: defaultdict(int) for month in span}
    for line in lines:
        by_item[line.item] += line.amount
        by_group[group_of(line.item)] += line.amount
        by_month[line.month][group_of(line.item)] += line.amount
    net = sum(by_group.values()) - 2 * by_group["expense"]
    heads = len(members(scope, household, on))
    return Ledger(
        lines=lines,
        months=span,
        by_item=dict(by_item),
        by_group=dict(by_group),
        by_month={month: dict(groups) for month, groups in by_month.items()},
        net=net,
        heads=heads,
        per_head=rounded(net, heads) if heads else None,
    )


def rounded(amount: int, heads: int) -> int:
    """Whole fen, halves away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * ((2 * abs(amount) + heads) // (2 * heads))


def _current(scope: Scope, household: int) -> QuerySet[Any]:
    held = IncomeItem.objects.filter(household=household, corrected_at=None)
    return scope.filter(held, "household__area")


def _month(on: date, back: int) -> date:
    months = on.year * 12 + on.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
