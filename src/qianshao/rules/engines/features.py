"""One scan of a source: all of its aggregates in one grouped query, and how they become figures.

The window is laid into the scan as far as all indicators of the source share it. An aggregate that several
indicators need is computed once. A subject without rows in the window is not in the query's answer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal as OneOf
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from qianshao.rules.engines.columns import Column, Datum, array, constant, where
from qianshao.rules.engines.sql import SQL_TYPES, Compiler, Sql, literal, quoted
from qianshao.rules.engines.sums import Part, parts
from qianshao.rules.periods import Span
from qianshao.rules.rulebook import Indicator, Measure
from qianshao.rules.sources import Source
from qianshao.rules.tree import Case
from qianshao.rules.types import Scalar, Type


@dataclass(frozen=True)
class Task:
    """An indicator to be measured, over which days, and of which subjects the source speaks then."""

    indicator: Indicator
    measure: Measure
    days: Span
    spoken: Datum


@dataclass(frozen=True)
class Rows:
    """What a scan found, laid beside the subjects: `position` is null for one that has no row."""

    found: pa.Table
    position: pa.Array

    @cached_property
    def present(self) -> Datum:
        return pc.is_valid(self.position) if self.position.null_count else pa.scalar(True)

    def column(self, name: str, without: Scalar | None = None) -> pa.Array:
        """A column of the answer, with `without` for the subjects that have no row."""
        taken = array(self.found, name).take(self.position)
        if without is None or not self.position.null_count:
            return taken
        return pc.if_else(self.present, taken, pa.scalar(without, taken.type))


Figure: TypeAlias = Callable[[Rows], Column]


@dataclass
class Scan:
    """The grouped query over one source for one subject, built as indicators ask for aggregates."""

    source: Source
    key: str
    relation: str
    compiler: Compiler
    tasks: Sequence[Task]
    aggregates: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.common = self._common()

    def _common(self) -> str | None:
        """A `where` that all indicators share and that may thin the rows before they are grouped."""
        conditions = {task.measure.where for task in self.tasks}
        if len(conditions) != 1 or not all(map(_needs_no_other_rows, self.tasks)):
            return None
        [condition] = conditions
        plain = replace(self.compiler, in_dictionary=False)  # a comparison can be left to the file's reader
        where = plain.compile(condition) if condition is not None else None
        return where.text if where is not None and not where.unknown else None

    @property
    def days(self) -> Span:
        """The days that any of the indicators needs."""
        firsts = [task.days.first for task in self.tasks]
        known = [first for first in firsts if first is not None]
        last = max(task.days.last for task in self.tasks)
        return Span(min(known) if len(known) == len(firsts) else None, last)

    def query(self) -> str:
        """One row for each subject that has rows in the window."""
        return (
            f"SELECT {self._listed(self.outputs)} FROM (SELECT {self._listed(self.aggregates)} "  # noqa: S608
            f"FROM {self.relation}{self._where(self.days)} GROUP BY {self.key})"
        )

    def _listed(self, columns: Mapping[str, str]) -> str:
        return ", ".join([self.key, *(f"{text} AS {name}" for text, name in columns.items())])

    def _where(self, days: Span) -> str:
        conditions = [*self._bounds(days, None), *([self.common] if self.common else [])]
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""

    def _bounds(self, days: Span, within: Span | None) -> list[str]:
        """Conditions that lay `days` on the rows, but for what holds `within` already."""
        if self.source.date is None:
            return []
        column, bounds = quoted(self.source.date), []
        if days.first is not None and (within is None or within.first != days.first):
            bounds.append(f"{column} >= {literal(days.first, Type.DATE)}")
        if within is None or within.last != days.last:
            bounds.append(f"{column} <= {literal(days.last, Type.DATE)}")
        return bounds

    def aggregate(self, text: str) -> str:
        """An aggregate of the grouped query; returns its name there."""
        return self.aggregates.setdefault(text, f"a{len(self.aggregates)}")

    def output(self, text: str, kind: Type | None = None) -> str:
        """A column of the answer, computed from aggregates; returns its name."""
        text = f"CAST({text} AS {SQL_TYPES[kind]})" if kind is not None else text
        return self.outputs.setdefault(text, f"o{len(self.outputs)}")

    def add(self, aggregate: str, conditions: Sequence[str] = (), kind: Type | None = None) -> str:
        """An aggregate over the rows for which all conditions hold, as a column of the answer."""
        filtered = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
        return self.output(self.aggregate(aggregate + filtered), kind)

    def whether(self, aggregate: str, conditions: Sequence[str] = ()) -> str:
        """The same of a condition, which does not hold where no row tells."""
        filtered = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
        return self.output(f"coalesce({self.aggregate(aggregate + filtered)}, FALSE)")

    def figure(self, task: Task) -> Figure:
        """How the answer becomes the indicator; all that it needs is in the query from now on."""
        return _Aggregation(self, task, self._bounds(task.days, self.days)).figure()


@dataclass
class Months(Scan):
    """The largest sum of a calendar month takes a grouping of its own."""

    unsure: list[str] = field(default_factory=list)

    def query(self) -> str:
        day = quoted(self.source.date or "")
        month = f"extract(year FROM {day}) * 12 + extract(month FROM {day})"
        sums = (
            f"SELECT {self._listed(self.aggregates)} FROM {self.relation}"  # noqa: S608
            f"{self._where(self.days)} GROUP BY {self.key}, {month}"
        )
        peak = {"max(total)": "total"} | ({"bool_or(unsure)": "unsure"} if self.unsure else {})
        return (
            f"SELECT {self._listed(self.outputs)} FROM "  # noqa: S608
            f"(SELECT {self._listed(peak)} FROM ({sums}) GROUP BY {self.key})"
        )

    def figure(self, task: Task) -> Figure:
        aggregation = _Aggregation(self, task, [])
        # A month in which no row counts has no sum, which a mask would make zero.
        self.aggregates[aggregation.plain_sum + aggregation.filtered] = "total"
        self.unsure = aggregation.unsure_terms()
        unsure = None
        if self.unsure:
            self.aggregates[f"bool_or({' OR '.join(self.unsure)})"] = "unsure"
            unsure = self.output("coalesce(unsure, FALSE)")
        return aggregation.additive(aggregation.held("coalesce(total, 0)"), unsure)


def _needs_no_other_rows(task: Task) -> bool:
    """Whether a row for which `where` is false says nothing, not even that the subject is in the source."""
    function, absence = task.measure.function, task.measure.absence
    if function in ("max", "min", "latest", "earliest"):
        return True
    return absence == "zero" or (function == "any" and absence == "false")


@dataclass
class _Aggregation:
    """How one indicator's aggregates become its figure."""

    scan: Scan
    task: Task
    window: list[str]

    def __post_init__(self) -> None:
        measure, compiler = self.task.measure, self.scan.compiler
        self.where = compiler.compile(measure.where) if measure.where is not None else None
        self.value = compiler.compile(measure.value) if measure.value is not None else Sql("TRUE", False)
        self.kind = self.task.indicator.type
        own = [self.where.text] if self.where is not None and self.scan.common is None else []
        self.counting = [*self.window, *own]

    @property
    def filtered(self) -> str:
        return f" FILTER (WHERE {' AND '.join(self.counting)})" if self.counting else ""

    def figure(self) -> Figure:
        match self.task.measure.function:
            case "any" | "all" as quantifier:
                return self.quantified(quantifier)
            case "count":
                return self.additive(self.count("count(*)"), self.unsure(of_value=False))
            case "count_distinct":
                return self.additive(self.count(f"count(DISTINCT {self.value.text})"), self.unsure())
            case "sum":
                return self.sum()
            case "latest" | "earliest" as end:
                return self.at_the_end(end)
        return self.extreme()

    def unsure_terms(self, of_value: bool = True) -> list[str]:
        """When a row makes the figure unknown: it may count, or it counts and its value is unknown."""
        terms = [f"({self.where.text}) IS NULL"] if self.where is not None and self.where.unknown else []
        if of_value and self.value.unknown:
            counts = f"{self.where.text} AND " if self.where is not None else ""
            not_none = f" AND NOT {self.value.none}" if self.value.none is not None else ""
            terms.append(f"({counts}({self.value.text}) IS NULL{not_none})")
        return terms

    def unsure(self, of_value: bool = True) -> str | None:
        terms = self.unsure_terms(of_value)
        return self.scan.whether(f"bool_or({' OR '.join(terms)})", self.window) if terms else None

    def exact(self, rows: Rows, unsure: str | None) -> Datum:
        """Where the figure is known: the source speaks, and no row leaves it open."""
        if unsure is None:
            return self.task.spoken
        return pc.and_not(self.task.spoken, rows.column(unsure, False))

    def present(self) -> Callable[[Rows], Datum]:
        """Whether the subject has rows in the window."""
        if not self.window:
            return lambda rows: rows.present
        day, days, shared = quoted(self.scan.source.date or ""), self.task.days, self.scan.days
        if days.last == shared.last:
            last = self.scan.aggregate(f"max({day})")
            inside = self.scan.output(f"{last} >= {literal(days.first, Type.DATE)}")
        elif days.first == shared.first:
            first = self.scan.aggregate(f"min({day})")
            inside = self.scan.output(f"{first} <= {literal(days.last, Type.DATE)}")
        else:
            inside = self.scan.whether(f"bool_or({' AND '.join(self.window)})")
        return lambda rows: rows.column(inside, False)

    @property
    def absent(self) -> Scalar | None:
        """The figure of a subject of which no row counts."""
        return {"zero": 0, "false": False}.get(self.task.measure.absence)

    def additive(self, total: str, unsure: str | None, so_far: str | None = None) -> Figure:
        """Counts and sums: nothing to add up is zero, and what there is so far is a lower bound."""
        present = self.present() if self.task.measure.absence != "zero" else None
        bounded, kind = self.task.indicator.bounded, self.kind

        def figure(rows: Rows) -> Column:
            exact = self.exact(rows, unsure)
            value = rows.column(total, 0)
            known = exact if present is None else pc.and_(exact, present(rows))
            if not bounded:
                return Column(where(known, value))
            bound = rows.column(so_far, 0) if so_far is not None else value
            more = where(pc.not_equal(bound, constant(0, kind)), bound)
            return Column(where(known, value), least=where(pc.invert(exact), more))

        return figure

    def summed(self, value: str, conditions: Sequence[str]) -> str:
        """The sum of a whole number over the rows for which all conditions hold.

        They are masked with each condition, all bits or none. That costs half of a FILTER, and a
        mask that comes from a word is computed once for a word of the file's dictionary.
        """
        masks = "".join(f" & -CAST({condition} AS BIGINT)" for condition in conditions)
        return f"sum(CAST({value} AS BIGINT){masks})"

    def held(self, total: str) -> str:
        """A sum as its type; NULL if it is too large."""
        kind = "CAST({} AS DOUBLE)" if self.kind is Type.DECIMAL else "TRY_CAST({} AS BIGINT)"
        return self.scan.output(kind.format(total))

    def count(self, aggregate: str) -> str:
        return self.scan.add(aggregate, self.counting)

    def total(self, value: str) -> str:
        if self.kind is Type.DECIMAL:
            filtered = self.scan.aggregate(f"{_exact_sum(value)}{self.filtered}")
            return self.held(f"coalesce({filtered}, 0)")
        return self.held(f"coalesce({self.scan.aggregate(self.summed(value, self.counting))}, 0)")

    @property
    def plain_sum(self) -> str:
        """The sum of the value over rows, without a condition."""
        return _exact_sum(self.value.text) if self.kind is Type.DECIMAL else f"sum({self.value.text})"

    def sum(self) -> Figure:
        node = self.task.measure.value
        split = parts(node, self.scan.compiler) if isinstance(node, Case) else None
        if split:
            return self.additive(self.held("".join(self._split(split))), self.unsure())
        so_far = None
        if self.value.least is not None:
            so_far = self.total(f"coalesce({self.value.text}, {self.value.least})")
        return self.additive(self.total(self.value.text), self.unsure(), so_far)

    def _split(self, split: Mapping[Part, int]) -> Iterator[str]:
        for part, times in split.items():
            column = self.scan.aggregate(self.summed(part.column, [*self.counting, *part.conditions]))
            sign, size = "-" if times < 0 else "+", f"{abs(times)} * " if abs(times) > 1 else ""
            yield f" {sign} {size}coalesce({column}, 0)"

    def extreme(self) -> Figure:
        """max and min: of no row that counts there is none."""
        function, value, kind = self.task.measure.function, self.value.text, self.kind
        column, unsure = self.scan.add(f"{function}({value})", self.counting, kind), self.unsure()
        bound = column
        if self.value.least is not None:
            bound = self.scan.add(f"{function}(coalesce({value}, {self.value.least}))", self.counting, kind)

        def figure(rows: Rows) -> Column:
            exact, found = self.exact(rows, unsure), rows.column(column)
            known = where(exact, pc.coalesce(found, constant(self.absent, kind)))
            least = where(pc.invert(exact), rows.column(bound)) if function == "max" else None
            return Column(known, self.none(exact, pc.is_valid(found)), least)

        return figure

    def none(self, exact: Datum, found: Datum) -> Datum | None:
        """Where it is known that there is no such thing."""
        return pc.and_not(exact, found) if self.task.measure.absence == "none" else None

    def at_the_end(self, end: OneOf["latest", "earliest"]) -> Figure:
        """The last or first row's value, in a total order in which an unknown wins among equals."""
        order = self.scan.source.order
        columns = [quoted(c) if c == self.scan.source.date else f"coalesce({quoted(c)}, -1)" for c in order]
        known = "IS NULL" if end == "latest" else "IS NOT NULL"
        fields = [*columns, f"({self.value.text}) {known}", self.value.text]
        packed = ", ".join(f"'f{place}': {text}" for place, text in enumerate(fields))
        row = self.scan.aggregate(f"{'max' if end == 'latest' else 'min'}({{{packed}}}){self.filtered}")
        value = self.scan.output(f"struct_extract({row}, 'f{len(fields) - 1}')", self.kind)
        found, unsure = self.scan.output(f"{row} IS NOT NULL"), self.unsure(of_value=False)

        def figure(rows: Rows) -> Column:
            exact, some = self.exact(rows, unsure), rows.column(found, False)
            values = pc.if_else(some, rows.column(value), constant(self.absent, self.kind))
            return Column(where(exact, values), self.none(exact, some))

        return figure

    def quantified(self, quantifier: OneOf["any", "all"]) -> Figure:
        """What is known decides, wherever one row is enough; otherwise the source must speak."""
        condition = self.value.text
        if self.where is not None and quantifier == "any":
            condition = f"({self.where.text} AND {condition})"
        elif self.where is not None:
            condition = f"(NOT {self.where.text} OR {condition})"
        unknown = self.value.unknown or (self.where is not None and self.where.unknown)
        decided = quantifier == "any"
        deciding = condition if decided else f"NOT ({condition})"
        found = self.scan.whether(f"bool_or({deciding})", self.window)
        unsure = self.scan.whether(f"bool_or({condition} IS NULL)", self.window) if unknown else None
        alike = decided and self.task.measure.absence == "false"  # absent or not, it is false
        present = None if alike else self.present()

        def figure(rows: Rows) -> Column:
            rest = where(self.exact(rows, unsure), pa.scalar(not decided))
            if present is not None:
                absent = where(self.task.spoken, constant(self.absent, Type.BOOLEAN))
                rest = pc.if_else(present(rows), rest, absent)
            return Column(pc.if_else(rows.column(found, False), pa.scalar(decided), rest))

        return figure


def _exact_sum(value: str) -> str:
    """Decimals are summed exactly to four places and become real once."""
    return f"sum(CAST({value} AS DECIMAL(38, 4)))"
