from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qianshao.access.scope import EVERYWHERE, Scope
from qianshao.places.actions import AreaRow, import_areas
from qianshao.places.models import Area
from qianshao.registry import facts
from qianshao.registry.actions import households as household_actions
from qianshao.registry.actions import income as income_actions
from qianshao.registry.actions import members as member_actions
from qianshao.registry.actions.areas import import_area_list
from qianshao.registry.actions.facts import Statement
from qianshao.registry.actions.households import HouseholdRow
from qianshao.registry.actions.income import IncomeRow
from qianshao.registry.actions.members import MemberRow
from qianshao.registry.facts import AsOf
from qianshao.registry.models import Household, Person
from qianshao.registry.readers import households
from qianshao.registry.readers.income import ledger, rounded
from qianshao.registry.readers.search import search

pytestmark = pytest.mark.django_db

AUGUST = Statement(date(2026, 8, 31), datetime(2026, 9, 2, tzinfo=UTC), "delivery:1")
OCTOBER = Statement(date(2026, 10, 31), datetime(2026, 11, 2, tzinfo=UTC), "delivery:2")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
ZHOU = MemberRow(
    "H1", "周桂兰", "head", "990012196803071228", True, "2", date(1968, 3, 7), conditions="serious"
)
CHILD = MemberRow("H1", "周小宝", "grandson", None, False, "1", date(2015, 6, 1), school_status="primary")
LUO = MemberRow("H2", "罗大山", "head", "990012197002023033", False, "1", date(1970, 2, 2))


@pytest.fixture
def village() -> Area:
    codes = [("99", "宁州省"), ("9912", "河清市"), ("991205", "青禾县"), ("991205101", "云溪镇")]
    codes += [("991205101201", "上坝村"), ("991205101202", "岩口村")]
    import_areas([AreaRow(code, name, date(2020, 1, 1)) for code, name in codes])
    upper, rock = Area.objects.get(name="上坝村"), Area.objects.get(name="岩口村")
    first = HouseholdRow("H1", phone="13900000001", base_type="lifted", housing_grade="C")
    household_actions.apply_village(area=upper, rows=[first], statement=AUGUST, by="chen")
    household_actions.apply_village(area=rock, rows=[HouseholdRow("H2")], statement=AUGUST, by="chen")
    member_actions.apply_village(area=upper, rows=[ZHOU, CHILD], statement=AUGUST, by="chen")
    member_actions.apply_village(area=rock, rows=[LUO], statement=AUGUST, by="chen")
    return upper


@pytest.mark.parametrize(
    "text",
    [
        "周桂兰",
        "桂兰",
        "zhouguilan",
        "Zhou Gui",
        "zgl",
        "990012196803071228",
        "13900000001",
        "139-0000-0001",
        "H1",
    ],
)
def test_a_household_is_found_by_whatever_is_at_hand(village: Area, text: str) -> None:
    assert [(found.number, found.head, found.village) for found in search(EVERYWHERE, text)] == [
        ("H1", "周桂兰", "上坝村")
    ]


def test_nobody_is_found_outside_the_viewers_area(village: Area) -> None:
    assert search(Scope((village.path,)), "罗大山") == []
    assert search(EVERYWHERE, "  ") == []
    assert search(EVERYWHERE, "周" * 60_000) == []
    with pytest.raises(Household.DoesNotExist):
        households.household(Scope((village.path,)), "H2")
    luo = Household.objects.get(number="H2").pk
    assert households.members(Scope((village.path,)), luo, date(2026, 11, 20)) == []
    assert households.history(Scope((village.path,)), luo) == []


def test_members_come_head_first_with_age_and_masked_number(village: Area) -> None:
    key = households.household(EVERYWHERE, "H1").pk
    head, child = households.members(EVERYWHERE, key, date(2026, 11, 20))
    assert (head.name, head.age, head.number) == ("周桂兰", 58, "990012********1228")
    assert (child.relation, child.age) == ("grandson", 11)
    assert head.facts["conditions"] == "serious"
    assert "education" not in head.facts
    assert "1228" not in repr(head)
    assert "serious" not in repr(head)


def test_a_household_is_shown_as_it_was_on_a_past_day(village: Area) -> None:
    key = households.household(EVERYWHERE, "H1").pk
    better = HouseholdRow("H1", housing_grade="A")
    household_actions.apply_village(area=village, rows=[better], statement=OCTOBER, by="chen")
    gone = MemberRow("H1", "周小宝", "grandson", birth_date=date(2015, 6, 1), left_on=date(2026, 10, 9))
    member_actions.apply_village(area=village, rows=[gone], statement=OCTOBER, by="chen")
    grades = {
        day: [f.value for f in households.facts(EVERYWHERE, key, day) if f.name == "grade"]
        for day in (date(2026, 9, 30), date(2026, 11, 20))
    }
    assert grades == {date(2026, 9, 30): ["C"], date(2026, 11, 20): ["A"]}
    assert len(households.members(EVERYWHERE, key, date(2026, 9, 30))) == 2
    assert len(households.members(EVERYWHERE, key, date(2026, 11, 20))) == 1
    assert [m.name for m in households.former_members(EVERYWHERE, key, date(2026, 11, 20))] == ["周小宝"]


