"""Which value of a parameter holds in a place on a day, and villages grouped by equal values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qianshao.rules.rulebook import Parameter, ParameterValue, Rule, Rulebook, covers
from qianshao.rules.types import Scalar
from qianshao.words import Text


@dataclass(frozen=True)
class Resolved:
    """The parameters of one place on one day, and so the rules that are live there.

    `values` holds None where no value is given. `off` says of every other rule why it is not live.
    """

    values: Mapping[str, Scalar | None]
    chosen: Mapping[str, ParameterValue]
    rules: tuple[str, ...]
    off: Mapping[str, Text]


@dataclass(frozen=True)
class Zone:
    """Villages (area paths, sorted) where everything that was resolved is the same."""

    resolved: Resolved
    villages: tuple[str, ...]


def resolve(rulebook: Rulebook, area_code: str, as_of: date) -> Resolved:
    """Choose each parameter's value for the area with this code on this day."""
    chosen = {
        name: value
        for name, parameter in rulebook.parameters.items()
        if (value := _value(parameter, area_code, as_of)) is not None
    }
    values = {name: chosen[name].value if name in chosen else None for name in rulebook.parameters}
    off = {
        name: reason
        for name, rule in rulebook.rules.items()
        if (reason := _why_off(rule, rulebook, chosen, area_code, as_of)) is not None
    }
    return Resolved(values, chosen, tuple(sorted(set(rulebook.rules) - set(off))), off)


def zones(rulebook: Rulebook, villages: Mapping[str, str], as_of: date) -> list[Zone]:
    """Group villages (area path to area code) by what resolves the same; ordered by their first village."""
    prefixes = _prefixes(rulebook)
    resolved: dict[tuple[str, ...], Resolved] = {}
    grouped: dict[object, tuple[Resolved, list[str]]] = {}
    for path, code in sorted(villages.items()):
        seen_from_here = tuple(prefix for prefix in prefixes if code.startswith(prefix))
        if seen_from_here not in resolved:
            resolved[seen_from_here] = resolve(rulebook, code, as_of)
        same = resolved[seen_from_here]
        grouped.setdefault((tuple(same.chosen.items()), same.rules), (same, []))[1].append(path)
    return [Zone(each, tuple(paths)) for each, paths in grouped.values()]


def _prefixes(rulebook: Rulebook) -> list[str]:
    """Area codes that some value or rule is tied to: villages below the same ones resolve the same."""
    areas = {value.area for parameter in rulebook.parameters.values() for value in parameter.values}
    return sorted((areas | {rule.area for rule in rulebook.rules.values()}) - {"*"})


def _value(parameter: Parameter, area_code: str, as_of: date) -> ParameterValue | None:
    candidates = [v for v in parameter.values if v.valid_from <= as_of and covers(v.area, area_code)]
    return max(candidates, key=lambda v: (len(v.area) if v.area != "*" else 0, v.valid_from), default=None)


def _why_off(
    rule: Rule, rulebook: Rulebook, chosen: Mapping[str, ParameterValue], area_code: str, as_of: date
) -> Text | None:
    if not rule.in_force(as_of, area_code):
        return Text("当日不在有效期内，或不适用于本地", "Not in force on this day or in this place")
    for name in rule.parameters:
        label = rulebook.parameters[name].label
        if name not in chosen:
            return Text(f"本地没有“{label.zh}”的数值", f"No value of “{label.en}” is given here")
        if chosen[name].example:
            return Text(
                f"“{label.zh}”只有示例数值，尚无依据",
                f"“{label.en}” has an example value only, without a source",
            )
    return None
