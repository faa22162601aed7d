"""The commands of screening, run as an officer runs them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from qianshao.__main__ import assemble
from qianshao.refusals import Refused
from qianshao.registry.models import Household
from tests.integration.screening.test_kills_of_a_run import unsafe

Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def commands() -> Any:
    return assemble()


@pytest.fixture
def run(
    commands: Any,
    county: dict[str, Household],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command; gives its exit code and what it printed."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def told(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            commands.main(args=list(arguments))
        return int(ended.value.code or 0), capsys.readouterr().out

    unsafe(county["H1"])
    return told


def test_screening_prints_what_changed_and_its_digest_for_machines(run: Run) -> None:
    assert run("screen", "--as-of", "2026-09-30") == (
        0,
        "2026-09-30: 1 new, 0 continuing, 0 not confirmable, 0 cleared\n",
    )
    code, text = run("screen", "--as-of", "2026-10-31", "--json")
    result = json.loads(text)
    assert (code, result["as_of"], result["warnings"]) == (0, "2026-10-31", {"continuing": 1})
    assert len(result["result_digest"]) == 64


def test_warnings_come_as_table_as_json_and_as_workbook(run: Run, tmp_path: Path) -> None:
    run("screen", "--as-of", "2026-09-30")
    assert "名册登记饮水安全没有解决" in run("warnings")[1]
    (one,) = json.loads(run("warnings", "--format", "json")[1])
    assert (one["household"], one["cause"], one["hits"]) == ("H1", "water", ["unsafe_water_not_monitored"])
    assert one["inputs"][0].keys() >= {"name", "value", "unit", "source", "date"}
    out = tmp_path / "w.xlsx"
    assert run("warnings", "--format", "xlsx", "--out", str(out))[0] == 0
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name("预警").to_python()
    assert [row[1] for row in rows] == ["户编号", "H1"]


def test_warnings_of_another_area_are_not_in_the_list(run: Run) -> None:
    run("screen", "--as-of", "2026-09-30")
    assert json.loads(run("warnings", "--format", "json", "--area", "991205101202")[1]) == []
    assert len(json.loads(run("warnings", "--format", "json", "--area", "991205101")[1])) == 1
    assert len(json.loads(run("warnings", "--format", "json", "--area", "991205101000")[1])) == 1
    with pytest.raises(Refused, match="777"):
        run("warnings", "--area", "777")


def test_a_workbook_without_a_file_name_is_wrong_usage(run: Run) -> None:
    assert run("warnings", "--format", "xlsx")[0] == 2


def test_a_household_is_explained_line_by_line(run: Run) -> None:
    run("screen", "--as-of", "2026-09-30")
    code, text = run("explain", "H1")
    assert code == 0
    for part in ("名册登记饮水安全没有解决", "水利局", "下一步", "这不是决定"):
        assert part in text
    assert run("explain", "H2") == (0, "这户没有预警\n")
    with pytest.raises(Refused, match="H9"):
        run("explain", "H9")


def test_the_rulebook_is_checked_its_examples_run_and_its_rules_listed(run: Run) -> None:
    assert json.loads(run("rules", "check", "--json")[1])["faults"] == []
    result = json.loads(run("rules", "test", "--json")[1])
    assert result["run"] > 100
    assert result["failed"] == []
    listed = {rule["rule"]: rule for rule in json.loads(run("rules", "list", "--json")[1])}
    assert listed["unsafe_water_not_monitored"]["off"] is None


def test_a_broken_rulebook_is_named_with_its_place(run: Run) -> None:
    folder = Path(settings.DATA) / "rulebook/rules"
    folder.mkdir(parents=True)
    try:
        (folder / "own.yaml").write_text("- name: own\n  kind: warnung\n", encoding="utf-8")
        code, text = run("rules", "check")
        assert code == 1
        assert "rulebook/rules/own.yaml:" in text
    finally:
        (folder / "own.yaml").unlink()
        folder.rmdir()
        folder.parent.rmdir()
