"""The one wide query: sources to feature tables, joined to persons and households, then formulas, then rules.

source scans by person   ─┐
persons register         ─┴─ person indicators ─┐
source scans by household, by village           ─┤
households register                             ─┴─ household indicators ─ formulas ─ rules
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from qianshao.rules.engines.features import Scan, Task
from qianshao.rules.engines.sql import SQL_TYPES, Compiler, Sql, literal, quoted
from qianshao.rules.parameters import Resolved
from qianshao.rules.periods import Span, span
from qianshao.rules.rulebook import Indicator, Rulebook, expressions, rests_on
from qianshao.rules.sources import Source
from qianshao.rules.tree import Name, names
from qianshao.rules.types import Subject

REGISTERS = {Subject.HOUSEHOLD: "households", Subject.PERSON: "persons"}
FLAGS = "spoken"
"""The table of a zone's villages, with a column for each source and span: whether it speaks there."""


@dataclass(frozen=True)
class Tables:
    """What the query reads: a relation for each source, and the columns in which there is no NULL."""

    relations: Mapping[str, str]
    full: Mapping[str, frozenset[str]]


@dataclass
class Speaking:
    """The flags of coverage that were asked for; each becomes a column of the flags table."""

    columns: dict[tuple[str, Span], str] = field(default_factory=dict)

    def column(self, source: Source, days: Span) -> str | None:
        if source.is_register:
            return None
        return self.columns.setdefault((source.name, days), f"s{len(self.columns)}")


@dataclass
class Wide:
    """Builds the query for one set of parameters."""

    rulebook: Rulebook
    as_of: date
    resolved: Resolved
    tables: Tables
    speaking: Speaking

    def query(self) -> str:
        """household, village, every household indicator with its `__least` and `__none`, every live rule."""
        persons = _Level(self, Subject.PERSON, self._needed_persons(), None)
        households = _Level(self, Subject.HOUSEHOLD, self.rulebook.of_subject(Subject.HOUSEHOLD), persons)
        relation = households.relation()
        compiler = Compiler(households.reference, self.as_of)
        listed = [quoted("household"), quoted("village")]
        for indicator in households.indicators:
            listed += [f"{text} AS {quoted(name)}" for name, text in households.outputs(indicator)]
        for name in self.resolved.rules:
            condition = compiler.compile(self.rulebook.rules[name].when)
            listed.append(f"{condition.text} AS {quoted(RULE + name)}")
        return f"SELECT {', '.join(listed)} FROM {relation}"  # noqa: S608

    def _needed_persons(self) -> list[Indicator]:
        """Person indicators that some household indicator rests on, in order of their formulas."""
        households = self.rulebook.of_subject(Subject.HOUSEHOLD)
        nodes = [node for indicator in households for node in expressions(indicator)]
        needed, _ = rests_on(nodes, self.rulebook.indicators)
        return [each for each in self.rulebook.of_subject(Subject.PERSON) if each.name in needed]

    def parameter(self, name: Name) -> Sql:
        value = self.resolved.values.get(name.name)
        return Sql(literal(value, name.type), value is None)


RULE = "rule__"
"""Prefix of the rules' columns, so that a rule may be named like an indicator."""


