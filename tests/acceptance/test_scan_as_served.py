"""A folder scanned without a server gives what the served path gives, and leaves nothing behind."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from qianshao.screening.words import LEVELS, STATUSES
from tests.acceptance.county import County

Sheets = dict[str, list[list[Any]]]


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """Where a scan has to make its private folder."""
    folder = tmp_path / "private"
    folder.mkdir()
    return folder


def test_a_scan_of_the_files_equals_the_served_warnings_and_names_the_same_refused_rows(
    example: County, private: Path, tmp_path: Path
) -> None:
    before = contents(example.files)
    out, served = tmp_path / "scan.xlsx", tmp_path / "served.xlsx"
    scanned = example.run("scan", example.files, "--out", out, TMPDIR=str(private))
    assert scanned.returncode == 1, scanned.stderr  # done; the usual dirt was refused and is named
    assert list(private.iterdir()) == []
    assert contents(example.files) == before
    assert example.run("warnings", "--format", "xlsx", "--out", served).returncode == 0
    found, expected = sheets(out), sheets(served)
    refused = found.pop("拒收的行")
    assert found == expected
    assert_they_are_those_of_the_records(found, example)
    assert sorted(refused[1:]) == sorted(refused_of(example))
    assert len(refused) > 1


@pytest.mark.parametrize(
    ("number", "phase"),
    [
        (signal.SIGTERM, "installation.tables_made"),
        (signal.SIGHUP, "delivery.received"),
        (signal.SIGINT, "delivery.staged"),
    ],
)
def test_a_scan_told_to_end_removes_its_private_folder(
    example: County, private: Path, tmp_path: Path, number: signal.Signals, phase: str
) -> None:
    moments, out = tmp_path / "moments", tmp_path / "scan.xlsx"
    moments.touch()
    command = example.command("scan", example.files, "--out", out)
    environment = example.environment(TMPDIR=str(private), QIANSHAO_FAILPOINT_LOG=str(moments))
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # whoever runs the tests may ignore it
    ) as scan:
        while phase not in moments.read_text():
            assert scan.poll() is None
            time.sleep(0.01)
        assert len(list(private.iterdir())) == 1
        scan.send_signal(number)
        assert scan.wait() != 0
    assert list(private.iterdir()) == []
    assert not out.exists()


def sheets(path: Path) -> Sheets:
    """The cells of a workbook by sheet."""
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def assert_they_are_those_of_the_records(found: Sheets, county: County) -> None:
    """Same household, cause, rule, level, status and sentence as in the JSON, in the same order."""
    records = json.loads(county.warnings())
    rules = json.loads(county.run("rules", "list", "--json").stdout)
    labels = {rule["rule"]: rule["label_zh"] for rule in rules}
    titles, *rows = found["预警"]
    listed = [dict(zip(titles, row, strict=True)) for row in rows]
    assert [
        (row["户编号"], row["级别"], row["状态"], row["为什么预警"], str(row["期限"])) for row in listed
    ] == [
        (r["household"], LEVELS[r["level"]].zh, STATUSES[r["status"]].zh, r["sentence_zh"], r["deadline"])
        for r in records
    ]
    assert {(row[0], row[2]) for row in found["依据哪些数"][1:]} == {
        (r["household"], labels[rule]) for r in records for rule in r["hits"]
    }
    causes = {(row["原因"], record["cause"]) for row, record in zip(listed, records, strict=True)}
    assert len(causes) == len({cause for _, cause in causes}) == len({label for label, _ in causes})


def refused_of(county: County) -> list[list[str]]:
    """Every fault of every refused row of the served deliveries: file, sheet, cell, column, reason, form."""
    rows = county.rows(
        "select d.file_name, r.sheet, r.faults from feeds_refusedrow r"
        " join feeds_delivery d on d.id = r.delivery_id"
    )
    return [
        [name, sheet, fault["cell"], fault["column"], fault["reason"]["zh"], fault["right_form"]["zh"]]
        for name, sheet, faults in rows
        for fault in (json.loads(faults) if isinstance(faults, str) else faults)
    ]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
