"""Precision and recall on small drawn counties."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qianshao.demo.evaluation import Score, differences, evaluate


def trouble(household: str, cause: str, since: str, until: str, *feeds: str) -> dict[str, Any]:
    traces = dict.fromkeys(feeds, 1)
    return {"household": household, "cause": cause, "since": since, "until": until, "traces": traces}


def warning(household: str, cause: str, status: str = "new") -> dict[str, str]:
    return {"household": household, "cause": cause, "status": status, "sentence_en": "ignored"}


TRUTH = {
    "troubles": [
        trouble("1", "illness", "2026-08-01", "2027-01-01", "medical_settlement"),
        trouble("2", "work", "2026-10-01", "2027-01-01"),
        trouble("3", "housing", "2026-01-01", "2026-11-20", "housing_appraisal"),
        trouble("4", "schooling", "2026-09-01", "2027-01-01", "school_enrolment"),
    ]
}
AS_OF = date(2026, 11, 20)


def test_a_household_is_found_by_any_cause_and_a_pair_by_its_own() -> None:
    warnings = [
        warning("1", "illness", "continuing"),
        warning("4", "income", "unconfirmable"),
        warning("3", "housing"),
        warning("5", "disaster"),
    ]
    result = evaluate(TRUTH, warnings, AS_OF)
    assert result.households == Score(found=2, false_alarms=2, missed=1)
    assert result.pairs == Score(found=1, false_alarms=3, missed=2)
    assert (result.households.precision, result.households.recall) == (0.5, 2 / 3)
    schooling = result.causes["schooling"]
    assert (schooling.planted, schooling.found, schooling.found_by_any) == (1, 0, 1)
    assert result.causes["work"].without_trace == 1
    assert result.causes["disaster"].warned == 1


def test_a_cleared_warning_counts_for_nothing() -> None:
    assert evaluate(TRUTH, [warning("1", "illness", "cleared")], AS_OF).households.found == 0


def test_a_trouble_ends_on_its_last_day() -> None:
    warnings = [warning("3", "housing")]
    assert evaluate(TRUTH, warnings, date(2026, 11, 19)).households.found == 1
    assert evaluate(TRUTH, warnings, AS_OF).households.found == 0


def test_without_warnings_there_is_no_precision_and_no_recall_without_troubles() -> None:
    assert evaluate(TRUTH, [], AS_OF).households.precision is None
    assert evaluate({"troubles": []}, [], AS_OF).households.recall is None


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_counts_add_up(troubled: set[int], warned: set[int]) -> None:
    truth = {"troubles": [trouble(str(n), "illness", "2026-01-01", "2027-01-01") for n in sorted(troubled)]}
    score = evaluate(truth, [warning(str(n), "illness") for n in sorted(warned)], AS_OF).households
    assert score.found + score.missed == len(troubled)
    assert score.found + score.false_alarms == len(warned)


def test_a_story_that_ends_otherwise_is_named() -> None:
    named = {
        "as_of": ["a", "b"],
        "households": [{"key": "k", "household": "1", "expect": [{"water": "new"}, {}]}],
    }
    assert differences(named, [{"1": {"water": "new"}}, {}]) == []
    (found,) = differences(named, [{"1": {"water": "new"}}, {"1": {"water": "cleared"}}])
    assert (found.as_of, found.expected, found.seen) == ("b", {}, {"water": "cleared"})
