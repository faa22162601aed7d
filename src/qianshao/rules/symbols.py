"""What the names of an expression may stand for, and what to say of a name that stands for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from qianshao.rules.tree import Reference
from qianshao.rules.types import Type
from qianshao.words import Text

AS_OF = "as_of"
"""The day that is judged, in every expression."""


@dataclass(frozen=True)
class Symbol:
    type: Type
    of: Reference
    codes: tuple[str, ...] = ()
    non_negative: bool = False
    noneable: bool = False


@dataclass(frozen=True)
class Symbols:
    """The names in reach of one expression.

    `only_0_and_1` holds in rules, where every other number is a parameter. `broken` are names that exist but
    were refused themselves, so that one fault is not told twice. `elsewhere` says of names of other subjects
    why they cannot stand here.
    """

    known: Mapping[str, Symbol]
    only_0_and_1: bool = False
    broken: frozenset[str] = frozenset()
    elsewhere: Mapping[str, Text] = field(default_factory=dict)

    def find(self, name: str) -> Symbol | None:
        return Symbol(Type.DATE, "day") if name == AS_OF else self.known.get(name)


def nearest(word: str, right: Mapping[str, object] | list[str] | tuple[str, ...]) -> str | None:
    """The right word that was probably meant: few letters differ, or the given word is part of it."""
    choices = [choice for choice in right if isinstance(choice, str)]
    found = process.extractOne(
        word, choices, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.6
    )
    if found is not None:
        return str(found[0])
    containing = [choice for choice in choices if len(word) > 3 and (word in choice or choice in word)]
    return min(containing, key=len, default=None)


def did_you_mean(word: str, right: Mapping[str, object] | list[str] | tuple[str, ...]) -> Text | None:
    """A right form that names the nearest right word, if one is near."""
    near = nearest(word, right)
    return Text(f"是不是“{near}”？", f"Did you mean “{near}”?") if near else None
