"""A sum of a case expression as sums of plain columns, each filtered.

`sum(case when c then 0 - x else x end)` is `sum(x) - 2 * sum(x) where c`: whole numbers are exact in any
order, so this changes no result; it saves a branch for every row and lets indicators share their sums.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qianshao.rules.engines.sql import Compiler
from qianshao.rules.tree import Case, Compute, Literal, Name, Node


@dataclass(frozen=True)
class Part:
    """A column to be summed where all the conditions hold."""

    column: str
    conditions: tuple[str, ...]


def parts(node: Node, compiler: Compiler) -> dict[Part, int] | None:
    """Each part with how often it counts; None where some cell or condition could be unknown."""
    found: Counter[Part] = Counter()
    if not _collect(node, compiler, (), 1, found):
        return None
    return {part: times for part, times in found.items() if times}


def _collect(node: Node, compiler: Compiler, given: Sequence[str], times: int, found: Counter[Part]) -> bool:
    match node:
        case Literal(value=0):
            return True
        case Name(type=kind):
            column = compiler.compile(node)
            if not kind.is_whole or column.null:
                return False
            found[Part(column.text, tuple(given))] += times
            return True
        case Compute(operator="-", left=Literal(value=0), right=right):
            return _collect(right, compiler, given, -times, found)
        case Case(branches=((condition, result),), otherwise=otherwise):
            when = compiler.compile(condition)
            if when.unknown:
                return False
            inside = [*given, when.text]
            return (
                _collect(result, compiler, inside, times, found)
                and _collect(otherwise, compiler, given, times, found)
                and _collect(otherwise, compiler, inside, -times, found)
            )
    return False
