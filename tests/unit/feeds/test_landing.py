import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qianshao import unfinished
from qianshao.feeds.landing import land, schema_of

SCHEMA = schema_of([("settled_on", "date"), ("self_paid", "money")])
ROW = {
    "delivery": 1,
    "sheet": "",
    "row": 4,
    "stated": 7,
    "settled_on": date(2026, 8, 3),
    "self_paid": 1_842_000,
}


def test_landed_rows_come_back_as_they_were(tmp_path: Path) -> None:
    target = tmp_path / "feed=medical_settlement/period=2026-08/delivery-1.parquet"
    land([[ROW], [{**ROW, "row": 5}]], SCHEMA, target)
    assert pq.read_table(target).to_pylist() == [ROW, {**ROW, "row": 5}]


def test_the_same_rows_make_the_same_file(tmp_path: Path) -> None:
    assert land([[ROW]], SCHEMA, tmp_path / "a.parquet") == land([[ROW]], SCHEMA, tmp_path / "b.parquet")


def test_a_file_that_breaks_off_does_not_exist_under_its_name(tmp_path: Path) -> None:
    def breaking():
        yield [ROW]
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        land(breaking(), SCHEMA, tmp_path / "a.parquet")
    assert not (tmp_path / "a.parquet").exists()


def test_what_a_dead_process_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f"a.parquet.{dead.pid}-0{unfinished.SUFFIX}"
    mine = unfinished.beside(tmp_path / "b.parquet")
    for path in (left, mine, tmp_path / "c.parquet"):
        path.write_bytes(b"x")
    assert unfinished.clear(tmp_path) == [left]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([mine.name, "c.parquet"])
