"""Parquet files in a query, each exactly itself.

DuckDB takes a path for a pattern: unescaped, `county[2]` would quietly be the folder `county2`.
"""

import re
from pathlib import Path

from qianshao.refusals import Refused
from qianshao.words import Text

WILDCARD = re.compile(r"[\[*?]")
# DuckDB parts a pattern at backslashes too, and knows no other way to write one.
CANNOT_BE_NAMED = Text(
    "数据目录“{folder}”的名字里既有反斜杠，又有 [、* 或 ?",
    "The name of the data folder “{folder}” has a backslash beside [, * or ?",
)
CAN_BE_NAMED = Text("给目录换一个没有反斜杠的名字", "Give the folder a name without a backslash")


def rows_in(*files: Path, by_name: bool = False) -> str:
    """The rows of these files and no others, as it stands after `from` in a query.

    `by_name`: columns that not every file has are null for the others. Raises `Refused` for a path that no
    query can name.
    """
    listed = ", ".join(_literal(file) for file in files)
    # The folder above may be named like a partition (year=2026); it is no column.
    return f"read_parquet([{listed}], union_by_name = {by_name}, hive_partitioning = false)"


def _literal(file: Path) -> str:
    path = str(file)
    if "\\" in path and WILDCARD.search(path):
        raise Refused(CANNOT_BE_NAMED.format(folder=file.parent), CAN_BE_NAMED)
    escaped = WILDCARD.sub(r"[\g<0>]", path).replace("'", "''")
    return f"'{escaped}'"
