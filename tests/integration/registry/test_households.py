from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from qianshao.access.models import AuditEvent
from qianshao.places.actions import AreaRow, import_areas
from qianshao.places.models import Area
from qianshao.registry.actions.facts import Statement
from qianshao.registry.actions.households import HouseholdOfAnotherVillage, HouseholdRow, apply_village
from qianshao.registry.models import Household, HouseholdStanding, Housing

pytestmark = pytest.mark.django_db

AUGUST = Statement(date(2026, 8, 31), datetime(2026, 9, 2, tzinfo=UTC), "delivery:1")
OCTOBER = Statement(date(2026, 10, 31), datetime(2026, 11, 2, tzinfo=UTC), "delivery:2")
ZHOU = HouseholdRow("9912050001", "一组", "13900000001", "lifted", "none", "B", True, True, None, False)
LUO = HouseholdRow("9912050002", base_type="ordinary", monitored_kind="none", housing_grade="C")


@pytest.fixture
def villages() -> tuple[Area, Area]:
    codes = [("99", "宁州省"), ("9912", "河清市"), ("991205", "青禾县"), ("991205101", "云溪镇")]
    codes += [("991205101201", "上坝村"), ("991205101202", "岩口村")]
    import_areas([AreaRow(code, name, date(2020, 1, 1)) for code, name in codes])
    return Area.objects.get(name="上坝村"), Area.objects.get(name="岩口村")


def test_a_second_roster_with_nothing_new_changes_nothing(villages: tuple[Area, Area]) -> None:
    assert apply_village(area=villages[0], rows=[ZHOU, LUO], statement=AUGUST, by="chen") > 0
    before = list(Housing.objects.values_list())
    assert apply_village(area=villages[0], rows=[ZHOU, LUO], statement=OCTOBER, by="chen") == 0
    assert list(Housing.objects.values_list()) == before
    assert AuditEvent.objects.filter(action="households.apply_village").count() == 1


def test_a_changed_fact_closes_the_earlier_one_on_the_day_it_begins(villages: tuple[Area, Area]) -> None:
    apply_village(area=villages[0], rows=[LUO], statement=AUGUST, by="chen")
    apply_village(area=villages[0], rows=[replace(LUO, housing_grade="A")], statement=OCTOBER, by="chen")
    history = Housing.objects.order_by("valid_from").values_list("grade", "valid_from", "valid_until")
    assert list(history) == [
        ("C", date(2026, 8, 31), date(2026, 10, 31)),
        ("A", date(2026, 10, 31), None),
    ]


def test_a_late_statement_about_the_past_goes_where_it_belongs(villages: tuple[Area, Area]) -> None:
    apply_village(area=villages[0], rows=[replace(LUO, housing_grade="A")], statement=OCTOBER, by="chen")
    apply_village(area=villages[0], rows=[LUO], statement=AUGUST, by="chen")
    history = Housing.objects.order_by("valid_from").values_list("grade", "valid_until")
    assert list(history) == [("C", date(2026, 10, 31)), ("A", None)]


def test_what_a_roster_leaves_empty_stays_as_it_was_known(villages: tuple[Area, Area]) -> None:
    apply_village(area=villages[0], rows=[ZHOU], statement=AUGUST, by="chen")
    bare = HouseholdRow(ZHOU.number, monitored_kind="unstable")
    apply_village(area=villages[0], rows=[bare], statement=OCTOBER, by="chen")
    standing = HouseholdStanding.objects.get(valid_until=None)
    assert (standing.base_type, standing.monitored_kind) == ("lifted", "unstable")
    assert Household.objects.get().phone == "13900000001"


def test_a_household_of_another_village_refuses_the_whole_village(villages: tuple[Area, Area]) -> None:
    apply_village(area=villages[0], rows=[ZHOU], statement=AUGUST, by="chen")
    with pytest.raises(HouseholdOfAnotherVillage, match=ZHOU.number):
        apply_village(area=villages[1], rows=[ZHOU, LUO], statement=OCTOBER, by="chen")
    assert Household.objects.count() == 1
