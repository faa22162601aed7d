"""What a run's hits mean for the warnings that the run before left open. Pure: no tables, no files."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from qianshao.screening.hits import Hit

NEW, CONTINUING, UNCONFIRMABLE, CLEARED = "new", "continuing", "unconfirmable", "cleared"
OPEN = (NEW, CONTINUING, UNCONFIRMABLE)

FACTS_CHANGED, RULE_CHANGED, LEFT_AREA = "facts_changed", "rule_changed", "left_area"


@dataclass(frozen=True)
class OpenWarning:
    """A warning as the run before left it: the last run of an earlier day, or an earlier run of the same day
    for what that one raised. `raised_on` is the day judged by the run that raised it."""

    household: int
    cause: str
    raised_on: date
    due_on: date
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Matched:
    """A warning as this run leaves it. `hits` are sorted, the leading one first."""

    household: int
    cause: str
    status: str
    raised_on: date
    due_on: date
    hits: tuple[Hit, ...]
    cleared_because: str = ""

    @property
    def leading(self) -> Hit:
        """The hit that names the warning."""
        return self.hits[0]


@dataclass(frozen=True)
class Judgements:
    """What a run found. `unknown` are the (household, rule) that it could not judge; `due` gives the day by
    which a household hit by a rule must be visited; `ended_by_rule` says of an earlier hit which does not
    hold any more whether that is only because the rule or its parameters were changed; `uncounted` gives for
    (household, rule) the feeds with a row that did not count and may be about the household."""

    as_of: date
    hits: Iterable[tuple[int, Hit]]
    unknown: Collection[tuple[int, str]]
    households: Collection[int]
    due: Callable[[int, str], date]
    ended_by_rule: Callable[[int, Hit], bool]
    uncounted: Mapping[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)


def match(before: Iterable[OpenWarning], found: Judgements) -> list[Matched]:
    """Every warning that is open after this run or was cleared by it, sorted by household and cause.

    Hits of one household and cause are one warning. A warning is cleared only when each of its rules is
    *false* now; where one of them became unknown, or is false only as far as the rows go that counted, it
    stays, not confirmable.
    """
    held = {(warning.household, warning.cause): warning for warning in before}
    hits: dict[tuple[int, str], list[Hit]] = defaultdict(list)
    for household, hit in found.hits:
        hits[household, hit.cause].append(hit)
    matched = []
    for key in sorted(held.keys() | hits.keys()):
        warning = held.get(key)
        present = hits.get(key, [])
        matched.append(_carry_on(warning, present, found) if warning else _raise(key, present, found))
    return matched


def _raise(key: tuple[int, str], hits: list[Hit], found: Judgements) -> Matched:
    due_on = min(found.due(key[0], hit.rule) for hit in hits)
    return Matched(*key, NEW, found.as_of, due_on, _sorted(hits))


def _carry_on(warning: OpenWarning, present: list[Hit], found: Judgements) -> Matched:
    left = warning.household not in found.households
    hits = [] if left else [*present, *_open_questions(warning, present, found)]
    # What an earlier run raised for this very day is still new when the day is screened again.
    found_again = NEW if warning.raised_on == found.as_of else CONTINUING
    status = found_again if present and not left else UNCONFIRMABLE if hits else CLEARED
    return Matched(
        warning.household,
        warning.cause,
        status,
        warning.raised_on,
        warning.due_on,
        _sorted(hits or warning.hits),
        _why_cleared(warning, left, found) if status == CLEARED else "",
    )


def _open_questions(warning: OpenWarning, present: list[Hit], found: Judgements) -> Iterable[Hit]:
    """The earlier hits that this run could neither repeat nor refute."""
    repeated = {hit.rule for hit in present}
    for hit in warning.hits:
        key = (warning.household, hit.rule)
        if hit.rule in repeated:
            continue
        if key in found.unknown:
            yield hit.unconfirmed()
        elif key in found.uncounted and not found.ended_by_rule(warning.household, hit):
            yield hit.unconfirmed(found.uncounted[key])


def _why_cleared(warning: OpenWarning, left: bool, found: Judgements) -> str:
    if left:
        return LEFT_AREA
    # One hit that only a changed rule ended is enough: without that change the warning would be open.
    if any(found.ended_by_rule(warning.household, hit) for hit in warning.hits):
        return RULE_CHANGED
    return FACTS_CHANGED


def _sorted(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: hit.rank))
