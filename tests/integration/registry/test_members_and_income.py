from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from qianshao.places.actions import AreaRow, import_areas
from qianshao.places.models import Area
from qianshao.registry.actions import households, income, members
from qianshao.registry.actions.facts import Statement
from qianshao.registry.actions.households import HouseholdRow
from qianshao.registry.actions.income import IncomeRow
from qianshao.registry.actions.members import MemberRow, UnknownHouseholds
from qianshao.registry.models import IncomeItem, Labour, Membership, Person

pytestmark = pytest.mark.django_db

AUGUST = Statement(date(2026, 8, 31), datetime(2026, 9, 2, tzinfo=UTC), "delivery:1")
OCTOBER = Statement(date(2026, 10, 31), datetime(2026, 11, 2, tzinfo=UTC), "delivery:2")
HEAD = MemberRow(
    "H1", "周桂兰", "head", "990012196803071228", True, "2", date(1968, 3, 7), ability="ordinary"
)
CHILD = MemberRow("H1", "周小宝", "grandson", "990012196803071228", True, "1", date(2015, 6, 1))
NO_NUMBER = MemberRow("H1", "周大山", "son", None, False, "1", date(1990, 1, 1), ability="none")


@pytest.fixture
def village() -> Area:
    codes = [("99", "宁州省"), ("9912", "河清市"), ("991205", "青禾县"), ("991205101", "云溪镇")]
    codes += [("991205101201", "上坝村")]
    import_areas([AreaRow(code, name, date(2020, 1, 1)) for code, name in codes])
    village = Area.objects.get(name="上坝村")
    rows = [HouseholdRow("H1"), HouseholdRow("H2")]
    households.apply_village(area=village, rows=rows, statement=AUGUST, by="chen")
    return village


def test_a_child_listed_under_a_parents_number_is_another_person(village: Area) -> None:
    members.apply_village(area=village, rows=[HEAD, CHILD], statement=AUGUST, by="chen")
    assert set(Person.objects.values_list("name", flat=True)) == {"周桂兰", "周小宝"}


def test_a_second_roster_with_nothing_new_changes_nothing(village: Area) -> None:
    rows = [HEAD, CHILD, NO_NUMBER]
    assert members.apply_village(area=village, rows=rows, statement=AUGUST, by="chen") > 0
    assert members.apply_village(area=village, rows=rows, statement=OCTOBER, by="chen") == 0
    assert (Person.objects.count(), Membership.objects.count()) == (3, 3)


def test_a_person_without_a_number_is_known_again_and_gets_the_number_later(village: Area) -> None:
    members.apply_village(area=village, rows=[NO_NUMBER], statement=AUGUST, by="chen")
    numbered = replace(NO_NUMBER, number="990012199001011013", number_valid=True)
    members.apply_village(area=village, rows=[numbered], statement=OCTOBER, by="chen")
    assert Person.objects.get().number == "990012199001011013"


def test_a_valid_number_is_never_replaced_by_an_invalid_one(village: Area) -> None:
    members.apply_village(area=village, rows=[HEAD], statement=AUGUST, by="chen")
    wrong = replace(HEAD, number="990012196803071229", number_valid=False)
    members.apply_village(area=village, rows=[wrong], statement=OCTOBER, by="chen")
    assert Person.objects.get().number == HEAD.number


def test_who_moves_to_another_household_leaves_the_first_one(village: Area) -> None:
    members.apply_village(area=village, rows=[HEAD], statement=AUGUST, by="chen")
    moved = replace(HEAD, household_number="H2", joined_on=date(2026, 10, 1))
    members.apply_village(area=village, rows=[moved], statement=OCTOBER, by="chen")
    former, present = Membership.objects.order_by("pk")
    assert (former.valid_until, former.left_reason) == (date(2026, 10, 31), "moved")
    assert present.household.number == "H2"


def test_leaving_is_stated_and_dated(village: Area) -> None:
    members.apply_village(area=village, rows=[HEAD, CHILD], statement=AUGUST, by="chen")
    left = replace(CHILD, left_on=date(2026, 9, 9), left_reason="married_out")
    members.apply_village(area=village, rows=[left], statement=OCTOBER, by="chen")
    membership = Membership.objects.get(person__name="周小宝")
    assert (membership.valid_until, membership.left_reason) == (date(2026, 9, 9), "married_out")
    assert members.apply_village(area=village, rows=[left], statement=OCTOBER, by="chen") == 0


def test_who_is_not_in_the_list_stays_a_member(village: Area) -> None:
    members.apply_village(area=village, rows=[HEAD, CHILD], statement=AUGUST, by="chen")
    members.apply_village(area=village, rows=[HEAD], statement=OCTOBER, by="chen")
    assert Membership.objects.filter(valid_until=None).count() == 2


def test_a_new_relation_to_the_head_leaves_the_earlier_one_in_history(village: Area) -> None:
    members.apply_village(area=village, rows=[NO_NUMBER], statement=AUGUST, by="chen")
    head = replace(NO_NUMBER, relation="head")
    members.apply_village(area=village, rows=[head], statement=OCTOBER, by="chen")
    history = Membership.objects.order_by("pk").values_list("relation", "valid_from", "valid_until")
    assert list(history) == [
        ("son", date(1990, 1, 1), date(2026, 10, 31)),
        ("head", date(2026, 10, 31), None),
    ]
    assert members.apply_village(area=village, rows=[head], statement=OCTOBER, by="chen") == 0


def test_members_of_an_unknown_household_are_refused_and_nothing_is_written(village: Area) -> None:
    stranger = replace(HEAD, household_number="H9")
    with pytest.raises(UnknownHouseholds, match="H9"):
        members.apply_village(area=village, rows=[CHILD, stranger], statement=AUGUST, by="chen")
    assert not Person.objects.exists()


def test_names_numbers_and_illnesses_do_not_show_in_a_rows_printed_form() -> None:
    row = replace(HEAD, conditions="serious")
    assert HEAD.number not in repr(row)
    assert "serious" not in repr(row)


def test_labour_of_all_members_is_recorded_in_one_go(village: Area) -> None:
    members.apply_village(area=village, rows=[HEAD, CHILD, NO_NUMBER], statement=AUGUST, by="chen")
    assert sorted(Labour.objects.values_list("ability", flat=True)) == ["none", "ordinary"]


def test_a_corrected_amount_takes_the_earlier_ones_place_and_both_are_kept(village: Area) -> None:
    wage = IncomeRow("H1", "wage", date(2026, 8, 1), 420_000, "self_report")
    assert income.apply_village(area=village, rows=[wage], statement=AUGUST, by="chen") == 1
    assert income.apply_village(area=village, rows=[wage], statement=OCTOBER, by="chen") == 0
    better = replace(wage, amount=460_000)
    assert income.apply_village(area=village, rows=[better], statement=OCTOBER, by="chen") == 1
    assert IncomeItem.objects.get(corrected_at=None).amount == 460_000
    assert IncomeItem.objects.get(corrected_at__isnull=False).amount == 420_000
