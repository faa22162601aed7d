"""A generated county, delivered and screened three times: what must hold of every household in it."""

import json
import os
import re
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import transaction
from python_calamine import CalamineWorkbook

from qianshao.access.scope import EVERYWHERE, Scope
from qianshao.demo.county import generate
from qianshao.registry.models import Household, Person
from qianshao.rules.engines import memory
from qianshao.rules.engines.results import values_of
from qianshao.rules.parameters import resolve
from qianshao.rules.types import Subject
from qianshao.screening import rulebooks
from qianshao.screening.actions.runs import execute, start
from qianshao.screening.evaluation import repeat
from qianshao.screening.explanation import explain
from qianshao.screening.export import as_json, as_records
from qianshao.screening.intake import Taken, take_in
from qianshao.screening.models import EarlyWarning, Run, Sighting
from qianshao.screening.now import now
from qianshao.screening.readers.runs import folder

HOUSEHOLDS = 340  # judged on three days: a thousand subjects
LAST_DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Screened:
    files: Path
    taken: Taken


@pytest.fixture(scope="module")
def screened(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Screened]:
    """The county once for all tests here; taken back after them."""
    folder = tmp_path_factory.mktemp("county")
    generate(folder, households=HOUSEHOLDS, seed=7)
    with django_db_blocker.unblock(), transaction.atomic():
        yield Screened(folder / "files", take_in(folder / "files", by="system"))
        transaction.set_rollback(True)


@pytest.fixture
def runs(screened: Screened, db: None) -> list[Run]:
    return screened.taken.runs


def facts_of(run: Run) -> memory.Facts:
    tables = {
        name: pq.read_table(Path(settings.DATA) / file).to_pylist()
        for name, file in run.manifest["snapshot"].items()
    }
    return memory.Facts(tables, tables.pop("coverage"))


def outcomes_of(run: Run) -> dict[tuple[int, str], str]:
    rows = pq.read_table(folder(run) / "outcomes.parquet").to_pylist()
    return {(row["household"], row["rule"]): row["outcome"] for row in rows}


def test_both_engines_agree_on_every_household_and_day(runs: list[Run]) -> None:
    subjects = 0
    for run in runs:
        rulebook = rulebooks.kept(run.manifest["rulebook"])
        codes = set(run.manifest["villages"].values())
        resolved = [resolve(rulebook, code, run.as_of) for code in sorted(codes)]
        assert all(one == resolved[0] for one in resolved), "one zone, so one pass by memory will do"
        judged = memory.evaluate(rulebook, facts_of(run), run.as_of, resolved[0])
        found = outcomes_of(run)
        rows = pq.read_table(folder(run) / "indicators.parquet").to_pylist()
        assert {row["household"] for row in rows} == judged.keys()
        for row in rows:
            one = judged[row["household"]]
            assert values_of(rulebook.of_subject(Subject.HOUSEHOLD), row) == dict(one.indicators)
            words = {True: "hit", None: "unknown", False: None}
            expected = {rule: words[truth] for rule, truth in one.outcomes.items()}
            assert {rule: found.get((row["household"], rule)) for rule in expected} == expected
            subjects += 1
    assert subjects >= 1000


def test_now_says_of_a_household_what_the_last_run_said(runs: list[Run]) -> None:
    run = runs[-1]
    found = outcomes_of(run)
    for household in Household.objects.order_by("pk")[::17]:
        judged = now(household, run.as_of)
        assert judged is not None
        expected = {rule: found.get((household.pk, rule)) for rule in judged.outcomes}
        words = {True: "hit", None: "unknown", False: None}
        assert {rule: words[truth] for rule, truth in judged.outcomes.items()} == expected


def test_every_open_warning_is_counted_once_on_every_day(runs: list[Run]) -> None:
    opened = 0
    for run in runs:
        status = Counter(Sighting.objects.filter(run=run).values_list("status", flat=True))
        assert dict(status) == run.counts["warnings"]
        assert opened == status["continuing"] + status["unconfirmable"] + status["cleared"]
        opened = status["new"] + status["continuing"] + status["unconfirmable"]
    assert opened == EarlyWarning.objects.exclude(status="cleared").count()
    assert {"new", "continuing", "cleared", "unconfirmable"} <= set(
        Sighting.objects.values_list("status", flat=True)
    )


def test_no_name_and_no_identity_number_leaves_the_machine_interface(runs: list[Run]) -> None:
    text = as_json(as_records(EVERYWHERE, on=LAST_DAY))
    assert not re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", text)
    # Names of two characters are words of the language now and then: 高明, 文明.
    names = {name for name in Person.objects.values_list("name", flat=True) if len(name) > 2}
    assert len(names) > HOUSEHOLDS
    assert not [name for name in names if name in text]
    assert json.loads(text)


