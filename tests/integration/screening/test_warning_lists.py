from datetime import date, timedelta

import pytest
from django.utils import timezone

from qianshao.access.models import AuditEvent
from qianshao.access.scope import EVERYWHERE, Scope
from qianshao.refusals import Refused
from qianshao.registry.models import Household
from qianshao.screening.actions.holds import hold, lift
from qianshao.screening.models import EarlyWarning, Run
from qianshao.screening.readers.holds import holds
from qianshao.screening.readers.warnings import Wanted, counts, of_household, warning, warnings
from qianshao.work import clocks

DAY = date(2026, 11, 20)


@pytest.fixture
def raised(county: dict[str, Household]) -> Run:
    run = Run.objects.create(
        as_of=DAY,
        known_at=timezone.now(),
        engine="duckdb",
        state="done",
        result_digest="d",
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )
    rows = [
        ("H1", "illness", "red", "new", 5, ""),
        ("H1", "housing", "yellow", "unconfirmable", -4, ""),
        ("H2", "illness", "orange", "continuing", 15, ""),
        ("H3", "illness", "yellow", "new", 9, ""),
        ("H4", "schooling", "yellow", "cleared", 9, "facts_changed"),
    ]
    for number, cause, level, status, days, why in rows:
        EarlyWarning.objects.create(
            household=county[number],
            cause=cause,
            rule=f"{cause}_rule",
            level=level,
            status=status,
            first_run=run,
            last_run=run,
            due_on=DAY + timedelta(days=days),
            hits=[],
            cleared_because=why,
        )
    return run


def listed(wanted: Wanted, scope: Scope = EVERYWHERE) -> list[tuple[str, str]]:
    return [(w.household.number, w.cause) for w in warnings(scope, wanted, DAY)]


def village_of(household: Household) -> Scope:
    return Scope((household.area.path,))


def test_the_list_holds_what_is_open_and_the_first_due_comes_first(raised: Run) -> None:
    expected = [("H1", "housing"), ("H1", "illness"), ("H3", "illness"), ("H2", "illness")]
    assert listed(Wanted()) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(causes=["housing"]), {("H1", "housing")}),
        (Wanted(levels=["red", "orange"]), {("H1", "illness"), ("H2", "illness")}),
        (Wanted(statuses=["cleared"]), {("H4", "schooling")}),
        (Wanted(rules=["housing_rule"]), {("H1", "housing")}),
        (Wanted(due="overdue"), {("H1", "housing")}),
        (Wanted(due="week"), {("H1", "illness")}),
        (Wanted(text="有才"), {("H2", "illness")}),
        (Wanted(text="yang de shun"), {("H3", "illness")}),
        (Wanted(text="luoyou"), {("H2", "illness")}),
        (Wanted(text="LYC"), {("H2", "illness")}),
        (Wanted(text="h3"), {("H3", "illness")}),
        (Wanted(text="没有这人"), set()),
    ],
)
def test_the_list_is_narrowed_by(raised: Run, wanted: Wanted, expected: set[tuple[str, str]]) -> None:
    assert set(listed(wanted)) == expected


def test_the_gravest_come_first_when_asked_so(raised: Run) -> None:
    assert [key for key, _ in listed(Wanted(sort="level"))] == ["H1", "H2", "H1", "H3"]


def test_a_village_cadre_sees_the_own_village_only(raised: Run, county: dict[str, Household]) -> None:
    scope = village_of(county["H3"])
    assert listed(Wanted(), scope) == [("H3", "illness")]
    assert counts(scope, DAY).open == 1
    foreign = EarlyWarning.objects.get(household=county["H2"])
    with pytest.raises(EarlyWarning.DoesNotExist):
        warning(scope, foreign.pk)
    assert not of_household(scope, county["H2"].pk).exists()
    assert listed(Wanted(), Scope(())) == []


def test_the_figures_of_the_overview_add_up(raised: Run) -> None:
    figures = counts(EVERYWHERE, DAY)
    assert figures.by_status == {"continuing": 1, "new": 2, "unconfirmable": 1}
    for split in (figures.by_status, figures.by_cause, figures.by_level, figures.by_village):
        assert sum(split.values()) == figures.open == 4
    assert (figures.households, figures.overdue, figures.cleared) == (3, 1, {"facts_changed": 1})


def test_a_held_warning_is_listed_apart_and_comes_back_on_its_day(
    raised: Run, county: dict[str, Household]
) -> None:
    today = clocks.today()
    until = today + timedelta(days=30)
    hold(household=county["H1"], cause="illness", until=until, reason="已在县医院协商减免", by="chen")

    def on(day: date, wanted: Wanted) -> set[tuple[str, str]]:
        return {(w.household.number, w.cause) for w in warnings(EVERYWHERE, wanted, day)}

    assert ("H1", "illness") not in on(today, Wanted())
    assert on(today, Wanted(held=True)) == {("H1", "illness")}
    assert (counts(EVERYWHERE, today).open, counts(EVERYWHERE, today).held) == (3, 1)
    assert ("H1", "illness") in on(until, Wanted())
    assert [h.reason for h in holds(EVERYWHERE, today)] == ["已在县医院协商减免"]
    assert not holds(village_of(county["H3"]), today)


def test_a_hold_can_be_lifted_once_and_both_leave_evidence(county: dict[str, Household]) -> None:
    until = clocks.today() + timedelta(days=3)
    hold(household=county["H1"], cause="illness", until=until, reason="等医保结算", by="chen")
    lift(household=county["H1"], cause="illness", by="chen")
    assert not holds(EVERYWHERE, clocks.today())
    with pytest.raises(Refused, match="not held"):
        lift(household=county["H1"], cause="illness", by="chen")
    events = AuditEvent.objects.filter(subject=f"registry.household:{county['H1'].pk}")
    assert list(events.order_by("pk").values_list("action", flat=True)) == ["holds.hold", "holds.lift"]


@pytest.mark.parametrize(("days", "reason"), [(0, "已谈妥"), (-3, "已谈妥"), (3, "  ")])
def test_a_hold_without_a_future_day_or_a_reason_is_refused(
    county: dict[str, Household], days: int, reason: str
) -> None:
    until = clocks.today() + timedelta(days=days)
    with pytest.raises(Refused):
        hold(household=county["H1"], cause="illness", until=until, reason=reason, by="chen")
    assert not AuditEvent.objects.filter(action="holds.hold").exists()


def test_the_same_is_not_held_twice(county: dict[str, Household]) -> None:
    until = clocks.today() + timedelta(days=3)
    hold(household=county["H1"], cause="illness", until=until, reason="等医保结算", by="chen")
    with pytest.raises(Refused, match="held until"):
        hold(household=county["H1"], cause="illness", until=until, reason="再等", by="chen")
