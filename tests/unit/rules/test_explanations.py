"""Why a household was hit, in words and figures."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qianshao.rules.explanation import Explanation, explain, measured_against
from qianshao.rules.formats import distance, figure, shown
from qianshao.rules.parameters import resolve
from qianshao.rules.types import Type
from qianshao.rules.values import NONE, UNKNOWN, Value
from qianshao.words import Text
from tests.spec.world import parameter, rulebook

AS_OF = date(2026, 10, 30)


def labelled(name: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": {"zh": zh, "en": en}, **more}


INDICATORS = [
    labelled(
        "paid",
        "近 12 个月医保自付",
        "Own payment, 12 months",
        type="money",
        **{"from": "visits"},
        value="sum(cost)",
        absence="zero",
    ),
    labelled("base", "户类型", "Household type", type="code", **{"from": "households"}, value="base"),
    labelled("lifted", "脱贫户", "Lifted", type="boolean", formula="base = 'lifted'"),
    labelled("safe", "饮水安全", "Safe water", type="boolean", **{"from": "households"}, value="water"),
    labelled(
        "heads",
        "人口",
        "Members",
        type="integer",
        unit={"zh": "人", "en": "persons"},
        **{"from": "persons"},
        value="count()",
    ),
    labelled("part", "负担", "Burden", type="share", formula="paid / debt"),
    labelled("debt", "欠债", "Debt", type="money", **{"from": "households"}, value="debt"),
    labelled(
        "last", "最近上门", "Last visit", type="date", **{"from": "visits"}, value="max(day)", absence="none"
    ),
]
PARAMETERS = [
    parameter("limit_a", "money", 10_000),
    parameter("limit_b", "money", 20_000),
    parameter("most", "share", 0.3),
    parameter("days", "integer", 2),
]
SENTENCE = {
    "zh": "自付 {paid}，界限 {threshold}，超出 {margin}",
    "en": "Paid {paid}, limit {threshold}, {margin} beyond",
}
GIVEN = {
    "paid": Value(1_842_000),
    "base": Value("lifted"),
    "lifted": Value(True),
    "safe": Value(False),
    "heads": Value(3),
    "part": Value(0.42),
    "debt": Value(4_300_000),
    "last": NONE,
}


def explained(folder: Path, when: str, given: dict[str, Value] | None = None, **rule: Any) -> Explanation:
    rule = {"name": "r", "when": when, "clock": {"parameter": "days", "days": "working"}, **rule}
    loaded = rulebook(folder, INDICATORS, [rule], PARAMETERS)
    values = {**GIVEN, **(given or {})}
    return explain(loaded, loaded.rules["r"], values, resolve(loaded, "991205", AS_OF), AS_OF)


def test_sentence_threshold_margin_and_deadline(tmp_path: Path) -> None:
    found = explained(tmp_path, "paid >= limit_a and lifted", sentence=SENTENCE, show=["heads"])
    assert found.sentence == Text(
        "自付 18,420 元，界限 10,000 元，超出 8,420 元",
        "Paid 18,420 yuan, limit 10,000 yuan, 8,420 yuan beyond",
    )
    assert (found.threshold, found.margin) == (1_000_000, 842_000)
    assert found.deadline == date(2026, 11, 3)
    assert [each.name for each in found.inputs] == ["paid", "lifted"]
    assert [each.name for each in found.details] == ["base"]
    assert [each.shown.zh for each in found.evidence] == ["3 人"]
    assert [(limit.name, limit.shown.en) for limit in found.limits] == [("limit_a", "10,000 yuan")]
    assert found.clears is not None
    assert found.clears.zh == "近 12 个月医保自付降到 10,000 元以下"


def test_a_lower_bound_says_at_least(tmp_path: Path) -> None:
    found = explained(tmp_path, "paid >= limit_a", {"paid": Value(at_least=1_200_000)}, sentence=SENTENCE)
    assert found.sentence.zh == "自付 至少 12,000 元，界限 10,000 元，超出 2,000 元".replace(
        "自付 至少", "自付至少"
    )
    assert found.inputs[0].at_least
    assert found.margin == 200_000
    assert [each.name for each in found.unknown] == ["paid"]


def test_of_two_limits_the_one_that_was_passed_is_told(tmp_path: Path) -> None:
    when = "(not lifted and paid >= limit_b) or (lifted and paid >= limit_a)"
    found = explained(tmp_path, when, sentence=SENTENCE)
    assert found.threshold == 1_000_000


def test_a_limit_that_depends_on_the_household(tmp_path: Path) -> None:
    when = "paid > case when lifted then limit_a else limit_b end"
    assert explained(tmp_path, when).threshold == 1_000_000
    other = {"lifted": Value(False), "base": Value("ordinary"), "paid": Value(2_500_000)}
    assert explained(tmp_path, when, other).threshold == 2_000_000


def test_a_rule_about_a_state_has_no_threshold(tmp_path: Path) -> None:
    found = explained(tmp_path, "lifted and not safe")
    assert (found.threshold, found.margin) == (None, None)
    assert found.clears == Text("“饮水安全”变为是", "“Safe water” becomes yes")


CLEARS = [
    ("paid > limit_a", "近 12 个月医保自付降到不超过 10,000 元"),
    ("limit_a <= paid", "近 12 个月医保自付降到 10,000 元以下"),
    ("part > most", "负担降到不超过 30%"),
    ("heads > 0", "人口降到 0 人"),
    ("base = 'lifted'", "户类型不再是脱贫户"),
    ("base in ('lifted', 'ordinary')", "户类型不再是脱贫户、一般农户"),
    ("not safe and paid >= limit_a", "“饮水安全”变为是，或近 12 个月医保自付降到 10,000 元以下"),
    ("not safe or paid >= limit_a", "“饮水安全”变为是，并且近 12 个月医保自付降到 10,000 元以下"),
    ("not (safe or paid < limit_a)", "“饮水安全”变为是，或近 12 个月医保自付降到 10,000 元以下"),
    ("not safe or paid >= limit_b", "“饮水安全”变为是"),
]


@pytest.mark.parametrize(("when", "clears"), CLEARS)
def test_what_would_clear_it(when: str, clears: str, tmp_path: Path) -> None:
    (tmp_path / "book" / "codelists").mkdir(parents=True)
    (tmp_path / "book" / "codelists" / "base.yaml").write_text(
        "name: base\nlabel: {zh: 户类型, en: Type}\ncodes:\n"
        "  lifted: {zh: 脱贫户, en: lifted}\n  ordinary: {zh: 一般农户, en: ordinary}\n",
        encoding="utf-8",
    )
    found = explained(tmp_path, when).clears
    assert found is not None
    assert found.zh == clears


def test_dates_that_were_stored_as_text_are_read(tmp_path: Path) -> None:
    sentence = {"zh": "上次 {last}", "en": "Last {last}"}
    found = explained(tmp_path, "days_since(last) > days", {"last": Value("2026-01-05")}, sentence=sentence)
    assert found.sentence.zh == "上次 2026 年 1 月 5 日"
    assert found.threshold == 2
    assert found.margin == 296


def test_without_a_figure_there_is_no_margin(tmp_path: Path) -> None:
    loaded = rulebook(tmp_path, INDICATORS, [{"name": "r", "when": "paid > limit_a"}], PARAMETERS)
    resolved = resolve(loaded, "991205", AS_OF)
    found = measured_against(loaded.rules["r"], {"paid": UNKNOWN}, resolved, AS_OF)
    assert found == (1_000_000, None)


YUAN, NOTHING = Text("元", "yuan"), Text("", "")
FIGURES = [
    (figure(1_842_000, Type.MONEY, YUAN), "18,420 元", "18,420 yuan"),
    (figure(-50, Type.MONEY, YUAN), "-0.50 元", "-0.50 yuan"),
    (figure(0.4567, Type.SHARE, NOTHING), "45.7%", "45.7%"),
    (figure(0.3, Type.SHARE, NOTHING), "30%", "30%"),
    (figure(1.5, Type.DECIMAL, Text("亩", "mu")), "1.5 亩", "1.5 mu"),
    (figure(1, Type.INTEGER, Text("人", "persons")), "1 人", "1 person"),
    (figure(2, Type.INTEGER, Text("天", "day(s)")), "2 天", "2 days"),
    (figure(True, Type.BOOLEAN, NOTHING), "是", "yes"),
    (figure(date(2026, 10, 5), Type.DATE, NOTHING), "2026 年 10 月 5 日", "5 October 2026"),
    (figure("C", Type.CODE, NOTHING), "C", "C"),
    (shown(Value(at_least=1_200_000), Type.MONEY, YUAN), "至少 12,000 元", "at least 12,000 yuan"),
    (shown(UNKNOWN, Type.MONEY, YUAN), "不知道", "unknown"),
    (shown(NONE, Type.DATE, NOTHING), "无", "none"),
    (distance(0.12, Type.SHARE, NOTHING), "12 个百分点", "12 percentage points"),
]


@pytest.mark.parametrize(("found", "zh", "en"), FIGURES)
def test_figures_in_words(found: Text, zh: str, en: str) -> None:
    assert found == Text(zh, en)