def test_analytic_files_hold_no_names_and_no_numbers(runs: list[Run]) -> None:
    names = set(Person.objects.values_list("name", flat=True))
    numbers = {person.number for person in Person.objects.exclude(number=None)}
    files = [path for path in Path(settings.DATA).rglob("*.parquet") if "snapshots" in path.parts]
    for path in files:
        table = pq.read_table(path)
        for column in table.column_names:
            held = {str(value) for value in table.column(column).unique().to_pylist()}
            assert not held & names, (path, column)
            assert not held & numbers, (path, column)


def test_every_warning_explains_itself_whatever_its_status(runs: list[Run]) -> None:
    rulebook = rulebooks.kept(runs[-1].manifest["rulebook"])
    for warning in EarlyWarning.objects.select_related("household__area", "last_run", "first_run"):
        one = explain(warning)
        assert one.leading.hit.rule == warning.rule
        sentence = one.leading.explanation.sentence
        assert "{" not in sentence.zh + sentence.en
        assert one.leading.rule.cause == warning.cause
        assert warning.due_on >= warning.first_run.as_of
        assert all(figure.origins for figure in (*one.leading.inputs, *one.leading.details))
        assert warning.cause in rulebook.codelists["causes"].codes
        if warning.status != "cleared":
            assert one.leading.explanation.clears


def test_what_cannot_be_confirmed_is_told_with_the_figures_that_were_known_last(runs: list[Run]) -> None:
    doubtful = EarlyWarning.objects.filter(status="unconfirmable").first()
    assert doubtful is not None
    one = explain(doubtful)
    assert one.leading.run.as_of < LAST_DAY
    assert one.leading.hit.confirmed is False


def test_screening_the_last_day_again_changes_no_byte(runs: list[Run]) -> None:
    before = as_json(as_records(EVERYWHERE, on=LAST_DAY))
    again = execute(run=start(as_of=LAST_DAY, by="system"))
    assert again.result_digest == runs[-1].result_digest
    assert as_json(as_records(EVERYWHERE, on=LAST_DAY)) == before


def test_each_run_comes_again_from_its_manifest(runs: list[Run], tmp_path: Path) -> None:
    for run in runs:
        assert repeat(run, tmp_path / str(run.pk)) == run.result_digest


def test_a_scan_of_the_folder_gives_the_same_warnings_and_leaves_nothing(
    screened: Screened, runs: list[Run], tmp_path: Path
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    out = tmp_path / "warnings.xlsx"
    command = [sys.executable, "-m", "qianshao", "scan", str(screened.files), "--out", str(out)]
    environment = {**os.environ, "TMPDIR": str(private), "LANG": "zh_CN.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr  # the departments' usual dirt is refused and named
    assert list(private.iterdir()) == []
    book = CalamineWorkbook.from_path(out)
    assert book.sheet_names == ["预警", "依据哪些数", "拒收的行", "说明"]
    titles, *rows = book.get_sheet_by_name("预警").to_python()
    listed = [dict(zip(titles, row, strict=True)) for row in rows]
    served = as_records(EVERYWHERE, on=LAST_DAY)
    assert [(row["户编号"], row["为什么预警"], str(row["期限"])) for row in listed] == [
        (r["household"], r["sentence_zh"], r["deadline"]) for r in served
    ]
    labels = {"new": "新增", "continuing": "持续", "unconfirmable": "不能确认"}
    assert [row["状态"] for row in listed] == [labels[r["status"]] for r in served]
    refused = book.get_sheet_by_name("拒收的行").to_python()[1:]
    assert len(refused) >= sum(delivery.rows_refused for delivery in screened.taken.deliveries) > 0
    assert all(row[0] and row[4] and row[5] for row in refused)


def test_a_scan_that_is_told_to_end_removes_its_private_folder(screened: Screened, tmp_path: Path) -> None:
    out, private = tmp_path / "w.xlsx", tmp_path / "private"
    private.mkdir()
    command = [sys.executable, "-m", "qianshao", "scan", str(screened.files), "--out", str(out)]
    environment = {**os.environ, "TMPDIR": str(private)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as scan:
        while not list(private.glob("*/data/qianshao.sqlite3")):
            assert scan.poll() is None
            time.sleep(0.05)
        (made,) = private.iterdir()
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        scan.terminate()
        assert scan.wait(timeout=60) != 0
    assert list(private.iterdir()) == []
    assert not out.exists()


def test_taking_the_same_folder_in_again_changes_nothing(screened: Screened, runs: list[Run]) -> None:
    before = as_json(as_records(EVERYWHERE, on=LAST_DAY))
    again = take_in(screened.files, by="system")
    assert again.runs == []
    assert [d.pk for d in again.deliveries] == [d.pk for d in screened.taken.deliveries]
    assert as_json(as_records(EVERYWHERE, on=LAST_DAY)) == before


def test_the_warnings_of_the_villages_are_together_those_of_the_county(runs: list[Run]) -> None:
    villages = {household.area.path for household in Household.objects.select_related("area")}
    parts = [as_records(Scope((path,)), on=LAST_DAY) for path in villages]
    whole = as_records(EVERYWHERE, on=LAST_DAY)
    together = sorted((r["household"], r["cause"]) for part in parts for r in part)
    assert together == sorted((r["household"], r["cause"]) for r in whole)
