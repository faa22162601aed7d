"""Both engines give the same figures and outcomes for any rulebook and any population."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianshao.rules.engines import duckdb, memory
from qianshao.rules.parameters import Zone, resolve
from qianshao.rules.rulebook import Rulebook
from qianshao.rules.types import Type
from qianshao.rules.values import NONE, UNKNOWN, Value
from tests.generative.books import Book, book
from tests.generative.populations import CELLS, DAYS, world
from tests.generative.profiles import FEW, MANY
from tests.spec.world import SOURCES, World, rulebook

OPEN = {name: replace(source, codes={}) for name, source in SOURCES.items()}
"""The sources without code lists, so that any literal may stand."""


def load(entries: Book, folder: Path) -> Rulebook:
    return rulebook(folder, entries.indicators, entries.rules, entries.parameters, OPEN)


def judge_both(data: st.DataObject) -> None:
    as_of = data.draw(st.sampled_from(DAYS))
    population = world(data.draw, as_of)
    entries = book(data.draw)
    with TemporaryDirectory() as folder:
        loaded = load(entries, Path(folder))
        shard = data.draw(st.sampled_from([1, 2, 1000]))
        found = {
            engine: population.judge(
                engine, loaded, Path(folder), as_of, duckdb.Settings(threads=1, households_per_shard=shard)
            )
            for engine in ("memory", "duckdb")
        }
    assert found["duckdb"].figures == found["memory"].figures
    assert found["duckdb"].outcomes == found["memory"].outcomes


@given(st.data())
@FEW
def test_figures_and_outcomes_are_equal(data: st.DataObject) -> None:
    judge_both(data)


@pytest.mark.long
@given(st.data())
@MANY
def test_figures_and_outcomes_are_equal_in_many_worlds(data: st.DataObject) -> None:
    judge_both(data)


def any_value(data: st.DataObject, kind: Type, bounded: bool, noneable: bool) -> Value:
    """Exact, bounded, none or unknown, as the indicator can be."""
    cells = CELLS.get(kind, st.dates(date(2000, 1, 1), date(2030, 1, 1)))
    value: Any = data.draw(cells)
    value = float(value) if kind.is_real else value
    options = [Value(value), UNKNOWN]
    options += [Value(at_least=value)] if bounded else []
    options += [NONE] if noneable else []
    return data.draw(st.sampled_from(options))


@given(st.data())
@FEW
def test_rules_judge_given_figures_alike(data: st.DataObject) -> None:
    entries = book(data.draw)
    as_of = data.draw(st.sampled_from(DAYS))
    with TemporaryDirectory() as folder:
        loaded = load(entries, Path(folder))
    given_ = {
        each.name: any_value(data, each.type, each.bounded, each.noneable)
        for each in loaded.of_subject(next(iter(loaded.rules.values())).subject)
    }
    values = resolve(loaded, "991205", as_of).values
    for rule in loaded.rules.values():
        ours = memory.judge(rule, given_, values, as_of)
        assert duckdb.judge(rule, given_, values, as_of) is ours, rule.text


@given(st.data())
@FEW
def test_the_result_does_not_depend_on_shards_threads_or_the_order_of_rows(data: st.DataObject) -> None:
    as_of = data.draw(st.sampled_from(DAYS))
    population = world(data.draw, as_of)
    entries = book(data.draw)
    with TemporaryDirectory() as name:
        folder = Path(name)
        loaded = load(entries, folder)
        results = [
            result_of(population, loaded, folder, as_of, duckdb.Settings(threads=1)),
            result_of(population, loaded, folder, as_of, duckdb.Settings(threads=2, households_per_shard=1)),
            result_of(shuffled(data, population), loaded, folder, as_of, duckdb.Settings(threads=2)),
        ]
    assert len({each.digest for each in results}) == 1
    whole = len(population.tables["households"])
    for counts in results[0].counts.values():
        assert sum(counts.values()) == whole


def shuffled(data: st.DataObject, population: World) -> World:
    tables = {name: data.draw(st.permutations(rows)) for name, rows in population.tables.items()}
    return replace(population, tables=tables)


def result_of(
    population: World, loaded: Rulebook, folder: Path, as_of: date, settings: duckdb.Settings
) -> duckdb.Result:
    villages = tuple(sorted({row["village"] for row in population.tables["households"]}))
    zones = [Zone(resolve(loaded, "991205", as_of), villages)]
    paths = population.write(folder)
    return duckdb.evaluate(loaded, paths, as_of, zones, folder / "out", settings=settings)
