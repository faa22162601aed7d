"""Persons, then households: what is measured, formulas over it, and the rules.

source scans by person   ─┐
persons register         ─┴─ person indicators ─┐
source scans by household, by village           ─┤
households register                             ─┴─ household indicators ─ formulas ─ rules
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from qianshao.rules.engines.columns import Column, Datum, Evaluator, array, constant, places
from qianshao.rules.engines.features import Figure, Months, Rows, Scan, Task
from qianshao.rules.engines.results import ARROW, RULE
from qianshao.rules.engines.sql import SQL_TYPES, Compiler, Sql, literal, quoted
from qianshao.rules.parameters import Resolved
from qianshao.rules.periods import Coverage, Span, span
from qianshao.rules.rulebook import Indicator, Measure, Rulebook, expressions, rests_on
from qianshao.rules.sources import Source
from qianshao.rules.tree import Name, names
from qianshao.rules.types import Subject, Type

REGISTERS = {Subject.HOUSEHOLD: "households", Subject.PERSON: "persons"}
JUDGED = "judged_persons"
"""The persons with their indicators, where the sums over persons are made."""
CELL = "cell__"
"""Prefix of the register's columns there, so that an indicator may be named like one."""


@dataclass(frozen=True)
class Tables:
    """What is read: a relation for each source, the columns in which there is no NULL, and who speaks."""

    connection: duckdb.DuckDBPyConnection
    relations: Mapping[str, str]
    full: Mapping[str, frozenset[str]]
    coverage: Coverage

    def read(self, query: str) -> pa.Table:
        return self.connection.execute(query).to_arrow_table().combine_chunks()


@dataclass(frozen=True)
class Needs:
    """What the households' figures rest on: indicators of persons, columns of the registers."""

    indicators: Mapping[Subject, list[Indicator]]
    columns: Mapping[Subject, Mapping[str, Type]]

    @classmethod
    def of(cls, rulebook: Rulebook) -> "Needs":
        households = rulebook.of_subject(Subject.HOUSEHOLD)
        nodes = [node for indicator in households for node in expressions(indicator)]
        used, _ = rests_on(nodes, rulebook.indicators)
        persons = [each for each in rulebook.of_subject(Subject.PERSON) if each.name in used]
        indicators = {Subject.HOUSEHOLD: households, Subject.PERSON: persons}
        return cls(indicators, {subject: cls._columns(rulebook, subject) for subject in REGISTERS})

    @staticmethod
    def _columns(rulebook: Rulebook, subject: Subject) -> dict[str, Type]:
        source = rulebook.sources[REGISTERS[subject]]
        return {
            name: source.columns[name]
            for indicator in rulebook.indicators.values()
            if indicator.measure is not None and indicator.measure.source == source.name
            for node in expressions(indicator)
            for name in names(node, "column")
            if name in source.columns
        }


@dataclass(frozen=True)
class Judging:
    """One set of parameters, by which households of some villages are judged."""

    rulebook: Rulebook
    needs: Needs
    as_of: date
    resolved: Resolved
    tables: Tables

    def judge(self, villages: Sequence[str]) -> pa.Table:
        """The columns of `indicator_schema` and a boolean column for each live rule, by household."""
        persons = Level(self, Subject.PERSON, self._register(Subject.PERSON))
        persons.measure()
        own = self._register(Subject.HOUSEHOLD)
        own = own.filter(pc.is_in(own.column("village"), pa.array(villages, pa.string())))
        households = Level(self, Subject.HOUSEHOLD, own.sort_by("household").combine_chunks(), persons)
        households.measure()
        columns = {name: households.own.column(name) for name in ("household", "village")}
        columns |= households.columns()
        evaluator = Evaluator(households.reference, self.as_of)
        for name in self.resolved.rules:
            truth = evaluator.evaluate(self.rulebook.rules[name].when).values
            columns[RULE + name] = _spread(truth, len(own))
        return pa.table(columns)

    def _register(self, subject: Subject) -> pa.Table:
        """The register's rows, with the columns that figures use."""
        keys = ["household", "village", *(["person"] if subject is Subject.PERSON else [])]
        columns = self.needs.columns[subject].items()
        listed = keys + [f"CAST({quoted(name)} AS {SQL_TYPES[k]}) AS {quoted(name)}" for name, k in columns]
        relation = self.tables.relations[REGISTERS[subject]]
        return self.tables.read(f"SELECT {', '.join(listed)} FROM {relation}")  # noqa: S608


