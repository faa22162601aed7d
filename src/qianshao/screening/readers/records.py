"""The rows behind a figure: what departments and registers said, from the snapshot that the run judged."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings

from qianshao.access.scope import Scope
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.models import Delivery
from qianshao.registry.models import Household, Person
from qianshao.rules import formats
from qianshao.rules.evaluation import value_of
from qianshao.rules.periods import span
from qianshao.rules.rulebook import Indicator, Measure
from qianshao.rules.sources import Source
from qianshao.rules.tree import Name, names
from qianshao.rules.types import Subject, Type
from qianshao.rules.values import UNKNOWN, Value
from qianshao.screening import rulebooks, words
from qianshao.screening.evaluation import law_of
from qianshao.screening.findings import Law
from qianshao.screening.models import Run
from qianshao.screening.provenance import REGISTERS, measured
from qianshao.words import Text
from qianshao.workbooks import Contract

Row = Mapping[str, Any]
MOST_COLUMNS = 6
MOST_ROWS = 200
KEYS = {"household", "person", "village", "delivery", "row"}
YUAN = Text("元", "yuan")


@dataclass(frozen=True)
class Heading:
    title: Text
    is_number: bool


@dataclass(frozen=True)
class Cell:
    shown: Text
    is_number: bool


@dataclass(frozen=True)
class Record:
    """One row. `member` is a name for those who may see families, else the relation to the head."""

    member: Text = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)
    file: str
    row: int | None


@dataclass(frozen=True)
class Records:
    """The rows of one list that count for a figure; the first `MOST_ROWS` of `number`."""

    list: Text
    department: Text
    headings: tuple[Heading, ...]
    rows: tuple[Record, ...]
    number: int

    @property
    def about_members(self) -> bool:
        return any(record.member.zh for record in self.rows)

    @property
    def from_files(self) -> bool:
        return any(record.file for record in self.rows)


class SnapshotGone(Exception):
    """The snapshot that the run judged has been removed since."""


def records(household: Household, run: Run, indicator: str, names_in: Scope) -> list[Records]:
    """The rows behind one figure of a household, as a run read them: one table per list.

    The household is one that a reader gave out; members are named where they live in `names_in`. Raises
    `SnapshotGone`, and KeyError for a figure that the run's rulebook does not have.
    """
    law = law_of(run.manifest, rulebooks.kept(run.manifest["rulebook"]), run)
    law.rulebook.indicators[indicator]
    by_source: dict[str, list[Indicator]] = {}
    for leaf in measured(law.rulebook, indicator):
        if leaf.measure:
            by_source.setdefault(leaf.measure.source, []).append(leaf)
    reader = _Snapshot(household, run, law, names_in)
    return [reader.records(source, leaves) for source, leaves in by_source.items()]


class _Snapshot:
    """One household in the tables of a run's snapshot."""

    def __init__(self, household: Household, run: Run, law: Law, names_in: Scope) -> None:
        self.run, self.law = run, law
        self.household = household.pk
        # The village it lay in when it was judged; villages are renamed and merged, keys are not.
        self.village = household.area.path
        self.resolved = law.resolved(self.village)
        self.members = self._members(names_in)

    def records(self, name: str, leaves: list[Indicator]) -> Records:
        source = self.law.rulebook.sources[name]
        contract = feed_contracts()[REGISTERS.get(name, name)]
        rows = [row for row in self._rows(source) if any(self._counts(row, source, leaf) for leaf in leaves)]
        dated = source.date
        if dated is not None:
            rows.sort(key=lambda row: row[dated], reverse=True)
        columns = _columns(source, leaves, rows, contract.key)
        files = _files(rows)
        return Records(
            contract.label,
            contract.department,
            tuple(Heading(_title(contract, column), _is_number(source, column)) for column in columns),
            tuple(self._record(row, source, contract, columns, files) for row in rows[:MOST_ROWS]),
            len(rows),
        )

    def _record(
        self, row: Row, source: Source, contract: Contract, columns: list[str], files: Mapping[int, str]
    ) -> Record:
        member = self.members.get(row.get("person") or 0, Text("", ""))
        cells = tuple(
            Cell(self._shown(row[column], source, contract, column), _is_number(source, column))
            for column in columns
        )
        return Record(member, cells, files.get(row.get("delivery") or 0, ""), row.get("row"))

    def _rows(self, source: Source) -> list[dict[str, Any]]:
        path = Path(settings.DATA) / self.run.manifest["snapshot"][source.name]
        if not path.exists():
            raise SnapshotGone
        about_village = source.subject is Subject.VILLAGE
        wanted = ("village", "=", self.village) if about_village else ("household", "=", self.household)
        rows: list[dict[str, Any]] = pq.read_table(path, filters=[wanted]).to_pylist()
        return rows

    def _counts(self, row: Row, source: Source, leaf: Indicator) -> bool:
        """Whether a row lies in the window and its condition is not false. What rests on other figures of a
        member is not decided here: such a row is shown."""
        measure = leaf.measure
        assert measure is not None
        days = span(measure.window, self.law.as_of)
        if source.date and not _within(row[source.date], days.first, days.last):
            return False
        if measure.where is None:
            return True
        return value_of(measure.where, lambda name: self._cell(row, name), self.law.as_of).value is not False

    def _cell(self, row: Row, name: Name) -> Value:
        found: Any = self.resolved.values.get(name.name) if name.of == "parameter" else row.get(name.name)
        if found is None or name.of == "indicator":
            return UNKNOWN
        return Value(float(found) if name.type.is_real else found)

    def _shown(self, value: Any, source: Source, contract: Contract, column: str) -> Text:
        kind = source.columns.get(column, Type.TEXT)
        stated = next((each for each in contract.columns if each.name == column), None)
        if value is None:
            return Text("", "")
        if stated is not None and stated.type == "month":
            return Text(f"{value:%Y-%m}", f"{value:%Y-%m}")
        if isinstance(value, date):
            return Text(value.isoformat(), value.isoformat())
        if isinstance(value, Decimal):
            value = float(value)
        if isinstance(value, str):
            codes = source.codes.get(column, ())
            lists = self.law.rulebook.codelists.values()
            labels = stated.labels if stated is not None else words.STATED_BY
            return labels.get(value) or formats.figure(value, kind, Text("", ""), codes, lists)
        return formats.figure(value, kind, YUAN if kind is Type.MONEY else Text("", ""))

    def _members(self, names_in: Scope) -> dict[int, Text]:
        rows = self._rows(self.law.rulebook.sources["persons"])
        if names_in.covers(self.village):
            named = Person.objects.filter(pk__in=[row["person"] for row in rows]).values_list("pk", "name")
            return {key: Text(name, name) for key, name in named}
        relations = self.law.rulebook.codelists["relations"].codes
        unknown = Text("", "")
        return {row["person"]: relations.get(row["relation"], unknown) for row in rows}


