"""The example county from the command line: what is warned of, how it reads, and how right it is."""

import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from qianshao.demo.evaluation import differences
from qianshao.workbooks import load_codelists
from tests.acceptance.county import County

KEYS = {
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
}
INPUT_KEYS = {"name", "value", "unit", "source", "date"}
IDENTITY_NUMBER = re.compile(r"(?<!\d)(\d{15}|\d{17}[\dXx])(?!\d)")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture(scope="session")
def printed(county: County) -> str:
    return county.warnings()


@pytest.fixture(scope="session")
def warnings(printed: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed)
    return found


def test_every_warning_has_the_keys_that_are_promised_and_no_other(warnings: list[dict[str, Any]]) -> None:
    assert warnings
    for warning in warnings:
        assert set(warning) == KEYS
        assert warning["status"] in {"new", "continuing", "unconfirmable"}
        assert warning["rule"] == warning["hits"][0]
        assert warning["sentence_zh"]
        assert warning["sentence_en"]
        assert DAY.fullmatch(warning["deadline"])
        assert warning["inputs"]
    assert {"new", "continuing"} <= {warning["status"] for warning in warnings}


def test_every_figure_says_where_it_comes_from_and_up_to_which_day(warnings: list[dict[str, Any]]) -> None:
    figures = [figure for warning in warnings for figure in warning["inputs"]]
    for figure in figures:
        assert set(figure) >= INPUT_KEYS
        assert figure["source"]
        if figure["value"] is not None:
            assert DAY.fullmatch(figure["date"] or ""), figure


def test_warnings_hold_no_name_and_no_identity_number(county: County, printed: str) -> None:
    assert not IDENTITY_NUMBER.findall(printed)
    people = {name for (name,) in county.rows("select name from registry_person")}
    people |= {case["head"] for case in county.content("named.json")["households"]}
    assert len(people) > county.households
    assert [name for name in people if name in printed] == []


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    county: County, printed: str, tmp_path: Path
) -> None:
    # Another folder, another order of hashes, other words: nothing of it may show.
    again = County(tmp_path / "again", county.households).make(PYTHONHASHSEED="1", LANG="C.UTF-8")
    assert again.warnings(PYTHONHASHSEED="2", LANG="C.UTF-8") == printed
    assert files_of(again) == files_of(county)
    other = County(tmp_path / "other", county.households, seed=8).make()
    assert other.warnings() != printed


def test_every_named_household_ends_as_its_story_says(county: County) -> None:
    assert differences(county.content("named.json"), seen_by_day(county)) == []


def test_rows_that_a_story_calls_doubtful_are_linked_to_nobody_and_name_the_household(county: County) -> None:
    named = county.rows(
        "select distinct h.number, s.first_feed from feeds_linkcandidate c"
        " join feeds_statedidentity s on s.id = c.stated_id"
        " join registry_membership m on m.person_id = c.person_id"
        " join registry_household h on h.id = m.household_id where s.doubt <> ''"
    )
    told = [(case["household"], feed) for case in stories(county) for feed in case["doubtful"]]
    assert told
    assert [each for each in told if each not in named] == []


def test_what_a_story_calls_unknown_is_neither_warned_of_nor_clear(county: County) -> None:
    rules = json.loads(county.run("rules", "list", "--json").stdout)
    (folder,) = county.rows("select folder from screening_run where state = 'done' order by id desc limit 1")[
        0
    ]
    outcomes = pq.read_table(county.data / folder / "outcomes.parquet")
    unknown = outcomes.filter(pc.equal(outcomes["outcome"], "unknown"))
    pairs = set(zip(unknown.column("household").to_pylist(), unknown.column("rule").to_pylist(), strict=True))
    keys = dict(county.rows("select number, id from registry_household"))
    told = [(case["household"], cause) for case in stories(county) for cause in case["unknown"]]
    assert told
    for household, cause in told:
        asked = {rule["rule"] for rule in rules if rule["cause"] == cause}
        assert any((keys[household], rule) in pairs for rule in asked), (household, cause)


def test_the_demo_prints_how_right_it_was_and_is_neither_blind_nor_perfect(county: County) -> None:
    printed = county.said[0]
    scores = re.findall(r"准确率 (\d\.\d\d)，召回率 (\d\.\d\d)", printed)
    assert len(scores) == 2  # by household; by household and cause
    assert all(0 < float(value) < 1 for score in scores for value in score)
    labels = load_codelists([Path(str(files("qianshao") / "rulebook" / "national"))])["causes"].labels
    codes = {label.zh: code for code, label in labels.items()}
    table = re.findall(r"(?m)^│ (\w+) +│ +(\d+) │ +(\d+) │", printed)
    found = {codes[cause]: int(number) for cause, _, number in table}
    planted = {codes[cause]: int(number) for cause, number, _ in table if int(number)}
    truth = county.content("truth.json")
    last = truth["as_of"][-1]
    running = {(t["household"], t["cause"]) for t in truth["troubles"] if t["since"] <= last < t["until"]}
    assert planted == Counter(cause for _, cause in running)
    assert 0 < sum(found.values()) < sum(planted.values())


def stories(county: County) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = county.content("named.json")["households"]
    return told


def seen_by_day(county: County) -> list[dict[str, dict[str, str]]]:
    """For each screened day in turn the status of each household's warnings by cause."""
    seen: dict[str, dict[str, dict[str, str]]] = {}
    for day, household, cause, status in county.rows(
        "select r.as_of, h.number, w.cause, s.status from screening_sighting s"
        " join screening_run r on r.id = s.run_id join screening_earlywarning w on w.id = s.warning_id"
        " join registry_household h on h.id = w.household_id where r.state = 'done'"
    ):
        seen.setdefault(str(day), {}).setdefault(household, {})[cause] = status
    return [seen[day] for day in sorted(seen)]


def files_of(county: County) -> dict[str, bytes]:
    """Every file that departments sent."""
    sent = (path for path in county.files.rglob("*") if path.is_file())
    return {path.relative_to(county.files).as_posix(): path.read_bytes() for path in sent}
