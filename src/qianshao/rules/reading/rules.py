"""Entries of `rules/`: the condition and all that a person needs to act on it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from qianshao.rules.checker import check
from qianshao.rules.parser import ExpressionRefused
from qianshao.rules.reading.examples import examples
from qianshao.rules.reading.fields import NOTHING, Fields
from qianshao.rules.reading.located import Located
from qianshao.rules.refusals import Refusal
from qianshao.rules.rulebook import (
    Becomes,
    Clock,
    Codelist,
    Indicator,
    Level,
    Parameter,
    Rule,
    WhenUnknown,
    rests_on,
)
from qianshao.rules.symbols import Symbols, did_you_mean
from qianshao.rules.tree import FLIPPED, Compare, Name, Node, names, walk
from qianshao.rules.types import Subject, Type
from qianshao.words import Text

KINDS = ("warning", "eligibility", "flag", "quality", "plan", "payment", "supervision", "elimination")


def rule(
    entry: Located,
    symbols: Symbols,
    indicators: Mapping[str, Indicator],
    parameters: Mapping[str, Parameter],
    codelists: Mapping[str, Codelist],
    refusals: list[Refusal],
) -> Rule | None:
    """One rule, or None after refusals."""
    fields = Fields(entry, refusals)
    head = _head(fields, codelists)
    node = _condition(fields, symbols)
    show = tuple(item.written for item in fields.items("show") if _is_indicator(fields, item, indicators))
    clock = _clock(fields, parameters)
    explicit = fields.take("compare", required=False)
    listed = fields.items("examples", required=True)
    fields.finish()
    if node is None or head is None or fields.failed:
        return None
    used, parameters_used = rests_on([node], indicators)
    clock_parameter = [clock.parameter] if clock else []
    built = replace(
        head,
        when=node,
        show=show,
        clock=clock,
        indicators=tuple(names(node, "indicator")),
        parameters=tuple(dict.fromkeys([*parameters_used, *clock_parameter])),
        compare=_explicit(fields, explicit, node) if explicit else leading_comparison(node),
    )
    _check_sentence(fields, built, used, parameters)
    built = replace(built, examples=examples(fields, listed, built, indicators, parameters))
    return None if fields.failed else built


def _head(fields: Fields, codelists: Mapping[str, Codelist]) -> Rule | None:
    causes = codelists["causes"].codes if "causes" in codelists else None
    name, label = fields.word("name"), fields.text("label")
    kind = fields.choice("kind", KINDS)
    subject = fields.word("subject")
    if subject and subject != Subject.HOUSEHOLD:
        fields.refuse(
            fields.content["subject"].where,
            Text("规则目前只能以户为对象", "A rule is about a household for now"),
            Text(
                "subject: household；人的情况先汇总成户的指标",
                "subject: household; sum persons up in a household indicator",
            ),
        )
    cause = fields.choice("cause", tuple(causes)) if causes is not None else fields.word("cause")
    level = fields.choice("level", get_args(Level))
    unknown = _unknown(fields)
    sentence, next_step = fields.text("sentence"), fields.text("next_step")
    reference, owner = fields.word("reference"), fields.text("owner")
    checked_on, valid_from = fields.day("checked_on"), fields.day("valid_from")
    valid_until = fields.day("valid_until", required=False)
    area = fields.word("area", required=False) or "*"
    text = fields.word("when")
    if fields.failed or checked_on is None or valid_from is None:
        return None
    return Rule(
        name=name,
        label=label,
        kind=kind,
        subject=Subject.HOUSEHOLD,
        cause=cause,
        level=next(each for each in get_args(Level) if each == level),
        when=_PENDING,
        text=text,
        show=(),
        clock=None,
        unknown=unknown,
        sentence=sentence,
        next_step=next_step,
        reference=reference,
        checked_on=checked_on,
        valid_from=valid_from,
        valid_until=valid_until,
        area=area,
        owner=owner,
        examples=(),
    )


_PENDING = Name("", "day", Type.BOOLEAN)


def _condition(fields: Fields, symbols: Symbols) -> Node | None:
    located = fields.take("when", required=False)
    if located is None:
        return None
    try:
        return check(located.written, symbols, Type.BOOLEAN)
    except ExpressionRefused as refused:
        fields.faults(located, refused)
        return None


def _unknown(fields: Fields) -> WhenUnknown:
    located = fields.take("unknown")
    if located is None:
        return WhenUnknown("ask")
    inner = Fields(located, fields.refusals)
    becomes = inner.choice("becomes", get_args(Becomes))
    reason = inner.text("reason", required=becomes == "ignore")
    inner.finish()
    fields.failed |= inner.failed
    chosen: Becomes = "hit" if becomes == "hit" else "ignore" if becomes == "ignore" else "ask"
    return WhenUnknown(chosen, None if reason == NOTHING else reason)


def _clock(fields: Fields, parameters: Mapping[str, Parameter]) -> Clock | None:
    located = fields.take("clock", required=False)
    if located is None:
        return None
    inner = Fields(located, fields.refusals)
    name = inner.word("parameter")
    days = inner.choice("days", ("working", "calendar"))
    inner.finish()
    fields.failed |= inner.failed
    known = parameters.get(name)
    if name and (known is None or known.type is not Type.INTEGER):
        where = located.content["parameter"].where if isinstance(located.content, dict) else located.where
        reason = Text(f"“{name}”不是天数参数", f"“{name}” is no parameter of a number of days")
        whole = {each: p for each, p in parameters.items() if p.type is Type.INTEGER}
        fields.refuse(where, reason, did_you_mean(name, whole))
    return Clock(name, "working" if days == "working" else "calendar")


def _is_indicator(fields: Fields, item: Located, indicators: Mapping[str, Indicator]) -> bool:
    known = indicators.get(item.written)
    if known is not None and known.subject is Subject.HOUSEHOLD:
        return True
    name = item.written
    reason = Text(f"没有“{name}”这个户的指标", f"There is no household indicator “{name}”")
    fields.refuse(item.where, reason, did_you_mean(name, indicators))
    return False


def leading_comparison(node: Node) -> Compare | None:
    """The first comparison of figures with a parameter, the figures on its left; None if there is none."""
    for part in walk(node):
        if not isinstance(part, Compare) or not part.left.type.is_number:
            continue
        for side in (part, Compare(FLIPPED[part.operator], part.right, part.left, part.at)):
            figures, limit = side.left, side.right
            if names(figures, "indicator") and not names(figures, "parameter") and names(limit, "parameter"):
                return side
    return None


def _explicit(fields: Fields, located: Located, node: Node) -> Compare | None:
    inner = Fields(located, fields.refusals)
    indicator, parameter = inner.word("indicator"), inner.word("parameter")
    inner.finish()
    fields.failed |= inner.failed
    for part in walk(node):
        if isinstance(part, Compare):
            for side in (part, Compare(FLIPPED[part.operator], part.right, part.left, part.at)):
                if indicator in names(side.left, "indicator") and parameter in names(side.right, "parameter"):
                    return side
    if not inner.failed:
        fields.refuse(
            located.where,
            Text("条件里没有这两者的比较", "The condition does not compare these two"),
            Text("写条件里相比的指标和参数", "Name an indicator and a parameter that the condition compares"),
        )
    return None


def _check_sentence(
    fields: Fields, built: Rule, used: list[str], parameters: Mapping[str, Parameter]
) -> None:
    """Every {figure} of the sentence is one that the rule has."""
    figures = [*used, *built.show, *built.parameters]
    if built.compare is not None:
        figures += ["threshold", "margin"]
    for language in ("zh", "en"):
        for name in re.findall(r"\{(\w*)\}", getattr(built.sentence, language)):
            if name not in figures:
                reason = Text(f"句子里的 {{{name}}} 没有数值", f"The sentence's {{{name}}} has no figure")
                fields.refuse(fields.content["sentence"].where, reason, did_you_mean(name, figures))
