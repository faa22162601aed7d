"""Rulebook files: read, or refused with file, line, column and the right form."""

from pathlib import Path
from textwrap import dedent

import pytest

from qianshao.rules.loader import load_rulebook
from qianshao.rules.refusals import Refusal, RulebookRefused
from qianshao.rules.rulebook import Rulebook
from qianshao.rules.types import Type
from tests.spec.world import SOURCES

INDICATOR = """\
- name: cost
  label: {zh: 花费, en: Cost}
  subject: household
  type: money
  from: visits
  value: sum(cost)
  where: kind = 'home'
  window: {months: 12}
  absence: zero
  definition: {zh: 上门花费, en: Cost of visits at home}
"""
PARAMETER = """\
- name: limit
  label: {zh: 界限, en: Limit}
  type: money
  values:
    - {value: 5000.50, area: "*", valid_from: 2021-01-01, reference: a notice, checked_on: 2026-11-01}
- name: days
  label: {zh: 天数, en: Days}
  type: integer
  values:
    - {value: 3, valid_from: 2021-01-01, reference: a notice}
"""
RULE = """\
- name: costly
  label: {zh: 花费过高, en: Costly}
  kind: warning
  subject: household
  cause: illness
  level: orange
  when: cost >= limit
  clock: {parameter: days, days: working}
  unknown: {becomes: ask}
  sentence: {zh: '花费 {cost}，界限 {threshold}，超出 {margin}', en: 'Cost {cost}, {threshold}, {margin}'}
  next_step: {zh: 入户, en: Visit}
  reference: a notice
  checked_on: 2026-11-01
  valid_from: 2021-01-01
  owner: {zh: 局, en: Office}
  examples:
    - {name: {zh: 一, en: a}, given: {cost: 6000}, parameters: {limit: 5000}, expect: hit}
    - {name: {zh: 二, en: b}, given: {cost: 10.5}, parameters: {limit: 5000}, expect: clear}
    - {name: {zh: 三, en: c}, given: {cost: null}, parameters: {limit: 5000}, expect: unknown}
    - {name: {zh: 四, en: d}, given: {cost: {at_least: 5000}}, parameters: {limit: 5000}, expect: hit}
"""


def write(folder: Path, indicators: str = INDICATOR, parameters: str = PARAMETER, rules: str = RULE) -> Path:
    for sort, text in (("indicators", indicators), ("parameters", parameters), ("rules", rules)):
        (folder / sort).mkdir(parents=True, exist_ok=True)
        (folder / sort / "a.yaml").write_text(dedent(text), encoding="utf-8")
    return folder


def load(folder: Path) -> Rulebook:
    return load_rulebook([folder], SOURCES)


def refusals(folder: Path) -> list[Refusal]:
    with pytest.raises(RulebookRefused) as refused:
        load(folder)
    return refused.value.refusals


def test_a_rulebook_is_read(tmp_path: Path) -> None:
    book = load(write(tmp_path / "book"))
    cost, rule = book.indicators["cost"], book.rules["costly"]
    assert (cost.type, cost.bounded, cost.noneable) == (Type.MONEY, True, False)
    assert cost.unit.zh == "元"
    assert book.parameters["limit"].values[0].value == 500_050
    assert (rule.indicators, rule.parameters) == (("cost",), ("limit", "days"))
    assert rule.compare is not None
    assert rule.examples[0].given["cost"].value == 600_000
    assert rule.examples[3].given["cost"].at_least == 500_000


def test_the_digest_depends_on_the_content_and_not_on_the_files(tmp_path: Path) -> None:
    book = load(write(tmp_path / "a"))
    spaced = load(write(tmp_path / "b", indicators="# a comment\n\n" + INDICATOR))
    other = load(write(tmp_path / "c", parameters=PARAMETER.replace("5000.50", "5000.51")))
    assert book.digest == spaced.digest != other.digest
    assert book.digest.startswith(book.version)


