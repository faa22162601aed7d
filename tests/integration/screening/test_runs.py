"""Runs over a county of four households, judged by the shipped rulebook on what the register alone says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from qianshao.access.models import AuditEvent
from qianshao.access.scope import EVERYWHERE, Scope
from qianshao.feeds.contracts import rulebook_folders
from qianshao.refusals import Refused
from qianshao.registry.actions import households
from qianshao.registry.actions.facts import Statement
from qianshao.registry.actions.households import HouseholdRow
from qianshao.registry.models import Household
from qianshao.screening.actions import runs
from qianshao.screening.actions.runs import execute, start
from qianshao.screening.evaluation import NoLongerRepeatable, repeat
from qianshao.screening.explanation import explain
from qianshao.screening.export import as_json, as_records, explained
from qianshao.screening.jobs import screen as job
from qianshao.screening.models import EarlyWarning, Run
from qianshao.screening.narration import narrated
from qianshao.screening.readers.figures import coverage, figures, rows_behind
from qianshao.screening.readers.runs import gaps

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 20)
KNOWN_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
AUGUST = Statement(date(2026, 8, 31), KNOWN_SINCE, "delivery:2")
RULE = "unsafe_water_not_monitored"


def since(day: date) -> Statement:
    return replace(AUGUST, valid_from=day)


def water(household: Household, *, safe: bool, statement: Statement = AUGUST) -> None:
    row = HouseholdRow(household.number, water_safe=safe)
    households.apply_village(area=household.area, rows=[row], statement=statement, by="chen")


def screened(as_of: date) -> Run:
    return execute(run=start(as_of=as_of, by="chen"))


def state() -> dict[tuple[str, str], tuple[str, str]]:
    rows = EarlyWarning.objects.order_by("first_run__as_of", "pk")
    return {(w.household.number, w.rule): (w.status, w.cleared_because) for w in rows}


@pytest.fixture
def overlay() -> Iterator[Path]:
    """The office's own rulebook in the data folder."""
    folder = Path(settings.DATA) / "rulebook"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_warning_is_new_continues_and_clears_when_the_facts_change(county: dict[str, Household]) -> None:
    water(county["H1"], safe=False)
    water(county["H2"], safe=True)
    assert screened(SEPTEMBER).counts["warnings"] == {"new": 1}
    assert state() == {("H1", RULE): ("new", "")}
    screened(OCTOBER)
    assert state() == {("H1", RULE): ("continuing", "")}
    water(county["H1"], safe=True, statement=since(date(2026, 11, 2)))
    screened(NOVEMBER)
    assert state() == {("H1", RULE): ("cleared", "facts_changed")}


def test_the_deadline_counts_from_the_day_that_was_judged_first(county: dict[str, Household]) -> None:
    water(county["H1"], safe=False)
    screened(SEPTEMBER)
    first = EarlyWarning.objects.get().due_on
    assert SEPTEMBER < first < OCTOBER
    screened(OCTOBER)
    assert EarlyWarning.objects.get().due_on == first


def test_a_rule_that_was_withdrawn_clears_its_warnings_and_says_so(
    county: dict[str, Household], overlay: Path
) -> None:
    water(county["H1"], safe=False)
    screened(SEPTEMBER)
    (overlay / "rules").mkdir(parents=True)
    text = (rulebook_folders()[0] / "rules/water.yaml").read_text(encoding="utf-8")
    withdrawn = text.replace("valid_from: 2021-01-01", "valid_from: 2021-01-01\n  valid_until: 2026-10-15")
    (overlay / "rules/water.yaml").write_text(withdrawn, encoding="utf-8")
    screened(OCTOBER)
    assert state() == {("H1", RULE): ("cleared", "rule_changed")}
    (one,) = [explain(warning) for warning in EarlyWarning.objects.all()]
    assert one.leading.run.as_of == SEPTEMBER, "it is explained by the rulebook that found it"


def test_the_same_data_give_the_same_result_and_the_same_bytes(county: dict[str, Household]) -> None:
    water(county["H1"], safe=False)
    water(county["H3"], safe=False)
    first = screened(SEPTEMBER)
    text = as_json(as_records(EVERYWHERE))
    again = screened(SEPTEMBER)
    assert again.pk != first.pk
    assert again.result_digest == first.result_digest
    assert as_json(as_records(EVERYWHERE)) == text
    assert again.manifest["snapshot"] == first.manifest["snapshot"], "the same rows are kept once"


