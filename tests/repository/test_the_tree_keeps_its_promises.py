"""Promises about the whole tree that no single module can keep."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def python_sources() -> list[Path]:
    return [p for p in tracked_files() if p.suffix == ".py" and p.is_relative_to(ROOT / "src")]


def test_no_package_has_a_catch_all_name() -> None:
    names = {part for p in python_sources() for part in [p.stem, *(d.name for d in p.parents)]}
    assert not names & {"utils", "util", "common", "helpers", "helper", "misc", "core", "lib"}


def test_every_real_looking_identity_number_belongs_to_nobody() -> None:
    """Only area code 99, which no office has ever given out, and the published examples of the standard."""
    published = {"11010519491231002X", "440524188001010014"}
    shape = re.compile(r"(?<![\d.])(?!99)\d{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d{4}[\dXx](?![\dXx])")
    suffixes = {".py", ".yaml", ".md", ".csv", ".json", ".html"}
    found: set[str] = set()
    for path in tracked_files():
        if path.suffix in suffixes:
            found.update(shape.findall(path.read_text(errors="ignore")))
    assert found <= published


@pytest.mark.parametrize("package", ["rules", "linkage", "workbooks"])
def test_framework_free_packages_do_not_mention_django(package: str) -> None:
    sources = [p for p in python_sources() if f"qianshao/{package}/" in p.as_posix()]
    assert not [p for p in sources if re.search(r"^\s*(from|import) django", p.read_text(), re.MULTILINE)]


def test_parquet_files_are_read_by_their_exact_names() -> None:
    """DuckDB takes a path for a pattern; one module writes paths into queries, and knows that."""
    written = [p for p in python_sources() if re.search(r"\b(read|scan)_?parquet\(", p.read_text())]
    assert [p.relative_to(ROOT).as_posix() for p in written] == ["src/qianshao/parquet.py"]
