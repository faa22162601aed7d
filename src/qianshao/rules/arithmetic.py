"""Which types go together in comparisons and computations, and what comes out."""

from qianshao.rules.symbols import Symbols
from qianshao.rules.tree import Call, Case, Compute, Literal, Name, Node
from qianshao.rules.types import Type
from qianshao.words import Text

M, I, D, S = Type.MONEY, Type.INTEGER, Type.DECIMAL, Type.SHARE  # noqa: E741

PRODUCTS: dict[tuple[Type, Type], Type] = {
    **{pair: M for each in (I, D, S) for pair in ((M, each), (each, M))},
    (I, I): I,
    (S, S): S,
    **{pair: D for each in (I, S) for pair in ((D, each), (each, D))},
    (D, D): D,
    (I, S): D,
    (S, I): D,
}
QUOTIENTS: dict[tuple[Type, Type], Type] = {
    (M, M): S,
    (M, I): M,
    (M, D): M,
    (M, S): M,
    (I, I): S,
    (S, I): S,
    (S, S): S,
    **{(D, each): D for each in (I, D, S)},
    (I, D): D,
    (I, S): D,
    (S, D): D,
}


def result(operator: str, left: Node, right: Node) -> Compute | tuple[Text, Text | None]:
    """The typed computation, or why there is none and what to write instead."""
    if operator in ("+", "-"):
        pair = alike(left, right)
        if pair is not None and pair[0].type.is_number:
            kind = D if D in (pair[0].type, pair[1].type) else pair[0].type
            return Compute("+" if operator == "+" else "-", *pair, type=kind, at=left.at)
        form = None
        if Type.DATE in (left.type, right.type):
            form = Text("写 days_since(日期) 与天数比较", "Compare days_since(a date) with a number of days")
    else:
        table = PRODUCTS if operator == "*" else QUOTIENTS
        found = table.get((left.type, right.type))
        if found is not None:
            return Compute("*" if operator == "*" else "/", left, right, found, left.at)
        form = Text("金额只能乘除以数目或比例", "Money is multiplied and divided by counts and shares")
        form = form if M in (left.type, right.type) else None
    reason = Text(
        f"{said(left.type).zh}与{said(right.type).zh}之间不能用“{operator}”",
        f"{said(left.type).en} {operator} {said(right.type).en} has no meaning",
    )
    return reason, form


def alike(left: Node, right: Node) -> tuple[Node, Node] | None:
    """Both as one type (whole numbers and decimals compare as they are), or None."""
    if isinstance(left, Literal) and not isinstance(right, Literal):
        fitting = fit(left, right.type)
        return (fitting, right) if fitting else _mixed(left, right)
    fitting = fit(right, left.type) if isinstance(right, Literal) else None
    if fitting is not None:
        return left, fitting
    return _mixed(left, right)


def _mixed(left: Node, right: Node) -> tuple[Node, Node] | None:
    same = left.type is right.type or {left.type, right.type} == {I, D}
    return (left, right) if same or (left.type.is_word and right.type.is_word) else None


def fit(node: Node, expected: Type) -> Node | None:
    """The node where a value of `expected` must stand; None if it is none.

    Of money no number may be written but 0, because nobody could tell yuan from fen.
    """
    if node.type is expected:
        return node
    if isinstance(node, Literal):
        return _literal(node, expected)
    if isinstance(node, Case | Call | Compute) and node.type is I and expected is D:
        return node
    real = node.type.is_real and expected.is_real
    return node if real or (node.type is I and expected is D) else None


def _literal(node: Literal, expected: Type) -> Literal | None:
    if expected is Type.CODE and node.type is Type.TEXT:
        return Literal(node.value, Type.CODE, node.at)
    if not isinstance(node.value, int | float) or isinstance(node.value, bool):
        return None
    if expected is M and node.value == 0:
        return Literal(0, M, node.at)
    if expected.is_real:
        return Literal(float(node.value), expected, node.at)
    return None


WORDS = {
    Type.MONEY: Text("金额", "money"),
    Type.INTEGER: Text("整数", "a whole number"),
    Type.DECIMAL: Text("小数", "a decimal"),
    Type.SHARE: Text("比例", "a share"),
    Type.DATE: Text("日期", "a date"),
    Type.CODE: Text("代码", "a code"),
    Type.BOOLEAN: Text("是否", "a condition"),
    Type.TEXT: Text("文字", "text"),
}


def said(kind: Type) -> Text:
    """The type in words."""
    return WORDS[kind]


def non_negative(node: Node, symbols: Symbols) -> bool:
    """Whether the value cannot be below zero, so that a sum of it only grows with further rows."""
    match node:
        case Literal(value=int() | float() as value):
            return value >= 0
        case Name(name=name):
            symbol = symbols.find(name)
            return symbol is not None and symbol.non_negative
        case Compute(operator=operator, left=left, right=right):
            return operator != "-" and non_negative(left, symbols) and non_negative(right, symbols)
        case Case(branches=branches, otherwise=otherwise):
            results = [result for _, result in branches] + [otherwise]
            return all(non_negative(result, symbols) for result in results)
        case Call(function="abs"):
            return True
        case Call(function="least" | "greatest", arguments=arguments):
            return all(non_negative(argument, symbols) for argument in arguments)
        case _:
            return False


def can_be_none(node: Node, symbols: Symbols) -> bool:
    """Whether the value can be known to be no such thing, because something that it is made of can."""
    match node:
        case Name(name=name):
            symbol = symbols.find(name)
            return symbol is not None and symbol.noneable
        case Compute(left=left, right=right):
            return can_be_none(left, symbols) or can_be_none(right, symbols)
        case Case(branches=branches, otherwise=otherwise):
            return any(can_be_none(result, symbols) for result in (*(r for _, r in branches), otherwise))
        case Call(arguments=arguments):
            return any(can_be_none(argument, symbols) for argument in arguments)
        case _:
            return False
