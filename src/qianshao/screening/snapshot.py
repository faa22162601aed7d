"""Read-only copies of the analytic tables for one run, kept once however often the same rows are screened.

A table is `snapshots/NAME/DIGEST.parquet`, named by its bytes. A run's manifest names its files; a file that
no manifest names is swept.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from qianshao.failpoints import failpoint
from qianshao.feeds.landing import LAYOUT
from qianshao.unfinished import beside, finish

FOLDER = "snapshots"

# Rows lie in the order in which the engine goes through them: village by village, household by household.
ORDER = ("village", "household", "person")
ROWS_A_GROUP = 122_880  # DuckDB reads a row group per thread


# How a transaction is begun that sees one moment and keeps no writer waiting.
READING = {"sqlite": "BEGIN DEFERRED", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


@contextmanager
def one_moment() -> Iterator[None]:
    """All that the block reads of the database is of one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(READING[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def write(tables: Mapping[str, pa.Table], data: Path) -> dict[str, str]:
    """Keep the tables below the data folder; returns each table's file, relative to it.

    A kill leaves only unfinished files, which no name leads to. Writing the same rows again writes nothing.
    """
    return {name: _keep(name, table, data) for name, table in sorted(tables.items())}


def digest(files: Mapping[str, str]) -> str:
    """The digest of a whole snapshot: over its tables and the digests in their files' names."""
    lines = "\n".join(f"{name} {Path(file).stem}" for name, file in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def missing(files: Mapping[str, str], data: Path) -> list[str]:
    """The tables of a snapshot whose files have been removed since."""
    return sorted(name for name, file in files.items() if not (data / file).exists())


def sweep(data: Path, named: Collection[str]) -> list[str]:
    """Remove the files that no manifest names; returns them. Only while no run is under way."""
    removed = []
    for path in sorted((data / FOLDER).rglob("*")):
        relative = path.relative_to(data).as_posix()
        if path.is_file() and relative not in named:
            path.unlink()
            removed.append(relative)
    return removed


def _keep(name: str, table: pa.Table, data: Path) -> str:
    folder = data / FOLDER / name
    unfinished = beside(folder / name)
    pq.write_table(_sorted(table), unfinished, row_group_size=ROWS_A_GROUP, **LAYOUT)
    file = folder / f"{_digest_and_sync(unfinished)}.parquet"
    if file.exists():
        unfinished.unlink()
    else:
        finish(unfinished, file)
    failpoint(f"snapshot.kept.{name}")
    return file.relative_to(data).as_posix()


def _sorted(table: pa.Table) -> pa.Table:
    keys = [name for name in ORDER if name in table.column_names]
    return table.sort_by([(name, "ascending") for name in keys]) if keys else table


def _digest_and_sync(path: Path) -> str:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return found


def named_by(manifests: Iterable[Mapping[str, object]]) -> set[str]:
    """The snapshot files that manifests name."""
    named: set[str] = set()
    for manifest in manifests:
        files = manifest.get("snapshot", {})
        if isinstance(files, Mapping):
            named.update(str(file) for file in files.values())
    return named