@dataclass
class Level:
    """The indicators of persons or of households; `own` is their register."""

    judging: Judging
    subject: Subject
    own: pa.Table
    persons: "Level | None" = None
    figures: dict[str, Column] = field(default_factory=dict)
    speaking: dict[tuple[str, Span], Datum] = field(default_factory=dict)

    @property
    def indicators(self) -> list[Indicator]:
        return self.judging.needs.indicators[self.subject]

    def measure(self) -> None:
        """Compute all figures, each after those that its formula uses."""
        scans: list[Scan] = []
        planned: dict[str, tuple[Scan, Figure]] = {}
        for indicator in self.indicators:
            if indicator.measure is not None and indicator.measure.function is not None:
                scan, task = self._scan_of(indicator, indicator.measure, scans)
                planned[indicator.name] = scan, scan.figure(task)
        if self.persons is not None:
            self.judging.tables.connection.register(JUDGED, self.persons.judged())
        rows = {id(scan): self._run(scan) for scan in scans}
        for indicator in self.indicators:
            if indicator.name in planned:
                scan, figure = planned[indicator.name]
                column = figure(rows[id(scan)])
            else:
                column = self._computed(indicator)
            self.figures[indicator.name] = _stored(indicator, column)

    def _computed(self, indicator: Indicator) -> Column:
        """A formula over figures, or an attribute in the register."""
        as_of = self.judging.as_of
        if indicator.formula is not None:
            return Evaluator(self.reference, as_of).evaluate(indicator.formula)
        assert indicator.measure is not None
        assert indicator.measure.value is not None
        return Evaluator(self._attribute, as_of).evaluate(indicator.measure.value)

    def reference(self, name: Name) -> Column:
        """A name of a formula or a rule: a parameter, or a figure."""
        return self._parameter(name) if name.of == "parameter" else self.figures[name.name]

    def _attribute(self, name: Name) -> Column:
        return self._parameter(name) if name.of == "parameter" else Column(array(self.own, name.name))

    def _parameter(self, name: Name) -> Column:
        return Column(constant(self.judging.resolved.values.get(name.name), name.type))

    def columns(self) -> dict[str, pa.Array]:
        """Each figure, its lower bound, whether it is known to be none."""
        found = {}
        for indicator in self.indicators:
            figure = self.figures[indicator.name]
            found[indicator.name] = figure.values
            if figure.least is not None:
                found[f"{indicator.name}__least"] = figure.least
            if figure.none is not None:
                found[f"{indicator.name}__none"] = figure.none
        return {name: _spread(values, len(self.own)) for name, values in found.items()}

    def judged(self) -> pa.Table:
        """The register beside the figures."""
        keys = ("household", "village", "person")
        cells = {n if n in keys else CELL + n: self.own.column(n) for n in self.own.column_names}
        return pa.table(cells | self.columns())

    def _run(self, scan: Scan) -> Rows:
        found = self.judging.tables.read(scan.query())
        among = array(found, scan.key)
        if scan.key == "village":
            return Rows(found, pc.index_in(self._villages.dictionary, among).take(self._villages.indices))
        return Rows(found, places(array(self.own, scan.key), among))

    @cached_property
    def _villages(self) -> pa.DictionaryArray:
        return array(self.own, "village").dictionary_encode()

    def _scan_of(self, indicator: Indicator, measure: Measure, scans: list[Scan]) -> tuple[Scan, Task]:
        """The scan that this indicator shares with the others of its source, begun by the first of them."""
        source = self.judging.rulebook.sources[measure.source]
        alone = measure.function == "peak_month"
        for scan in scans:
            if scan.source is source and not alone and not isinstance(scan, Months):
                return scan, next(task for task in scan.tasks if task.indicator is indicator)
        tasks = [self._task(each, m, source) for each, m in self._sharing(indicator, measure)]
        key = "village" if source.subject is Subject.VILLAGE else self.subject.value
        relation, columns = self._rows(source)
        in_dictionary = source.name != REGISTERS[Subject.PERSON]
        compiler = Compiler(columns, self.judging.as_of, in_dictionary=in_dictionary)
        scans.append((Months if alone else Scan)(source, key, relation, compiler, tasks))
        return scans[-1], next(task for task in tasks if task.indicator is indicator)

    def _sharing(self, indicator: Indicator, measure: Measure) -> list[tuple[Indicator, Measure]]:
        if measure.function == "peak_month":
            return [(indicator, measure)]
        return [
            (each, each.measure)
            for each in self.indicators
            if each.measure is not None
            and each.measure.source == measure.source
            and each.measure.function not in (None, "peak_month")
        ]

    def _task(self, indicator: Indicator, measure: Measure, source: Source) -> Task:
        days = span(measure.window, self.judging.as_of)
        if (source.name, days) not in self.speaking:
            self.speaking[source.name, days] = self._spoken(source, days)
        return Task(indicator, measure, days, self.speaking[source.name, days])

    def _spoken(self, source: Source, days: Span) -> Datum:
        """Of which subjects a source speaks for all these days."""
        villages = self._villages.dictionary.to_pylist()
        told = self.judging.tables.coverage.spoken(source, villages, days, self.judging.as_of)
        if len(set(told)) == 1:
            return pa.scalar(told[0])
        return pa.array(told, pa.bool_()).take(self._villages.indices)

    def _rows(self, source: Source) -> tuple[str, Callable[[Name], Sql]]:
        """The rows that a scan goes over, and what names mean in them."""
        if source.name != REGISTERS[Subject.PERSON] or self.persons is None:
            return self.judging.tables.relations[source.name], self._cell(source, "")
        persons, cell = self.persons.figures, self._cell(source, CELL)

        def columns(name: Name) -> Sql:
            return _named(name.name, persons[name.name]) if name.of == "indicator" else cell(name)

        return JUDGED, columns

    def _cell(self, source: Source, prefix: str) -> Callable[[Name], Sql]:
        full = self.judging.tables.full.get(source.name, frozenset())
        values = self.judging.resolved.values

        def column(name: Name) -> Sql:
            if name.of == "parameter":
                value = values.get(name.name)
                return Sql(literal(value, name.type), value is None)
            text = quoted(name.name if name.name == "person" else prefix + name.name)
            text = f"CAST({text} AS DOUBLE)" if name.type.is_real else text
            return Sql(text, name.name not in full)

        return column


def _named(name: str, figure: Column) -> Sql:
    """A person's figure in the table of the judged."""
    return Sql(
        quoted(name),
        unknown=True,
        none=quoted(f"{name}__none") if figure.none is not None else None,
        least=quoted(f"{name}__least") if figure.least is not None else None,
    )


def _stored(indicator: Indicator, column: Column) -> Column:
    """A figure as its type, with what can be said of it beside its value."""
    kind = ARROW[indicator.type]
    none = least = None
    if indicator.noneable:
        none = column.none if column.none is not None else pa.scalar(False)
    if indicator.bounded:
        least = column.least if column.least is not None else pa.scalar(None, kind)
    return Column(_as(column.values, kind), none, None if least is None else _as(least, kind))


def _as(values: Datum, kind: pa.DataType) -> Datum:
    return values if values.type == kind else pc.cast(values, kind, safe=False)


def _spread(values: Datum, length: int) -> pa.Array:
    """One value for each of so many subjects."""
    return pa.repeat(values, length) if isinstance(values, pa.Scalar) else values
