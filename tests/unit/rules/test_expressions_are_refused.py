"""What is no expression of the language is refused with its place and the right form, all of it at once."""

import pytest

from qianshao.rules.checker import check
from qianshao.rules.parser import LONGEST, ExpressionRefused, Fault
from qianshao.rules.symbols import Symbol, Symbols
from qianshao.rules.types import Type

RULE = Symbols(
    {
        "income": Symbol(Type.MONEY, "indicator"),
        "line": Symbol(Type.MONEY, "parameter"),
        "heads": Symbol(Type.INTEGER, "indicator"),
        "part": Symbol(Type.SHARE, "indicator"),
        "died_on": Symbol(Type.DATE, "indicator"),
        "base_type": Symbol(Type.CODE, "indicator", ("lifted", "ordinary")),
        "insured": Symbol(Type.BOOLEAN, "indicator"),
    },
    only_0_and_1=True,
)


def faults(text: str) -> list[Fault]:
    with pytest.raises(ExpressionRefused) as refused:
        check(text, RULE, Type.BOOLEAN)
    return refused.value.faults


# text, offset of the fault, a word of the reason, a word of the right form
MALFORMED = [
    ("income < died_on", 0, "cannot be compared", "days_since"),
    ("incom < line", 0, "Unknown name", "“income”"),
    ("line > income and hedas > 0", 18, "Unknown name", "“heads”"),
    ("income < 5000", 9, "no number but 0 and 1", "parameter"),
    ("income < 1", 0, "cannot be compared", "parameter of type money"),
    ("income < (select max(income) from households)", 10, "subquery", "indicator"),
    ("income in (select 1)", 0, "subquery", "indicator"),
    ("exists(select 1)", 0, "subquery", "indicator"),
    ("read_csv('/etc/passwd') > 0", 0, "no function read_csv", "functions are"),
    ("random() > 0", 0, "random", None),
    ("died_on > current_date", 10, "day of running", "as_of"),
    ("died_on > now()", 10, "day of running", "as_of"),
    ("insured; drop table households", 7, "One expression", "semicolon"),
    ("income", 0, "a condition must stand here", "a >= b"),
    ("not income", 4, "a condition must stand here", "a >= b"),
    ("heads + 1 and insured", 0, "a condition must stand here", "a >= b"),
    ("coalesce(income, 0) > line", 0, "may not be replaced", "known(x)"),
    ("ifnull(insured, false)", 0, "may not be replaced", "known(x)"),
    ("case when insured then income end > line", 0, "lacks its else", "else"),
    ("case heads when 1 then income else line end > line", 0, "followed by when", "case when"),
    ("base_type = 'lifed'", 12, "no code", "“lifted”"),
    ("base_type in ('lifted', 'gone')", 24, "no code", "lifted, ordinary"),
    ('base_type = "lifted"', 12, "Double quotes", "'lifted'"),
    ("base_type > 'lifted'", 0, "no order", "in ('…')"),
    ("base_type like 'l%'", 10, "no like", "codes"),
    ("income is null", 7, "no is null", "known(x)"),
    ("income > null", 9, "no null", "known(x)"),
    ("insured = true", 0, "not compared", "not x"),
    ("heads < heads < heads", 0, "not chained", "a < b and b < c"),
    ("date '2020-01-01' < died_on", 5, "no date is written out", "parameter"),
    ("income + heads > line", 0, "no meaning", None),
    ("income * line > line", 0, "no meaning", "counts and shares"),
    ("died_on - died_on > 0", 0, "no meaning", "days_since"),
    ("part > heads", 0, "cannot be compared", None),
    ("sum(income) > line", 0, "No aggregate", "value of an indicator"),
    ("any(insured)", 0, "No aggregate", "value of an indicator"),
    ("if(insured, income, line) > line", 0, "no if", "case when"),
    ("days_snce(died_on) > 0", 0, "no function", "“days_since”"),
    ("days_since(income) > 0", 11, "a date must stand here", None),
    ("least(income) > line", 0, "number of arguments", "least(a, b)"),
    ("abs(died_on) > died_on", 0, "not made for", "a number"),
    ("heads % heads = 0", 0, "no remainder", None),
    ("h.income > line", 0, "no dot", "income"),
    ("income > > line", 0, "Not part of the rule language", "comparisons"),
    ("income > line and", 14, "Not understood", "a >= b"),
    ("base_type = 'lifted", 12, "not closed", "single quotes"),
    ("", 0, "empty", None),
]


@pytest.mark.parametrize(
    ("text", "at", "reason", "right_form"), MALFORMED, ids=[m[0] or "empty" for m in MALFORMED]
)
def test_a_malformed_rule_is_refused(text: str, at: int, reason: str, right_form: str | None) -> None:
    found = faults(text)[0]
    assert found.at == at
    assert reason.lower() in found.reason.en.lower()
    assert (right_form or "") in (found.right_form.en if found.right_form else "")
    assert found.reason.zh != found.reason.en


def test_all_faults_are_told_at_once() -> None:
    text = "incom < line and base_type = 'lifed' or heads > 12"
    assert [fault.at for fault in faults(text)] == [0, 29, 48]


@pytest.mark.parametrize(
    "text", ["(" * 2000 + "insured" + ")" * 2000, "not " * 900 + "insured", "a" * (LONGEST + 1)]
)
def test_a_bomb_is_refused_and_does_no_harm(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "income < line and base_type = 'lifted'",
        "income / heads < line or not insured",
        "-income > 0 and part > 1 - part",
        "case when insured then income else 0 end > line",
        "days_since(died_on) > heads and died_on <= as_of",
        "known(income) and not known(died_on)",
        "base_type in ('lifted', 'ordinary') and heads between 0 and 1",
        "least(income, line) < line * heads",
        "base_type != 'lifted'",
    ],
)
def test_a_well_formed_rule_is_taken(text: str) -> None:
    assert check(text, RULE, Type.BOOLEAN).type is Type.BOOLEAN


def test_a_name_that_is_refused_itself_is_not_refused_again() -> None:
    symbols = Symbols(RULE.known, broken=frozenset({"debt"}))
    with pytest.raises(ExpressionRefused) as refused:
        check("debt > line", symbols, Type.BOOLEAN)
    assert refused.value.faults == []
