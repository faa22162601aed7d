"""The shipped contracts, and what the loader refuses."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qianshao.workbooks import (
    Contract,
    ContractsRefused,
    judge,
    load_codelists,
    load_contracts,
    recognise,
    write_template,
)
from qianshao.workbooks.templates import as_text
from qianshao.workbooks.values import reader_of, right_form
from tests.unit.workbooks.making import CONTRACTS, NATIONAL, rows_of, text_file, values_of

GOOD = """\
name: death
label: {zh: 死亡, en: Deaths}
department: {zh: 公安局, en: Police}
meaning: {zh: 一人一行, en: One row each}
legal_basis: {zh: 目录, en: Catalogue}
reference: https://example.org
kind: events
delivers: changes
subject: person
lands: feed
schedule: {every: month, due_day: 10, grace_days: 45}
key: [name]
date: died_on
columns:
  - {name: name, title: 姓名, type: name, role: name, required: true, meaning: {zh: 姓名, en: Name}}
  - {name: died_on, title: 死亡日期, type: date, meaning: {zh: 日期, en: Day}}
"""


def folder(path: Path, *contracts: str, codelists: tuple[str, ...] = ()) -> Path:
    for kind, texts in (("feeds", contracts), ("codelists", codelists)):
        (path / kind).mkdir(parents=True)
        for number, text in enumerate(texts):
            (path / kind / f"{number}.yaml").write_text(text, encoding="utf-8")
    return path


def test_the_twelve_department_lists_and_the_registers_are_there() -> None:
    assert {name for name, contract in CONTRACTS.items() if contract.lands == "registry"} == {
        "household_roster",
        "member_roster",
        "income_ledger",
    }
    assert {name for name, contract in CONTRACTS.items() if contract.lands == "feed"} == {
        "medical_settlement",
        "medical_enrolment",
        "dibao_tekun",
        "disability_card",
        "school_enrolment",
        "housing_appraisal",
        "water_supply",
        "off_farm_work",
        "disaster_event",
        "vehicle",
        "business_registration",
        "death",
    }


def test_who_a_row_is_about_is_never_landed(every_contract: Contract) -> None:
    for column in every_contract.landed:
        assert column.type not in ("identity_number", "disability_number", "name", "phone", "area_code")
    if every_contract.subject == "person":
        assert every_contract.with_role("number") is not None
        assert every_contract.with_role("name") is not None
    if every_contract.subject == "village":
        assert every_contract.with_role("village_code") is not None


def test_every_code_has_names_in_both_languages(every_contract: Contract) -> None:
    for column in every_contract.columns:
        assert list(column.codes) == list(column.labels)
        for label in column.labels.values():
            assert label.zh
            assert label.en
        for texts in column.codes.values():
            assert [reader_of(column)(text) for text in texts] == [reader_of(column)(texts[0])] * len(texts)


@given(data=st.data())
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_filled_template_comes_back_as_it_was_filled(
    every_contract: Contract, tmp_path: Path, data: st.DataObject
) -> None:
    rows = data.draw(rows_of(every_contract))
    path = tmp_path / "filled.xlsx"
    write_template(path, every_contract, rows)
    judgement = judge(path, every_contract)
    read = [dict(row.values) for row in judgement.rows]
    assert judgement.file_faults == []
    assert [fault for row in judgement.refused for fault in row.faults] == []
    assert read == rows


@given(data=st.data())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_file_comes_back_as_it_was_written(
    every_contract: Contract, tmp_path: Path, data: st.DataObject
) -> None:
    rows = data.draw(rows_of(every_contract))
    columns = data.draw(st.permutations(every_contract.columns))
    lines = [[c.title for c in columns], *([as_text(c, row[c.name]) for c in columns] for row in rows)]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
    path = text_file(tmp_path / "filled.csv", lines, encoding, data.draw(st.sampled_from(",\t;")))
    judgement = judge(path, every_contract)
    assert [dict(row.values) for row in judgement.rows] == rows
    assert judgement.file_faults == []


def test_an_empty_template_is_recognised_and_holds_no_rows(every_contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    write_template(path, every_contract)
    best = recognise(path, CONTRACTS.values())[0]
    assert (best.contract.name, best.score, best.missing) == (every_contract.name, 1.0, ())
    judgement = judge(path, every_contract)
    assert list(judgement) == []
    assert [fault.code for fault in judgement.file_faults] == ["no_rows"]


def test_every_right_form_is_said_in_both_languages(every_contract: Contract) -> None:
    for column in every_contract.columns:
        form = right_form(column)
        assert form.zh
        assert form.en
        values_of(column)


def test_the_digest_changes_with_the_content_and_not_with_the_layout(tmp_path: Path) -> None:
    first = load_contracts([folder(tmp_path / "a", GOOD)])["death"]
    same = load_contracts([folder(tmp_path / "b", "# a comment\n" + GOOD)])["death"]
    other = load_contracts([folder(tmp_path / "c", GOOD.replace("due_day: 10", "due_day: 9"))])["death"]
    assert first.digest == same.digest
    assert first.digest != other.digest


def test_an_office_replaces_a_contract_and_a_code_list_by_name(tmp_path: Path) -> None:
    causes = "name: causes\nlabel: {zh: 类型, en: Causes}\ncodes:\n  flood: {zh: 洪水, en: Flood}\n"
    office = folder(tmp_path, GOOD, codelists=(causes,))
    contracts = load_contracts([NATIONAL, office])
    assert contracts["death"].column("died_on").required is False
    assert set(contracts) == set(CONTRACTS)
    assert list(load_codelists([NATIONAL, office])["causes"].codes) == ["flood"]


def test_causes_stand_in_the_order_of_the_mechanism() -> None:
    causes = load_codelists([NATIONAL])["causes"]
    assert list(causes.codes) == [
        "illness", "schooling", "disability", "disaster", "accident", "business", "work",
        "labour", "housing", "water", "insurance", "income", "other",
    ]  # fmt: skip
    assert causes.labels["illness"].zh == "因病"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "column"),
    [
        ("kind: events", "kind: event", 7, 1),
        ("due_day: 10", "due_day: ten", 11, 26),
        ("key: [name]", "key: [number]", 12, 1),
        ("date: died_on", "date: name", 13, 1),
        ("type: date", "type: day", 16, 34),
        ("required: true", "needed: true", 15, 53),
        ("title: 死亡日期", "title: 姓名", 14, 1),
        ("type: date", "type: code", 16, 5),
        ("type: date", "type: code, codelist: none_such", 16, 46),
        ("label: {zh: 死亡, en: Deaths}", "label: 死亡", 2, 1),
        ("name: death\n", "", 1, 1),
        ("key: [name]", "key: [name", 13, 5),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_column(
    tmp_path: Path, right: str, wrong: str, line: int, column: int
) -> None:
    assert right in GOOD
    with pytest.raises(ContractsRefused) as refused:
        load_contracts([folder(tmp_path, GOOD.replace(right, wrong))])
    places = {(refusal.line, refusal.column) for refusal in refused.value.refusals}
    assert (line, column) in places, refused.value


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = GOOD.replace("kind: events", "kind: event").replace("type: date", "type: day")
    codes = "codes: {a: {zh: 甲, en: A, texts: [同]}, b: {zh: 乙, en: B, texts: [同]}}"
    other = f"name: x\nlabel: {{zh: x, en: x}}\n{codes}\n"
    with pytest.raises(ContractsRefused) as refused:
        load_contracts([folder(tmp_path, wrong, codelists=(other,))])
    assert len(refused.value.refusals) >= 3
    assert len({refusal.file for refusal in refused.value.refusals}) == 2
    assert all(refusal.right_form.zh and refusal.reason.en for refusal in refused.value.refusals)


def test_a_code_that_yaml_takes_for_a_number_is_refused(tmp_path: Path) -> None:
    grades = "name: g\nlabel: {zh: 等级, en: Grade}\ncodes:\n  1: {zh: 一级, en: First}\n"
    with pytest.raises(ContractsRefused) as refused:
        load_codelists([folder(tmp_path, codelists=(grades,))])
    assert [(refusal.line, refusal.column) for refusal in refused.value.refusals] == [(4, 3)]
