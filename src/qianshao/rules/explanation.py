"""Why a rule was hit: sentence, figures, the limit and how far beyond it, what is unknown, what clears it.

Pure: the same rule, figures and parameters always give the same explanation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from qianshao.rules import formats
from qianshao.rules.clocks import due_on
from qianshao.rules.evaluation import value_of
from qianshao.rules.parameters import Resolved
from qianshao.rules.remedies import Remedies
from qianshao.rules.rulebook import Indicator, ParameterValue, Rule, Rulebook, rests_on
from qianshao.rules.tree import FLIPPED, Among, Compare, Junction, Literal, Name, Node, children, names, walk
from qianshao.rules.types import Scalar, Subject, Type
from qianshao.rules.values import UNKNOWN, Value
from qianshao.words import Text

Figures = Mapping[str, Value]


@dataclass(frozen=True)
class Input:
    """A figure of the household that the finding rests on."""

    name: str
    label: Text
    value: Value
    type: Type
    unit: Text
    shown: Text

    @property
    def at_least(self) -> bool:
        """Whether only a lower bound is known."""
        return self.value.value is None and self.value.at_least is not None


@dataclass(frozen=True)
class Limit:
    """A value of policy that was used, with where it comes from."""

    name: str
    label: Text
    value: Scalar
    shown: Text
    source: ParameterValue | None


@dataclass(frozen=True)
class Explanation:
    """All that an officer needs to see why, and what next.

    `inputs` are named in the condition, `details` are what those were computed from, `evidence` is shown
    beside. `threshold` and `margin` are figures of the type that is compared; none in a rule about a state.
    """

    rule: str
    sentence: Text
    inputs: tuple[Input, ...]
    details: tuple[Input, ...]
    evidence: tuple[Input, ...]
    limits: tuple[Limit, ...]
    threshold: Scalar | None
    threshold_shown: Text | None
    margin: Scalar | None
    margin_shown: Text | None
    unknown: tuple[Input, ...]
    clears: Text | None
    next_step: Text
    deadline: date
    reference: str


def explain(rulebook: Rulebook, rule: Rule, values: Figures, resolved: Resolved, as_of: date) -> Explanation:
    """Explain one rule for one household's figures; dates may be ISO text, as they are stored with a hit."""
    dated = {name: _with_date(value, rulebook.indicators.get(name)) for name, value in values.items()}
    return _Explainer(rulebook, rule, dated, resolved, as_of).explanation()


def _with_date(value: Value, indicator: Indicator | None) -> Value:
    if indicator is None or indicator.type is not Type.DATE:
        return value
    found, bound = (date.fromisoformat(v) if isinstance(v, str) else v for v in (value.value, value.at_least))
    return Value(found, bound, value.none)


def measured_against(
    rule: Rule, values: Figures, resolved: Resolved, as_of: date
) -> tuple[Scalar | None, Scalar | None]:
    """The limit of the leading comparison and how far the figure is from it; None where there is neither."""
    comparison = _leading(rule, lambda node: _value(node, values, resolved, as_of))
    if comparison is None:
        return None, None
    figure = _value(comparison.left, values, resolved, as_of)
    limit = _value(comparison.right, values, resolved, as_of).value
    reached = figure.value if figure.value is not None else figure.at_least
    if not isinstance(limit, int | float) or not isinstance(reached, int | float):
        return limit, None
    return limit, abs(reached - limit)


def _value(node: Node, values: Figures, resolved: Resolved, as_of: date) -> Value:
    def figure(name: Name) -> Value:
        if name.of == "indicator":
            return values.get(name.name, UNKNOWN)
        chosen = resolved.values.get(name.name)
        return UNKNOWN if chosen is None else Value(chosen)

    return value_of(node, figure, as_of)


