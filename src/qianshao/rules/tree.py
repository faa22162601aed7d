"""The expression tree: frozen, typed after checking, and nothing else than the language has.

`at` is the offset of the node's first character in its expression.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal as OneOf
from typing import TypeAlias

from qianshao.rules.types import Scalar, Type

Arithmetic: TypeAlias = OneOf["+", "-", "*", "/"]
Comparison: TypeAlias = OneOf["=", "<>", "<", "<=", ">", ">="]
Reference: TypeAlias = OneOf["indicator", "parameter", "column", "day"]
Connective: TypeAlias = OneOf["and", "or"]

FLIPPED: dict[Comparison, Comparison] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
"""The comparison that means the same with its sides changed."""


@dataclass(frozen=True)
class Literal:
    """A number, a quoted word, true or false."""

    value: Scalar
    type: Type
    at: int = 0


@dataclass(frozen=True)
class Name:
    """An indicator, a parameter, a column of the source, or the day that is judged."""

    name: str
    of: Reference
    type: Type
    at: int = 0


@dataclass(frozen=True)
class Compute:
    operator: Arithmetic
    left: "Node"
    right: "Node"
    type: Type
    at: int = 0


@dataclass(frozen=True)
class Compare:
    operator: Comparison
    left: "Node"
    right: "Node"
    at: int = 0
    type: Type = Type.BOOLEAN


@dataclass(frozen=True)
class Among:
    """`x in (…)` of literals or parameters."""

    item: "Node"
    options: tuple["Node", ...]
    at: int = 0
    type: Type = Type.BOOLEAN


@dataclass(frozen=True)
class Junction:
    operator: Connective
    parts: tuple["Node", ...]
    at: int = 0
    type: Type = Type.BOOLEAN


@dataclass(frozen=True)
class Not:
    part: "Node"
    at: int = 0
    type: Type = Type.BOOLEAN


@dataclass(frozen=True)
class Known:
    """`known(x)`: true or false, never unknown."""

    part: "Node"
    at: int = 0
    type: Type = Type.BOOLEAN


@dataclass(frozen=True)
class Case:
    """The first branch whose condition is true; unknown as soon as a condition before it is unknown."""

    branches: tuple[tuple["Node", "Node"], ...]
    otherwise: "Node"
    type: Type
    at: int = 0


@dataclass(frozen=True)
class Call:
    """abs, least, greatest, days_since, months_since, years_since."""

    function: str
    arguments: tuple["Node", ...]
    type: Type
    at: int = 0


Node: TypeAlias = Literal | Name | Compute | Compare | Among | Junction | Not | Known | Case | Call


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, in the order of the text."""
    if isinstance(node, Case):
        for condition, result in node.branches:
            yield condition
            yield result
        yield node.otherwise
        return
    for field in fields(node):
        value = getattr(node, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Node):
                yield part


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    yield node
    for child in children(node):
        yield from walk(child)


def names(node: Node, of: Reference) -> list[str]:
    """Names used of one sort, each once, in the order of the text."""
    return list(dict.fromkeys(part.name for part in walk(node) if isinstance(part, Name) and part.of == of))
