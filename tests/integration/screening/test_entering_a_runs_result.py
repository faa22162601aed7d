from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from qianshao.access.scope import EVERYWHERE, Scope
from qianshao.registry.models import Household
from qianshao.screening.actions.warnings import enter, left_open
from qianshao.screening.hits import Hit
from qianshao.screening.matching import Judgements, match
from qianshao.screening.models import EarlyWarning, Run, Sighting
from qianshao.screening.readers.runs import changes, last_done

SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)


def hit(rule: str = "self_paid", cause: str = "illness") -> Hit:
    return Hit(rule, cause, "red", threshold=100, margin=5)


def screen(as_of: date, *hits: tuple[Household, Hit], unknown: tuple[tuple[int, str], ...] = ()) -> Run:
    now = timezone.now()
    run = Run.objects.create(
        as_of=as_of,
        known_at=now,
        engine="duckdb",
        state="done",
        result_digest="d",
        started_at=now,
        finished_at=now,
    )
    earlier = last_done(before=as_of)
    same = Run.objects.filter(as_of=as_of, pk__lt=run.pk).order_by("-pk").first()
    before = [*left_open(earlier), *left_open(same, raised_on=as_of)]
    found = Judgements(
        as_of=as_of,
        hits=[(household.pk, h) for household, h in hits],
        unknown=set(unknown),
        households=set(Household.objects.values_list("pk", flat=True)),
        due=lambda household, rule: as_of + timedelta(days=15),
        ended_by_rule=lambda household, h: False,
    )
    with transaction.atomic():
        enter(run=run, matched=match(before, found), gaps={})
    return run


def details() -> list[tuple]:
    return list(EarlyWarning.objects.order_by("pk").values_list("due_on", "hits", "first_run"))


def state() -> list[tuple[str, str, str, date]]:
    rows = EarlyWarning.objects.order_by("household__number", "cause", "first_run__as_of")
    return [(w.household.number, w.cause, w.status, w.first_run.as_of) for w in rows]


def test_a_warning_is_new_then_continues_then_clears_and_its_history_stays(
    county: dict[str, Household],
) -> None:
    screen(SEPTEMBER, (county["H1"], hit()))
    screen(OCTOBER, (county["H1"], hit()))
    screen(date(2026, 11, 20))
    assert state() == [("H1", "illness", "cleared", SEPTEMBER)]
    assert list(Sighting.objects.order_by("pk").values_list("status", flat=True)) == [
        "new",
        "continuing",
        "cleared",
    ]


def test_what_comes_back_after_it_cleared_is_another_warning(county: dict[str, Household]) -> None:
    screen(SEPTEMBER, (county["H1"], hit()))
    screen(OCTOBER)
    screen(date(2026, 11, 20), (county["H1"], hit()))
    assert [row[2:] for row in state()] == [("cleared", SEPTEMBER), ("new", date(2026, 11, 20))]


def test_screening_a_day_again_changes_no_warning(county: dict[str, Household]) -> None:
    screen(SEPTEMBER, (county["H1"], hit()), (county["H2"], hit()))
    found = [(county["H1"], hit()), (county["H3"], hit())]
    screen(OCTOBER, *found)
    before = [*state(), *EarlyWarning.objects.order_by("pk").values_list("due_on", "hits", "first_run")]
    screen(OCTOBER, *found)
    assert before == [
        *state(),
        *EarlyWarning.objects.order_by("pk").values_list("due_on", "hits", "first_run"),
    ]
    assert {row[0]: row[2] for row in state()} == {"H1": "continuing", "H2": "cleared", "H3": "new"}


def test_screening_a_day_again_with_better_data_takes_back_what_the_first_time_said(
    county: dict[str, Household],
) -> None:
    screen(SEPTEMBER, (county["H1"], hit()))
    screen(OCTOBER, (county["H2"], hit()), (county["H3"], hit()))
    screen(OCTOBER, (county["H1"], hit()), (county["H3"], hit()))
    assert {row[0]: row[2] for row in state()} == {"H1": "continuing", "H2": "cleared", "H3": "new"}
    again = screen(OCTOBER, (county["H2"], hit()), (county["H3"], hit()))
    assert {row[0]: row[2] for row in state()} == {"H1": "cleared", "H2": "new", "H3": "new"}
    assert changes(EVERYWHERE, again) == {"cleared": 1, "new": 2}
    assert changes(Scope((county["H3"].area.path,)), again) == {"new": 1}


def test_a_result_is_never_entered_outside_of_the_transaction_that_ends_the_run(
    county: dict[str, Household], transactional_db: None
) -> None:
    run = screen(SEPTEMBER, (county["H1"], hit()))
    with pytest.raises(transaction.TransactionManagementError):
        enter(run=run, matched=[], gaps={})
