"""Immutable Parquet of accepted rows, and the one moment at which it starts to exist.

A file counts only when a row of the system of record names it. So: write under a temporary name, force it to
disk, rename, force the folder to disk, and only then commit the row. What no row names is swept.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qianshao import unfinished

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
    path = unfinished.beside(target)
    write(tables, schema, path)
    digest = _digest_and_sync(path)
    unfinished.finish(path, target)
    return digest


def write(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Write tables one after the other, without any promise that they are on disk."""
    with pq.ParquetWriter(path, schema, **LAYOUT) as writer:
        for table in tables:
            writer.write_table(table)


def read(path: Path) -> Iterator[pa.Table]:
    """A file's tables as they were written."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group)


def _digest_and_sync(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest
