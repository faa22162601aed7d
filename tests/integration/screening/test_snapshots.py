import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from qianshao.screening import snapshot


def households(*rows: tuple[int, str, int]) -> pa.Table:
    names = ["household", "village", "amount"]
    return pa.Table.from_pydict(dict(zip(names, zip(*rows, strict=True), strict=True)))


def test_rows_lie_village_by_village_and_household_by_household(tmp_path: Path) -> None:
    files = snapshot.write(
        {"income": households((2, "/1/9/", 5), (1, "/1/9/", 6), (3, "/1/8/", 7))}, tmp_path
    )
    rows = pq.read_table(tmp_path / files["income"]).to_pylist()
    assert [row["household"] for row in rows] == [3, 1, 2]


def test_the_same_rows_are_kept_once_and_other_rows_beside_them(tmp_path: Path) -> None:
    first = snapshot.write({"income": households((1, "/1/", 5), (2, "/1/", 6))}, tmp_path)
    again = snapshot.write({"income": households((2, "/1/", 6), (1, "/1/", 5))}, tmp_path)
    other = snapshot.write({"income": households((1, "/1/", 5), (2, "/1/", 7))}, tmp_path)
    assert first == again
    assert snapshot.digest(first) != snapshot.digest(other)
    assert len(list((tmp_path / "snapshots/income").iterdir())) == 2


def test_what_no_manifest_names_is_swept_with_what_broke_off(tmp_path: Path) -> None:
    kept = snapshot.write({"income": households((1, "/1/", 5))}, tmp_path)
    snapshot.write({"income": households((1, "/1/", 6))}, tmp_path)
    (tmp_path / "snapshots/income/1234.unfinished").write_bytes(b"half")
    manifest = json.loads(json.dumps({"snapshot": kept, "as_of": date(2026, 10, 31).isoformat()}))
    assert len(snapshot.sweep(tmp_path, snapshot.named_by([manifest]))) == 2
    assert snapshot.missing(kept, tmp_path) == []


def test_a_table_that_is_gone_is_named(tmp_path: Path) -> None:
    files = snapshot.write({"income": households((1, "/1/", 5))}, tmp_path)
    (tmp_path / files["income"]).unlink()
    assert snapshot.missing(files, tmp_path) == ["income"]
