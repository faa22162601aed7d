"""The default engine: a grouped query per source and shard of households, then columns of figures.

A shard is a range of household keys, small enough for its hash tables to stay in cache and the memory flat.
Files that are sorted by household are read once in all; others once for each shard.
"""

import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from qianshao.parquet import rows_in
from qianshao.rules.engines.columns import Column, Evaluator, column_of, constant
from qianshao.rules.engines.levels import Judging, Needs, Tables
from qianshao.rules.engines.parquet import rows, without_nulls
from qianshao.rules.engines.results import Result, Writer
from qianshao.rules.engines.shards import Group, Shard, shards
from qianshao.rules.engines.sql import SQL_TYPES, quoted
from qianshao.rules.parameters import Zone
from qianshao.rules.periods import Coverage
from qianshao.rules.rulebook import Rule, Rulebook
from qianshao.rules.sources import Source
from qianshao.rules.tree import Name
from qianshao.rules.types import Scalar, Subject
from qianshao.rules.values import UNKNOWN, Value

KEYS = {
    Subject.HOUSEHOLD: {"household": "BIGINT", "village": "VARCHAR"},
    Subject.PERSON: {"household": "BIGINT", "person": "BIGINT", "village": "VARCHAR"},
    Subject.VILLAGE: {"village": "VARCHAR"},
}

# Below this a shard of its own costs more than it saves.
LEAST_SHARD = 20_000


@dataclass(frozen=True)
class Settings:
    """How much of the machine a run may take. Without `threads`, all cores."""

    threads: int | None = None
    memory_limit: str = "2GB"
    households_per_shard: int = 125_000

    @property
    def workers(self) -> int:
        """How many shards are judged at once."""
        return self.threads or os.cpu_count() or 1


def judge(
    rule: Rule, indicators: Mapping[str, Value], parameters: Mapping[str, Scalar | None], as_of: date
) -> bool | None:
    """Whether a rule holds of given figures; None: unknown. A figure that is not given is unknown."""

    def column(name: Name) -> Column:
        if name.of == "parameter":
            return Column(constant(parameters.get(name.name), name.type))
        return column_of(indicators.get(name.name, UNKNOWN), name.type)

    truth: bool | None = Evaluator(column, as_of).evaluate(rule.when).values.as_py()
    return truth


def evaluate(
    rulebook: Rulebook,
    tables: Mapping[str, Sequence[Path]],
    as_of: date,
    zones: Sequence[Zone],
    out: Path,
    progress: Callable[[float], None] = lambda share: None,
    settings: Settings = Settings(),
) -> Result:
    """Judge all households of `tables` (Parquet files by source name, and `coverage`).

    Writes `out/indicators.parquet`, sorted by household, and `out/outcomes.parquet` with the hits and
    unknowns, sorted by household and rule. `progress` is called with the share done. Raises OutsideOfZones
    if a household's village is in no zone.
    """
    run = _Run(rulebook, tables, as_of, settings)
    shards = run.shards(zones)
    whole = sum(shard.households for shard in shards)
    done = 0
    with Writer(rulebook, out) as writer, ThreadPoolExecutor(settings.workers) as pool:
        waiting: deque[tuple[Shard, Future[list[pa.Table]]]] = deque()
        for place in range(len(shards) + settings.workers):
            # While a shard is written, as many are judged as there are workers: no more are under way, so
            # that memory stays flat.
            if place < len(shards):
                waiting.append((shards[place], pool.submit(run.judge, shards[place])))
            if place >= settings.workers:
                shard, judged = waiting.popleft()
                writer.write(judged.result())
                done += shard.households
                progress(done / whole)
    return writer.result()


class _Run:
    def __init__(
        self, rulebook: Rulebook, tables: Mapping[str, Sequence[Path]], as_of: date, settings: Settings
    ) -> None:
        self.rulebook, self.tables, self.as_of, self.settings = rulebook, tables, as_of, settings
        config: dict[str, str | int] = {
            "memory_limit": settings.memory_limit,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
        }
        # A shard is judged by one thread and several shards at once: that keeps all cores busy, also while
        # results are written.
        config["threads"] = 1
        self.connection = duckdb.connect(config=config)  # type: ignore[arg-type]
        self.connection.execute("SET parquet_metadata_cache = true")  # each shard opens the same files
        self.needs = Needs.of(rulebook)
        self.full = {name: without_nulls(paths) for name, paths in tables.items()}
        self.coverage = Coverage(row for path in tables.get("coverage", ()) for row in rows(path))

    def shards(self, zones: Sequence[Zone]) -> list[Shard]:
        """Equal ranges of household keys, with the zones that their villages lie in."""
        own = self._relation(self.rulebook.sources["households"])
        size = self._shard_size(own)
        numbered = f"SELECT *, (row_number() OVER (ORDER BY household) - 1) // {size} AS number FROM {own}"  # noqa: S608
        query = (
            "SELECT number, village, min(household), max(household), count(*) "  # noqa: S608
            f"FROM ({numbered}) GROUP BY number, village"
        )
        return shards((Group(*row) for row in self.connection.execute(query).fetchall()), zones)

    def _shard_size(self, own: str) -> int:
        """As large as allowed, but so that every worker has as many shards as the others."""
        households: int
        [(households,)] = self.connection.execute(f"SELECT count(*) FROM {own}").fetchall()  # noqa: S608
        limit, workers = self.settings.households_per_shard, self.settings.workers
        rounds = -(-households // (limit * workers))
        return min(limit, max(-(-households // max(rounds * workers, 1)), LEAST_SHARD))

    def judge(self, shard: Shard) -> list[pa.Table]:
        """Evaluate one shard, each part by its own parameters."""
        relations = {name: self._relation(source, shard) for name, source in self.rulebook.sources.items()}
        with self.connection.cursor() as connection:
            tables = Tables(connection, relations, self.full, self.coverage)
            return [
                Judging(self.rulebook, self.needs, self.as_of, part.resolved, tables).judge(part.villages)
                for part in shard.parts
            ]

    def _relation(self, source: Source, shard: Shard | None = None) -> str:
        """The rows of a source, of a shard's households; a source of which there are no files has none."""
        paths = self.tables.get(source.name, ())
        if not paths:
            columns = {**KEYS[source.subject], "delivery": "BIGINT", "row": "BIGINT"}
            columns |= {name: SQL_TYPES[kind] for name, kind in source.columns.items()}
            listed = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns.items())
            return f"(SELECT {listed} WHERE FALSE)"
        where = ""
        if shard is not None and source.subject is not Subject.VILLAGE:
            where = f" WHERE household BETWEEN {shard.first} AND {shard.last}"
        return f"(SELECT * FROM {rows_in(*paths)}{where})"  # noqa: S608