@dataclass
class _Level:
    """The indicators of persons or of households, as one relation."""

    wide: Wide
    subject: Subject
    indicators: list[Indicator]
    persons: "_Level | None"
    figures: dict[str, Sql] = field(default_factory=dict)
    scans: list[tuple[Scan, str | None]] = field(default_factory=list)

    @property
    def register(self) -> Source:
        return self.wide.rulebook.sources[REGISTERS[self.subject]]

    def relation(self) -> str:
        """The measured indicators, with the formulas in layers above them."""
        measured = [each for each in self.indicators if each.measure is not None]
        current = self._measured(measured)
        waiting = [each for each in self.indicators if each.measure is None]
        while waiting:
            ready = [each for each in waiting if self._is_ready(each, waiting)]
            current = self._layer(current, ready)
            waiting = [each for each in waiting if each not in ready]
        return current

    def _is_ready(self, indicator: Indicator, waiting: list[Indicator]) -> bool:
        used = {name for node in expressions(indicator) for name in names(node, "indicator")}
        return not used & {each.name for each in waiting}

    def _layer(self, current: str, ready: list[Indicator]) -> str:
        compiler = Compiler(self.reference, self.wide.as_of)
        listed = []
        computed = {}
        for indicator in ready:
            assert indicator.formula is not None
            value = compiler.compile(indicator.formula)
            listed += _stored(indicator, value)
            computed[indicator.name] = _column(indicator, value)
        self.figures.update(computed)
        return f"(SELECT *, {', '.join(listed)} FROM {current})"  # noqa: S608

    def reference(self, name: Name) -> Sql:
        """A name of a formula or a rule: a parameter, or an indicator's column."""
        return self.wide.parameter(name) if name.of == "parameter" else self.figures[name.name]

    def outputs(self, indicator: Indicator) -> list[tuple[str, str]]:
        """Columns of the result: the figure, its lower bound, whether it is known to be none."""
        figure, kind = self.figures[indicator.name], SQL_TYPES[indicator.type]
        columns = [(indicator.name, f"CAST({figure.text} AS {kind})")]
        if indicator.bounded:
            columns.append((f"{indicator.name}__least", f"CAST({figure.least} AS {kind})"))
        if indicator.noneable:
            columns.append((f"{indicator.name}__none", figure.none or "FALSE"))
        return columns

    def _measured(self, indicators: list[Indicator]) -> str:
        listed = ["r.household", "r.village"]
        # Register columns that conditions on persons use keep a name of their own beside the indicators.
        listed += [f"r.{quoted(c)} AS {quoted(CELL + c)}" for c in self._cells()]
        for indicator in indicators:
            value = self._figure(indicator)
            listed += _stored(indicator, value)
            self.figures[indicator.name] = _column(indicator, value)
        joined = "".join(
            f" LEFT JOIN ({query or scan.query()}) AS {scan.alias} ON r.{scan.key} = {scan.alias}.{scan.key}"
            for scan, query in self.scans
        )
        # The table of villages holds those of one zone: households of others are judged by themselves.
        kind = "LEFT" if self.subject is Subject.PERSON else "INNER"
        flags = f" {kind} JOIN {FLAGS} ON r.village = {FLAGS}.village"
        own = self.wide.tables.relations[self.register.name]
        return f"(SELECT {', '.join(listed)} FROM {own} AS r{flags}{joined})"  # noqa: S608

    def _cells(self) -> list[str]:
        if self.subject is not Subject.PERSON:
            return []
        used: dict[str, None] = {}
        for indicator in self.wide.rulebook.of_subject(Subject.HOUSEHOLD):
            if indicator.measure is not None and indicator.measure.source == self.register.name:
                for node in expressions(indicator):
                    used.update(dict.fromkeys(names(node, "column")))
        return [name for name in used if name != "person"]

    def _figure(self, indicator: Indicator) -> Sql:
        measure = indicator.measure
        assert measure is not None
        source = self.wide.rulebook.sources[measure.source]
        if measure.function is None:
            assert measure.value is not None
            return Compiler(self._cell(source, "r."), self.wide.as_of).compile(measure.value)
        scan, task = self._scan_of(indicator, source)
        if measure.function != "peak_month":
            return scan.figure(task)
        query, figure = scan.monthly(task)
        self.scans = [(s, query if s is scan else q) for s, q in self.scans]
        return figure

    def _scan_of(self, indicator: Indicator, source: Source) -> tuple[Scan, Task]:
        """The scan that this indicator shares with the others of its source, begun by the first of them."""
        monthly = indicator.measure is not None and indicator.measure.function == "peak_month"
        if not monthly:
            for scan, query in self.scans:
                if scan.source is source and query is None:
                    return scan, next(t for t in scan.tasks if t.indicator is indicator)
        sharing = [indicator] if monthly else self._sharing(source)
        tasks = [self._task(each, source) for each in sharing]
        key = "village" if source.subject is Subject.VILLAGE else self.subject.value
        relation, columns = self._rows(source)
        compiler = Compiler(columns, self.wide.as_of, in_dictionary=source.name != REGISTERS[Subject.PERSON])
        scan = Scan(source, key, relation, compiler, tasks, f"f{len(self.scans)}")
        self.scans.append((scan, None))
        return scan, next(task for task in tasks if task.indicator is indicator)

    def _sharing(self, source: Source) -> list[Indicator]:
        return [
            each
            for each in self.indicators
            if each.measure is not None
            and each.measure.source == source.name
            and each.measure.function not in (None, "peak_month")
        ]

    def _task(self, indicator: Indicator, source: Source) -> Task:
        assert indicator.measure is not None
        days = span(indicator.measure.window, self.wide.as_of)
        column = self.wide.speaking.column(source, days)
        return Task(indicator, indicator.measure, days, f"{FLAGS}.{column}" if column else None)

    def _rows(self, source: Source) -> tuple[str, Callable[[Name], Sql]]:
        """The rows that a scan goes over, and what names mean in them."""
        if source.name != REGISTERS[Subject.PERSON] or self.persons is None:
            return self.wide.tables.relations[source.name], self._cell(source, "")
        persons, cell = self.persons, self._cell(source, "", CELL)
        relation = persons.relation()

        def columns(name: Name) -> Sql:
            return persons.figures[name.name] if name.of == "indicator" else cell(name)

        return relation, columns

    def _cell(self, source: Source, qualifier: str, prefix: str = "") -> Callable[[Name], Sql]:
        full = self.wide.tables.full.get(source.name, frozenset())

        def column(name: Name) -> Sql:
            if name.of == "parameter":
                return self.wide.parameter(name)
            text = qualifier + quoted(name.name if name.name == "person" else prefix + name.name)
            text = f"CAST({text} AS DOUBLE)" if name.type.is_real else text
            return Sql(text, name.name not in full)

        return column


CELL = "cell__"


def _stored(indicator: Indicator, value: Sql) -> list[str]:
    """A figure as columns of a relation."""
    text = f"CAST({value.text} AS DOUBLE)" if indicator.type.is_real else value.text
    columns = [f"{text} AS {quoted(indicator.name)}"]
    if indicator.bounded:
        columns.append(f"{value.least} AS {quoted(indicator.name + '__least')}")
    if indicator.noneable:
        columns.append(f"{value.none or 'FALSE'} AS {quoted(indicator.name + '__none')}")
    return columns


def _column(indicator: Indicator, value: Sql) -> Sql:
    """How a stored figure is named."""
    name = indicator.name
    return Sql(
        quoted(name),
        value.unknown,
        quoted(f"{name}__none") if indicator.noneable else None,
        quoted(f"{name}__least") if indicator.bounded else None,
    )
