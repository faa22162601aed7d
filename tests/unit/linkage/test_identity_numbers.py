from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qianshao.linkage.identity_numbers import check_character, masked, parse, upgrade
from qianshao.linkage.words import FAULTS, HINTS

BODIES = st.builds(
    lambda days, sequence: f"990012{date(1900, 1, 1) + timedelta(days):%Y%m%d}{sequence:03}",
    st.integers(0, 45_000),
    st.integers(0, 999),
)
NUMBERS = BODIES.map(lambda body: body + check_character(body))


@pytest.mark.parametrize(
    ("text", "born", "sex"),
    [("11010519491231002X", date(1949, 12, 31), "2"), ("440524188001010014", date(1880, 1, 1), "1")],
)
def test_the_two_examples_of_the_standard_are_valid(text: str, born: date, sex: str) -> None:
    number = parse(text)
    assert (number.valid, number.birth_date, number.sex, number.form) == (True, born, sex, "resident18")


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("11010519491231002", "X"),
        ("44052418800101001", "4"),
        ("14090219800101001", "6"),
        ("14090219800229012", "8"),
        ("14098119650101123", "0"),
    ],
)
def test_check_characters_are_those_computed_with_a_second_tool(body: str, check: str) -> None:
    assert check_character(body) == check


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002X".lower(),
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X ",
        "'11010519491231002X",
        "110105-19491231-002X",
        "11010519491231002Х",  # a Cyrillic letter that looks like X
        "\ufeff11010519491231002X\t",
    ],
)
def test_a_number_is_read_however_it_was_typed(typed: str) -> None:
    assert parse(typed).text == "11010519491231002X"
    assert parse(typed).valid


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ("empty",)),
        (None, ("empty",)),
        ("999999199001010011", ("placeholder",)),
        ("99999919900101001141", ("placeholder",)),
        ("9900121990010100", ("length",)),
        ("9900121990010100A1", ("characters",)),
        ("99001219900101X011", ("characters",)),
        ("①②③④⑤⑥⑦⑧", ("length",)),
        ("99001219900230" + "0016", ("date", "check")),
        ("990012199001010010", ("check",)),
        ("000000000000000000", ("date", "check")),
    ],
)
def test_all_faults_of_a_number_are_named_at_once(text: str | None, faults: tuple[str, ...]) -> None:
    assert parse(text).faults == faults
    assert all(FAULTS[code].zh and FAULTS[code].en for code in faults)


@given(NUMBERS)
@example("99001219000101000" + check_character("99001219000101000"))
def test_what_is_made_with_its_check_character_is_valid(number: str) -> None:
    assert parse(number).valid
    assert f"{parse(number).birth_date:%Y%m%d}" == number[6:14]


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_wrong_character_is_found(number: str, place: int, wrong: str) -> None:
    assume(number[place] != wrong)
    assert not parse(number[:place] + wrong + number[place + 1 :]).valid


@given(NUMBERS, st.integers(0, 17), st.integers(0, 17))
def test_every_swap_of_two_digits_is_found_unless_they_stand_ten_places_apart(
    number: str, one: int, other: int
) -> None:
    """So every adjacent transposition is; ten places apart the weights are equal and nothing can be found."""
    assume(number[one] != number[other])
    swapped = list(number)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    changed = parse("".join(swapped))
    assert not changed.valid or abs(one - other) == 10


@given(BODIES.filter(lambda body: body[6:8] == "19"))
def test_a_number_of_the_first_generation_becomes_the_one_of_today(body: str) -> None:
    number = parse(body[:6] + body[8:])
    assert (number.text, number.valid, number.form) == (body + check_character(body), True, "resident15")
    assert upgrade(body[:6] + body[8:]) == number.text


@pytest.mark.parametrize(("suffix", "form"), [("42", "disability20"), ("42B1", "disability22")])
def test_a_disability_card_is_an_identity_number_with_category_and_grade(suffix: str, form: str) -> None:
    card = parse("11010519491231002X" + suffix)
    assert card.valid
    assert (card.text, card.form) == ("11010519491231002X", form)
    assert (card.disability_category, card.disability_grade) == (4, 2)


def test_a_card_of_an_unknown_category_is_faulty() -> None:
    assert parse("11010519491231002X82").faults == ("disability",)
    assert parse("11010519491231002X45").faults == ("disability",)


def test_a_retired_county_code_is_a_hint_and_no_fault() -> None:
    retired = parse("440524188001010014", known_counties={"110105"})
    assert retired.valid
    assert retired.hint == "retired_county"
    assert parse("11010519491231002X", known_counties={"110105"}).hint is None
    assert parse("11010519491231002X", known_counties={"140902"}).hint == "unknown_county"
    assert parse("11010519491231002X").hint is None
    assert set(HINTS) == {"retired_county", "unknown_county"}


def test_a_masked_number_keeps_six_and_four_characters() -> None:
    assert masked("990012199001011234") == "990012********1234"
    assert masked("990012900101123") == "990012*****1123"
    assert masked("99001219") == "********"
    assert masked(None) == ""


@given(NUMBERS)
def test_a_number_never_shows_itself_in_a_log(number: str) -> None:
    shown = repr(parse(number))
    assert number not in shown
    assert number[6:14] not in shown


@given(st.text(max_size=30))
def test_no_text_at_all_makes_reading_fail(text: str) -> None:
    parse(text)
    assert len(masked(text)) <= 30 * 18
