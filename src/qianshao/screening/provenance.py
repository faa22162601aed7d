"""Where a figure comes from: the department or register, and up to which day its data speak."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from qianshao.feeds.contracts import feed_contracts
from qianshao.rules.rulebook import Indicator, Rulebook
from qianshao.rules.tree import Node, names
from qianshao.words import Text

# The register that each of the registry's tables is filled from.
REGISTERS = {"households": "household_roster", "persons": "member_roster", "income": "income_ledger"}


@dataclass(frozen=True)
class Origin:
    """A feed that a figure rests on: its name, its label with the department's, and the last day that its
    deliveries speak for in the household's village; None where none does."""

    feed: str
    label: Text
    department: Text
    until: date | None


class Provenance:
    """The origins of figures in one run, by village path."""

    def __init__(self, rulebook: Rulebook, coverage: Path, as_of: date) -> None:
        self.rulebook, self.contracts = rulebook, feed_contracts()
        self._until = _last_days(coverage, as_of)
        self._feeds: dict[str, list[str]] = {}

    def of(self, indicator: str, village: str) -> list[Origin]:
        """All feeds that an indicator rests on, in order of name."""
        if indicator not in self._feeds:
            self._feeds[indicator] = sorted(feeds_of(self.rulebook, indicator))
        return [self.origin(feed, village) for feed in self._feeds[indicator]]

    def origin(self, feed: str, village: str) -> Origin:
        """A feed as the origin of figures about a village."""
        contract = self.contracts[feed]
        label = Text(
            f"{contract.department.zh} · {contract.label.zh}",
            f"{contract.department.en} · {contract.label.en}",
        )
        return Origin(feed, label, contract.department, self._until.get((feed, village)))


def feeds_of(rulebook: Rulebook, name: str) -> set[str]:
    """The feeds that an indicator rests on, through all that it is computed from."""
    return {
        REGISTERS.get(leaf.measure.source, leaf.measure.source)
        for leaf in measured(rulebook, name)
        if leaf.measure
    }


def measured(rulebook: Rulebook, name: str) -> Iterator[Indicator]:
    """The indicators with rows of their own that an indicator rests on, itself if it is one."""
    indicator = rulebook.indicators.get(name)
    if indicator is None:
        return
    if indicator.measure:
        yield indicator
    for node in _nodes(indicator):
        for used in names(node, "indicator"):
            yield from measured(rulebook, used)


def _nodes(indicator: Indicator) -> Iterator[Node]:
    if indicator.formula is not None:
        yield indicator.formula
    if indicator.measure is not None:
        yield from (node for node in (indicator.measure.value, indicator.measure.where) if node is not None)


def _last_days(coverage: Path, as_of: date) -> Mapping[tuple[str, str], date]:
    """Per feed and village the last day covered, no later than the day that is judged; unknown once the
    snapshot has been removed."""
    if not coverage.exists():
        return {}
    rows = pq.read_table(coverage, columns=["feed", "village", "covered_from", "covered_until"]).to_pylist()
    last: dict[tuple[str, str], date] = {}
    for row in rows:
        if row["covered_from"] <= as_of:
            key = (row["feed"], row["village"])
            until = min(row["covered_until"] - timedelta(days=1), as_of)
            last[key] = max(until, last.get(key, until))
    return last