def _within(day: date | None, first: date | None, last: date) -> bool:
    return day is not None and day <= last and (first is None or day >= first)


def _columns(
    source: Source, leaves: Iterable[Indicator], rows: list[dict[str, Any]], key: Collection[str]
) -> list[str]:
    """The columns that the figure is computed from, and as many others with something in them as fit, first
    those that do not only number the row."""
    used = {column for leaf in leaves for column in _used(leaf.measure)} | ({source.date} - {None})
    filled = [name for name in (rows[0] if rows else source.columns) if name not in KEYS]
    filled = [name for name in filled if not rows or any(row[name] is not None for row in rows)]
    if source.one_row_each:
        return [name for name in filled if name in used] or filled[:MOST_COLUMNS]
    others = sorted((name for name in filled if name not in used), key=lambda name: name in key)
    others = others[: max(MOST_COLUMNS - len(used), 0)]
    return [name for name in filled if name in used or name in others]


def _used(measure: Measure | None) -> Iterator[str]:
    for node in (measure.value, measure.where) if measure else ():
        if node is not None:
            yield from names(node, "column")


def _is_number(source: Source, column: str) -> bool:
    return source.columns.get(column, Type.TEXT).is_number


def _title(contract: Contract, column: str) -> Text:
    stated = next((each.title for each in contract.columns if each.name == column), None)
    english = column.replace("_", " ").capitalize()
    return Text(stated, english) if stated else words.REGISTER_COLUMNS.get(column, Text(column, english))


def _files(rows: list[dict[str, Any]]) -> dict[int, str]:
    keys = {row["delivery"] for row in rows if row.get("delivery")}
    return dict(Delivery.objects.filter(pk__in=keys).values_list("pk", "file_name"))
