"""The policy that is shipped: it loads, its examples come out as people expect, and nothing in it is idle."""

import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from qianshao.rules.examples import run_examples
from qianshao.rules.explanation import explain
from qianshao.rules.loader import load_rulebook
from qianshao.rules.parameters import resolve
from qianshao.rules.rulebook import Indicator, Rule, Rulebook
from qianshao.rules.tree import names
from qianshao.screening.sources import sources

ROOT = Path(__file__).resolve().parents[2]
NATIONAL = ROOT / "src/qianshao/rulebook/national"
COUNTY = ROOT / "src/qianshao/rulebook/example-county"
COVERAGE_PAGE = ROOT / "docs/reference/rules-coverage.md"
LEVELS_PAGE = ROOT / "docs/explanation/warning-levels.md"

QINGHE = "991205"
SCREENED = (date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 20))


@cache
def shipped(*overlays: Path) -> Rulebook:
    folders = [NATIONAL, *overlays]
    return load_rulebook(folders, sources(folders))


def rules() -> list[Rule]:
    return list(shipped().rules.values())


def dimensions() -> list[dict[str, list[str]]]:
    content: list[dict[str, list[str]]] = YAML(typ="safe").load(NATIONAL / "dimensions.yaml")
    return content


def coverage_rows() -> dict[int, tuple[str, set[str]]]:
    """Of each trigger of the page: whether it is served, and by which rules."""
    rows = re.findall(
        r"^\| (\d+) \|[^|]*\|[^|]*\| (\w+) \| ([^|]*)\|", COVERAGE_PAGE.read_text("utf-8"), re.MULTILINE
    )
    return {int(number): (served, set(re.findall(r"`(\w+)`", named))) for number, served, named in rows}


def inputs_of(indicator: Indicator) -> set[str]:
    measure = indicator.measure
    nodes = [indicator.formula] if measure is None else [measure.value, measure.where]
    return {name for node in nodes if node is not None for name in names(node, "indicator")}


@pytest.mark.parametrize("overlays", [(), (COUNTY,)], ids=["national", "example county"])
def test_it_loads_without_a_refusal(overlays: tuple[Path, ...]) -> None:
    rulebook = shipped(*overlays)
    assert len(rulebook.indicators) >= 45
    assert rulebook.rules


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_has_examples_of_each_outcome_that_give_all_inputs(rule: Rule) -> None:
    assert {"hit", "clear", "unknown"} <= {example.expect for example in rule.examples}
    for example in rule.examples:
        assert set(example.given) == set(rule.indicators), example.name.en


def test_every_example_comes_out_as_expected_on_both_engines() -> None:
    results = run_examples(shipped())
    assert {result.engine for result in results} == {"memory", "duckdb"}
    assert [(r.rule, r.example.name.en, r.engine, r.found) for r in results if not r.passed] == []


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_the_sentence_of_a_hit_tells_what_it_rests_on(rule: Rule) -> None:
    example = next(each for each in rule.examples if each.expect == "hit")
    place = resolve(shipped(COUNTY), QINGHE, SCREENED[0])
    told = replace(place, values={**place.values, **example.parameters})
    explained = explain(shipped(COUNTY), rule, example.given, told, SCREENED[0])
    if rule.compare is not None and "{threshold}" in rule.sentence.zh:
        assert explained.threshold_shown is not None
        assert explained.threshold_shown.zh in explained.sentence.zh
    assert explained.clears is not None
    assert "{" not in explained.sentence.zh + explained.sentence.en


def test_every_parameter_is_used_by_a_rule() -> None:
    used = {name for rule in rules() for name in rule.parameters}
    assert set(shipped().parameters) == used


def test_every_indicator_serves_a_rule_or_the_risk_profile() -> None:
    rulebook = shipped()
    reached: set[str] = set()
    waiting = {name for rule in rules() for name in (*rule.indicators, *rule.show)}
    waiting |= {name for dimension in dimensions() for name in dimension["indicators"]}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= inputs_of(rulebook.indicators[name]) - reached
    assert set(rulebook.indicators) == reached


