"""Rows with planted errors against 12,000 people: what is linked, what is offered, how often rightly."""

import sys

import pytest

from qianshao.linkage import model
from tests.linkage import planted
from tests.linkage.measure import Found, find, measure
from tests.linkage.planted import Planted

EACH = 20


@pytest.fixture(scope="module")
def rows_and_found() -> tuple[list[Planted], Found]:
    people = planted.register(12_000, seed=7)
    rows = planted.rows(people, EACH, seed=11)
    return rows, find(people, rows)


def test_no_row_is_linked_to_the_wrong_person_by_number(rows_and_found: tuple[list[Planted], Found]) -> None:
    rows, found = rows_and_found
    linked = [row for row in rows if found.verdicts[row.stated.key].linked]
    assert len(linked) >= 3 * EACH
    assert [row.kind for row in linked if found.verdicts[row.stated.key].person != row.person] == []


@pytest.mark.parametrize("kind", ["right", "fifteen_digits", "homophone_by_number"])
def test_what_the_number_proves_needs_no_clerk(
    rows_and_found: tuple[list[Planted], Found], kind: str
) -> None:
    rows, found = rows_and_found
    assert all(found.verdicts[row.stated.key].linked for row in rows if row.kind == kind)


def test_top_candidates_are_seldom_wrong_and_seldom_missing(
    rows_and_found: tuple[list[Planted], Found], capsys: pytest.CaptureFixture[str]
) -> None:
    rows, found = rows_and_found
    measured = measure(found, rows)
    with capsys.disabled():
        sys.stdout.write(f"\n{measured.report()}\n")
    assert measured.precision >= 0.97
    assert measured.recall >= 0.85
    assert measured.offered >= 0.95


@pytest.mark.parametrize(
    "kind",
    [
        "homophone_no_number",
        "variant_and_wrong_digit",
        "wrong_digit",
        "swapped_neighbours",
        "swapped_sequence",
        "area_corrected",
        "parents_number",
        "parents_number_no_birth",
        "no_number",
        "nickname_in_household",
    ],
)
def test_known_kinds_of_error_are_nearly_always_resolved(
    rows_and_found: tuple[list[Planted], Found], kind: str
) -> None:
    rows, found = rows_and_found
    right, _, of = measure(found, rows).by_kind[kind]
    assert right >= 0.9 * of


def test_a_name_alone_is_never_called_likely(rows_and_found: tuple[list[Planted], Found]) -> None:
    rows, found = rows_and_found
    assert [row.kind for row in rows if row.kind == "name_only" and found.top(row) is not None] == []


def test_no_level_of_the_model_is_dead(rows_and_found: tuple[list[Planted], Found]) -> None:
    _, found = rows_and_found
    met = {
        (part.name, part.value)
        for offered in found.candidates.values()
        for one in offered
        for part in one.parts
    }
    levels = {(comparison.name, one.code) for comparison in model.COMPARISONS for one in comparison.levels}
    rare = {("number", "birth_date_in_number"), ("number", "check_only"), ("number", "two_slips")}
    assert levels - met <= rare
