"""How well planted rows are found again: first the exact verdict, then the top candidate of the doubtful."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qianshao.linkage.candidates import Candidate, candidates
from qianshao.linkage.exact import Verdict, exact
from qianshao.linkage.identity_numbers import parse
from qianshao.linkage.people import Person

from .planted import Planted

LIKELY = 0.5  # from here on a top candidate counts as "found"


@dataclass(frozen=True)
class Found:
    """Per row key: the verdict, and for the doubtful their candidates, best first."""

    verdicts: dict[int, Verdict]
    candidates: dict[int, list[Candidate]]

    def top(self, row: Planted) -> int | None:
        offered = self.candidates.get(row.stated.key, [])
        return offered[0].person if offered and offered[0].score >= LIKELY else None


@dataclass(frozen=True)
class Measured:
    """`precision`: of top candidates, how many are right. `recall`: of registered people, how many named."""

    precision: float
    recall: float
    offered: float  # how many have the right person among their candidates, wherever in the list
    by_kind: dict[str, tuple[int, int, int]]  # right, wrong, rows

    def report(self) -> str:
        kinds = [
            f"  {kind:26} right {right:3} wrong {wrong:3} of {rows}"
            for kind, (right, wrong, rows) in self.by_kind.items()
        ]
        figures = f"precision {self.precision:.4f}, recall {self.recall:.4f}, offered {self.offered:.4f}"
        return "\n".join([f"planted errors: {figures}", *kinds])


def find(people: Sequence[Person], planted: Sequence[Planted]) -> Found:
    by_number = defaultdict(list)
    for person in people:
        by_number[person.number].append(person)
    verdicts = {
        row.stated.key: exact(row.stated, by_number[parse(row.stated.number).text]) for row in planted
    }
    doubtful = [row.stated for row in planted if verdicts[row.stated.key].doubtful]
    offered = defaultdict(list)
    for candidate in candidates(doubtful, people):
        offered[candidate.stated].append(candidate)
    return Found(verdicts, offered)


def measure(found: Found, planted: Sequence[Planted]) -> Measured:
    """Over the doubtful rows only; those linked by number are judged apart."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in planted:
        if found.verdicts[row.stated.key].doubtful:
            top = found.top(row)
            among = row.person in {candidate.person for candidate in found.candidates.get(row.stated.key, [])}
            kind = counts[row.kind]
            kind["rows"] += 1
            kind["right"] += top is not None and top == row.person
            kind["wrong"] += top is not None and top != row.person
            kind["registered"] += row.person is not None
            kind["offered"] += row.person is not None and among
    total = sum(counts.values(), Counter())
    return Measured(
        precision=total["right"] / (total["right"] + total["wrong"]),
        recall=total["right"] / total["registered"],
        offered=total["offered"] / total["registered"],
        by_kind={kind: (n["right"], n["wrong"], n["rows"]) for kind, n in counts.items()},
    )