def test_the_tables_know_only_what_was_recorded_by_then(village: Area) -> None:
    household_actions.apply_village(
        area=village, rows=[HouseholdRow("H1", housing_grade="A")], statement=OCTOBER, by="chen"
    )
    gone = MemberRow("H1", "周小宝", "grandson", birth_date=date(2015, 6, 1), left_on=date(2026, 10, 9))
    member_actions.apply_village(area=village, rows=[gone], statement=OCTOBER, by="chen")
    before, after = datetime(2026, 11, 1, tzinfo=UTC), NOW
    then = facts.tables(AsOf(date(2026, 10, 31), before))
    now = facts.tables(AsOf(date(2026, 10, 31), after))
    assert [row["housing_grade"] for row in then["households"].to_pylist()] == ["C", None]
    assert [row["housing_grade"] for row in now["households"].to_pylist()] == ["A", None]
    assert (then["persons"].num_rows, now["persons"].num_rows) == (3, 2)


def test_an_earlier_day_is_not_changed_by_what_came_after_it(village: Area) -> None:
    day = AsOf(date(2026, 9, 30), NOW)
    before = facts.tables(day)
    household_actions.apply_village(
        area=village, rows=[HouseholdRow("H1", housing_grade="A")], statement=OCTOBER, by="chen"
    )
    assert facts.tables(day) == before


def test_a_corrected_amount_is_seen_as_it_was_known(village: Area) -> None:
    wage = IncomeRow("H1", "wage", date(2026, 8, 1), 420_000, "self_report")
    income_actions.apply_village(area=village, rows=[wage], statement=AUGUST, by="chen")
    better = IncomeRow("H1", "wage", date(2026, 8, 1), 460_000, "self_report")
    income_actions.apply_village(area=village, rows=[better], statement=OCTOBER, by="chen")
    amounts = [
        facts.tables(AsOf(date(2026, 9, 30), moment))["income"].column("amount").to_pylist()
        for moment in (datetime(2026, 10, 1, tzinfo=UTC), NOW)
    ]
    assert amounts == [[420_000], [460_000]]


def test_net_income_is_computed_from_the_items_and_divided_by_who_lives_there(village: Area) -> None:
    items = [("wage", 420_001), ("crop", 100_000), ("business_expense", 250_000), ("transfer_dibao", 30_000)]
    rows = [IncomeRow("H1", item, date(2026, 8, 1), amount, "visit") for item, amount in items]
    rows.append(IncomeRow("H1", "wage", date(2025, 8, 1), 999, "visit"))
    income_actions.apply_village(area=village, rows=rows, statement=AUGUST, by="chen")
    account = ledger(EVERYWHERE, Household.objects.get(number="H1").pk, date(2026, 8, 31))
    assert account.by_group == {"wage": 420_001, "business": 100_000, "expense": 250_000, "transfer": 30_000}
    assert (account.net, account.heads, account.per_head) == (300_001, 2, 150_001)
    assert len(account.months) == 12
    assert (account.months[0], account.months[-1]) == (date(2025, 9, 1), date(2026, 8, 1))


@pytest.mark.parametrize(
    ("amount", "heads", "each"), [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (-4, 3, -1), (0, 7, 0)]
)
def test_halves_of_a_fen_are_rounded_away_from_zero(amount: int, heads: int, each: int) -> None:
    assert rounded(amount, heads) == each


def test_the_number_of_queries_does_not_grow_with_the_households(village: Area) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            facts.tables(AsOf(date(2026, 9, 30), NOW))
        return len(captured)

    few = queries()
    many = [HouseholdRow(f"M{i}", base_type="ordinary") for i in range(300)]
    household_actions.apply_village(area=village, rows=many, statement=AUGUST, by="chen")
    people = [MemberRow(f"M{i}", f"某{i}", "head", birth_date=date(1980, 1, 1)) for i in range(300)]
    member_actions.apply_village(area=village, rows=people, statement=AUGUST, by="chen")
    assert queries() == few


def test_a_list_of_areas_twice_adds_them_once(village: Area) -> None:
    listed = [("991205101203", "水口村"), ("991205101201", "上坝村")]
    assert import_area_list(rows=listed, by="chen") == 1
    assert import_area_list(rows=listed, by="chen") == 0


def test_an_older_list_does_not_bring_back_who_is_said_to_have_left(village: Area) -> None:
    gone = MemberRow("H1", "周小宝", "grandson", birth_date=date(2015, 6, 1), left_on=date(2026, 10, 9))
    member_actions.apply_village(area=village, rows=[gone], statement=OCTOBER, by="chen")
    assert member_actions.apply_village(area=village, rows=[CHILD], statement=AUGUST, by="chen") == 0
    later = Statement(date(2026, 11, 15), NOW, "delivery:3")
    member_actions.apply_village(area=village, rows=[CHILD], statement=later, by="chen")
    child = Person.objects.get(name="周小宝")
    back = child.memberships.get(valid_until=None)
    assert back.valid_from == date(2026, 11, 15)
