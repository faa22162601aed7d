"""The figure that a warning is named for, against its limit: what bars draw and lists show."""

from dataclasses import dataclass

from qianshao.rules.rulebook import Rule
from qianshao.rules.tree import names
from qianshao.screening import words
from qianshao.screening.explanation import Figure, Reason
from qianshao.words import Text

ABOVE = (">", ">=")
DAYS = "天"


@dataclass(frozen=True)
class Margin:
    """A figure and its limit in one unit, as numbers to draw and in words. `above`: the limit is exceeded,
    else not reached."""

    label: Text
    value: float
    limit: float
    value_shown: Text
    limit_shown: Text
    margin_shown: Text
    above: bool


def leading_figure(reason: Reason) -> Figure | None:
    """The figure that the rule compares. Where it compares none: a number that it names, else the last figure
    it names, since those before say what kind of household it is."""
    if reason.rule.compare:
        named = names(reason.rule.compare.left, "indicator")
        return next((figure for figure in reason.inputs if figure.input.name in named), None)
    numbers = [figure for figure in reason.inputs if figure.input.type.is_number]
    return next(iter([*numbers, *reversed(reason.inputs)]), None)


def margin(reason: Reason) -> Margin | None:
    """None where there is nothing to draw: rules about a state, and about something that happened within so
    many days, whose limit is a window and no line to stay away from."""
    made, compare, figure = reason.explanation, reason.rule.compare, leading_figure(reason)
    if compare is None or figure is None or made.threshold_shown is None or made.margin_shown is None:
        return None
    if _is_recency(reason.rule, figure):
        return None
    value = figure.input.value.value if figure.input.value.value is not None else figure.input.value.at_least
    if not isinstance(value, int | float) or not isinstance(made.threshold, int | float):
        return None
    above = compare.operator in ABOVE
    return Margin(
        figure.input.label,
        float(value),
        float(made.threshold),
        figure.input.shown,
        made.threshold_shown,
        (words.BEYOND if above else words.SHORT_OF).format(margin=made.margin_shown),
        above,
    )


def _is_recency(rule: Rule, figure: Figure) -> bool:
    assert rule.compare is not None
    return rule.compare.operator not in ABOVE and figure.input.unit.zh == DAYS
