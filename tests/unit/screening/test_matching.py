from collections import Counter
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from qianshao.rules.values import Value
from qianshao.screening.hits import Hit, Reading
from qianshao.screening.matching import CLEARED, OPEN, Judgements, Matched, OpenWarning, match

DAY = date(2026, 10, 31)
CAUSES = {"r1": "illness", "r2": "illness", "r3": "schooling", "r4": "housing"}
LEVEL = {"r1": "yellow", "r2": "red", "r3": "orange", "r4": "yellow"}


def hit(rule: str, threshold: int | None = None, margin: int | None = None, level: str | None = None) -> Hit:
    return Hit(rule, CAUSES[rule], level or LEVEL[rule], threshold=threshold, margin=margin)


def found(
    hits: list[tuple[int, Hit]],
    unknown: set[tuple[int, str]] = frozenset(),  # type: ignore[assignment]
    households: set[int] | None = None,
    as_of: date = DAY,
    ended_by_rule: bool = False,
    uncounted: dict[tuple[int, str], tuple[str, ...]] | None = None,
) -> Judgements:
    return Judgements(
        as_of=as_of,
        hits=hits,
        unknown=unknown,
        households=set(range(100)) if households is None else households,
        due=lambda household, rule: as_of + timedelta(days={"r1": 15, "r2": 3}.get(rule, 10)),
        ended_by_rule=lambda household, hit: ended_by_rule,
        uncounted=uncounted or {},
    )


def left_open(matched: list[Matched]) -> list[OpenWarning]:
    return [
        OpenWarning(m.household, m.cause, m.raised_on, m.due_on, m.hits) for m in matched if m.status in OPEN
    ]


def test_hits_of_one_household_and_cause_are_one_warning_and_the_gravest_rule_leads() -> None:
    (warning,) = match([], found([(1, hit("r1", 100, 900)), (1, hit("r2"))]))
    assert [h.rule for h in warning.hits] == ["r2", "r1"]
    assert (warning.leading.rule, warning.status) == ("r2", "new")


def test_at_one_level_the_rule_that_is_further_beyond_its_threshold_leads() -> None:
    near, far = hit("r1", 1000, 1, "red"), hit("r2", 10, 5, "red")
    (warning,) = match([], found([(1, near), (1, far)]))
    assert warning.leading is far


def test_a_new_warning_is_due_by_the_shortest_clock_and_keeps_that_day_when_it_continues() -> None:
    first = match([], found([(1, hit("r1")), (1, hit("r2"))]))
    assert first[0].due_on == DAY + timedelta(days=3)
    (second,) = match(left_open(first), found([(1, hit("r1"))], as_of=DAY + timedelta(days=30)))
    assert (second.status, second.due_on, second.raised_on) == ("continuing", first[0].due_on, DAY)


def test_a_warning_whose_rule_became_unknown_stays_with_what_was_known() -> None:
    first = match([], found([(1, hit("r1", 100, 5))]))
    (second,) = match(left_open(first), found([], unknown={(1, "r1")}))
    assert (second.status, second.leading.margin, second.leading.confirmed) == ("unconfirmable", 5, False)


def test_a_doubtful_rule_is_not_forgotten_while_another_one_keeps_the_warning_open() -> None:
    first = match([], found([(1, hit("r1")), (1, hit("r2"))]))
    second = match(left_open(first), found([(1, hit("r1"))], unknown={(1, "r2")}))
    assert [(h.rule, h.confirmed) for h in second[0].hits] == [("r1", True), ("r2", False)]
    (third,) = match(left_open(second), found([], unknown={(1, "r2")}))
    assert third.status == "unconfirmable"
    (fourth,) = match(left_open([third]), found([]))
    assert fourth.status == "cleared"


def test_what_was_not_confirmable_continues_when_it_is_found_again() -> None:
    first = match([], found([(1, hit("r1"))]))
    second = match(left_open(first), found([], unknown={(1, "r1")}))
    (third,) = match(left_open(second), found([(1, hit("r1"))], as_of=DAY + timedelta(days=30)))
    assert (third.status, third.leading.confirmed) == ("continuing", True)


def test_screening_a_day_again_leaves_its_new_warnings_new() -> None:
    first = match([], found([(1, hit("r1")), (2, hit("r1"))]))
    again = match(left_open(first), found([(1, hit("r1"))]))
    assert [(m.household, m.status) for m in again] == [(1, "new"), (2, "cleared")]


