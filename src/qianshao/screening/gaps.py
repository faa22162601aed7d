"""What was missing: one thing to ask for per village and figure, or per feed where nothing of it came."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from qianshao.parquet import rows_in
from qianshao.rules.periods import Coverage, Span
from qianshao.rules.rulebook import Indicator, Rulebook
from qianshao.rules.sources import Kind
from qianshao.rules.tree import names
from qianshao.screening.provenance import REGISTERS, feeds_of

Gap = tuple[str, str, str]  # village, indicator (empty: the whole feed), feed (empty: the register)


def gaps(rulebook: Rulebook, folder: Path, coverage: Path, as_of: date) -> dict[Gap, int]:
    """How many households wait for what: those that a rule which asks could not judge."""
    asking = {name: rule for name, rule in rulebook.rules.items() if rule.unknown.becomes == "ask"}
    needed: dict[str, list[str]] = defaultdict(list)
    for name, rule in sorted(asking.items()):
        for indicator in rule.indicators:
            for leaf in leaves(rulebook, indicator):
                if name not in needed[leaf.name]:
                    needed[leaf.name].append(name)
    speaks = _Speaks(rulebook, coverage, as_of)
    found: dict[Gap, int] = {}
    for village, indicator, households in _waiting(rulebook, folder, needed):
        feeds = sorted(feeds_of(rulebook, indicator) - set(REGISTERS.values()))
        missing = next((feed for feed in feeds if not speaks(feed, village)), None)
        gap = (village, "", missing) if missing else (village, indicator, feeds[0] if feeds else "")
        found[gap] = max(households, found.get(gap, 0))
    return found


def leaves(rulebook: Rulebook, name: str) -> Iterator[Indicator]:
    """The measured indicators of the household that an indicator is computed from, itself if it is one."""
    indicator = rulebook.indicators[name]
    if indicator.formula is None:
        yield indicator
        return
    for used in names(indicator.formula, "indicator"):
        yield from leaves(rulebook, used)


def _waiting(
    rulebook: Rulebook, folder: Path, needed: dict[str, list[str]]
) -> Iterator[tuple[str, str, int]]:
    """Per village and figure, the households for which it is unknown and one of its rules too."""
    if not needed:
        return
    columns = []
    for name, rules in needed.items():
        none = f' and not "{name}__none"' if rulebook.indicators[name].noneable else ""
        listed = ", ".join(f"'{rule}'" for rule in rules)
        columns.append(
            f'count(*) filter ("{name}" is null{none} and list_has_any(rules, [{listed}])) as "{name}"'
        )
    query = f"""
        with u as (
            select household, list(rule) as rules from {rows_in(folder / "outcomes.parquet")}
            where outcome = 'unknown' group by household
        )
        select village, {", ".join(columns)}
        from {rows_in(folder / "indicators.parquet")} join u using (household)
        group by village order by village"""  # noqa: S608  (names of the rulebook, which its loader checked)
    for village, *counts in duckdb.execute(query).fetchall():
        yield from ((village, name, count) for name, count in zip(needed, counts, strict=True) if count)


class _Speaks:
    """Whether a feed's deliveries speak for a village now, or its schedule's grace still holds."""

    def __init__(self, rulebook: Rulebook, coverage: Path, as_of: date) -> None:
        self.rulebook, self.as_of = rulebook, as_of
        self.coverage = Coverage(pq.read_table(coverage).to_pylist())

    def __call__(self, feed: str, village: str) -> bool:
        source = self.rulebook.sources[feed]
        if source.kind is Kind.REGISTER:
            return True
        return self.coverage.speaks(source, village, Span(None, self.as_of), self.as_of)
