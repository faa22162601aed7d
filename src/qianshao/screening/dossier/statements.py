"""What each department says of a household and its members now, in words; and whether it speaks at all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from qianshao.feeds import facts
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.periods import Period
from qianshao.feeds.readers.freshness import holes, tells
from qianshao.registry.facts import AsOf
from qianshao.registry.models import Household
from qianshao.rules.formats import money
from qianshao.rules.rulebook import Rulebook, expressions
from qianshao.rules.tree import names
from qianshao.words import Text
from qianshao.workbooks import Column, Contract

Row = Mapping[str, Any]
MOST_WORDS = 4
MOST_EVENTS = 3


@dataclass(frozen=True)
class Said:
    """One row in words. `member` is empty where it is about the whole household or village."""

    member: str = field(repr=False)
    what: Text = field(repr=False)
    on: date | None


@dataclass(frozen=True)
class Statement:
    """A department's list. `until` is the last day it speaks for in the village, None where it never did;
    `speaks`: whether that is recent enough to count for today. `rows` are all, `said` the newest of them;
    `missing`: times in between for which nothing was delivered."""

    contract: Contract
    until: date | None
    speaks: bool
    rows: int
    said: tuple[Said, ...]
    missing: tuple[Period, ...]

    @property
    def silent(self) -> bool:
        """Whether it speaks without a gap, and says nothing of this household."""
        return self.speaks and not self.said and not self.missing


class Departments:
    """The rows of every feed about a household, as known now."""

    def __init__(self, household: Household, on: date, names: Mapping[int, str], rulebook: Rulebook) -> None:
        tables = facts.tables(AsOf(on, timezone.now(), [household.pk]))
        self.on, self.names = on, names
        self._judged = judged_columns(rulebook)
        coverage = tables.pop("coverage").to_pylist()
        self.tables: dict[str, list[dict[str, Any]]] = {
            name: table.to_pylist() for name, table in tables.items()
        }
        self.until: dict[str, date] = {}
        self._covered: dict[str, list[tuple[date, date]]] = defaultdict(list)
        for row in coverage:
            if row["village"] == household.area.path and row["covered_from"] <= on:
                last = min(row["covered_until"] - timedelta(days=1), on)
                self._covered[row["feed"]].append((row["covered_from"], row["covered_until"]))
                self.until[row["feed"]] = max(last, self.until.get(row["feed"], last))

    def speaks(self, feed: str) -> bool:
        """Whether a delivery speaks for the village recently enough to count for today."""
        until = self.until.get(feed)
        grace = feed_contracts()[feed].schedule.grace_days
        return until is not None and until >= self.on - timedelta(days=grace)

    def rows(self, feed: str, person: int | None = None) -> list[dict[str, Any]]:
        """The rows of a feed, of one person if asked, the newest first."""
        rows = self.tables.get(feed, [])
        dated = feed_contracts()[feed].date
        if person is not None:
            rows = [row for row in rows if row.get("person") == person]
        return sorted(rows, key=lambda row: row[dated], reverse=True) if dated else rows

    def statements(self) -> list[Statement]:
        """Every feed with what it says, by department."""
        contracts = [contract for contract in feed_contracts().values() if contract.name in self.tables]
        contracts.sort(key=lambda contract: (contract.department.zh, contract.name))
        return [self._statement(contract) for contract in contracts]

    def _statement(self, contract: Contract) -> Statement:
        rows = self.rows(contract.name)
        if contract.kind == "status":
            shown = newest_of_each(rows)
        else:
            shown = rows[:MOST_EVENTS] if contract.kind == "events" else rows
        return Statement(
            contract,
            self.until.get(contract.name),
            self.speaks(contract.name),
            len(rows),
            tuple(self.said(contract, row) for row in shown),
            tuple(holes(self._covered[contract.name])) if tells(contract) else (),
        )

    def said(self, contract: Contract, row: Row) -> Said:
        """A row in words."""
        member = self.names.get(row.get("person") or 0, "") if contract.subject == "person" else ""
        return Said(member, self.words(contract, row), row[contract.date] if contract.date else None)

    def words(self, contract: Contract, row: Row) -> Text:
        """What a row says, that which rules look at first."""
        return in_words(contract, row, self._judged.get(contract.name, frozenset()))


def newest_of_each(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first row of each person; of rows that come the newest first, the newest."""
    first: dict[int, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["person"], row)
    return list(first.values())


def judged_columns(rulebook: Rulebook) -> dict[str, frozenset[str]]:
    """Per source the columns that indicators are measured on."""
    columns: dict[str, set[str]] = defaultdict(set)
    for indicator in rulebook.indicators.values():
        if indicator.measure is not None:
            used = (name for node in expressions(indicator) for name in names(node, "column"))
            columns[indicator.measure.source].update(used)
    return {source: frozenset(some) for source, some in columns.items()}


def in_words(contract: Contract, row: Row, judged: frozenset[str]) -> Text:
    """What a row says: codes by their labels, amounts and days by their names; no numbers of papers."""
    parts = []
    # What kind of thing it is, then what rules look at, then the rest.
    for column in sorted(contract.landed, key=lambda c: (c.type != "code", c.name not in judged)):
        value = row.get(column.name)
        if column.name != contract.date and not _is_paper(column, contract) and value not in (None, "", 0):
            said = _said(column, value)
            if said is not None:
                parts.append(said)
    some = parts[:MOST_WORDS]
    return Text("，".join(part.zh for part in some), ", ".join(part.en for part in some))


def _is_paper(column: Column, contract: Contract) -> bool:
    return column.type == "text" and (column.name in contract.key or column.name.endswith(("_code", "_tail")))


def _said(column: Column, value: Any) -> Text | None:
    name = Text(column.title, column.name.replace("_", " "))
    if isinstance(value, bool):
        return Text(name.zh.removeprefix("是否"), name.en) if value else None
    if column.type == "code":
        return column.labels.get(value, Text(value, value))
    if column.type == "money":
        return Text(f"{name.zh} {money(value)} 元", f"{name.en} {money(value)} yuan")
    if column.type == "text":
        return Text(value, value)
    shown = f"{value:%Y-%m}" if column.type == "month" else str(value)
    return Text(f"{name.zh} {shown}", f"{name.en} {shown}")
