"""Entries of `parameters/` and `codelists/`."""

from qianshao.rules.reading.fields import Fields
from qianshao.rules.reading.located import Located
from qianshao.rules.refusals import Refusal
from qianshao.rules.rulebook import Codelist, Parameter, ParameterValue
from qianshao.rules.types import Type
from qianshao.words import Text

UNITS = {Type.MONEY: Text("元", "yuan"), Type.SHARE: Text("%", "%")}
NO_UNIT = Text("", "")


def parameter(entry: Located, refusals: list[Refusal]) -> Parameter | None:
    """One parameter with its dated values, or None after refusals."""
    fields = Fields(entry, refusals)
    name = fields.word("name")
    label = fields.text("label")
    kind = fields.choice("type", list(Type))
    unit = fields.text("unit", required=False) if fields.has("unit") else None
    fields.text("definition", required=False)
    items = fields.items("values", required=True)
    fields.finish()
    if fields.failed:
        return None
    values = [_value(item, Type(kind), refusals) for item in items]
    found = tuple(value for value in values if value is not None)
    if len(found) < len(items):
        return None
    return Parameter(name, label, Type(kind), unit or UNITS.get(Type(kind), NO_UNIT), found)


def _value(entry: Located, kind: Type, refusals: list[Refusal]) -> ParameterValue | None:
    fields = Fields(entry, refusals)
    located = fields.take("value")
    value = fields.scalar(located, kind) if located is not None else None
    area = fields.word("area", required=False) or "*"
    if area != "*" and not area.isdigit():
        fields.refuse(
            fields.content["area"].where,
            Text("area 应是区划代码的开头几位，或 *", "area must be the beginning of an area code, or *"),
            Text('"991205"', '"991205"'),
        )
    valid_from = fields.day("valid_from")
    example = fields.flag("example")
    reference = fields.word("reference", required=not example)
    checked_on = fields.day("checked_on", required=False)
    fields.finish()
    if fields.failed or value is None or valid_from is None:
        return None
    return ParameterValue(value, area, valid_from, reference, checked_on, example)


def codelist(entry: Located, refusals: list[Refusal]) -> Codelist | None:
    """The labels of a code list. Texts that files may hold are the business of who reads files."""
    fields = Fields(entry, refusals)
    name, label = fields.word("name"), fields.text("label")
    located = fields.take("codes")
    codes: dict[str, Text] = {}
    listed = located.content if located is not None and isinstance(located.content, dict) else {}
    for code, item in listed.items():
        one = Fields(item, refusals)
        codes[code] = Text(one.word("zh"), one.word("en"))
        fields.failed |= one.failed
    return None if fields.failed else Codelist(name, label, codes)
