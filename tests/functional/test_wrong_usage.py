"""What the command line says to whoever gets it wrong: words and a code, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROSTER = "户编号,户主姓名\n"


def qianshao(data: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, on that data folder."""
    environment = os.environ | {"LANG": "zh_CN.UTF-8", "QIANSHAO_DATA": str(data), "COLUMNS": "80"}
    for ours in ("QIANSHAO_KEY_FILE", "DJANGO_SETTINGS_MODULE", "QIANSHAO_DATABASE"):
        environment.pop(ours, None)
    command = [sys.executable, "-m", "qianshao", *map(str, arguments)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert "Traceback" not in ended.stderr
    return ended


@pytest.mark.parametrize(
    "command",
    [
        ("feeds", "list"),
        ("feeds", "deliver", "death", "{file}"),
        ("registry", "areas", "{file}"),
        ("screen",),
    ],
)
def test_a_folder_that_was_not_prepared_is_named(command: tuple[str, ...], tmp_path: Path) -> None:
    (file := tmp_path / "any.csv").write_text("code,name\n", encoding="utf-8")
    ended = qianshao(tmp_path / "data", *(part.format(file=file) for part in command))
    assert ended.returncode == 3
    assert "qianshao init" in ended.stderr


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert qianshao(tmp_path / "file", "init").returncode == 3
    (roster := tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    ended = qianshao(tmp_path / "data", "feeds", "check", "household_roster", roster, "--marked", tmp_path)
    assert ended.returncode == 3
    assert str(tmp_path) in ended.stderr


def test_no_part_of_a_fault_is_cut_off(tmp_path: Path) -> None:
    (roster := tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    ended = qianshao(tmp_path / "data", "feeds", "check", "household_roster", roster)
    assert "村代码" in ended.stdout
    assert "…" not in ended.stdout


def test_keys_that_are_gone_are_not_replaced(tmp_path: Path) -> None:
    assert qianshao(tmp_path / "data", "init").returncode == 0
    (keys := tmp_path / "data.key").rename(tmp_path / "elsewhere")
    for command in ("init", "screen"):
        ended = qianshao(tmp_path / "data", command)
        assert ended.returncode == 3
        assert str(keys) in ended.stderr
    assert not keys.exists()


def test_a_port_that_there_is_none_of_is_wrong_usage(tmp_path: Path) -> None:
    assert qianshao(tmp_path / "data", "serve", "--port", "99999").returncode == 2


def test_a_broken_rulebook_is_told_with_file_and_line(tmp_path: Path) -> None:
    assert qianshao(tmp_path / "data", "init").returncode == 0
    (folder := tmp_path / "data" / "rulebook" / "parameters").mkdir(parents=True)
    (folder / "own.yaml").write_text("- name: [\n", encoding="utf-8")
    ended = qianshao(tmp_path / "data", "rules", "list")
    assert ended.returncode == 3
    assert "own.yaml:" in ended.stderr
