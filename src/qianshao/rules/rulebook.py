"""What a rulebook holds: indicators, rules, dated parameters and code lists, all frozen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal as OneOf
from typing import TypeAlias

from qianshao.rules.sources import Source
from qianshao.rules.tree import Compare, Node, names
from qianshao.rules.types import Scalar, Subject, Type
from qianshao.rules.values import Value
from qianshao.words import Text

Aggregate: TypeAlias = OneOf[
    "count", "sum", "max", "min", "any", "all", "latest", "earliest", "count_distinct", "peak_month"
]
Absence: TypeAlias = OneOf["zero", "false", "none", "unknown"]
Outcome: TypeAlias = OneOf["hit", "clear", "unknown"]
Becomes: TypeAlias = OneOf["ask", "ignore", "hit"]
Level: TypeAlias = OneOf["red", "orange", "yellow"]


@dataclass(frozen=True)
class Window:
    """The days that count, up to and including `as_of`, or up to `ago_months` months before it.

    Exactly one of `months`, `days` and `since` is set; `since` is the month and day on which the period
    began, the last time that day came round (`year` in the files is 1 January).
    """

    months: int | None = None
    days: int | None = None
    since: tuple[int, int] | None = None
    ago_months: int = 0


@dataclass(frozen=True)
class Measure:
    """How rows of a source become one figure: `function(value) where condition` within the window.

    Without `function` the value is an attribute of the subject's one row.
    """

    source: str
    function: Aggregate | None
    value: Node | None
    where: Node | None
    window: Window | None
    absence: Absence


@dataclass(frozen=True)
class Indicator:
    """One figure about one subject: measured from a source, or a formula over other indicators."""

    name: str
    label: Text
    subject: Subject
    type: Type
    unit: Text
    definition: Text
    reference: str
    measure: Measure | None = None
    formula: Node | None = None
    text: str = ""
    codes: tuple[str, ...] = ()
    bounded: bool = False
    """Whether rows at hand can leave a lower bound while the figure itself is unknown."""
    non_negative: bool = False
    noneable: bool = False
    """Whether it can be known that there is no such thing."""


@dataclass(frozen=True)
class ParameterValue:
    value: Scalar
    area: str
    valid_from: date
    reference: str = ""
    checked_on: date | None = None
    example: bool = False
    """Without a source: the rules that rest on it are off."""


@dataclass(frozen=True)
class Parameter:
    """A value of policy, dated and by area: the longest matching code prefix wins, then the latest day."""

    name: str
    label: Text
    type: Type
    unit: Text
    values: tuple[ParameterValue, ...]


@dataclass(frozen=True)
class Clock:
    """How many days there are for the first visit, counted from the day that was judged."""

    parameter: str
    days: OneOf["working", "calendar"]


@dataclass(frozen=True)
class WhenUnknown:
    becomes: Becomes
    reason: Text | None = None


@dataclass(frozen=True)
class Example:
    """A worked example: these figures, these parameters, this outcome."""

    name: Text
    given: Mapping[str, Value]
    parameters: Mapping[str, Scalar]
    expect: Outcome


@dataclass(frozen=True)
class Rule:
    """A named condition over a subject, with all that a person needs to act on a hit."""

    name: str
    label: Text
    kind: str
    subject: Subject
    cause: str
    level: Level
    when: Node
    text: str
    show: tuple[str, ...]
    clock: Clock | None
    unknown: WhenUnknown
    sentence: Text
    next_step: Text
    reference: str
    checked_on: date
    valid_from: date
    valid_until: date | None
    area: str
    owner: Text
    examples: tuple[Example, ...]
    compare: Compare | None = None
    """The leading comparison, of an indicator with a parameter; none in a rule about a state."""
    indicators: tuple[str, ...] = ()
    """Named in the condition, in its order."""
    parameters: tuple[str, ...] = ()
    """All that it rests on: of the condition, of its indicators' formulas, of its clock."""

    def in_force(self, as_of: date, area_code: str) -> bool:
        """Whether the rule holds on that day in the area with this code; `valid_until` is the day after."""
        ended = self.valid_until is not None and as_of >= self.valid_until
        return self.valid_from <= as_of and not ended and covers(self.area, area_code)


@dataclass(frozen=True)
class Codelist:
    """Codes with their labels, in the order of the file."""

    name: str
    label: Text
    codes: Mapping[str, Text]


@dataclass(frozen=True)
class Rulebook:
    """Everything by name. `digest` is the sha256 of the canonical content, `version` a short form of it."""

    indicators: Mapping[str, Indicator]
    rules: Mapping[str, Rule]
    parameters: Mapping[str, Parameter]
    codelists: Mapping[str, Codelist]
    sources: Mapping[str, Source]
    digest: str

    @property
    def version(self) -> str:
        return self.digest[:12]

    def of_subject(self, subject: Subject) -> list[Indicator]:
        """Indicators of a subject, each after those that its formula uses."""
        ordered: dict[str, Indicator] = {}

        def place(indicator: Indicator) -> None:
            if indicator.formula is not None:
                for name in names(indicator.formula, "indicator"):
                    if name not in ordered:
                        place(self.indicators[name])
            ordered[indicator.name] = indicator

        for indicator in self.indicators.values():
            if indicator.subject is subject and indicator.name not in ordered:
                place(indicator)
        return list(ordered.values())


def expressions(indicator: Indicator) -> list[Node]:
    """Every expression that an indicator rests on."""
    if indicator.measure is None:
        return [indicator.formula] if indicator.formula is not None else []
    return [node for node in (indicator.measure.value, indicator.measure.where) if node is not None]


def rests_on(nodes: Iterable[Node], indicators: Mapping[str, Indicator]) -> tuple[list[str], list[str]]:
    """Indicators and parameters that expressions use, directly or through the indicators' own expressions."""
    found: dict[str, None] = {}
    parameters: dict[str, None] = {}
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        parameters.update(dict.fromkeys(names(node, "parameter")))
        for name in names(node, "indicator"):
            if name not in found and name in indicators:
                found[name] = None
                waiting.extend(expressions(indicators[name]))
    return list(found), list(parameters)


def covers(area: str, code: str) -> bool:
    """Whether an area code prefix, or `*` for everywhere, contains the place with this code."""
    return area == "*" or code.startswith(area)
