from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianshao.linkage.exact import exact
from qianshao.linkage.identity_numbers import check_character, parse
from qianshao.linkage.people import Person, Stated
from qianshao.linkage.words import REASONS


def number_of(born: str, sequence: str, county: str = "990012") -> str:
    body = county + born + sequence
    return body + check_character(body)


MOTHER_NUMBER = number_of("19620311", "024")
MOTHER = Person(1, "周桂兰", MOTHER_NUMBER, date(1962, 3, 11), "2")
CHILD_UNDER_HER_NUMBER = Person(2, "张小明", MOTHER_NUMBER, date(1990, 5, 2), "1")


def stated(**what: Any) -> Stated:
    return Stated(**{"key": 9, "number": MOTHER_NUMBER, "name": "周桂兰", **what})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (stated(), "number_and_name"),
        (stated(name="周桂蘭"), "number_and_name"),
        (stated(birth_date=date(1962, 4, 15)), "number_and_name"),
        (stated(name="周贵兰"), "number_and_sound"),
        (stated(name=None), "number_alone"),
        (stated(number=MOTHER_NUMBER[:6] + MOTHER_NUMBER[8:17]), "number_and_name"),
        (stated(number=MOTHER_NUMBER + "43"), "number_and_name"),
        (stated(number=MOTHER_NUMBER + "43B1"), "number_and_name"),
        (stated(number=" " + MOTHER_NUMBER.lower() + " "), "number_and_name"),
    ],
)
def test_a_valid_number_and_a_fitting_name_link(row: Stated, reason: str) -> None:
    verdict = exact(row, [MOTHER])
    assert (verdict.person, verdict.linked, verdict.doubtful) == (1, True, False)
    assert verdict.reason == reason


SWAPPED = MOTHER_NUMBER[:15] + MOTHER_NUMBER[16] + MOTHER_NUMBER[15] + MOTHER_NUMBER[17]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (stated(name="张小明"), "name_differs"),
        (stated(name="周桂英"), "name_differs"),
        (stated(name="周贵兰", birth_date=date(1990, 5, 2)), "birth_date_differs"),
        (stated(name=None, birth_date=date(1990, 5, 2)), "birth_date_differs"),
        (stated(name=None, sex="1"), "sex_differs"),
        (stated(number=None), "number_missing"),
        (stated(number="  "), "number_missing"),
        (stated(number="999999196203110248"), "number_placeholder"),
        (stated(number=SWAPPED), "number_invalid"),
        (stated(number=MOTHER_NUMBER[:-1]), "number_invalid"),
    ],
)
def test_anything_that_contradicts_makes_it_doubtful(row: Stated, reason: str) -> None:
    verdict = exact(row, [MOTHER])
    assert (verdict.person, verdict.linked, verdict.doubtful) == (None, False, True)
    assert verdict.reason == reason


def test_a_child_registered_under_the_mothers_number_is_not_taken_for_her() -> None:
    assert exact(stated(), [CHILD_UNDER_HER_NUMBER]).reason == "name_differs"
    assert exact(stated(name=None), [CHILD_UNDER_HER_NUMBER]).reason == "birth_date_differs"


@pytest.mark.parametrize(
    ("name", "person", "reason"),
    [
        ("周桂兰", 1, "name_decides"),
        ("周贵兰", 1, "name_decides"),
        ("张小明", 2, "name_decides"),
        ("王五", None, "number_shared"),
        (None, None, "number_shared"),
    ],
)
def test_of_two_people_with_one_number_the_name_decides_or_nothing(
    name: str | None, person: int | None, reason: str
) -> None:
    verdict = exact(stated(name=name), [MOTHER, CHILD_UNDER_HER_NUMBER])
    assert (verdict.person, verdict.reason) == (person, reason)


def test_two_people_with_one_number_and_one_name_stay_doubtful() -> None:
    verdict = exact(stated(), [MOTHER, replace(MOTHER, key=3)])
    assert (verdict.doubtful, verdict.reason) == (True, "number_shared")


def test_a_valid_number_that_nobody_has_is_not_doubtful() -> None:
    verdict = exact(stated(), [])
    assert (verdict.linked, verdict.doubtful, verdict.reason) == (False, False, "nobody_in_register")


def test_a_retired_county_code_links_with_a_hint() -> None:
    old = number_of("18800101", "001", county="440524")
    assert parse(old).valid
    verdict = exact(stated(number=old), [replace(MOTHER, number=old)])
    assert verdict.linked
    assert verdict.evidence["hint"] == "retired_county"


@given(
    name=st.sampled_from([None, "周桂兰", "周贵兰", "张小明", "王五"]),
    number=st.sampled_from([None, MOTHER_NUMBER, SWAPPED, "999999", MOTHER_NUMBER + "43"]),
    birth_date=st.sampled_from([None, date(1962, 3, 11), date(1990, 5, 2)]),
    sex=st.sampled_from([None, "1", "2"]),
    persons=st.lists(st.sampled_from([MOTHER, CHILD_UNDER_HER_NUMBER]), max_size=2, unique=True),
)
def test_every_verdict_has_words_and_evidence_without_names_and_numbers(
    persons: list[Person], **what: Any
) -> None:
    verdict = exact(stated(**what), persons)
    assert verdict.words == REASONS[verdict.reason]
    assert verdict.linked == (verdict.person is not None)
    assert verdict.person is None or verdict.person in {person.key for person in persons}
    shown = repr(verdict)
    assert not [secret for secret in (MOTHER_NUMBER, SWAPPED, "周", "张小明") if secret in shown]