def test_a_later_folder_replaces_by_name(tmp_path: Path) -> None:
    write(tmp_path / "national")
    (tmp_path / "ours" / "parameters").mkdir(parents=True)
    own = PARAMETER.split("- name: days")[0].replace("5000.50", "4000")
    (tmp_path / "ours" / "parameters" / "b.yaml").write_text(own, encoding="utf-8")
    book = load_rulebook([tmp_path / "national", tmp_path / "ours"], SOURCES)
    assert book.parameters["limit"].values[0].value == 400_000
    assert "days" in book.parameters


def line_of(text: str, fragment: str) -> tuple[int, int]:
    before = text[: text.index(fragment)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


WRONG = [
    ("indicators", "sum(cost)", "sum(csot)", "csot", "Unknown name", "“cost”"),
    ("indicators", "kind = 'home'", "kind = 'homee'", "'homee'", "no code", "“home”"),
    ("indicators", "from: visits", "from: visit", "visit\n", "no source", "“visits”"),
    ("indicators", "type: money", "type: currency", "currency", "type cannot be", "One of"),
    ("indicators", "type: money", "type: integer", "cost\n", "", ""),
    ("indicators", "{months: 12}", "{weeks: 3}", "{weeks", "Not a window", "months: 12"),
    ("indicators", "absence: zero", "absence: none", "none", "cannot mean none", "absence: zero"),
    ("indicators", "  absence: zero\n", "", "name: cost", "absence is missing", "absence"),
    ("indicators", "value: sum(cost)", "value: sum(cost) + 1", "sum(cost) + 1", "", ""),
    ("indicators", "value: sum(cost)", "value: cost", "cost\n  where", "many rows", "One of"),
    ("indicators", "value: sum(cost)", "value: count(cost)", "count(cost)", "", ""),
    ("indicators", "absence: zero", "abscence: zero", "abscence", "no field abscence", ""),
    (
        "indicators",
        "definition: {zh: 上门花费, en: Cost of visits at home}",
        "definition: costs",
        "costs\n",
        "both languages",
        "",
    ),
    ("indicators", "name: cost", "name: Cost", "Cost\n", "cannot be a name", "Small letters"),
    ("indicators", "name: cost", "name: select", "select\n", "cannot be a name", ""),
    ("parameters", "value: 5000.50", "value: 5000.505", "5000.505", "money must stand here", "two decimals"),
    ("parameters", "value: 5000.50", "value: 99999999999999999999", "9999", "money must stand here", ""),
    ("parameters", "value: 5000.50", "value: 1e40", "1e40", "money must stand here", ""),
    (
        "indicators",
        "value: sum(cost)",
        "value: sum(cost * 9999999999999999999)",
        "9999",
        "too large",
        "At most",
    ),
    ("parameters", "value: 5000.50", "value: much", "much", "money must stand here", ""),
    (
        "parameters",
        ", reference: a notice, checked_on",
        ", checked_on",
        "{value: 5000.50",
        "reference is missing",
        "",
    ),
    ("parameters", 'area: "*"', "area: here", "here", "beginning of an area code", "991205"),
    ("rules", "cost >= limit", "cost >= limmit", "limmit", "Unknown name", "“limit”"),
    ("rules", "cost >= limit", "cost >= 5000", "5000", "no number but 0 and 1", "parameter"),
    ("rules", "subject: household", "subject: person", "person", "about a household", "household"),
    ("rules", "parameter: days,", "parameter: limit,", "limit, days", "no parameter of a number of days", ""),
    ("rules", "level: orange", "level: amber", "amber", "level cannot be", "One of"),
    ("rules", "{margin}', en", "{marign}', en", "{zh: '花费", "has no figure", "“margin”"),
    (
        "rules",
        "expect: unknown",
        "expect: clear",
        "- {name: {zh: 一",
        "No example with the outcome unknown",
        "hit, clear and unknown",
    ),
    (
        "rules",
        "parameters: {limit: 5000}, expect: hit}\n    - {name: {zh: 二",
        "expect: hit}\n    - {name: {zh: 二",
        "{name: {zh: 一",
        "gives no parameter limit",
        "parameters",
    ),
    ("rules", "given: {cost: 6000}", "given: {costs: 6000}", "6000}", "no household indicator", "“cost”"),
    ("rules", "{becomes: ask}", "{becomes: ignore}", "{becomes", "reason is missing", ""),
    ("rules", "valid_from: 2021-01-01", "valid_from: soon", "soon", "must be a date", "2021-01-01"),
]


@pytest.mark.parametrize(
    ("sort", "right", "wrong", "place", "reason", "form"), WRONG, ids=[f"{w[0]}: {w[2]}" for w in WRONG]
)
def test_a_wrong_entry_is_refused_in_its_place(
    sort: str, right: str, wrong: str, place: str, reason: str, form: str, tmp_path: Path
) -> None:
    texts = {"indicators": INDICATOR, "parameters": PARAMETER, "rules": RULE}
    assert right in texts[sort]
    texts[sort] = texts[sort].replace(right, wrong, 1)
    found = [r for r in refusals(write(tmp_path / "book", **texts)) if r.where.file == f"book/{sort}/a.yaml"]
    line, column = line_of(texts[sort], place)
    if reason:
        assert (found[0].where.line, found[0].where.column) == (line, column), found[0]
        assert reason in found[0].reason.en
    assert form in (found[0].right_form.en if found[0].right_form else "")


def test_all_faults_of_all_files_are_told_at_once_and_none_twice(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "book",
        INDICATOR.replace("sum(cost)", "sum(csot)"),
        PARAMETER.replace("5000.50", "much"),
        RULE.replace("level: orange", "level: amber"),
    )
    found = refusals(folder)
    assert [each.where.file.split("/")[1] for each in found] == ["indicators", "parameters", "rules"]


def test_a_fault_of_a_file_that_is_no_yaml_names_line_and_column(tmp_path: Path) -> None:
    [found] = refusals(write(tmp_path / "book", rules="- name: a\n  label: {zh: x, en: y: z}\n"))
    assert (found.where.file, found.where.line) == ("book/rules/a.yaml", 2)


def test_formulas_in_a_circle_are_refused(tmp_path: Path) -> None:
    formula = INDICATOR.split("  from: visits")[0] + "  definition: {{zh: a, en: a}}\n  formula: {1}\n"
    formula = formula.replace("{zh: 花费, en: Cost}", "{{zh: 花费, en: Cost}}").replace("cost", "{0}", 1)
    circle = INDICATOR + formula.format("a", "b + cost") + formula.format("b", "a + cost")
    [found] = refusals(write(tmp_path / "book", circle))
    assert "a → b → a" in found.reason.en


def test_a_person_indicator_in_a_rule_is_refused_with_what_to_do(tmp_path: Path) -> None:
    person = INDICATOR.split("  from: visits")[0].replace("cost", "ill_one", 1)
    person = person.replace("household", "person").replace("money", "boolean")
    person += "  from: persons\n  value: ill\n  definition: {zh: a, en: a}\n"
    rules = RULE.replace("cost >= limit", "cost >= limit and ill_one")
    found = refusals(write(tmp_path / "book", INDICATOR + person, rules=rules))
    assert "is about a person; sum it up first" in found[0].reason.en


def test_a_name_is_an_indicator_or_a_parameter(tmp_path: Path) -> None:
    both = PARAMETER.replace("name: days", "name: cost")
    found = refusals(write(tmp_path / "book", parameters=both))
    assert any("is an indicator as well as a parameter" in each.reason.en for each in found)


def test_a_refusal_is_written_as_compilers_do(tmp_path: Path) -> None:
    found = refusals(write(tmp_path / "book", rules=RULE.replace("cost >= limit", "cost >= limmit")))
    assert str(found[0]) == "book/rules/a.yaml:7:17: Unknown name “limmit”. Right form: Did you mean “limit”?"
    assert found[0].in_language("zh").endswith("没有“limmit”这个名称。正确写法：是不是“limit”？")
    assert found[0].position == 9
