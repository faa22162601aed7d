"""One scan of a source: all of its aggregates in one grouped query, and how they become figures.

The window is laid into the scan as far as all indicators of the source share it. An aggregate that several
indicators need is computed once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal as OneOf

from qianshao.rules.engines.sql import Compiler, Sql, literal, quoted
from qianshao.rules.engines.sums import Part, parts
from qianshao.rules.periods import Span
from qianshao.rules.rulebook import Indicator, Measure
from qianshao.rules.sources import Source
from qianshao.rules.tree import Case
from qianshao.rules.types import Type


@dataclass(frozen=True)
class Task:
    """An indicator to be measured, over which days, and the column that says where the source speaks."""

    indicator: Indicator
    measure: Measure
    days: Span
    spoken: str | None


@dataclass
class Scan:
    """The grouped query over one source for one subject, built as indicators ask for aggregates."""

    source: Source
    key: str
    relation: str
    compiler: Compiler
    tasks: Sequence[Task]
    alias: str
    columns: dict[str, str] = field(default_factory=dict)

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
        listed = ", ".join(f"{text} AS {name}" for text, name in self.columns.items())
        return (
            f"SELECT {self.key}, TRUE AS present{', ' if listed else ''}{listed} "  # noqa: S608
            f"FROM {self.relation}{self._where(self.days)} GROUP BY {self.key}"
        )

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

    def add(self, aggregate: str, conditions: Sequence[str] = ()) -> str:
        """A column of the grouped query; returns how to refer to it from outside."""
        text = f"{aggregate} FILTER (WHERE {' AND '.join(conditions)})" if conditions else aggregate
        return self.column(text)

    def column(self, text: str) -> str:
        name = self.columns.setdefault(text, f"a{len(self.columns)}")
        return f"{self.alias}.{name}"

    def figure(self, task: Task) -> Sql:
        """The indicator outside of the grouped query, where a subject without rows has NULL everywhere."""
        return _Aggregation(self, task, self._bounds(task.days, self.days)).figure()

    def monthly(self, task: Task) -> tuple[str, Sql]:
        """The largest sum of a calendar month takes a grouping of its own: its query, and the figure."""
        aggregation = _Aggregation(self, task, [])
        value = aggregation.value.text
        day = quoted(self.source.date or "")
        month = f"extract(year FROM {day}) * 12 + extract(month FROM {day})"
        unsure = aggregation.unsure_terms()
        unsure_month = f", bool_or({' OR '.join(unsure)}) AS unsure" if unsure else ""
        total = aggregation.summed(value, aggregation.counting)
        inner = (
            f"SELECT {self.key}, {month} AS month, {total} AS total{unsure_month} "  # noqa: S608
            f"FROM {self.relation}{self._where(task.days)} GROUP BY {self.key}, {month}"
        )
        unsure_any = ", bool_or(unsure) AS unsure" if unsure else ""
        query = (
            f"SELECT {self.key}, TRUE AS present, max(total) AS peak{unsure_any} "  # noqa: S608
            f"FROM ({inner}) GROUP BY {self.key}"
        )
        peak = aggregation.held(f"coalesce({self.alias}.peak, 0)")
        return query, aggregation.additive(peak, f"{self.alias}.unsure" if unsure else None)


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

    def figure(self) -> Sql:
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
        return self.scan.add(f"bool_or({' OR '.join(terms)})", self.window) if terms else None

    def exact(self, unsure: str | None) -> list[str]:
        """What must hold for the figure to be known."""
        sure = [f"NOT coalesce({unsure}, FALSE)"] if unsure is not None else []
        return [*([self.task.spoken] if self.task.spoken is not None else []), *sure]

    def present(self) -> str:
        """Whether the subject has rows in the window."""
        if not self.window:
            return f"{self.scan.alias}.present IS NOT NULL"
        day, days, shared = quoted(self.scan.source.date or ""), self.task.days, self.scan.days
        if days.last == shared.last:
            inside = f"{self.scan.add(f'max({day})')} >= {literal(days.first, Type.DATE)}"
        elif days.first == shared.first:
            inside = f"{self.scan.add(f'min({day})')} <= {literal(days.last, Type.DATE)}"
        else:
            inside = self.scan.add(f"bool_or({' AND '.join(self.window)})")
        return f"coalesce({inside}, FALSE)"

    def absent(self) -> str:
        absence = self.task.measure.absence
        if absence == "zero":
            return literal(0, self.kind)
        return "FALSE" if absence == "false" else literal(None, self.kind)

    def additive(self, total: str, unsure: str | None, so_far: str | None = None) -> Sql:
        """Counts and sums: nothing to add up is zero, and what there is so far is a lower bound."""
        exact = self.exact(unsure)
        conditions = exact if self.task.measure.absence == "zero" else [*exact, self.present()]
        value = f"CASE WHEN {' AND '.join(conditions)} THEN {total} END" if conditions else total
        least = None
        if self.task.indicator.bounded:
            bound = f"CASE WHEN {' AND '.join(exact)} THEN NULL ELSE nullif({so_far or total}, 0) END"
            least = bound if exact else literal(None, self.kind)
        return Sql(value, True, least=least)

    def summed(self, value: str, conditions: Sequence[str]) -> str:
        """The sum of the rows for which all conditions hold.

        Whole numbers are masked with each condition, all bits or none. That costs half of a FILTER, and a
        mask that comes from a word is computed once for a word of the file's dictionary.
        """
        if self.kind is Type.DECIMAL:
            filtered = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
            return f"sum(CAST({value} AS DECIMAL(18, 4))){filtered}"
        masks = "".join(f" & -CAST({condition} AS BIGINT)" for condition in conditions)
        return f"sum(CAST({value} AS BIGINT){masks})" if masks else f"sum({value})"

    def held(self, total: str) -> str:
        """A sum outside of the grouped query as its type; NULL if it is too large."""
        kind = "CAST({} AS DOUBLE)" if self.kind is Type.DECIMAL else "TRY_CAST({} AS BIGINT)"
        return kind.format(total)

    def count(self, aggregate: str) -> str:
        return f"coalesce({self.scan.add(aggregate, self.counting)}, 0)"

    def total(self, value: str) -> str:
        return self.held(f"coalesce({self.scan.column(self.summed(value, self.counting))}, 0)")

    def sum(self) -> Sql:
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
            column = self.scan.column(self.summed(part.column, [*self.counting, *part.conditions]))
            sign, size = "-" if times < 0 else "+", f"{abs(times)} * " if abs(times) > 1 else ""
            yield f" {sign} {size}coalesce({column}, 0)"

    def extreme(self) -> Sql:
        """max and min: of no row that counts there is none."""
        function, value = self.task.measure.function, self.value.text
        column, unsure = self.scan.add(f"{function}({value})", self.counting), self.unsure()
        bound = column
        if self.value.least is not None:
            bound = self.scan.add(f"{function}(coalesce({value}, {self.value.least}))", self.counting)
        exact = " AND ".join(self.exact(unsure)) or "TRUE"
        least = f"CASE WHEN {exact} THEN NULL ELSE {bound} END" if function == "max" else None
        return Sql(
            f"CASE WHEN {exact} THEN coalesce({column}, {self.absent()}) END",
            True,
            f"({exact} AND {column} IS NULL)" if self.task.measure.absence == "none" else None,
            least,
        )

    def at_the_end(self, end: OneOf["latest", "earliest"]) -> Sql:
        """The last or first row's value, in a total order in which an unknown wins among equals."""
        order = self.scan.source.order
        parts = [quoted(c) if c == self.scan.source.date else f"coalesce({quoted(c)}, -1)" for c in order]
        known = "IS NULL" if end == "latest" else "IS NOT NULL"
        fields = [*parts, f"({self.value.text}) {known}", self.value.text]
        packed = ", ".join(f"'f{place}': {text}" for place, text in enumerate(fields))
        function = "max" if end == "latest" else "min"
        row = f"{function}({{{packed}}}){self.filtered}"
        value = self.scan.column(f"struct_extract({row}, 'f{len(fields) - 1}')")
        found = f"coalesce({self.scan.column(f'({row}) IS NOT NULL')}, FALSE)"
        exact = " AND ".join(self.exact(self.unsure(of_value=False))) or "TRUE"
        return Sql(
            f"CASE WHEN {exact} THEN CASE WHEN {found} THEN {value} ELSE {self.absent()} END END",
            True,
            f"({exact} AND NOT {found})" if self.task.measure.absence == "none" else None,
        )

    def quantified(self, quantifier: OneOf["any", "all"]) -> Sql:
        """What is known decides, wherever one row is enough; otherwise the source must speak."""
        condition = self.value.text
        if self.where is not None and quantifier == "any":
            condition = f"({self.where.text} AND {condition})"
        elif self.where is not None:
            condition = f"(NOT {self.where.text} OR {condition})"
        unknown = self.value.unknown or (self.where is not None and self.where.unknown)
        decided = "TRUE" if quantifier == "any" else "FALSE"
        other = "FALSE" if quantifier == "any" else "TRUE"
        found = self.scan.add(f"bool_{'or' if quantifier == 'any' else 'and'}({condition})", self.window)
        unsure = self.scan.add(f"bool_or({condition} IS NULL)", self.window) if unknown else None
        spoken = self.task.spoken
        covered = f" AND {spoken}" if spoken is not None else ""
        sure = f" AND NOT coalesce({unsure}, FALSE)" if unsure is not None else ""
        if quantifier == "any" and self.task.measure.absence == "false":
            covered = f"{spoken or 'TRUE'}{sure}"
            return Sql(f"CASE WHEN {found} THEN TRUE WHEN {covered} THEN FALSE END", covered != "TRUE")
        absent = f"{spoken or 'TRUE'} AND NOT ({self.present()})"
        return Sql(
            f"CASE WHEN {found} = {decided} THEN {decided} WHEN {absent} THEN {self.absent()} "
            f"WHEN {self.present()}{covered}{sure} THEN {other} END",
            True,
        )