class _Explainer:
    def __init__(
        self, rulebook: Rulebook, rule: Rule, values: Figures, resolved: Resolved, as_of: date
    ) -> None:
        self.rulebook, self.rule, self.values = rulebook, rule, values
        self.resolved, self.as_of = resolved, as_of

    def explanation(self) -> Explanation:
        rule = self.rule
        used, parameters = rests_on([rule.when], self.rulebook.indicators)
        about_household = [n for n in used if self.indicator(n).subject is Subject.HOUSEHOLD]
        inputs = [self.input(name) for name in rule.indicators]
        details = [self.input(name) for name in about_household if name not in rule.indicators]
        evidence = [self.input(name) for name in rule.show if name not in rule.indicators]
        limits = [limit for name in parameters if (limit := self.limit(name)) is not None]
        threshold, margin = measured_against(rule, self.values, self.resolved, self.as_of)
        comparison = _leading(rule, self.judge)
        threshold_shown = margin_shown = None
        if comparison is not None and threshold is not None:
            threshold_shown = self.number(threshold, comparison.left)
        if comparison is not None and isinstance(margin, int | float):
            margin_shown = formats.distance(margin, comparison.left.type, self.unit(comparison.left))
        known = {each.name: each.shown for each in (*inputs, *details, *evidence)}
        known |= {limit.name: limit.shown for limit in limits}
        known |= {"threshold": threshold_shown or formats.UNKNOWN, "margin": margin_shown or formats.UNKNOWN}
        return Explanation(
            rule=rule.name,
            sentence=formats.sentence(rule.sentence, known),
            inputs=tuple(inputs),
            details=tuple(details),
            evidence=tuple(evidence),
            limits=tuple(limits),
            threshold=threshold,
            threshold_shown=threshold_shown,
            margin=margin,
            margin_shown=margin_shown,
            unknown=tuple(each for each in (*inputs, *details) if not each.value.known),
            clears=Remedies(self.judge, self.label, self.shown, self.is_standing).clearing(rule.when),
            next_step=rule.next_step,
            deadline=due_on(rule, self.resolved, self.as_of),
            reference=rule.reference,
        )

    def judge(self, node: Node) -> Value:
        return _value(node, self.values, self.resolved, self.as_of)

    def indicator(self, name: str) -> Indicator:
        return self.rulebook.indicators[name]

    def input(self, name: str) -> Input:
        indicator = self.indicator(name)
        value = self.values.get(name, UNKNOWN)
        lists = self.rulebook.codelists.values()
        text = formats.shown(value, indicator.type, indicator.unit, indicator.codes, lists)
        return Input(name, indicator.label, value, indicator.type, indicator.unit, text)

    def limit(self, name: str) -> Limit | None:
        parameter, value = self.rulebook.parameters[name], self.resolved.values.get(name)
        if value is None:
            return None
        text = formats.figure(value, parameter.type, parameter.unit)
        return Limit(name, parameter.label, value, text, self.resolved.chosen.get(name))

    def unit(self, node: Node) -> Text:
        """The unit of what is compared: of the first figure of the same type in it."""
        found = next(
            (part.name for part in walk(node) if isinstance(part, Name) and part.type is node.type), None
        )
        if found is None:
            return Text("元", "yuan") if node.type is Type.MONEY else Text("", "")
        named = self.rulebook.indicators.get(found) or self.rulebook.parameters[found]
        return named.unit

    def number(self, value: Scalar, compared: Node) -> Text:
        return formats.figure(value, compared.type, self.unit(compared))

    def label(self, node: Node) -> Text:
        """What a side of a comparison is called: a figure by its label, a computation by its parts'."""
        named = [self.indicator(name).label for name in names(node, "indicator")]
        if len(named) == 1:
            return named[0]
        return Text(
            "与".join(label.zh for label in named) + "的结果", " and ".join(label.en for label in named)
        )

    def is_standing(self, node: Node) -> bool:
        """Whether a part of the condition only says what kind of household it is by the register's codes."""
        used, _ = rests_on([node], self.rulebook.indicators)
        measures = [i.measure for n in used if (i := self.indicator(n)).measure is not None]
        attributes = all(m is not None and m.function is None for m in measures)
        words = all(self.indicator(n).type.is_word for n in used if self.indicator(n).measure is not None)
        return bool(used) and attributes and words

    def shown(self, node: Node) -> Text:
        """A limit in words."""
        value = self.judge(node).value
        if value is None:
            return formats.UNKNOWN
        if node.type.is_word:
            item = _compared_with(node, self.rule.when)
            codes = self.indicator(item).codes if item is not None else ()
            return formats.figure(value, node.type, Text("", ""), codes, self.rulebook.codelists.values())
        other = _other_side(node, self.rule.when)
        unit = self.unit(other if isinstance(node, Literal) and other is not None else node)
        return formats.figure(value, node.type, unit)


def _leading(rule: Rule, judge: Callable[[Node], Value]) -> Compare | None:
    """The comparison that the rule names, or the first that speaks for this household.

    Where a rule has one limit for these and another for those, the one that is true counts.
    """
    if rule.compare is None:
        return None
    wanted = names(rule.compare.left, "indicator")
    for node in _true_parts(rule.when, judge):
        if isinstance(node, Compare) and node.left.type.is_number:
            for side in (node, Compare(FLIPPED[node.operator], node.right, node.left, node.at)):
                limited = names(side.right, "parameter") and not names(side.left, "parameter")
                if limited and names(side.left, "indicator") == wanted:
                    return side
    return rule.compare


def _true_parts(node: Node, judge: Callable[[Node], Value]) -> list[Node]:
    if isinstance(node, Junction):
        true = [part for part in node.parts if judge(part).value is True]
        return [found for part in true for found in _true_parts(part, judge)]
    return [node]


def _other_side(node: Node, whole: Node) -> Node | None:
    for part in walk(whole):
        if isinstance(part, Compare) and node in (part.left, part.right):
            return part.right if node == part.left else part.left
    return None


def _compared_with(node: Node, whole: Node) -> str | None:
    """The figure that a word is compared with."""
    for part in walk(whole):
        sides = list(children(part)) if isinstance(part, Compare | Among) else []
        if node in sides:
            return next((name for side in sides for name in names(side, "indicator")), None)
    return None
