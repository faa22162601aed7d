"""Text of one expression to a syntax tree, or a fault with its place in the text."""

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from qianshao.words import Text

LONGEST = 4000
"""Characters of one expression; a longer one is two indicators."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in an expression; `at` counts characters from 0."""

    at: int
    reason: Text
    right_form: Text | None = None


class ExpressionRefused(Exception):
    """The text is no expression of the language; carries every fault found."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.reason.en for fault in faults))


def parse(text: str) -> exp.Expr:
    """The one expression in `text`. Raises ExpressionRefused."""
    if not text.strip():
        raise ExpressionRefused([Fault(0, Text("表达式是空的", "The expression is empty"))])
    if len(text) > LONGEST:
        raise ExpressionRefused([_too_long()])
    try:
        statements = sqlglot.parse(text)
    except SqlglotError as error:
        raise ExpressionRefused([_syntax(text, error)]) from None
    except RecursionError:
        raise ExpressionRefused([_too_long()]) from None
    if len(statements) != 1 or statements[0] is None:
        raise ExpressionRefused([_second_statement(text)])
    return statements[0]


def is_name(word: str) -> bool:
    """Whether a word can stand for a figure, being none of the language's own."""
    try:
        return isinstance(sqlglot.parse_one(word), exp.Column)
    except SqlglotError:
        return False


def begins(node: exp.Expr) -> int:
    """Offset of the first character of a node, as far as its tokens tell."""
    return min((part.meta["start"] for part in node.walk() if "start" in part.meta), default=0)


def _syntax(text: str, error: SqlglotError) -> Fault:
    details = getattr(error, "errors", None)
    if not details:
        quote = max(text.rfind("'"), 0)
        return Fault(
            quote,
            Text("引号没有成对", "A quotation mark is not closed"),
            Text("文字写在一对单引号里，如 'lifted'", "Words stand between two single quotes: 'lifted'"),
        )
    before = details[0].get("start_context") or ""
    at = len(before) if text.startswith(before) else text.find(before) + len(before)
    marked = details[0].get("highlight") or text[at : at + 10]
    return Fault(
        at,
        Text(f"“{marked}”处写法不完整或不认识", f"Not understood at “{marked}”"),
        Text("如 a >= b and not c = 'x'", "For example: a >= b and not c = 'x'"),
    )


def _second_statement(text: str) -> Fault:
    return Fault(
        max(text.find(";"), 0),
        Text("只能写一个表达式", "One expression only"),
        Text("去掉分号及其后的内容", "Leave out the semicolon and what follows"),
    )


def _too_long() -> Fault:
    return Fault(
        0,
        Text("表达式太长或嵌套太深", "The expression is too long or nested too deeply"),
        Text("拆成几个指标，再用指标名称组合", "Split it into indicators and combine their names"),
    )
