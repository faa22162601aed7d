"""What a run's files say, as the judgements that are matched with the warnings of the run before."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from qianshao.parquet import rows_in
from qianshao.rules.clocks import due_on
from qianshao.rules.engines.results import values_of
from qianshao.rules.evaluation import value_of
from qianshao.rules.explanation import measured_against
from qianshao.rules.parameters import Resolved
from qianshao.rules.rulebook import Rule, Rulebook, rests_on
from qianshao.rules.tree import Name
from qianshao.rules.types import Subject
from qianshao.rules.values import UNKNOWN, Value
from qianshao.screening.hits import Hit, Reading
from qianshao.screening.matching import Judgements
from qianshao.screening.provenance import feeds_of

BATCH = 5_000
Figures = Mapping[str, Value]


@dataclass(frozen=True)
class Law:
    """What households are judged by: a rulebook, a day, and what resolves in a village (by its path)."""

    rulebook: Rulebook
    as_of: date
    resolved: Callable[[str], Resolved]
    _shown: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def shown(self, name: str) -> tuple[str, ...]:
        """The indicators that a rule rests on, those in its condition first, and those shown beside."""
        if name not in self._shown:
            rule = self.rulebook.rules[name]
            used, _ = rests_on([rule.when], self.rulebook.indicators)
            self._shown[name] = tuple(dict.fromkeys((*rule.indicators, *used, *rule.show)))
        return self._shown[name]

    def feeds(self, name: str) -> set[str]:
        """The feeds that a rule's condition rests on."""
        indicators = self.rulebook.rules[name].indicators
        return {feed for indicator in indicators for feed in feeds_of(self.rulebook, indicator)}

    def rule(self, name: str, village: str) -> Rule | None:
        """A rule that is live in a village; None when it is not."""
        return self.rulebook.rules[name] if name in self.resolved(village).rules else None

    def holds(self, rule: Rule, village: str, figures: Figures) -> bool:
        """Whether a rule is true of these figures there."""
        values = self.resolved(village).values

        def figure(name: Name) -> Value:
            if name.of == "parameter":
                value = values.get(name.name)
                return UNKNOWN if value is None else Value(value)
            return figures.get(name.name, UNKNOWN)

        return value_of(rule.when, figure, self.as_of).value is True


@dataclass
class Findings:
    """The hits of a run, and of the households with open warnings also what could not be judged.

    `before` is the law by which the warnings were raised that are matched with them; `uncounted` gives by
    household the feeds with a row that did not count and may be about it.
    """

    law: Law
    before: Law | None
    uncounted: Mapping[int, Collection[str]] = field(default_factory=dict)
    hits: list[tuple[int, Hit]] = field(default_factory=list)
    unknown: set[tuple[int, str]] = field(default_factory=set)
    villages: dict[int, str] = field(default_factory=dict)
    open: dict[int, Figures] = field(default_factory=dict)

    def judgements(self) -> Judgements:
        """The form in which they are matched."""
        return Judgements(
            as_of=self.law.as_of,
            hits=self.hits,
            unknown=self.unknown,
            households=self.villages,
            due=self._due,
            ended_by_rule=self._ended_by_rule,
            uncounted=self._resting_on_uncounted(),
        )

    def _due(self, household: int, rule: str) -> date:
        resolved = self.law.resolved(self.villages[household])
        return due_on(self.law.rulebook.rules[rule], resolved, self.law.as_of)

    def _resting_on_uncounted(self) -> dict[tuple[int, str], tuple[str, ...]]:
        """By household and rule that is live there: the uncounted feeds that the rule rests on."""
        rules = {name: self.law.feeds(name) for name in self.law.rulebook.rules}
        return {
            (household, name): tuple(sorted(feeds.intersection(uncounted)))
            for household, uncounted in self.uncounted.items()
            if household in self.villages
            for name, feeds in rules.items()
            if not feeds.isdisjoint(uncounted) and self.law.rule(name, self.villages[household])
        }

    def _ended_by_rule(self, household: int, hit: Hit) -> bool:
        """Whether an earlier hit would still be one by the law of its day, on the figures of today."""
        if self.before is None:
            return False
        village = self.villages[household]
        rule = self.before.rule(hit.rule, village)
        return rule is not None and self.before.holds(rule, village, self.open[household])


def read(
    folder: Path,
    law: Law,
    before: Law | None,
    open_households: Iterable[int],
    uncounted: Mapping[int, Collection[str]],
) -> Findings:
    """The findings in a run's folder, in the order of villages, households and rules."""
    found = Findings(law, before, uncounted)
    connection = duckdb.connect()
    held = pa.table({"household": pa.array(sorted(set(open_households)), pa.int64())})
    connection.register("held", held)
    connection.execute(
        f"""create table found as
        select household, list(rule order by rule) as rules, list(outcome order by rule) as outcomes
        from {rows_in(folder / "outcomes.parquet")}
        where outcome = 'hit' or rule in (select unnest(?)) or household in (select household from held)
        group by household""",  # noqa: S608  (the folder is ours)
        [_hit_when_unknown(law.rulebook)],
    )
    held_keys = set(held.column("household").to_pylist())
    for household, village, figures, outcomes in _judged(connection, folder, law.rulebook):
        found.villages[household] = village
        if household in held_keys:
            found.open[household] = figures
        for name, outcome in outcomes:
            rule = law.rulebook.rules[name]
            if rule.kind != "warning":
                continue
            if outcome == "hit" or rule.unknown.becomes == "hit":
                found.hits.append((household, _hit(rule, law, village, figures)))
            else:
                found.unknown.add((household, name))
    return found


def _judged(
    connection: duckdb.DuckDBPyConnection, folder: Path, rulebook: Rulebook
) -> Iterator[tuple[int, str, Figures, list[tuple[str, str]]]]:
    """Households with something found or an open warning: village, figures, outcomes by rule."""
    indicators = rulebook.of_subject(Subject.HOUSEHOLD)
    rows = connection.execute(
        f"""select i.*, f.rules as found__rules, f.outcomes as found__outcomes
        from {rows_in(folder / "indicators.parquet")} i left join found f using (household)
        where f.household is not null or household in (select household from held)
        order by village, household"""  # noqa: S608
    ).to_arrow_reader(BATCH)
    for batch in rows:
        for row in batch.to_pylist():
            outcomes = list(zip(row["found__rules"] or [], row["found__outcomes"] or [], strict=True))
            yield row["household"], row["village"], values_of(indicators, row), outcomes


def _hit(rule: Rule, law: Law, village: str, figures: Figures) -> Hit:
    """The hit with every figure of the household that it rests on or that is shown beside it."""
    threshold, margin = measured_against(rule, figures, law.resolved(village), law.as_of)
    readings = tuple(Reading(name, figures[name]) for name in law.shown(rule.name) if name in figures)
    return Hit(rule.name, rule.cause, rule.level, readings, threshold, margin)


def _hit_when_unknown(rulebook: Rulebook) -> list[str]:
    return [name for name, rule in rulebook.rules.items() if rule.unknown.becomes == "hit"]
