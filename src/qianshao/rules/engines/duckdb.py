"""The default engine: one wide query per shard of villages, streamed to Parquet in a total order.

A shard is a run of neighbouring villages with the same parameters, small enough for its hash tables to stay
in cache and the memory flat. A source's files are read by village, so files that are sorted by village are
read once, not once per shard.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qianshao.rules.engines.results import Result, Writer
from qianshao.rules.engines.sql import SQL_TYPES, Compiler, Sql, literal, quoted
from qianshao.rules.engines.wide import FLAGS, PLACE, Speaking, Tables, Wide
from qianshao.rules.parameters import Resolved, Zone
from qianshao.rules.periods import Coverage
from qianshao.rules.rulebook import Rule, Rulebook
from qianshao.rules.sources import Source
from qianshao.rules.tree import Name
from qianshao.rules.types import Scalar, Subject, Type
from qianshao.rules.values import UNKNOWN, Value

KEYS = {
    Subject.HOUSEHOLD: {"household": "BIGINT", "village": "VARCHAR"},
    Subject.PERSON: {"household": "BIGINT", "person": "BIGINT", "village": "VARCHAR"},
    Subject.VILLAGE: {"village": "VARCHAR"},
}
BATCH = 65_536


@dataclass(frozen=True)
class Settings:
    """How much of the machine a run may take. Without `threads`, all cores."""

    threads: int | None = None
    memory_limit: str = "2GB"
    households_per_shard: int = 100_000


class OutsideOfZones(Exception):
    """Households stand in villages for which no parameters were resolved."""

    def __init__(self, villages: Sequence[str]) -> None:
        self.villages = tuple(villages)
        super().__init__(f"no zone holds {len(villages)} village(s), the first of them {villages[0]}")


def judge(
    rule: Rule, indicators: Mapping[str, Value], parameters: Mapping[str, Scalar | None], as_of: date
) -> bool | None:
    """Whether a rule holds of given figures; None: unknown. A figure that is not given is unknown."""

    def column(name: Name) -> Sql:
        if name.of == "parameter":
            return Sql(literal(parameters.get(name.name), name.type), unknown=True)
        value = indicators.get(name.name, UNKNOWN)
        least = literal(value.at_least, name.type) if value.value is None else None
        none = literal(value.none, Type.BOOLEAN) if value.none else None
        return Sql(literal(value.value, name.type), True, none, least)

    condition = Compiler(column, as_of).compile(rule.when).text
    row = _calculator().execute(f"SELECT {condition}").fetchone()
    assert row is not None
    truth: bool | None = row[0]
    return truth


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _calculator() -> duckdb.DuckDBPyConnection:
    """A cursor on an empty database, which is quicker made than a database."""
    return _database().cursor()


@dataclass(frozen=True)
class Shard:
    """Neighbouring villages of one zone, first and last included."""

    resolved: Resolved
    villages: tuple[str, ...]
    households: int


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

    Writes `out/indicators.parquet` (sorted by village and household) and `out/outcomes.parquet` (hits and
    unknowns, sorted by village, household and rule). `progress` is called with the share done. Raises
    OutsideOfZones if a household's village is in no zone.
    """
    run = _Run(rulebook, tables, as_of, settings)
    shards = run.shards(zones)
    whole = sum(shard.households for shard in shards)
    done = 0
    with Writer(rulebook, out) as writer:
        for shard in shards:
            run.judge(shard, writer)
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
        if settings.threads is not None:
            config["threads"] = settings.threads
        self.connection = duckdb.connect(config=config)  # type: ignore[arg-type]
        self.full = {name: without_nulls(paths) for name, paths in tables.items()}
        self.coverage = Coverage(row for path in tables.get("coverage", ()) for row in _rows(path))

    def shards(self, zones: Sequence[Zone]) -> list[Shard]:
        """Runs of villages in the order of their paths, cut where parameters change or a shard is full."""
        of_village = {village: zone.resolved for zone in zones for village in zone.villages}
        outside = []
        shards: list[Shard] = []
        villages: list[str] = []
        households = 0
        current: Resolved | None = None
        for village, count in self._villages():
            resolved = of_village.get(village)
            if resolved is None:
                outside.append(village)
                continue
            if current is not None and (
                resolved is not current or households + count > self.settings.households_per_shard
            ):
                shards.append(Shard(current, tuple(villages), households))
                villages, households = [], 0
            current = resolved
            villages.append(village)
            households += count
        if outside:
            raise OutsideOfZones(outside)
        if current is not None:
            shards.append(Shard(current, tuple(villages), households))
        return shards

    def _villages(self) -> list[tuple[str, int]]:
        source = self.rulebook.sources["households"]
        query = f"SELECT village, count(*) FROM {self._relation(source)} GROUP BY village ORDER BY village"  # noqa: S608
        found: list[tuple[str, int]] = self.connection.execute(query).fetchall()
        return found

    def judge(self, shard: Shard, writer: Writer) -> None:
        """Evaluate one shard and hand its rows to the writer, batch by batch."""
        speaking = Speaking()
        relations = {name: self._relation(source, shard) for name, source in self.rulebook.sources.items()}
        wide = Wide(self.rulebook, self.as_of, shard.resolved, Tables(relations, self.full), speaking)
        query = wide.query()
        self.connection.register(FLAGS, self._flags(speaking, shard))
        judged = self.connection.execute(query).to_arrow_table().combine_chunks()
        self.connection.unregister(FLAGS)
        # Sorting keys and gathering columns is far cheaper than sorting rows of two hundred columns.
        order = pc.sort_indices(judged, sort_keys=[(PLACE, "ascending"), ("household", "ascending")])
        for start in range(0, len(order), BATCH):
            writer.write(judged.take(order[start : start + BATCH]).combine_chunks().to_batches()[0])

    def _flags(self, speaking: Speaking, shard: Shard) -> pa.Table:
        """One row for each village: which sources speak there for which days."""
        columns = {
            "village": pa.array(shard.villages, pa.string()),
            PLACE: pa.array(range(len(shard.villages)), pa.int32()),
        }
        for (name, days), column in speaking.columns.items():
            source = self.rulebook.sources[name]
            spoken = [self.coverage.speaks(source, v, days, self.as_of) for v in shard.villages]
            columns[column] = pa.array(spoken, pa.bool_())
        return pa.table(columns)

    def _relation(self, source: Source, shard: Shard | None = None) -> str:
        """The rows of a source, of a shard's villages; a source of which there are no files has none."""
        paths = self.tables.get(source.name, ())
        if not paths:
            columns = {**KEYS[source.subject], "delivery": "BIGINT", "row": "BIGINT"}
            columns |= {name: SQL_TYPES[kind] for name, kind in source.columns.items()}
            listed = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns.items())
            return f"(SELECT {listed} WHERE FALSE)"
        files = ", ".join(literal(str(path), Type.TEXT) for path in paths)
        where = ""
        if shard is not None:
            first, last = (literal(shard.villages[end], Type.TEXT) for end in (0, -1))
            where = f" WHERE village >= {first} AND village <= {last}"
        return f"(SELECT * FROM read_parquet([{files}]){where})"  # noqa: S608


def without_nulls(paths: Sequence[Path]) -> frozenset[str]:
    """The columns in which, by the files' own statistics, there is no null."""
    full: set[str] | None = None
    for path in paths:
        metadata = pq.ParquetFile(path).metadata
        nulls: dict[str, bool] = {}
        for group in range(metadata.num_row_groups):
            for place in range(metadata.num_columns):
                column = metadata.row_group(group).column(place)
                statistics = column.statistics
                known = statistics is not None and statistics.has_null_count
                has_nulls = not known or statistics.null_count > 0
                nulls[column.path_in_schema] = nulls.get(column.path_in_schema, False) or has_nulls
        own = {name for name, has_nulls in nulls.items() if not has_nulls}
        own |= set(metadata.schema.to_arrow_schema().names) if not metadata.num_rows else set()
        full = own if full is None else full & own
    return frozenset(full or ())


def _rows(path: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.ParquetFile(path).read().to_pylist()
    return rows
