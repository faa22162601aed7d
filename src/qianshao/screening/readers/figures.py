"""A run's figures: of a household, how well each is known, and the rows behind one. Read from Parquet, within
the viewer's area only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from qianshao.access.scope import Scope
from qianshao.parquet import rows_in
from qianshao.rules.engines.results import values_of
from qianshao.rules.evaluation import value_of
from qianshao.rules.periods import span
from qianshao.rules.rulebook import Indicator, Measure, Rulebook
from qianshao.rules.sources import Source
from qianshao.rules.tree import Name, names
from qianshao.rules.types import Subject
from qianshao.rules.values import UNKNOWN, Value
from qianshao.screening import rulebooks
from qianshao.screening.gaps import leaves
from qianshao.screening.models import Run
from qianshao.screening.readers.runs import folder

# Keys say whose a row is; where it came from is told beside the rows.
KEYS = ("household", "village")


@dataclass(frozen=True)
class Coverage:
    """Of how many households in the viewer's area an indicator is known."""

    indicator: Indicator
    known: int
    households: int

    @property
    def share(self) -> float:
        """0 to 1; 0 where there is no household."""
        return self.known / self.households if self.households else 0.0


@dataclass(frozen=True)
class Rows:
    """The rows of one source that an indicator was measured on, in the source's order. Columns are the
    source's, with `person` (a key) where rows are about persons, `delivery` and `row` where it has them."""

    indicator: Indicator
    source: Source
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def coverage(scope: Scope, run: Run) -> list[Coverage]:
    """How well each household indicator is known, by name."""
    rulebook = rulebooks.kept(run.manifest["rulebook"])
    listed = sorted(rulebook.of_subject(Subject.HOUSEHOLD), key=lambda indicator: indicator.name)
    known = ", ".join(f"count(*) filter ({_known(indicator)})" for indicator in listed)
    where, bound = scope.sql("village")
    query = f"select count(*), {known} from {rows_in(_indicators(run))} where {where}"  # noqa: S608
    total, *counts = duckdb.execute(query, bound).fetchall()[0]
    return [Coverage(indicator, count, total) for indicator, count in zip(listed, counts, strict=True)]


def figures(scope: Scope, run: Run, household: int) -> Mapping[str, Value]:
    """Every indicator of a household as the run computed it; empty out of the viewer's area, as for one that
    was not in the register."""
    rulebook = rulebooks.kept(run.manifest["rulebook"])
    where, bound = scope.sql("village")
    query = f"select * from {rows_in(_indicators(run))} where household = ? and {where}"  # noqa: S608
    rows = duckdb.execute(query, [household, *bound]).to_arrow_table().to_pylist()
    return values_of(rulebook.of_subject(Subject.HOUSEHOLD), rows[0]) if rows else {}


def rows_behind(scope: Scope, run: Run, household: int, indicator: str) -> list[Rows]:
    """The rows behind a figure of a household, per source, from the run's snapshot.

    A figure computed from others has the rows of them all. Empty out of the viewer's area. Raises
    FileNotFoundError where the snapshot has been removed since.
    """
    rulebook = rulebooks.kept(run.manifest["rulebook"])
    return [
        _rows(scope, run, household, rulebook, leaf, leaf.measure)
        for leaf in dict.fromkeys(leaves(rulebook, indicator))
        if leaf.measure is not None
    ]


def _rows(
    scope: Scope, run: Run, household: int, rulebook: Rulebook, indicator: Indicator, measure: Measure
) -> Rows:
    source = rulebook.sources[measure.source]
    path = _table(run, source.name)
    if not path.exists():
        raise FileNotFoundError(path)
    where, bound = scope.sql("village")
    whose = "household = ?"
    if source.subject is Subject.VILLAGE:
        whose = f"village in (select village from {rows_in(_table(run, 'households'))} where household = ?)"  # noqa: S608
    query = f"select * from {rows_in(path)} where {whose} and {where}"  # noqa: S608
    table = duckdb.execute(query, [household, *bound]).to_arrow_table()
    counted = [row for row in table.to_pylist() if _counts(measure, source, row, run.as_of)]
    order = [name for name in source.order if name in table.column_names]
    counted.sort(key=lambda row: tuple(str(row[name]) for name in order))
    columns = tuple(name for name in table.column_names if name not in KEYS)
    return Rows(indicator, source, columns, [tuple(row[name] for name in columns) for row in counted])


def _counts(measure: Measure, source: Source, row: Mapping[str, Any], as_of: date) -> bool:
    """Whether a row lies in the window and may count: its condition holds, or nobody knows."""
    days = span(measure.window, as_of)
    if source.date is not None and measure.function is not None:
        day = row[source.date]
        if day > days.last or (days.first is not None and day < days.first):
            return False
    if measure.where is None or names(measure.where, "indicator") or names(measure.where, "parameter"):
        return True

    def cell(name: Name) -> Value:
        value = row[name.name]
        return UNKNOWN if value is None else Value(float(value) if name.type.is_real else value)

    return value_of(measure.where, cell, as_of).value is not False


def _known(indicator: Indicator) -> str:
    none = f' or "{indicator.name}__none"' if indicator.noneable else ""
    return f'"{indicator.name}" is not null{none}'


def _indicators(run: Run) -> Path:
    return folder(run) / "indicators.parquet"


def _table(run: Run, name: str) -> Path:
    return Path(settings.DATA, run.manifest["snapshot"][name])
