"""Type checking: a syntax tree becomes the typed tree of the language, or faults with the right form.

Nothing outside the language gets through: what is not named here is refused. Every part is looked at, so that
all faults of an expression are told at once.
"""

from collections.abc import Callable

from sqlglot import exp

from qianshao.rules import arithmetic, misuse
from qianshao.rules.evaluation import WHOLE
from qianshao.rules.parser import ExpressionRefused, Fault, begins, parse
from qianshao.rules.symbols import Symbols, did_you_mean
from qianshao.rules.tree import (
    Among,
    Call,
    Case,
    Compare,
    Comparison,
    Compute,
    Junction,
    Known,
    Literal,
    Name,
    Node,
    Not,
)
from qianshao.rules.types import Type
from qianshao.words import Text

DATE_FUNCTIONS = ("days_since", "months_since", "years_since")
FUNCTIONS = ("known", "abs", "least", "greatest", *DATE_FUNCTIONS)

_COMPARISONS: dict[type[exp.Expr], Comparison] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


def check(text: str, symbols: Symbols, expected: Type | None = None) -> Node:
    """The typed tree of `text`. Raises ExpressionRefused with all faults.

    It has no fault where the only thing wrong is a name that is refused itself. With `expected`, the result
    is of that type; a literal adapts to it, a whole number may become a decimal.
    """
    checker = _Checker(text, symbols)
    node = checker.node(parse(text))
    if node is not None and expected is not None:
        node = checker.as_type(node, expected)
    if node is None or checker.faults:
        raise ExpressionRefused(checker.faults)
    return node


