"""What is not known about a warning, and who could say: figures of its rules that the last run lacked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings

from qianshao.feeds.contracts import feed_contracts
from qianshao.rules.rulebook import Indicator
from qianshao.screening import rulebooks
from qianshao.screening.gaps import leaves
from qianshao.screening.matching import CLEARED
from qianshao.screening.models import EarlyWarning, Run
from qianshao.screening.provenance import REGISTERS, feeds_of
from qianshao.words import Text

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """Whom to ask: a department for its list, or (`register`) the village for what the roster lacks.

    `hole`: the first and last day of the newest period that nothing was delivered for.
    """

    department: Text
    list: Text
    register: bool
    hole: tuple[date, date] | None


@dataclass(frozen=True)
class Missing:
    """A figure without a value; with `at_least` a part of it is known, and the rest is not."""

    name: str
    label: Text
    at_least: bool
    asked: tuple[Asked, ...]


def missing(warning: EarlyWarning) -> list[Missing]:
    """The figures that the warning's rules lacked in the run that judged it last; none once it is cleared.

    The warning is one that a reader gave out.
    """
    run = warning.last_run
    if warning.status == CLEARED:
        return []
    rulebook = rulebooks.kept(run.manifest["rulebook"])
    wanted: dict[str, Indicator] = {}
    for hit in warning.hits:
        for name in rulebook.rules[hit["rule"]].indicators:
            wanted |= {leaf.name: leaf for leaf in leaves(rulebook, name)}
    row = _judged(run, warning.household_id)
    spans = _Spans(run)
    return [
        Missing(
            leaf.name,
            leaf.label,
            row.get(f"{leaf.name}__least") is not None,
            tuple(
                spans.asked(feed, warning.household.area.path)
                for feed in sorted(feeds_of(rulebook, leaf.name))
            ),
        )
        for leaf in wanted.values()
        if row and row[leaf.name] is None and not row.get(f"{leaf.name}__none")
    ]


def _judged(run: Run, household: int) -> dict[str, Any]:
    path = Path(settings.DATA) / run.folder / "indicators.parquet"
    rows = pq.read_table(path, filters=[("household", "=", household)]).to_pylist() if path.exists() else []
    return rows[0] if rows else {}


class _Spans:
    def __init__(self, run: Run) -> None:
        path = Path(settings.DATA) / run.manifest["snapshot"]["coverage"]
        self.rows = pq.read_table(path).to_pylist() if path.exists() else []
        self.as_of = run.as_of

    def asked(self, feed: str, village: str) -> Asked:
        contract = feed_contracts()[feed]
        hole = next(iter(self.holes(feed, village)), None)
        return Asked(contract.department, contract.label, feed in REGISTERS.values(), hole)

    def holes(self, feed: str, village: str) -> list[tuple[date, date]]:
        return list(self._holes(feed, village))[::-1]

    def _holes(self, feed: str, village: str) -> Iterator[tuple[date, date]]:
        spans = sorted(
            (row["covered_from"], row["covered_until"])
            for row in self.rows
            if row["feed"] == feed and row["village"] == village
        )
        until = spans[0][1] if spans else None
        for begins, ends in spans[1:]:
            assert until is not None
            if begins > until:
                yield until, begins - DAY
            until = max(until, ends)
