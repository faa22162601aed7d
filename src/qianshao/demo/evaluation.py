"""How well the warnings found the troubles: precision and recall against the hidden truth.

Definitions, all at one as-of day. A household is *warned* when it has an open warning (new, continuing or
not confirmable), *in trouble* when a trouble of it runs on that day. Precision: of the warned the part in
trouble; recall: of those in trouble the part that is warned. Once by household, whatever the cause; once by
pairs of household and cause, where a warning counts only for a trouble of the same cause.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qianshao.demo.calendar import LAST_DAY

OPEN = frozenset({"new", "continuing", "unconfirmable"})


@dataclass(frozen=True)
class Score:
    """Counts of right warnings, false alarms and missed troubles."""

    found: int
    false_alarms: int
    missed: int

    @property
    def precision(self) -> float | None:
        """None when nobody was warned."""
        warned = self.found + self.false_alarms
        return self.found / warned if warned else None

    @property
    def recall(self) -> float | None:
        """None when nobody was in trouble."""
        planted = self.found + self.missed
        return self.found / planted if planted else None


@dataclass(frozen=True)
class CauseCount:
    """Of one cause: households in trouble (planted), those of them warned for this cause and for any cause,
    those that left no trace in any department's file, and households warned for this cause in all."""

    planted: int
    found: int
    found_by_any: int
    without_trace: int
    warned: int


@dataclass(frozen=True)
class Evaluation:
    """The result on one as-of day."""

    as_of: date
    households: Score
    pairs: Score
    causes: Mapping[str, CauseCount]


def read_truth(path: Path) -> dict[str, Any]:
    """The content of truth.json."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def evaluate(
    truth: Mapping[str, Any], warnings: Iterable[Mapping[str, Any]], as_of: date = LAST_DAY
) -> Evaluation:
    """Compare the warnings of a run with the truth.

    `warnings`: objects with `household` (the household's number), `cause` and `status`, as the command
    `warnings --format json` prints them; other keys are ignored.
    """
    running = [trouble for trouble in truth["troubles"] if _runs(trouble, as_of)]
    troubles = {(str(trouble["household"]), str(trouble["cause"])) for trouble in running}
    warned = {(str(w["household"]), str(w["cause"])) for w in warnings if w["status"] in OPEN}
    traced = {(t["household"], t["cause"]) for t in running if t["traces"]}
    causes = {
        cause: _count(cause, troubles, warned, traced)
        for cause in sorted({cause for _, cause in troubles | warned})
    }
    return Evaluation(
        as_of, _score(_households(troubles), _households(warned)), _score(troubles, warned), causes
    )


@dataclass(frozen=True)
class Difference:
    """A named household that was not seen as its story says: statuses by cause on an as-of day."""

    key: str
    household: str
    as_of: str
    expected: Mapping[str, str]
    seen: Mapping[str, str]


def differences(
    named: Mapping[str, Any], seen: Sequence[Mapping[str, Mapping[str, str]]]
) -> list[Difference]:
    """Compare what was seen on the as-of days with named.json; empty: every story ends as written.

    `seen`: for each as-of day in turn the status by cause of each household number; what is cleared stands
    there on the day it was cleared only.
    """
    found = []
    for case in named["households"]:
        days = zip(named["as_of"], case["expect"], seen, strict=True)
        for as_of, expected, warnings in days:
            mine = dict(warnings.get(case["household"], {}))
            if mine != expected:
                found.append(Difference(case["key"], case["household"], as_of, expected, mine))
    return found


def _runs(trouble: Mapping[str, Any], day: date) -> bool:
    return bool(trouble["since"] <= day.isoformat() < trouble["until"])


def _households(pairs: Iterable[tuple[str, str]]) -> set[str]:
    return {household for household, _ in pairs}


def _score(troubles: set[Any], warned: set[Any]) -> Score:
    return Score(len(troubles & warned), len(warned - troubles), len(troubles - warned))


def _count(
    cause: str, troubles: set[tuple[str, str]], warned: set[tuple[str, str]], traced: set[tuple[str, str]]
) -> CauseCount:
    planted = {household for household, other in troubles if other == cause}
    same = {household for household, other in warned if other == cause}
    return CauseCount(
        planted=len(planted),
        found=len(planted & same),
        found_by_any=len(planted & _households(warned)),
        without_trace=sum((household, cause) not in traced for household in planted),
        warned=len(same),
    )