class _Checker:
    """One expression. Each method gives the typed node, or None after noting a fault."""

    def __init__(self, text: str, symbols: Symbols) -> None:
        self.text = text
        self.symbols = symbols
        self.faults: list[Fault] = []

    def refuse(self, at: int, reason: Text, right_form: Text | None = None) -> None:
        self.faults.append(Fault(at, reason, right_form))

    def node(self, tree: exp.Expr) -> Node | None:
        """Convert any expression."""
        kind = type(tree)
        if kind in _COMPARISONS:
            return self.comparison(tree, _COMPARISONS[kind])
        if kind in _ARITHMETIC:
            return self.computation(tree, _ARITHMETIC[kind])
        convert = self._by_kind().get(kind)
        if convert is not None:
            return convert(tree)
        if isinstance(tree, exp.Func) and not misuse.is_foreign(tree):
            return self.call(tree)
        self.outside(tree)
        return None

    def _by_kind(self) -> dict[type[exp.Expr], Callable[[exp.Expr], Node | None]]:
        return {
            exp.Paren: lambda tree: self.node(tree.this),
            exp.Column: self.name,
            exp.Literal: self.literal,
            exp.Boolean: lambda tree: Literal(bool(tree.this), Type.BOOLEAN, begins(tree)),
            exp.Neg: self.negation,
            exp.And: self.junction,
            exp.Or: self.junction,
            exp.Not: self.inversion,
            exp.Between: self.between,
            exp.In: self.among,
            exp.Case: self.case,
        }

    def outside(self, tree: exp.Expr) -> None:
        for child in tree.iter_expressions():
            if isinstance(child, exp.Column | exp.Binary | exp.Paren):
                self.node(child)
        word = "select" if isinstance(tree, exp.Query) else tree.key
        self.refuse(self.place(tree, word), *misuse.of_form(tree))

    def place(self, tree: exp.Expr, word: str) -> int:
        """Where a node begins; one without a token of its own is looked for by its word."""
        found = -1 if "start" in tree.meta else self.text.lower().find(word)
        return found if found >= 0 else begins(tree)

    def name(self, tree: exp.Expr) -> Node | None:
        at, written = begins(tree), tree.name
        if tree.args.get("table"):
            self.refuse(at, Text("名称里不能有点号", "A name has no dot"), Text(written, written))
            return None
        symbol = self.symbols.find(written)
        if symbol is not None:
            return Name(written, symbol.of, symbol.type, at)
        if written in self.symbols.broken:
            return None  # its own fault is told where it stands
        if written in self.symbols.elsewhere:
            self.refuse(at, self.symbols.elsewhere[written])
        elif tree.this.args.get("quoted"):
            self.refuse(at, *misuse.double_quotes(written))
        else:
            form = did_you_mean(written, self.symbols.known)
            self.refuse(at, Text(f"没有“{written}”这个名称", f"Unknown name “{written}”"), form)
        return None

    def literal(self, tree: exp.Expr) -> Node | None:
        at, written = begins(tree), str(tree.this)
        if tree.args["is_string"]:
            return Literal(written, Type.TEXT, at)
        if self.symbols.only_0_and_1 and written not in ("0", "1"):
            self.refuse(at, *misuse.number_in_rule(written))
            return None
        number = int(written) if written.isdigit() else float(written)
        if number >= WHOLE.stop:
            self.refuse(at, *misuse.too_large(written))
            return None
        return Literal(number, Type.INTEGER if written.isdigit() else Type.DECIMAL, at)

    def negation(self, tree: exp.Expr) -> Node | None:
        part = self.node(tree.this)
        if part is None:
            return None
        if isinstance(part, Literal) and isinstance(part.value, int | float) and part.type.is_number:
            return Literal(-part.value, part.type, part.at)
        return self._computed("-", Literal(0, Type.INTEGER, part.at), part)

    def computation(self, tree: exp.Expr, operator: str) -> Node | None:
        left, right = self.node(tree.this), self.node(tree.expression)
        return self._computed(operator, left, right) if left and right else None

    def _computed(self, operator: str, left: Node, right: Node) -> Node | None:
        result = arithmetic.result(operator, left, right)
        if isinstance(result, Compute):
            return result
        self.refuse(left.at, *result)
        return None

    def comparison(self, tree: exp.Expr, operator: Comparison) -> Node | None:
        left, right = self.node(tree.this), self.node(tree.expression)
        if left is None or right is None:
            return None
        return self._compared(operator, left, right)

    def _compared(self, operator: Comparison, left: Node, right: Node) -> Node | None:
        pair = self.alike(left, right)
        if pair is None:
            return None
        kind = pair[0].type
        if kind is Type.BOOLEAN:
            self.refuse(left.at, *misuse.compared_condition())
            return None
        if kind.is_word and operator not in ("=", "<>"):
            self.refuse(
                left.at,
                Text("文字没有大小之分", "Words have no order"),
                Text("用 = 、<> 或 in ('…')", "Use =, <> or in ('…')"),
            )
            return None
        return Compare(operator, *pair, at=left.at)

    def alike(self, left: Node, right: Node) -> tuple[Node, Node] | None:
        """Both sides as one type, where a literal takes the type of the other side."""
        pair = arithmetic.alike(left, right)
        if pair is None:
            self.refuse(left.at, *misuse.unlike(left, right))
            return None
        return pair if self._codes_exist(*pair) and self._codes_exist(*reversed(pair)) else None

    def _codes_exist(self, named: Node, literal: Node) -> bool:
        symbol = self.symbols.find(named.name) if isinstance(named, Name) else None
        if symbol is None or not symbol.codes or not isinstance(literal, Literal):
            return True
        word = str(literal.value)
        if word in symbol.codes:
            return True
        listed = ", ".join(symbol.codes)
        form = did_you_mean(word, symbol.codes) or Text(f"可用：{listed}", f"One of: {listed}")
        self.refuse(literal.at, Text(f"没有“{word}”这个代码", f"There is no code “{word}”"), form)
        return False

    def condition(self, tree: exp.Expr) -> Node | None:
        """A part that must be true or false."""
        part = self.node(tree)
        return None if part is None else self.as_type(part, Type.BOOLEAN)

    def junction(self, tree: exp.Expr) -> Node | None:
        operator = "and" if isinstance(tree, exp.And) else "or"
        parts = [self.condition(part) for part in tree.flatten()]
        if any(part is None for part in parts):
            return None
        found = [part for part in parts if part is not None]
        return Junction("and" if operator == "and" else "or", tuple(found), found[0].at)

    def inversion(self, tree: exp.Expr) -> Node | None:
        part = self.condition(tree.this)
        return None if part is None else Not(part, part.at)

    def between(self, tree: exp.Expr) -> Node | None:
        item, low, high = (self.node(tree.args[key]) for key in ("this", "low", "high"))
        if item is None or low is None or high is None:
            return None
        lower, upper = self._compared(">=", item, low), self._compared("<=", item, high)
        return Junction("and", (lower, upper), item.at) if lower and upper else None

    def among(self, tree: exp.Expr) -> Node | None:
        item = self.node(tree.this)
        if tree.args.get("query") is not None or tree.args.get("unnest") is not None:
            self.refuse(begins(tree), *misuse.of_form(exp.Subquery()))
            return None
        options = [self.node(option) for option in tree.expressions]
        if item is None or not options or any(option is None for option in options):
            return None
        pairs = [self.alike(item, option) for option in options if option is not None]
        if any(pair is None for pair in pairs):
            return None
        found = [pair for pair in pairs if pair is not None]
        return Among(found[0][0], tuple(pair[1] for pair in found), item.at)

    def case(self, tree: exp.Expr) -> Node | None:
        if tree.this is not None or tree.args.get("default") is None:
            self.refuse(self.place(exp.Case(), "case"), *misuse.case_form(tree.this is not None))
            return None
        conditions = [self.condition(branch.this) for branch in tree.args["ifs"]]
        results = [self.node(branch.args["true"]) for branch in tree.args["ifs"]]
        results.append(self.node(tree.args["default"]))
        if any(part is None for part in (*conditions, *results)):
            return None
        alike = self.all_alike([part for part in results if part is not None])
        if alike is None:
            return None
        branches = tuple(zip((c for c in conditions if c is not None), alike[:-1], strict=True))
        return Case(branches, alike[-1], alike[0].type, branches[0][0].at)

    def all_alike(self, parts: list[Node]) -> list[Node] | None:
        """All as one type: of the first that is no literal, else of the first."""
        model = next((part for part in parts if not isinstance(part, Literal)), parts[0])
        alike = []
        for part in parts:
            pair = arithmetic.alike(model, part)
            if pair is None:
                self.refuse(part.at, *misuse.unlike(model, part))
                return None
            alike.append(pair[1])
        return alike

    def call(self, tree: exp.Expr) -> Node | None:
        function = misuse.written_name(tree, self.text)
        at = self.place(tree, function)
        if function not in FUNCTIONS:
            self.refuse(at, *misuse.of_function(function, FUNCTIONS))
            return None
        parts = [self.node(part) for part in tree.iter_expressions()]
        if any(part is None for part in parts):
            return None
        arguments = [part for part in parts if part is not None]
        many = function in ("least", "greatest")
        if len(arguments) < (2 if many else 1) or (len(arguments) > 1 and not many):
            self.refuse(at, *misuse.argument_count(function))
            return None
        return self._called(function, arguments, at)

    def _called(self, function: str, arguments: list[Node], at: int) -> Node | None:
        if function == "known":
            return Known(arguments[0], at)
        if function in DATE_FUNCTIONS:
            day = self.as_type(arguments[0], Type.DATE)
            return Call(function, (day,), Type.INTEGER, at) if day else None
        alike = self.all_alike(arguments)
        if alike is None:
            return None
        kind = alike[0].type
        if not kind.is_number and not (kind is Type.DATE and function != "abs"):
            self.refuse(at, *misuse.not_a_number(function, alike[0]))
            return None
        return Call(function, tuple(alike), kind, at)

    def as_type(self, node: Node, expected: Type) -> Node | None:
        """The node as the expected type, a literal adapted; else a fault."""
        fitting = arithmetic.fit(node, expected)
        if fitting is None:
            self.refuse(node.at, *misuse.wrong_type(node, expected))
        return fitting