def test_a_cleared_warning_says_whether_facts_or_the_rule_changed_or_the_household_left() -> None:
    before = left_open(match([], found([(1, hit("r1"))])))
    (facts,) = match(before, found([]))
    (rule,) = match(before, found([], ended_by_rule=True))
    (left,) = match(before, found([], households={2}, ended_by_rule=True))
    assert [m.cleared_because for m in (facts, rule, left)] == ["facts_changed", "rule_changed", "left_area"]


def test_a_row_that_did_not_count_clears_nothing_and_is_named() -> None:
    before = left_open(match([], found([(1, hit("r1")), (1, hit("r2"))])))
    waiting = {(1, "r1"): ("medical_settlement",)}
    (second,) = match(before, found([], uncounted=waiting))
    assert [(h.rule, h.confirmed, h.uncounted) for h in second.hits] == [
        ("r1", False, ("medical_settlement",))
    ]
    assert (second.status, second.cleared_because) == ("unconfirmable", "")
    (unknown,) = match(left_open([second]), found([], unknown={(1, "r1")}))
    assert unknown.leading.uncounted == (), "the later run had another reason"
    (third,) = match(left_open([second]), found([]))
    assert (third.status, third.cleared_because) == ("cleared", "facts_changed")


def test_a_row_that_did_not_count_keeps_no_warning_that_ends_for_another_reason() -> None:
    before = left_open(match([], found([(1, hit("r1"))])))
    waiting = {(1, "r1"): ("medical_settlement",)}
    (rule,) = match(before, found([], uncounted=waiting, ended_by_rule=True))
    (left,) = match(before, found([], households={2}, uncounted=waiting))
    assert [m.cleared_because for m in (rule, left)] == ["rule_changed", "left_area"]
    assert match([], found([], uncounted=waiting)) == []


def test_an_unknown_rule_that_never_hit_raises_nothing() -> None:
    assert match([], found([], unknown={(1, "r1")})) == []


def test_a_hit_comes_back_from_its_stored_form() -> None:
    stored = Hit(
        "r1",
        "illness",
        "red",
        (Reading("self_paid", Value(at_least=1_842_000)), Reading("died_on", Value(none=True))),
        1_000_000,
        842_000,
        confirmed=False,
        uncounted=("medical_settlement",),
    )
    assert Hit.from_json(stored.to_json()) == stored


households = st.integers(0, 7)
rules = st.sampled_from(sorted(CAUSES))
run = st.tuples(
    st.dictionaries(
        st.tuples(households, rules), st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=20
    ),
    st.sets(st.tuples(households, rules), max_size=20),
    st.sets(households),
)


def judged(drawn: tuple, number: int) -> Judgements:
    hits, unknown, present = drawn
    known = {key for key in unknown if key not in hits}
    rows = [
        (household, hit(rule, *figures))
        for (household, rule), figures in hits.items()
        if household in present
    ]
    return found(rows, known, present, DAY + timedelta(days=30 * number))


@given(st.lists(run, max_size=4))
def test_no_warning_is_lost_or_doubled_from_run_to_run(runs: list[tuple]) -> None:
    before: list[OpenWarning] = []
    for number, drawn in enumerate(runs):
        matched = match(before, judged(drawn, number))
        keys = Counter((m.household, m.cause) for m in matched)
        assert set(keys.values()) <= {1}
        status = Counter(m.status for m in matched)
        assert len(before) == status["continuing"] + status["unconfirmable"] + status["cleared"]
        before = left_open(matched)
        assert len(before) == status["new"] + status["continuing"] + status["unconfirmable"]
        assert all(bool(m.cleared_because) == (m.status == CLEARED) for m in matched)


@given(run, run, st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order_of_rows(first: tuple, second: tuple, random: Random) -> None:
    before = left_open(match([], judged(first, 0)))
    judgements = judged(second, 1)
    shuffled = list(judgements.hits)
    random.shuffle(shuffled)
    again = found(shuffled, set(judgements.unknown), set(judgements.households), judgements.as_of)
    matched = match(before, judgements)
    assert match(list(reversed(before)), again) == matched
    assert [(m.household, m.cause) for m in matched] == sorted((m.household, m.cause) for m in matched)


@given(run)
def test_finding_the_same_a_month_later_leaves_every_warning_continuing(drawn: tuple) -> None:
    first = match([], judged(drawn, 0))
    second = match(left_open(first), judged(drawn, 1))
    assert {m.status for m in second} <= {"continuing"}
    assert [(m.household, m.cause, m.hits, m.due_on) for m in second] == [
        (m.household, m.cause, m.hits, m.due_on) for m in first
    ]
