"""A hit: that a rule's condition holds for a household, with the figures it rests on.

A hit is stored with its warning and must be explainable years later, so it holds typed values and no
sentence: money in whole fen, dates as ISO text, decimals and shares as the one double they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from qianshao.rules.values import Value

LEVELS = ("red", "orange", "yellow")


@dataclass(frozen=True)
class Reading:
    """An input of a hit: exact, at least so much, known to be none, or unknown."""

    name: str
    value: Value


@dataclass(frozen=True)
class Hit:
    """One rule's finding about one household. `confirmed` is false for a finding of an earlier run that the
    present one could neither repeat nor refute; `uncounted` are the feeds with a row that did not count and
    may be about the household, where that is why."""

    rule: str
    cause: str
    level: str
    readings: tuple[Reading, ...] = ()
    threshold: Any = None
    margin: Any = None
    confirmed: bool = True
    uncounted: tuple[str, ...] = ()

    @property
    def ratio(self) -> Fraction:
        """The margin as a part of the threshold, exact; 0 for rules without one, which state a fact."""
        threshold, margin = _number(self.threshold), _number(self.margin)
        return abs(margin / threshold) if threshold and margin else Fraction(0)

    @property
    def rank(self) -> tuple[bool, int, Fraction, str]:
        """Sorts the gravest first: confirmed, level, margin, and the name so that the order is total."""
        return (not self.confirmed, LEVELS.index(self.level), -self.ratio, self.rule)

    def unconfirmed(self, uncounted: tuple[str, ...] = ()) -> "Hit":
        """The same finding, carried on by a run that could not judge it."""
        return replace(self, confirmed=False, uncounted=uncounted)

    def to_json(self) -> dict[str, Any]:
        """The form that is stored."""
        stored = {
            "rule": self.rule,
            "cause": self.cause,
            "level": self.level,
            "inputs": [
                [r.name, plain(r.value.value), plain(r.value.at_least), r.value.none] for r in self.readings
            ],
            "threshold": plain(self.threshold),
            "margin": plain(self.margin),
            "confirmed": self.confirmed,
        }
        return stored | {"uncounted": list(self.uncounted)} if self.uncounted else stored

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> "Hit":
        """The hit as it was stored; dates stay text, since only explanations read them."""
        return Hit(
            rule=stored["rule"],
            cause=stored["cause"],
            level=stored["level"],
            readings=tuple(Reading(name, Value(*figure)) for name, *figure in stored["inputs"]),
            threshold=stored["threshold"],
            margin=stored["margin"],
            confirmed=stored["confirmed"],
            uncounted=tuple(stored.get("uncounted", ())),
        )


def plain(value: Any) -> Any:
    """A value as JSON can hold it without loss."""
    return value.isoformat() if isinstance(value, date) else value


def _number(value: Any) -> Fraction | None:
    """The exact number, None for dates, codes and texts."""
    is_number = isinstance(value, int | float | Fraction) and not isinstance(value, bool)
    return Fraction(value) if is_number else None
