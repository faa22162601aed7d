"""What Parquet files say of themselves, and their rows where there are few."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq


def without_nulls(paths: Sequence[Path]) -> frozenset[str]:
    """The columns in which, by the files' own statistics, there is no null."""
    full: frozenset[str] | None = None
    for path in paths:
        metadata = pq.ParquetFile(path).metadata
        names = frozenset(metadata.schema.names)
        for group in range(metadata.num_row_groups):
            row_group = metadata.row_group(group)
            names -= {
                column.path_in_schema
                for column in (row_group.column(place) for place in range(metadata.num_columns))
                if column.statistics is None
                or not column.statistics.has_null_count
                or column.statistics.null_count
            }
        full = names if full is None else full & names
    return full or frozenset()


def rows(path: Path) -> list[dict[str, object]]:
    """All rows of a small file."""
    found: list[dict[str, object]] = pq.ParquetFile(path).read().to_pylist()
    return found
