"""The worked examples of a rule: figures, parameters, and the outcome that people expect."""

from collections.abc import Mapping
from typing import get_args

from qianshao.rules.reading.fields import Fields
from qianshao.rules.reading.located import Located
from qianshao.rules.rulebook import Example, Indicator, Outcome, Parameter, Rule
from qianshao.rules.symbols import did_you_mean
from qianshao.rules.tree import names
from qianshao.rules.types import Scalar, Subject
from qianshao.rules.values import NONE, UNKNOWN, Value
from qianshao.words import Text

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def examples(
    fields: Fields,
    listed: list[Located],
    rule: Rule,
    indicators: Mapping[str, Indicator],
    parameters: Mapping[str, Parameter],
) -> tuple[Example, ...]:
    """The examples of a rule; at least one for each outcome."""
    read = [_example(fields, item, rule, indicators, parameters) for item in listed]
    found = [example for example in read if example is not None]
    for outcome in OUTCOMES:
        if len(found) == len(listed) and outcome not in [example.expect for example in found]:
            fields.refuse(
                fields.content["examples"].where,
                Text(f"缺少结果为 {outcome} 的例子", f"No example with the outcome {outcome}"),
                Text("hit、clear、unknown 至少各一例", "At least one each of hit, clear and unknown"),
            )
    return tuple(found)


def _example(
    fields: Fields,
    entry: Located,
    rule: Rule,
    indicators: Mapping[str, Indicator],
    parameters: Mapping[str, Parameter],
) -> Example | None:
    inner = Fields(entry, fields.refusals)
    name = inner.text("name")
    expect = inner.choice("expect", OUTCOMES)
    given = {
        key: value
        for key, item in _mapping(inner, "given").items()
        if (value := _given(inner, key, item, indicators)) is not None
    }
    values = {
        key: scalar
        for key, item in _mapping(inner, "parameters").items()
        if (scalar := _parameter(inner, key, item, parameters)) is not None
    }
    inner.finish()
    for missing in [each for each in names(rule.when, "parameter") if each not in values]:
        if not inner.failed:
            inner.refuse(
                entry.where,
                Text(f"例子没有给参数 {missing}", f"The example gives no parameter {missing}"),
                Text(f"parameters: {{{missing}: …}}", f"parameters: {{{missing}: …}}"),
            )
    fields.failed |= inner.failed
    outcome = next((each for each in OUTCOMES if each == expect), None)
    return None if inner.failed or outcome is None else Example(name, given, values, outcome)


def _mapping(fields: Fields, name: str) -> dict[str, Located]:
    located = fields.take(name, required=False)
    if located is None:
        return {}
    if not isinstance(located.content, dict):
        fields.refuse(located.where, Text(f"{name} 应是“名称: 值”", f"{name} must map names to values"))
        return {}
    return located.content


def _given(fields: Fields, name: str, item: Located, indicators: Mapping[str, Indicator]) -> Value | None:
    indicator = indicators.get(name)
    if indicator is None or indicator.subject is not Subject.HOUSEHOLD:
        reason = Text(f"没有“{name}”这个户的指标", f"There is no household indicator “{name}”")
        fields.refuse(item.where, reason, did_you_mean(name, indicators))
        return None
    if item.content is None:
        return UNKNOWN
    if isinstance(item.content, dict):
        return _partial(fields, item, indicator)
    value = fields.scalar(item, indicator.type)
    return None if value is None else Value(value)


def _partial(fields: Fields, item: Located, indicator: Indicator) -> Value | None:
    content = item.content if isinstance(item.content, dict) else {}
    if set(content) == {"at_least"} and indicator.bounded:
        bound = fields.scalar(content["at_least"], indicator.type)
        return None if bound is None else Value(at_least=bound)
    if set(content) == {"none"} and content["none"].content is True:
        return NONE
    fields.refuse(
        item.where,
        Text("这样给不出这个指标的值", "This gives no value of the indicator"),
        Text("值、null、{at_least: 值} 或 {none: true}", "A value, null, {at_least: value} or {none: true}"),
    )
    return None


def _parameter(
    fields: Fields, name: str, item: Located, parameters: Mapping[str, Parameter]
) -> Scalar | None:
    parameter = parameters.get(name)
    if parameter is None:
        reason = Text(f"没有“{name}”这个参数", f"There is no parameter “{name}”")
        fields.refuse(item.where, reason, did_you_mean(name, parameters))
        return None
    return fields.scalar(item, parameter.type)
