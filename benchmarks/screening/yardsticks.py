"""What a full run is compared with: the scan alone, one query per rule, plain Python row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from qianshao.parquet import rows_in
from qianshao.rules.engines import duckdb as engine
from qianshao.rules.engines import memory
from qianshao.rules.parameters import Zone
from qianshao.rules.rulebook import Rule, Rulebook
from qianshao.rules.tree import names

Files = Mapping[str, Sequence[Path]]


def needed(rulebook: Rulebook) -> dict[str, list[str]]:
    """Per source the columns that the rulebook reads, with the keys that its figures are laid together by."""
    columns: dict[str, set[str]] = {}
    for indicator in rulebook.indicators.values():
        measure = indicator.measure
        if measure is None or measure.source not in rulebook.sources:
            continue
        source = rulebook.sources[measure.source]
        used = columns.setdefault(source.name, {"village"} if source.one_row_each else set())
        used.add("village" if source.subject == "village" else "household")
        if indicator.subject == "person":
            used.add("person")
        if measure.function in ("latest", "earliest"):
            used.update(source.order)
        if source.date and measure.window:
            used.add(source.date)
        for node in (measure.value, measure.where):
            used.update(names(node, "column") if node is not None else [])
    return {name: sorted(used) for name, used in columns.items()}


def scan(rulebook: Rulebook, files: Files) -> int:
    """Read each needed column once, as cheaply as can be: its largest value. Returns how many rows."""
    rows = 0
    with duckdb.connect() as connection:
        for name, columns in needed(rulebook).items():
            listed = ", ".join(f'max("{column}")' for column in columns)
            found = connection.execute(f"select count(*), {listed} from {rows_in(*files[name])}").fetchone()
            rows += found[0] if found else 0
    return rows


def only(rulebook: Rulebook, *rules: Rule) -> Rulebook:
    """The rulebook with these rules and the indicators that they rest on or show."""
    kept: dict[str, object] = {}

    def keep(name: str) -> None:
        if name in kept or name not in rulebook.indicators:
            return
        indicator = kept[name] = rulebook.indicators[name]
        measure = indicator.measure
        nodes = [indicator.formula] + ([measure.value, measure.where] if measure else [])
        for node in nodes:
            for other in names(node, "indicator") if node is not None else []:
                keep(other)

    for rule in rules:
        for name in (*rule.indicators, *rule.show):
            keep(name)
    return replace(rulebook, indicators=kept, rules={rule.name: rule for rule in rules})


def one_query_per_rule(
    rulebook: Rulebook, files: Files, as_of: date, zones: Sequence[Zone], out: Path
) -> int:
    """Each rule by itself from the raw files; returns the hits."""
    hits = 0
    live = {name for zone in zones for name in zone.resolved.rules}
    for name in sorted(live):
        alone = [replace(z, resolved=replace(z.resolved, rules=(name,))) for z in zones]
        result = engine.evaluate(only(rulebook, rulebook.rules[name]), files, as_of, alone, out / name)
        hits += result.counts[name]["hit"]
    return hits


def row_by_row(rulebook: Rulebook, files: Files, as_of: date, zones: Sequence[Zone]) -> int:
    """The memory engine over all rows; returns the hits."""
    tables = {name: pq.read_table(paths).to_pylist() for name, paths in files.items() if name != "coverage"}
    coverage = pq.read_table(files["coverage"]).to_pylist()
    facts = memory.Facts(tables, coverage)
    [zone] = zones
    found = memory.evaluate(rulebook, facts, as_of, zone.resolved)
    return sum(outcome is True for each in found.values() for outcome in each.outcomes.values())
