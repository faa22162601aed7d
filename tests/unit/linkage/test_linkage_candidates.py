import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qianshao.linkage import model
from qianshao.linkage.candidates import Candidate, candidates
from qianshao.linkage.identity_numbers import check_character
from qianshao.linkage.people import Person, Stated

MOTHER = Person(
    key=1,
    name="周桂兰",
    number="99001219620311024" + check_character("99001219620311024"),
    birth_date=date(1962, 3, 11),
    sex="2",
    village="/1/2/7/",
    household=1,
    household_number="9900000001",
    head_name="周桂兰",
)
SON = replace(
    MOTHER,
    key=2,
    name="张小明",
    number="99001219900502031" + check_character("99001219900502031"),
    birth_date=date(1990, 5, 2),
    sex="1",
)
STRANGER = Person(3, "马德福", None, date(1955, 1, 9), "1", "/1/3/9/", 2, household_number="9900000002")
REGISTER = [MOTHER, SON, STRANGER]


def row(**what: object) -> Stated:
    return Stated(**{"key": 5, "name": "周桂兰", "village": "/1/2/7/", **what})  # type: ignore[arg-type]


def level(candidate: Candidate, comparison: str) -> str:
    return next(part.value for part in candidate.parts if part.name == comparison)


@pytest.mark.parametrize(
    ("stated", "comparison", "expected"),
    [
        (row(), "name", "same"),
        (row(name="周桂蘭"), "name", "same"),
        (row(name="周贵兰"), "name", "same_sound"),
        (row(name="周桂香"), "name", "one_character"),
        (row(name="李桂兰"), "name", "one_character"),
        (row(name="周兰"), "name", "one_character"),
        (row(name="周兰桂"), "name", "one_character"),
        (row(name="周大凤", birth_date=date(1962, 3, 11)), "name", "same_surname"),
        (row(name="吴大凤", birth_date=date(1962, 3, 11)), "name", "differs"),
        (row(birth_date=date(1962, 11, 3)), "birth_date", "slip"),
        (row(birth_date=date(1963, 3, 11)), "birth_date", "slip"),
        (row(birth_date=date(1962, 7, 25)), "birth_date", "same_year"),
        (row(birth_date=date(1980, 7, 25)), "birth_date", "differs"),
        (row(birth_date=None), "birth_date", "not_compared"),
        (row(number=MOTHER.number), "number", "same"),
        (row(number="990012196203110249"), "number", "check_only"),
        (row(number="99001219620311074" + "X"), "number", "two_slips"),
        (row(number="99001219620311074" + str(MOTHER.number)[17]), "number", "slip"),
        (row(number="99001219620311420" + "X"), "number", "sequence_shuffled"),
        (row(number="990103" + str(MOTHER.number)[6:]), "number", "area_only"),
        (row(number="990999196203119998"), "number", "birth_date_in_number"),
        (row(number="999999196203110240"), "number", "not_compared"),
        (row(household_number="9900000001"), "household", "same"),
        (row(head_name="周桂蘭"), "household", "same_head"),
        (row(household_number="9900000002"), "household", "differs"),
        (row(number=SON.number), "household", "number_of_member"),
        (row(village="/1/2/8/"), "village", "same_township"),
        (row(village="/1/3/9/"), "village", "differs"),
        (row(household_number="9900000001"), "village", "not_compared"),
    ],
)
def test_each_agreement_is_called_by_its_name(stated: Stated, comparison: str, expected: str) -> None:
    found = {candidate.person: candidate for candidate in candidates([stated], REGISTER, at_least=1e-12)}
    assert level(found[1], comparison) == expected


def test_a_child_listed_under_the_mothers_number_is_offered_before_the_mother() -> None:
    lent = Stated(5, MOTHER.number, "张小明", None, None, MOTHER.village)
    assert [candidate.person for candidate in candidates([lent], REGISTER)] == [2, 1]


def test_the_score_is_the_sum_of_its_parts() -> None:
    stated = [row(), row(key=6, name="周贵兰", birth_date=date(1962, 11, 3)), row(key=7, number=SON.number)]
    found = candidates(stated, REGISTER, at_least=1e-12)
    assert len(found) >= 4
    for candidate in found:
        assert 1 / (1 + 2 ** -sum(part.weight for part in candidate.parts)) == pytest.approx(
            candidate.score, abs=0.01
        )


def test_nobody_is_offered_for_nothing_stated_or_nobody_registered() -> None:
    assert candidates([Stated(5)], REGISTER) == []
    assert candidates([row()], []) == []
    assert candidates([], REGISTER) == []


def test_the_likeliest_come_first_and_not_more_than_asked_for() -> None:
    twins = [replace(MOTHER, key=key, number=None) for key in (30, 12, 21)]
    stated = [row(key=6), row(key=4)]
    found = candidates(stated, [*twins, STRANGER], at_most=2)
    assert [(c.stated, c.person) for c in found] == [(4, 12), (4, 21), (6, 12), (6, 21)]


def test_scores_depend_neither_on_the_order_of_people_nor_on_who_else_is_doubtful() -> None:
    stated = [row(), row(key=6, name="张小明", village=None)]
    together = candidates(stated, REGISTER)
    assert candidates(stated[::-1], REGISTER[::-1]) == together
    assert candidates(stated[:1], REGISTER) + candidates(stated[1:], REGISTER) == together
    assert candidates(stated, REGISTER) == together


def test_no_name_and_no_number_is_left_in_files_logs_or_parts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    found = candidates([row(number=MOTHER.number)], REGISTER)
    assert list(tmp_path.iterdir()) == []
    said = caplog.text + "".join(capfd.readouterr()) + repr(found) + repr(REGISTER) + repr(row())
    assert [secret for secret in ("周", "张小明", str(MOTHER.number), "19620311") if secret in said] == []


def test_shares_of_every_comparison_add_up_to_one() -> None:
    for collisions in ({}, dict.fromkeys(model.AGREEING_COLUMNS, (10, 1_000_000))):
        weights = model.weights(collisions)
        for comparison in model.COMPARISONS:
            shares = [weights[comparison.name, one.code] for one in comparison.levels]
            assert sum(m for m, _ in shares) == pytest.approx(1)
            assert sum(u for _, u in shares) == pytest.approx(1, abs=0.01)


def test_what_the_register_shows_outweighs_the_default() -> None:
    assert model.weights({})["village", "same"] == (0.85, pytest.approx(0.01))
    one_village = model.weights({"village": (10**9, 10**9), "township": (10**9, 10**9)})
    assert one_village["village", "same"][1] > 0.99


def test_every_level_speaks_both_languages() -> None:
    for one in model.LEVELS:
        assert one.label.zh
        assert one.label.en.isascii()
