"""The income ledger of a household as a page shows it: two years month by month, and the last year summed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qianshao.access.scope import Scope
from qianshao.registry.codelists import label
from qianshao.registry.readers.income import Ledger, Line, group_of, ledger
from qianshao.rules.formats import money
from qianshao.rules.parameters import Resolved
from qianshao.screening.words import STATED_BY
from qianshao.words import Text

MONTHS_DRAWN = 24
MONITORING_LINE = "monitoring_line"
GROUPS = {
    "wage": Text("工资性收入", "Wages"),
    "business": Text("生产经营性收入", "Farm and business"),
    "property": Text("财产性收入", "Property"),
    "transfer": Text("转移性收入", "Transfers"),
    "expense": Text("生产经营性支出", "Business expense"),
}


@dataclass(frozen=True)
class Part:
    """One of the five parts of the account in fen: its items in words, and by whose word."""

    name: str
    label: Text
    amount: int
    items: tuple[tuple[Text, int], ...] = field(repr=False)
    stated_by: Text


@dataclass(frozen=True)
class Account:
    """`income` less `expense` is `net`; divided by the `heads` it is `per_head`, None where there is none.

    `line` is the monitoring line in force at the household's village, `above` how far per head is over it.
    """

    parts: tuple[Part, ...]
    year: Ledger = field(repr=False)
    drawn: Ledger = field(repr=False)
    line: int | None

    @property
    def income(self) -> int:
        return sum(part.amount for part in self.parts if part.name != "expense")

    @property
    def expense(self) -> int:
        return self.income - self.year.net

    @property
    def above(self) -> int | None:
        if self.line is None or self.year.per_head is None:
            return None
        return self.year.per_head - self.line

    @property
    def below(self) -> int | None:
        return None if self.above is None else -self.above

    def chart(self, language: str) -> dict[str, Any]:
        """The data of the chart: yuan by month and part; expense lies below zero."""
        return {
            "kind": "columns",
            "unit": Text("元", "yuan").in_language(language),
            "categories": [f"{month:%Y-%m}" for month in self.drawn.months],
            "series": [
                {
                    "name": text.in_language(language),
                    "values": [self._drawn(month, name) / 100 for month in self.drawn.months],
                }
                for name, text in GROUPS.items()
            ],
        }

    def months(self) -> list[tuple[date, list[int]]]:
        """The table behind the chart, the newest month first, in fen and in the order of the parts."""
        return [
            (month, [self.drawn.by_month[month].get(name, 0) for name in GROUPS])
            for month in reversed(self.drawn.months)
        ]

    def summary(self, language: str) -> str:
        """The chart in words."""
        first, last = self.drawn.months[0], self.drawn.months[-1]
        parts = [
            f"{text.in_language(language)} {money(self.drawn.by_group.get(name, 0))}"
            for name, text in GROUPS.items()
        ]
        comma = "，" if language.startswith("zh") else ", "
        return f"{first:%Y-%m} – {last:%Y-%m}: {comma.join(parts)}"

    def _drawn(self, month: date, name: str) -> int:
        amount = self.drawn.by_month[month].get(name, 0)
        return -amount if name == "expense" else amount


def account(scope: Scope, household: int, on: date, resolved: Resolved) -> Account:
    """The account on a day, for the viewer's scope."""
    year = ledger(scope, household, on)
    line = resolved.values.get(MONITORING_LINE)
    return Account(
        parts=tuple(_part(name, year) for name in GROUPS),
        year=year,
        drawn=ledger(scope, household, on, MONTHS_DRAWN),
        line=line if isinstance(line, int) else None,
    )


def _part(name: str, year: Ledger) -> Part:
    lines = [line for line in year.lines if group_of(line.item) == name]
    amounts: dict[str, int] = {}
    for line in lines:
        amounts[line.item] = amounts.get(line.item, 0) + line.amount
    items = sorted(amounts.items(), key=lambda pair: -pair[1])
    return Part(
        name,
        GROUPS[name],
        year.by_group.get(name, 0),
        tuple((label("income_items", item), amount) for item, amount in items),
        _stated_by(lines),
    )


def _stated_by(lines: Iterable[Line]) -> Text:
    texts = [
        STATED_BY.get(code, Text(code, code)) for code in dict.fromkeys(line.stated_by for line in lines)
    ]
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))
