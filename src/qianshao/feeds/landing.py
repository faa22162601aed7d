"""Immutable Parquet of accepted rows, and the one moment at which it starts to exist.

A file counts only when a row of the system of record names it. So: write under a temporary name, force it to
disk, rename, force the folder to disk, and only then commit the row. Whatever no row names is swept.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# Fen and days are small integers, which delta-packed pages with a light codec keep as small and read faster
# than zstd on plain pages.
LAYOUT: Mapping[str, Any] = {"compression": "snappy", "data_page_version": "2.0", "version": "2.6"}

# The landed form of each column type of a contract. Money is whole fen.
TYPES = {
    "text": pa.string(),
    "code": pa.string(),
    "codes": pa.string(),
    "name": pa.string(),
    "phone": pa.string(),
    "area_code": pa.string(),
    "integer": pa.int64(),
    "money": pa.int64(),
    "decimal": pa.decimal128(18, 4),
    "share": pa.decimal128(18, 6),
    "date": pa.date32(),
    "month": pa.date32(),
    "boolean": pa.bool_(),
}

# What a landed row carries beside the contract's columns: where it came from, and whom or where it is about.
ORIGIN = [("delivery", pa.int64()), ("sheet", pa.string()), ("row", pa.int64())]
ABOUT = {"person": "stated", "household": "stated", "village": "area"}

UNFINISHED = ".unfinished"


def schema_of(columns: Sequence[tuple[str, str]], subject: str = "person") -> pa.Schema:
    """The Parquet schema for a contract's landed columns, given as (name, type)."""
    return pa.schema(
        [*ORIGIN, (ABOUT[subject], pa.int64()), *((name, TYPES[kind]) for name, kind in columns)]
    )


def land(chunks: Iterable[list[Mapping[str, Any]]], schema: pa.Schema, target: Path) -> str:
    """Write rows to `target` and return the file's sha256. A kill leaves at most an unfinished file."""
    return land_tables((pa.Table.from_pylist(chunk, schema=schema) for chunk in chunks), schema, target)


def land_tables(tables: Iterable[pa.Table], schema: pa.Schema, target: Path) -> str:
    """The same for rows that are tables already."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}{UNFINISHED}")
    write(tables, schema, unfinished)
    digest = _digest_and_sync(unfinished)
    unfinished.rename(target)
    sync_folder(target.parent)
    return digest


def write(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Write tables one after the other, without any promise that they are on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, schema, **LAYOUT) as writer:
        for table in tables:
            writer.write_table(table)


def read(path: Path) -> Iterator[pa.Table]:
    """A file's tables as they were written."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group)


def sweep(folder: Path, named: Collection[str]) -> list[str]:
    """Remove the files below `folder` that no row names (paths relative to it); returns what was removed.

    Run it only while nothing is being landed: a finished file waits a moment for its row.
    """
    removed = []
    for path in sorted(folder.rglob("*.parquet*")):
        relative = path.relative_to(folder).as_posix()
        if relative not in named:
            path.unlink()
            removed.append(relative)
    return removed


def _digest_and_sync(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        os.fsync(file.fileno())
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
