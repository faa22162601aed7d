"""Random expressions and indicators of the language, right by construction: one generator per operation.

A test compares the registries here with the language, so that no operation is added without its generator.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from qianshao.rules.rulebook import Absence, Aggregate
from qianshao.rules.sources import Source
from qianshao.rules.types import Subject, Type

Draw = Callable[[st.SearchStrategy[Any]], Any]
M, N, D, S, T, C, B = (
    Type.MONEY,
    Type.INTEGER,
    Type.DECIMAL,
    Type.SHARE,
    Type.DATE,
    Type.CODE,
    Type.BOOLEAN,
)
NUMBERS = (M, N, D, S)
CODES = ("home", "phone", "lifted", "other")


@dataclass(frozen=True)
class Scope:
    """The names of each type that an expression may use; there is at least one of each."""

    draw: Draw
    names: Mapping[Type, Sequence[str]]
    constants: Sequence[str] = ("0", "1")

    def one(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def name(self, kind: Type) -> str:
        found: str = self.one(self.names[kind])
        return found

    def solid(self, kind: Type, depth: int) -> str:
        """An expression of the type that is not a bare literal."""
        fitting = [name for name, (kinds, _) in OPERATIONS.items() if kind in kinds and name != "literal"]
        chosen = "name" if depth <= 0 else self.one(fitting)
        made: str = OPERATIONS[chosen][1](self, kind, depth - 1)
        return made

    def any(self, kind: Type, depth: int) -> str:
        """A solid expression, or a literal where one can stand."""
        literal = kind in NUMBERS and self.draw(st.integers(0, 4)) == 0
        if not literal:
            return self.solid(kind, depth)
        return "0" if kind is M else self.one(self.constants)

    def condition(self, depth: int) -> str:
        return self.solid(B, depth)


Make = Callable[[Scope, Type, int], str]


def _comparison(sign: str) -> Make:
    def make(scope: Scope, kind: Type, depth: int) -> str:
        kinds = (*NUMBERS, T, C) if sign in ("=", "<>") else (*NUMBERS, T)
        compared = scope.one(kinds)
        if compared is C:
            return f"{scope.name(C)} {sign} '{scope.one(CODES)}'"
        sides = [scope.solid(compared, depth), scope.any(compared, depth)]
        return (
            f"({sides[0]}) {sign} ({sides[1]})"
            if scope.draw(st.booleans())
            else f"{sides[1]} {sign} {sides[0]}"
        )

    return make


def _sum(sign: str) -> Make:
    return lambda scope, kind, depth: f"({scope.solid(kind, depth)} {sign} {scope.any(kind, depth)})"


_PRODUCTS = {
    M: [(M, N), (N, M), (M, S), (D, M)],
    N: [(N, N)],
    D: [(D, N), (D, D), (N, S), (S, D)],
    S: [(S, S)],
}
_QUOTIENTS = {
    M: [(M, N), (M, D), (M, S)],
    S: [(M, M), (N, N), (S, N), (S, S)],
    D: [(D, N), (D, D), (N, D), (N, S)],
}


def _product(sign: str, table: Mapping[Type, Sequence[tuple[Type, Type]]]) -> Make:
    def make(scope: Scope, kind: Type, depth: int) -> str:
        left, right = scope.one(table[kind])
        return f"({scope.solid(left, depth)} {sign} {scope.solid(right, depth)})"

    return make


def _junction(word: str) -> Make:
    def make(scope: Scope, kind: Type, depth: int) -> str:
        parts = [scope.condition(depth) for _ in range(scope.draw(st.integers(2, 3)))]
        return "(" + f" {word} ".join(parts) + ")"

    return make


def _among(scope: Scope, kind: Type, depth: int) -> str:
    if scope.draw(st.booleans()):
        words = scope.draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3))
        return f"{scope.name(C)} in ({', '.join(repr(word) for word in words)})"
    options = [scope.any(N, 0) for _ in range(scope.draw(st.integers(1, 3)))]
    return f"{scope.solid(N, depth)} in ({', '.join(options)})"


def _between(scope: Scope, kind: Type, depth: int) -> str:
    compared = scope.one((*NUMBERS, T))
    low, high = scope.any(compared, depth), scope.any(compared, depth)
    return f"({scope.solid(compared, depth)} between {low} and {high})"


def _case(scope: Scope, kind: Type, depth: int) -> str:
    def result() -> str:
        return (
            f"'{scope.one(CODES)}'" if kind is C and scope.draw(st.booleans()) else scope.solid(kind, depth)
        )

    branches = [
        f"when {scope.condition(depth)} then {result()}" for _ in range(scope.draw(st.integers(1, 2)))
    ]
    otherwise = "0" if kind is M and scope.draw(st.booleans()) else scope.solid(kind, depth)
    return f"(case {' '.join(branches)} else {otherwise} end)"


def _known(scope: Scope, kind: Type, depth: int) -> str:
    about = scope.one((*NUMBERS, T, C, B))
    return f"known({scope.name(about) if scope.draw(st.booleans()) else scope.solid(about, depth)})"


def _extremes(function: str) -> Make:
    def make(scope: Scope, kind: Type, depth: int) -> str:
        parts = [scope.solid(kind, depth) for _ in range(scope.draw(st.integers(2, 3)))]
        return f"{function}({', '.join(parts)})"

    return make


def _since(function: str) -> Make:
    return lambda scope, kind, depth: f"{function}({scope.solid(T, depth)})"


OPERATIONS: dict[str, tuple[tuple[Type, ...], Make]] = {
    "name": ((*NUMBERS, T, C, B), lambda scope, kind, depth: scope.name(kind)),
    "literal": (NUMBERS, lambda scope, kind, depth: scope.any(kind, 0)),
    "as_of": ((T,), lambda scope, kind, depth: "as_of"),
    **{sign: ((B,), _comparison(sign)) for sign in ("=", "<>", "<", "<=", ">", ">=")},
    "+": (NUMBERS, _sum("+")),
    "-": (NUMBERS, _sum("-")),
    "*": (tuple(_PRODUCTS), _product("*", _PRODUCTS)),
    "/": (tuple(_QUOTIENTS), _product("/", _QUOTIENTS)),
    "negative": (NUMBERS, lambda scope, kind, depth: f"(- {scope.solid(kind, depth)})"),
    "and": ((B,), _junction("and")),
    "or": ((B,), _junction("or")),
    "not": ((B,), lambda scope, kind, depth: f"(not {scope.condition(depth)})"),
    "in": ((B,), _among),
    "between": ((B,), _between),
    "case": ((*NUMBERS, T, C, B), _case),
    "known": ((B,), _known),
    "abs": (NUMBERS, lambda scope, kind, depth: f"abs({scope.solid(kind, depth)})"),
    "least": ((*NUMBERS, T), _extremes("least")),
    "greatest": ((*NUMBERS, T), _extremes("greatest")),
    "days_since": ((N,), _since("days_since")),
    "months_since": ((N,), _since("months_since")),
    "years_since": ((N,), _since("years_since")),
}

AGGREGATES: dict[Aggregate, tuple[Type, ...]] = {
    "count": (N,),
    "sum": (M, N, D),
    "max": (M, N, D, S, T),
    "min": (M, N, D, S, T),
    "any": (B,),
    "all": (B,),
    "latest": (M, N, D, S, T, C, B),
    "earliest": (M, N, D, S, T, C, B),
    "count_distinct": (N,),
    "peak_month": (M, N, D),
}
WINDOWS: dict[str, st.SearchStrategy[Any]] = {
    "months": st.sampled_from([1, 3, 12]),
    "days": st.sampled_from([1, 30, 365]),
    "since": st.sampled_from(["year", "09-01"]),
    "ago_months": st.sampled_from([1, 6, 12]),
}


def absences(function: Aggregate, kind: Type) -> list[Absence]:
    """What no row may mean for an aggregate."""
    if function in ("any", "all"):
        return ["false", "unknown"]
    if function in ("max", "min", "latest", "earliest"):
        return ["none", "unknown", *(["zero"] if kind in NUMBERS else []), *(["false"] if kind is B else [])]  # type: ignore[list-item]
    return ["zero", "unknown"]


def measure(scope: Scope, source: Source, subject: Subject, kind: Type) -> dict[str, Any]:
    """A random way to measure a figure of the type from a source."""
    dated = source.date is not None
    kind = kind if kind is not C or source.order else N
    functions = [
        name
        for name, kinds in AGGREGATES.items()
        if kind in kinds
        and (name != "peak_month" or dated)
        and (name not in ("latest", "earliest") or source.order)
    ]
    function = scope.one(functions)
    entry: dict[str, Any] = {"subject": subject.value, "type": kind.value, "from": source.name}
    entry["value"] = f"{function}({_argument(scope, source, function, kind)})"
    entry["absence"] = scope.one(absences(function, kind))
    if scope.draw(st.booleans()):
        entry["where"] = scope.condition(2)
    if dated and scope.draw(st.integers(0, 3)):
        length = scope.one(["months", "days", "since"])
        entry["window"] = {length: scope.draw(WINDOWS[length])}
        if scope.draw(st.integers(0, 3)) == 0:
            entry["window"]["ago_months"] = scope.draw(WINDOWS["ago_months"])
    return entry


def _argument(scope: Scope, source: Source, function: Aggregate, kind: Type) -> str:
    if function == "count":
        return ""
    if function in ("any", "all"):
        return "" if function == "any" and scope.draw(st.booleans()) else scope.condition(2)
    if function == "count_distinct":
        return scope.solid(scope.one((*NUMBERS, T, C, B)), 1)
    if kind is D and function in ("sum", "peak_month"):
        own: str = scope.one([name for name, each in source.columns.items() if each is D])
        return own
    if kind in (M, N) and function == "sum" and scope.draw(st.booleans()):
        name, condition = scope.name(kind), scope.condition(1)
        return scope.one(
            [
                f"case when {condition} then 0 - {name} else {name} end",
                f"case when {condition} then {name} else 0 end",
            ]
        )  # type: ignore[no-any-return]
    return scope.solid(kind, 2)
