"""A run of the default engine: zones, order, counts, coverage, progress and what it refuses."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from qianshao.rules.engines import duckdb
from qianshao.rules.engines.duckdb import Result, Settings
from qianshao.rules.engines.parquet import without_nulls
from qianshao.rules.engines.shards import OutsideOfZones
from qianshao.rules.parameters import zones
from qianshao.rules.rulebook import Rulebook
from tests.spec.world import AS_OF, World, rulebook

# Keys and villages do not run alike, as in a county where people moved.
TABLES = """
households
household | village | debt
7         | /1/     | 50
3         | /2/     | 150
5         | /1/     | 150
1         | /3/     | -
9         | /2/     | 250

visits
household | village | day        | cost
3         | /2/     | 2026-10-01 | 10

coverage
feed   | village | from       | until
visits | /2/     | 2020-01-01 | 2027-01-01
"""
CODES = {"/1/": "991201", "/2/": "991202", "/3/": "991201"}
LINES = [(100, "*", "2020-01-01"), (200, "991202", "2020-01-01")]


def book(folder: Path) -> Rulebook:
    values = [
        {"value": value, "area": area, "valid_from": date.fromisoformat(day), "reference": "a notice"}
        for value, area, day in LINES
    ]
    visits: dict[str, Any] = {"type": "integer", "from": "visits", "value": "count()", "absence": "zero"}
    return rulebook(
        folder,
        [
            {"name": "debt", "type": "money", "from": "households", "value": "debt"},
            {"name": "visits", **visits},
        ],
        [
            {"name": "in_debt", "when": "debt > line"},
            {"name": "unvisited", "when": "visits = 0"},
            {"name": "only_there", "when": "debt > 0", "area": "991202"},
        ],
        [{"name": "line", "type": "money", "values": values}],
    )


def run(folder: Path, size: int = 1000, text: str = TABLES, progress: Any = lambda share: None) -> Result:
    loaded = book(folder)
    found = zones(loaded, CODES, AS_OF)
    paths = World.drawn(text).write(folder)
    settings = Settings(threads=1, households_per_shard=size)
    return duckdb.evaluate(loaded, paths, AS_OF, found, folder / "out", progress, settings)


def outcomes(folder: Path) -> list[tuple[int, str, str, str]]:
    table = pq.ParquetFile(folder / "out" / "outcomes.parquet").read()
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_each_village_is_judged_by_its_own_parameters_and_rules(size: int, tmp_path: Path) -> None:
    result = run(tmp_path, size)
    assert outcomes(tmp_path) == [
        (1, "/3/", "in_debt", "unknown"),
        (1, "/3/", "unvisited", "unknown"),
        (3, "/2/", "only_there", "hit"),
        (5, "/1/", "in_debt", "hit"),
        (5, "/1/", "unvisited", "unknown"),
        (7, "/1/", "unvisited", "unknown"),
        (9, "/2/", "in_debt", "hit"),
        (9, "/2/", "only_there", "hit"),
        (9, "/2/", "unvisited", "hit"),
    ]
    assert result.counts == {
        "in_debt": {"hit": 2, "clear": 2, "unknown": 1},
        "only_there": {"hit": 2, "clear": 0, "unknown": 0},
        "unvisited": {"hit": 1, "clear": 1, "unknown": 3},
    }
    assert result.coverage == {"debt": {"known": 4, "unknown": 1}, "visits": {"known": 2, "unknown": 3}}


def test_the_indicators_are_sorted_by_household(tmp_path: Path) -> None:
    run(tmp_path, 2)
    table = pq.ParquetFile(tmp_path / "out" / "indicators.parquet").read()
    assert table.column("household").to_pylist() == [1, 3, 5, 7, 9]
    assert table.column_names == ["household", "village", "debt", "visits", "visits__least"]
    assert table.column("debt").to_pylist() == [None, 15_000, 15_000, 5_000, 25_000]


def test_the_digest_is_of_what_is_in_the_files(tmp_path: Path) -> None:
    first, again = run(tmp_path / "a", 1), run(tmp_path / "b", 3)
    other = run(tmp_path / "c", text=TABLES.replace("| 250", "| 251"))
    assert first.digest == again.digest != other.digest


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    run(tmp_path, 2, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_a_village_without_parameters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutsideOfZones) as refused:
        run(tmp_path, text=TABLES.replace("| /3/ ", "| /4/ "))
    assert refused.value.villages == ("/4/",)


def test_nobody_to_judge_leaves_empty_files(tmp_path: Path) -> None:
    loaded = book(tmp_path)
    world = World({"households": []}, [])
    result = duckdb.evaluate(
        loaded, world.write(tmp_path), AS_OF, zones(loaded, CODES, AS_OF), tmp_path / "out"
    )
    assert result.counts == {}
    assert outcomes(tmp_path) == []


def test_a_feed_without_a_file_says_nothing(tmp_path: Path) -> None:
    loaded = book(tmp_path)
    paths = World.drawn(TABLES).write(tmp_path)
    del paths["visits"], paths["coverage"]
    result = duckdb.evaluate(loaded, paths, AS_OF, zones(loaded, CODES, AS_OF), tmp_path / "out")
    assert result.coverage["visits"] == {"known": 0, "unknown": 5}


def test_a_file_tells_which_of_its_columns_are_full(tmp_path: Path) -> None:
    paths = World.drawn(TABLES).write(tmp_path)
    assert "village" in without_nulls(paths["households"])
    assert "debt" not in without_nulls(paths["households"])