def test_a_run_comes_again_from_its_manifest_even_when_the_register_has_moved_on(
    county: dict[str, Household], tmp_path: Path
) -> None:
    water(county["H1"], safe=False)
    run = screened(SEPTEMBER)
    screened(OCTOBER)
    water(county["H1"], safe=True, statement=since(date(2026, 9, 15)))
    assert repeat(run, tmp_path / "again") == run.result_digest


def test_a_run_without_its_snapshot_says_that_it_is_no_longer_repeatable(
    county: dict[str, Household], tmp_path: Path
) -> None:
    run = screened(SEPTEMBER)
    (Path(settings.DATA) / run.manifest["snapshot"]["persons"]).unlink()
    with pytest.raises(NoLongerRepeatable, match="persons"):
        repeat(run, tmp_path / "again")


def test_a_run_reads_its_own_data_folder_and_not_one_that_its_name_would_match(
    county: dict[str, Household], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path / "o'data2")
    water(county["H1"], safe=True)
    screened(SEPTEMBER)
    monkeypatch.setattr(settings, "DATA", tmp_path / "o'data[2]")
    water(county["H1"], safe=False)
    run = screened(SEPTEMBER)
    assert figures(EVERYWHERE, run, county["H1"].pk)["water_safe"].value is False
    assert state() == {("H1", RULE): ("new", "")}
    assert gaps(EVERYWHERE, run)


def test_an_earlier_day_is_refused_once_a_later_one_was_screened(county: dict[str, Household]) -> None:
    screened(OCTOBER)
    with pytest.raises(Refused, match="2026-10-31"):
        start(as_of=SEPTEMBER, by="chen")


def test_a_day_of_which_nothing_can_be_known_yet_is_refused(county: dict[str, Household]) -> None:
    with pytest.raises(Refused, match="9999-12-31 has not come"):
        start(as_of=date(9999, 12, 31), by="chen")
    assert not Run.objects.exists()


def test_a_county_without_households_is_refused(county: dict[str, Household]) -> None:
    with pytest.raises(Refused, match="no household"):
        start(as_of=date(2026, 8, 1), by="chen")
    assert not Run.objects.exists()


def test_a_run_that_broke_off_is_taken_up_again_for_the_same_day(county: dict[str, Household]) -> None:
    left = start(as_of=SEPTEMBER, by="chen")
    assert start(as_of=SEPTEMBER, by="chen") == left
    assert execute(run=left).state == "done"


def test_a_run_that_broke_off_fails_in_words_when_another_day_is_screened(
    county: dict[str, Household],
) -> None:
    left = start(as_of=SEPTEMBER, by="chen")
    other = start(as_of=OCTOBER, by="chen")
    left.refresh_from_db()
    assert (left.state, other.state) == ("failed", "running")
    assert "中途断开" in left.failure
    with pytest.raises(Refused, match="ended"):
        execute(run=left)


def test_two_runs_at_once_are_refused_in_words(county: dict[str, Household]) -> None:
    run = start(as_of=SEPTEMBER, by="chen")
    folder = Path(settings.DATA) / "runs"
    folder.mkdir(exist_ok=True)
    holder = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX);"
        "print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(folder / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(os.environ),
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Refused, match="under way"):
            execute(run=run)
        with pytest.raises(Refused, match="under way"):
            start(as_of=OCTOBER, by="chen")
        other.kill()
    assert execute(run=run).state == "done"