def test_every_reference_names_a_source() -> None:
    """An address, a standard, a communiqué, a decree, the copy of a page, or the list whose column it is."""
    named = re.compile(r"https?://|^GB\b|统计公报|^《.+》（示例）|（镜像 / mirror）|导出字段|字段 / |平台")
    rulebook = shipped(COUNTY)
    values = [value for parameter in rulebook.parameters.values() for value in parameter.values]
    references = [value.reference for value in values if not value.example]
    references += [each.reference for each in rulebook.indicators.values()]
    references += [each.reference for each in rulebook.rules.values()]
    assert [reference for reference in references if not named.search(reference)] == []
    assert [value for value in values if not value.example and value.checked_on is None] == []


def test_the_coverage_page_speaks_of_all_forty_triggers_and_of_every_rule() -> None:
    rows = coverage_rows()
    assert sorted(rows) == list(range(1, 41))
    for number, (served, named) in rows.items():
        assert (served == "no") == (not named), number
        assert named <= set(shipped().rules), number
    named_anywhere = set(re.findall(r"`(\w+)`", COVERAGE_PAGE.read_text("utf-8")))
    assert set(shipped().rules) <= named_anywhere


def test_the_coverage_page_counts_what_it_lists() -> None:
    said = re.search(r"Served: (\d+) in full, (\d+) in part, (\d+) not", COVERAGE_PAGE.read_text("utf-8"))
    assert said is not None
    served = [each for each, _ in coverage_rows().values()]
    assert [int(number) for number in said.groups()] == [served.count(w) for w in ("yes", "partly", "no")]


def test_limits_without_a_source_switch_their_rules_off_where_no_county_has_set_its_own() -> None:
    nowhere_special = resolve(shipped(), "140902", SCREENED[-1])
    listed = re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", COVERAGE_PAGE.read_text("utf-8"), re.MULTILINE)
    assert set(nowhere_special.off) == {rule for _, rule in listed}
    examples = {name for name, value in nowhere_special.chosen.items() if value.example}
    assert examples == {parameter for parameter, _ in listed}


@pytest.mark.parametrize("day", SCREENED, ids=str)
def test_in_the_example_county_every_rule_is_live(day: date) -> None:
    assert not resolve(shipped(COUNTY), QINGHE, day).off


def test_the_example_county_changes_limits_in_mid_year() -> None:
    before = resolve(shipped(COUNTY), QINGHE, date(2026, 3, 13))
    after = resolve(shipped(COUNTY), QINGHE, date(2026, 3, 14))
    changed = {name for name in after.values if after.values[name] != before.values[name]}
    assert changed == {"monitoring_line", "medical_year_limit_key"}
    assert (before.values["monitoring_line"], after.values["monitoring_line"]) == (800_000, 850_000)


def test_a_place_with_a_line_of_its_own_does_not_take_its_neighbours() -> None:
    day = date(2026, 6, 1)
    lines = {
        code: resolve(shipped(), code, day).values["monitoring_line"] for code in ("532328", "520423", "61")
    }
    assert lines == {"532328": 805_000, "520423": 730_000, "61": 600_000}


def test_a_level_is_how_soon_somebody_must_be_there() -> None:
    assert {rule.name: rule.clock and rule.clock.parameter for rule in rules()} == {
        rule.name: f"visit_days_{rule.level}" for rule in rules()
    }
    values = resolve(shipped(), QINGHE, SCREENED[0]).values
    days = [values[f"visit_days_{level}"] for level in ("red", "orange", "yellow")]
    assert days == sorted(days, key=lambda each: each or 0)
    assert sum(rule.level == "red" for rule in rules()) == 7
    assert "Seven of the shipped rules are red" in LEVELS_PAGE.read_text("utf-8")


def test_every_cause_of_a_rule_has_its_place_in_the_risk_profile_once() -> None:
    placed = [cause for dimension in dimensions() for cause in dimension["causes"]]
    assert len(placed) == len(set(placed))
    assert {rule.cause for rule in rules()} <= set(placed) <= set(shipped().codelists["causes"].codes)


def test_chinese_sentences_use_full_width_punctuation() -> None:
    rulebook = shipped(COUNTY)
    told = [text.zh for rule in rules() for text in (rule.label, rule.sentence, rule.next_step, rule.owner)]
    told += [rule.unknown.reason.zh for rule in rules() if rule.unknown.reason]
    told += [text.zh for each in rulebook.indicators.values() for text in (each.label, each.definition)]
    told += [example.name.zh for rule in rules() for example in rule.examples]
    assert [sentence for sentence in told if re.search(r"[,;:()]", sentence)] == []
