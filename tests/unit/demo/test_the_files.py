"""The files of the example county: what departments would send, dirt included, and the same for a seed."""

import hashlib
import json
import re
from collections import defaultdict
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import pytest

from qianshao.demo.calendar import ROUNDS
from qianshao.demo.county import generate
from qianshao.demo.events import outages
from qianshao.demo.places import villages
from qianshao.demo.shocks import VillageEvent
from qianshao.feeds.periods import period_in
from qianshao.feeds.reading import judgement_of
from qianshao.linkage.identity_numbers import parse
from qianshao.workbooks import Contract, JudgedRow, judge, load_contracts, recognise

NATIONAL = Path(str(files("qianshao.rulebook") / "national"))
# Slips that leave a number that is somebody's: no check finds them.
VALID_SLIPS = ("number_of_another", "fifteen_digits", "homophone", "total_row")


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts([NATIONAL])


@pytest.fixture(scope="module")
def truth(county: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((county / "truth.json").read_text(encoding="utf-8"))
    return content


def sent(county: Path) -> list[Path]:
    return sorted(path for path in (county / "files").rglob("*.*") if path.name != "areas.csv")


def contract_of(path: Path, contracts: dict[str, Contract]) -> Contract:
    label = re.split("[_（]", path.name)[0]
    return next(contract for contract in contracts.values() if contract.label.zh == label)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(folder)).encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def test_exactly_the_planted_rows_are_refused(
    county: Path, contracts: dict[str, Contract], truth: dict[str, Any]
) -> None:
    planted = {(each["file"], each["row"]) for each in truth["planted"] if each["refused"]}
    refused, accepted = set(), 0
    for path in sent(county):
        period, contract = period_in(path.name), contract_of(path, contracts)
        judgement = judgement_of(path, contract, period)
        for row in judgement:
            if isinstance(row, JudgedRow):
                accepted += 1
            else:
                refused.add((name_of(path), row.row))
        assert not judgement.file_faults, path.name
    assert refused == planted
    assert len(refused) > 30
    assert accepted > 15_000


def test_every_fault_that_can_be_planted_was(truth: dict[str, Any]) -> None:
    faults = {each["fault"] for each in truth["planted"]}
    assert {"month_13", "unknown_code", "negative", "rounded", "no_name", "twice", "total_row"} <= faults
    assert {"swapped_digits", "fifteen_digits", "number_of_another"} <= faults


def test_every_file_is_recognised_by_its_header(county: Path, contracts: dict[str, Contract]) -> None:
    for path in sent(county):
        best = recognise(path, list(contracts.values()))[0]
        assert best.contract.name == contract_of(path, contracts).name, path.name
        assert not best.missing, path.name


def test_all_identity_numbers_are_of_area_99_and_valid_but_for_the_planted_ones(
    county: Path, contracts: dict[str, Contract], truth: dict[str, Any]
) -> None:
    slips: dict[tuple[str, int], str] = {
        (each["file"], each["row"]): each["fault"] for each in truth["planted"] if not each["refused"]
    }
    invalid = defaultdict(list)
    for path in sent(county):
        contract = contract_of(path, contracts)
        number = contract.with_role("number")
        if number is None:
            continue
        for row in judge(path, contract).rows:
            text = row.values.get(number.name)
            if not text:
                continue
            assert str(text).startswith("99")
            if not parse(str(text)).valid:
                invalid[slips.get((name_of(path), row.row), "not planted")].append(name_of(path))
    assert set(invalid) == {"swapped_digits", "wrong_check"} & set(slips.values())


def test_the_truth_stays_out_of_the_files_and_people_out_of_the_truth(county: Path) -> None:
    text = (county / "truth.json").read_text(encoding="utf-8")
    assert not re.search(r"99\d{15}[\dX]", text)
    assert {path.name for path in county.iterdir()} == {"files", "truth.json", "named.json"}
    folders = {path.name for path in (county / "files").iterdir()}
    assert folders == {"01-登记", "2026-09", "2026-10", "2026-11", "areas.csv"}


def test_one_list_is_missing_and_one_is_late(county: Path) -> None:
    names = [name_of(path) for path in sent(county)]
    assert not [name for name in names if name.endswith("供水中断_20261001-20261031.xlsx")]
    assert "2026-11/供水中断_20261101-20261120.xlsx" in names
    assert "2026-11/务工监测_20261001-20261031.csv" in names
    assert not [name for name in names if name.startswith("2026-10/务工监测")]


def test_no_short_outage_seems_endless_because_a_list_is_missing() -> None:
    village = villages(400, Random(1))[0]
    for began in range(20, 31):
        day = date(2026, 9, began)
        short = VillageEvent("outage", day, day + timedelta(days=6), 1.0)
        assert all(row.values["outage_to"] for row in outages(village, [short]))


def test_no_outage_is_listed_before_it_began() -> None:
    village = villages(400, Random(1))[0]
    for began in (date(2026, 9, 29), date(2026, 10, 1), date(2026, 10, 3), date(2026, 11, 2)):
        short = VillageEvent("outage", began, began + timedelta(days=1), 1.0)
        listed = list(outages(village, [short]))
        assert listed
        assert all(began <= ROUNDS[row.round].until for row in listed)


def test_no_event_list_is_empty(county: Path, contracts: dict[str, Contract]) -> None:
    for path in sent(county):
        judgement = judge(path, contract_of(path, contracts))
        assert sum(1 for _ in judgement.rows) > 0, path.name


def test_encodings_and_header_rows_differ(county: Path, contracts: dict[str, Contract]) -> None:
    starts = {path.read_bytes()[:2] for path in sent(county) if path.suffix == ".csv"}
    assert b"\xff\xfe" in starts
    assert b"\xef\xbb" in starts
    gbk = next(path for path in sent(county) if path.name.startswith("家庭成员名册"))
    with pytest.raises(UnicodeDecodeError):
        gbk.read_text(encoding="utf-8")
    rows = {judge(path, contract_of(path, contracts)).header_row for path in sent(county)}
    assert rows == {1, 2, 3}


def test_a_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(tmp_path / folder, households=200, seed=seed)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


def test_a_county_too_small_for_its_stories_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 200"):
        generate(tmp_path, households=50, seed=1)