def test_a_run_that_fails_says_so_and_leaves_no_warning(
    county: dict[str, Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    water(county["H1"], safe=False)
    run = start(as_of=SEPTEMBER, by="chen")

    def full_disk(**given: Any) -> None:
        raise OSError("周桂兰: no space left on device")

    monkeypatch.setattr(runs, "enter", full_disk)
    with pytest.raises(OSError, match="no space"):
        execute(run=run)
    run.refresh_from_db()
    assert (run.state, EarlyWarning.objects.count()) == ("failed", 0)
    assert "OSError" in run.failure
    assert "周桂兰" not in run.failure, "a failure never repeats what a household's data say"
    monkeypatch.undo()
    assert screened(SEPTEMBER).state == "done"


def test_a_run_leaves_evidence_of_its_start_and_its_end(county: dict[str, Household]) -> None:
    run = screened(SEPTEMBER)
    events = AuditEvent.objects.filter(subject=f"screening.run:{run.pk}").order_by("pk")
    assert list(events.values_list("action", "actor")) == [("runs.start", "chen"), ("runs.finish", "chen")]


def test_what_could_not_be_judged_is_one_thing_to_ask_for_per_village_or_feed(
    county: dict[str, Household],
) -> None:
    water(county["H1"], safe=True)
    run = screened(SEPTEMBER)
    found = {(gap.feed, gap.indicator, gap.area): gap for gap in gaps(EVERYWHERE, run)}
    village, other = county["H1"].area_id, county["H3"].area_id
    assert found["", "water_safe", village].households == 1
    assert found["", "water_safe", other].households == 2
    whole = [gap for gap in found.values() if gap.feed == "medical_settlement"]
    assert [(gap.area, gap.villages, gap.households) for gap in whole] == [(None, 2, 4)]
    seen = gaps(Scope((county["H3"].area.path,)), run)
    assert {gap.area for gap in seen} <= {None, other}


def test_every_figure_of_an_explanation_says_where_it_comes_from(county: dict[str, Household]) -> None:
    water(county["H1"], safe=False)
    screened(SEPTEMBER)
    (one,) = explained(EVERYWHERE)
    figures_shown = {figure.input.name: figure for figure in (*one.leading.inputs, *one.leading.evidence)}
    assert [o.feed for o in figures_shown["water_safe"].origins] == ["household_roster"]
    assert figures_shown["water_short_days_12m"].input.shown.zh == "不知道"
    assert figures_shown["water_short_days_12m"].origins[0].department.zh == "水利局"
    lines = "\n".join(line.zh for line in narrated(one))
    for part in ("名册登记饮水安全没有解决", "怎样会解除", "下一步", "按哪条规则", "这不是决定"):
        assert part in lines


def test_records_hold_the_office_numbers_and_codes_and_nobodys_name(county: dict[str, Household]) -> None:
    water(county["H1"], safe=False)
    water(county["H4"], safe=False)
    screened(SEPTEMBER)
    records = as_records(EVERYWHERE)
    assert [(r["household"], r["area"]) for r in records] == [
        ("H1", "991205101201"),
        ("H4", "991205101202"),
    ]
    assert list(records[0]) == [
        "household",
        "area",
        "cause",
        "rule",
        "level",
        "status",
        "sentence_zh",
        "sentence_en",
        "inputs",
        "threshold",
        "margin",
        "unknown",
        "deadline",
        "hits",
    ]
    text = as_json(records)
    assert "周桂兰" not in text
    assert "9900121" not in text


def test_a_viewer_sees_figures_and_rows_of_the_own_area_only(county: dict[str, Household]) -> None:
    water(county["H1"], safe=False)
    run = screened(SEPTEMBER)
    own, other = Scope((county["H1"].area.path,)), Scope((county["H3"].area.path,))
    household = county["H1"].pk
    assert figures(own, run, household)["water_safe"].value is False
    assert figures(other, run, household) == {}
    (rows,) = rows_behind(own, run, household, "water_safe")
    assert dict(zip(rows.columns, rows.rows[0], strict=True))["water_safe"] is False
    assert all(not rows.rows for rows in rows_behind(other, run, household, "water_safe"))
    known = {one.indicator.name: (one.known, one.households) for one in coverage(own, run)}
    assert known["water_safe"] == (1, 2)


def test_a_job_that_is_performed_twice_screens_once(county: dict[str, Household]) -> None:
    run = start(as_of=SEPTEMBER, by="chen")
    told: list[float] = []
    for _ in range(2):
        result = job({"run": run.pk}, lambda phase, share: told.append(share))
        assert result == {"run": run.pk, "state": "done"}
    assert told == sorted(told)
    assert AuditEvent.objects.filter(action="runs.finish").count() == 1
