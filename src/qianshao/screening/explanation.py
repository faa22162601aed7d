"""Why a warning stands: every rule merged into it, with figures, their sources and days, and what next.

An explanation is made from what was stored with the hit, by the rulebook of the run that found it: it says
the same years later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from qianshao.rules import explanation as rules
from qianshao.rules.rulebook import Rule
from qianshao.screening import rulebooks, words
from qianshao.screening.evaluation import law_of
from qianshao.screening.hits import Hit
from qianshao.screening.matching import CLEARED, CONTINUING, NEW
from qianshao.screening.models import EarlyWarning, Run, Sighting
from qianshao.screening.provenance import Origin, Provenance
from qianshao.words import Text


@dataclass(frozen=True)
class Figure:
    """An input with where it comes from. `until`: up to which day the data go, of several sources the one
    that is the furthest behind; None where none was delivered."""

    input: rules.Input
    origins: tuple[Origin, ...]

    @property
    def until(self) -> date | None:
        days = [origin.until for origin in self.origins if origin.until]
        return min(days, default=None)


@dataclass(frozen=True)
class Reason:
    """One rule's part in a warning. `inputs` are in its condition, `details` are what those were computed
    from, `evidence` is shown beside, `unknown` lacks a value: its origins say who could give it. `uncounted`
    are the lists with a row that did not count and may be about the household, where that keeps it open."""

    hit: Hit
    rule: Rule
    run: Run
    explanation: rules.Explanation
    inputs: tuple[Figure, ...]
    details: tuple[Figure, ...]
    evidence: tuple[Figure, ...]
    unknown: tuple[Figure, ...]
    uncounted: tuple[Origin, ...]


@dataclass(frozen=True)
class Explained:
    """A warning with its reasons, the leading one first, and its cause in words."""

    warning: EarlyWarning
    reasons: tuple[Reason, ...]
    cause: Text
    not_a_decision: Text = words.NOT_A_DECISION

    @property
    def leading(self) -> Reason:
        return self.reasons[0]

    @property
    def area_code(self) -> str:
        """The code that the village had on the day judged."""
        code: str = self.leading.run.manifest["villages"][self.warning.household.area.path]
        return code


def explain(warning: EarlyWarning) -> Explained:
    """Explain a warning that a reader gave out within the viewer's scope."""
    village = warning.household.area.path
    hits = [Hit.from_json(stored) for stored in warning.hits]
    found = [(hit, _found_by(warning, hit)) for hit in hits]
    reasons = tuple(_reader(run).reason(hit, village) for hit, run in found)
    return Explained(warning, reasons, _reader(found[0][1]).cause(warning.cause))


def _found_by(warning: EarlyWarning, hit: Hit) -> Run:
    """The run that last found the hit: this one, unless it was only carried on or has ended."""
    if not hit.confirmed or warning.status == CLEARED:
        rows = Sighting.objects.filter(warning=warning, status__in=(NEW, CONTINUING)).order_by("-run")
        for sighting in rows.select_related("run"):
            if any(held["rule"] == hit.rule and held["confirmed"] for held in sighting.hits):
                found: Run = sighting.run
                return found
    last: Run = warning.last_run
    return last


class _Reader:
    """What a run's hits are explained from; the same for all of its warnings."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.law = law_of(run.manifest, rulebooks.kept(run.manifest["rulebook"]), run)
        coverage = Path(settings.DATA) / run.manifest["snapshot"]["coverage"]
        self.provenance = Provenance(self.law.rulebook, coverage, run.as_of)

    def reason(self, hit: Hit, village: str) -> Reason:
        rulebook, rule = self.law.rulebook, self.law.rulebook.rules[hit.rule]
        values = {reading.name: reading.value for reading in hit.readings}
        made = rules.explain(rulebook, rule, values, self.law.resolved(village), self.law.as_of)
        figures = {
            each.name: self._figure(each, village) for each in (*made.inputs, *made.details, *made.evidence)
        }
        evidence = tuple(each for each in made.evidence if each not in made.details)
        return Reason(
            hit=hit,
            rule=rule,
            run=self.run,
            explanation=made,
            inputs=_picked(figures, made.inputs),
            details=_picked(figures, made.details),
            evidence=_picked(figures, evidence),
            unknown=_picked(figures, made.unknown),
            uncounted=tuple(self.provenance.origin(feed, village) for feed in hit.uncounted),
        )

    def cause(self, code: str) -> Text:
        """The cause in words; its code if the rulebook has none for it."""
        return self.law.rulebook.codelists["causes"].codes.get(code, Text(code, code))

    def _figure(self, given: rules.Input, village: str) -> Figure:
        return Figure(given, tuple(self.provenance.of(given.name, village)))


def _picked(figures: Mapping[str, Figure], inputs: tuple[rules.Input, ...]) -> tuple[Figure, ...]:
    return tuple(figures[each.name] for each in inputs)


def _reader(run: Run) -> _Reader:
    return _readers(run.pk, run.result_digest)


@lru_cache(maxsize=8)
def _readers(run: int, digest: str) -> _Reader:
    return _Reader(Run.objects.get(pk=run))
