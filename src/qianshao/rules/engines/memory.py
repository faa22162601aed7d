"""The oracle: every indicator and rule in plain Python over rows. Slow, and meant to be read.

A row counts for an indicator if it lies in the window and its `where` is true. A `where` or a value that is
unknown makes the figure unknown, unless what is known decides: one true is enough for `any`, one false for
`all`. Rows at hand leave a lower bound where further rows can only add to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from qianshao.rules.evaluation import held, junction, value_of
from qianshao.rules.parameters import Resolved
from qianshao.rules.periods import Coverage, span
from qianshao.rules.rulebook import Indicator, Measure, Rule, Rulebook
from qianshao.rules.sources import Source
from qianshao.rules.tree import Name
from qianshao.rules.types import Scalar, Subject, Type
from qianshao.rules.values import NONE, UNKNOWN, Value

Row = Mapping[str, Any]
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Facts:
    """The tables by source name, and the rows of coverage."""

    tables: Mapping[str, Sequence[Row]]
    coverage: Sequence[Row] = ()


@dataclass(frozen=True)
class Evaluated:
    """One household: every indicator, and of every live rule whether it holds (None: unknown)."""

    indicators: Mapping[str, Value]
    outcomes: Mapping[str, bool | None]


def evaluate(rulebook: Rulebook, facts: Facts, as_of: date, resolved: Resolved) -> dict[int, Evaluated]:
    """Judge every household of the facts by the same parameters."""
    return _Evaluation(rulebook, facts, as_of, resolved).households()


def outcomes(
    rulebook: Rulebook, indicators: Mapping[str, Value], as_of: date, resolved: Resolved
) -> dict[str, bool | None]:
    """Judge given indicators by the live rules."""
    return {name: judge(rulebook.rules[name], indicators, resolved.values, as_of) for name in resolved.rules}


def judge(
    rule: Rule, indicators: Mapping[str, Value], parameters: Mapping[str, Scalar | None], as_of: date
) -> bool | None:
    """Whether a rule holds of given figures; None: unknown. A figure that is not given is unknown."""

    def figure(name: Name) -> Value:
        if name.of == "indicator":
            return indicators.get(name.name, UNKNOWN)
        value = parameters.get(name.name)
        return UNKNOWN if value is None else Value(value)

    truth = value_of(rule.when, figure, as_of).value
    return None if truth is None else bool(truth)


def _parameter(resolved: Resolved, name: Name) -> Value:
    value = resolved.values.get(name.name)
    return UNKNOWN if value is None else Value(value)


@dataclass(frozen=True)
class _Judged:
    """A row as an indicator sees it: whether it counts (None: unknown), its value, its place in time."""

    counts: bool | None
    value: Value
    order: tuple[Any, ...] = ()
    month: tuple[int, int] | None = None


@dataclass
class _Evaluation:
    rulebook: Rulebook
    facts: Facts
    as_of: date
    resolved: Resolved
    persons: dict[int, dict[str, Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.coverage = Coverage(self.facts.coverage)
        self.grouped: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def households(self) -> dict[int, Evaluated]:
        for row in self.facts.tables.get("persons", ()):
            self.persons[row["person"]] = self.subject(Subject.PERSON, row)
        judged = {}
        for row in self.facts.tables["households"]:
            indicators = self.subject(Subject.HOUSEHOLD, row)
            found = outcomes(self.rulebook, indicators, self.as_of, self.resolved)
            judged[row["household"]] = Evaluated(indicators, found)
        return judged

    def subject(self, subject: Subject, own: Row) -> dict[str, Value]:
        """All indicators of one household or person; `own` is its row in the register."""
        values: dict[str, Value] = {}

        def figure(name: Name) -> Value:
            return _parameter(self.resolved, name) if name.of == "parameter" else values[name.name]

        for indicator in self.rulebook.of_subject(subject):
            if indicator.formula is not None:
                value = value_of(indicator.formula, figure, self.as_of)
                values[indicator.name] = _typed(Value(value.value, none=value.none), indicator)
            elif indicator.measure is not None:
                values[indicator.name] = self.measured(indicator, indicator.measure, own)
        return values

    def measured(self, indicator: Indicator, measure: Measure, own: Row) -> Value:
        source = self.rulebook.sources[measure.source]
        if measure.function is None:
            assert measure.value is not None
            return _typed(value_of(measure.value, lambda n: self.cell(source, own, n), self.as_of), indicator)
        days = span(measure.window, self.as_of)
        rows = [
            row
            for row in self.rows(source, indicator.subject, own)
            if source.date is None or _within(row[source.date], days.first, days.last)
        ]
        spoken = self.coverage.speaks(source, own["village"], days, self.as_of)
        if not rows:
            return absent(indicator, measure) if spoken else UNKNOWN
        return aggregate(indicator, measure, [self.judged(measure, source, row) for row in rows], spoken)

    def rows(self, source: Source, subject: Subject, own: Row) -> list[Row]:
        """The rows of a source about this subject."""
        key = "village" if source.subject is Subject.VILLAGE else subject.value
        if (source.name, key) not in self.grouped:
            grouped = defaultdict(list)
            for row in self.facts.tables.get(source.name, ()):
                grouped[row[key]].append(row)
            self.grouped[source.name, key] = grouped
        return self.grouped[source.name, key].get(own[key], [])

    def judged(self, measure: Measure, source: Source, row: Row) -> _Judged:
        def figure(name: Name) -> Value:
            return self.cell(source, row, name)

        counts = value_of(measure.where, figure, self.as_of).value if measure.where is not None else True
        value = value_of(measure.value, figure, self.as_of) if measure.value is not None else Value(True)
        day = row[source.date] if source.date is not None else None
        order = tuple(row[column] if row[column] is not None else -1 for column in source.order)
        return _Judged(
            None if counts is None else bool(counts), value, order, (day.year, day.month) if day else None
        )

    def cell(self, source: Source, row: Row, name: Name) -> Value:
        """What a name of a row's expression stands for: a parameter, a person's indicator, or a column."""
        if name.of == "parameter":
            return _parameter(self.resolved, name)
        if name.of == "indicator":
            return self.persons[row["person"]][name.name]
        found = row[name.name]
        return UNKNOWN if found is None else Value(float(found) if name.type.is_real else found)


def _within(day: date | None, first: date | None, last: date) -> bool:
    return day is not None and day <= last and (first is None or day >= first)


def _typed(value: Value, indicator: Indicator) -> Value:
    """A whole number where a real one is declared becomes one."""
    if indicator.type.is_real and isinstance(value.value, int):
        return Value(float(value.value))
    return value


def absent(indicator: Indicator, measure: Measure) -> Value:
    """What it means that no row counts, where the source speaks."""
    if measure.absence == "zero":
        return Value(0.0 if indicator.type.is_real else 0)
    return {"false": Value(False), "none": NONE}.get(measure.absence, UNKNOWN)


def aggregate(indicator: Indicator, measure: Measure, rows: list[_Judged], spoken: bool) -> Value:
    """One figure out of the rows in the window; `spoken` says whether these are all there are."""
    counting = [row for row in rows if row.counts]
    unsure = any(row.counts is None for row in rows)
    match measure.function:
        case "any" | "all":
            return _quantified(measure.function == "any", rows, spoken)
        case "count":
            return _bounded(len(counting), len(counting) or None, spoken and not unsure)
        case "latest" | "earliest":
            if unsure or not spoken:
                return UNKNOWN
            return (
                _extreme(measure.function == "latest", counting) if counting else absent(indicator, measure)
            )
    values = [row.value for row in counting if not row.value.none]
    exact = spoken and not unsure and all(value.value is not None for value in values)
    known = [value.value for value in values if value.value is not None]
    bounds = [bound for v in values if (bound := v.value if v.value is not None else v.at_least) is not None]
    match measure.function:
        case "count_distinct":
            return _bounded(len(set(known)), len(set(known)) or None, exact)
        case "sum":
            bound = total(indicator.type, bounds) if indicator.bounded else None
            return _bounded(total(indicator.type, known), bound or None, exact)
        case "peak_month":
            return _peak(indicator, counting, exact)
    if not values and exact:
        return absent(indicator, measure)
    if measure.function == "min":
        return Value(min(known)) if exact else UNKNOWN
    highest = max(bounds, default=None)
    return _bounded(highest, highest, exact)


def _bounded(value: Scalar | None, bound: Scalar | None, exact: bool) -> Value:
    return Value(value) if exact and value is not None else Value(at_least=bound)


def _quantified(any_of: bool, rows: list[_Judged], spoken: bool) -> Value:
    """`any`: some row counts and its condition holds. `all`: the condition holds of every row that counts."""
    truths = []
    for row in rows:
        counts = Value(row.counts if any_of else None if row.counts is None else not row.counts)
        truths.append(junction(not any_of, [counts, row.value]))
    found = junction(any_of, truths)
    return found if spoken or found.value is any_of else UNKNOWN


def _extreme(latest: bool, rows: list[_Judged]) -> Value:
    """The last or first row's value; of rows at the same place an unknown one, else the greatest or least."""
    places = {row.order for row in rows}
    place = max(places) if latest else min(places)
    values = [row.value for row in rows if row.order == place]
    if any(value.value is None for value in values):
        return UNKNOWN
    known = [value.value for value in values if value.value is not None]
    return Value(max(known) if latest else min(known))


def _peak(indicator: Indicator, counting: list[_Judged], exact: bool) -> Value:
    """The largest sum of a calendar month."""
    months: dict[tuple[int, int] | None, list[Scalar]] = defaultdict(list)
    for row in counting:
        if row.value.value is not None:
            months[row.month].append(row.value.value)
    sums = [total(indicator.type, values) for values in months.values()]
    peak = max((each for each in sums if each is not None), default=0)
    if None in sums:
        return UNKNOWN
    value = float(peak) if indicator.type.is_real else peak
    return _bounded(value, value or None if indicator.bounded else None, exact)


def total(kind: Type, values: Iterable[Any]) -> int | float | None:
    """An exact sum; decimals are summed to four places and become a double once. None if it is too large."""
    if kind is Type.DECIMAL:
        exact = (Decimal(str(value)).quantize(PLACES, ROUND_HALF_UP) for value in values)
        return float(sum(exact, Decimal(0)))
    return held(sum(values))
