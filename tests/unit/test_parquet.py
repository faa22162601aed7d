"""Folders whose names mean something else to DuckDB, beside those that they would then mean."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qianshao.parquet import rows_in
from qianshao.refusals import Refused

MISTAKEN = {"a[2]b": "a2b", "a[!x]b": "a2b", "x*": "xy", "**": "xy", "q?": "qq", "{a,b}": "a", "o'd": "od"}


def written(folder: Path, **columns: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "t.parquet"
    pq.write_table(pa.table({name: [value] for name, value in columns.items()}), file)
    return file


@pytest.mark.parametrize("name", [*MISTAKEN, "year=2026", "back\\slash", "new\nline", "%20", "~", "a]b", "["])
def test_a_file_is_read_and_not_one_that_its_name_would_match(tmp_path: Path, name: str) -> None:
    for other in MISTAKEN.values():
        written(tmp_path / other, said=other)
    file = written(tmp_path / name, said=name)
    assert duckdb.execute(f"select * from {rows_in(file)}").fetchall() == [(name,)]


def test_a_list_of_files_is_read_in_whole_and_nothing_besides(tmp_path: Path) -> None:
    files = [written(tmp_path / name, said=name) for name in MISTAKEN]
    for other in MISTAKEN.values():
        written(tmp_path / other, said=other)
    found = duckdb.execute(f"select said from {rows_in(*files)}").fetchall()
    assert sorted(found) == sorted((name,) for name in MISTAKEN)


def test_a_column_that_a_file_does_not_have_is_null_when_files_are_laid_together_by_name(
    tmp_path: Path,
) -> None:
    files = [written(tmp_path / "[1]", said="1"), written(tmp_path / "[2]", said="2", more="3")]
    found = duckdb.execute(f"select said, more from {rows_in(*files, by_name=True)} order by said")
    assert found.fetchall() == [("1", None), ("2", "3")]


def test_a_folder_that_no_query_can_name_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="backslash"):
        rows_in(written(tmp_path / "b\\*c", said="b"))
