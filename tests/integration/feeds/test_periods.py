"""The period that a file speaks for: one that has not come is refused, one that stands is not changed."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from qianshao.feeds.actions.deliveries import receive
from qianshao.feeds.commands import feeds
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period, to_come
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.screening.actions.runs import start
from tests.integration.feeds.conftest import HOUSEHOLD_TITLES, HOUSEHOLDS, MEDICAL_TITLES, ZHOU, write_xlsx

TODAY = date(2026, 11, 20)
CLAIM = ["R1", ZHOU, "周桂兰", "2026-10-03", "住院", "县医院", "42000", "18420"]


@pytest.fixture(autouse=True)
def still(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "医保结算_202610.xlsx", MEDICAL_TITLES, [CLAIM])


def invoked(*arguments: str) -> Any:
    return CliRunner().invoke(feeds, list(arguments))


@pytest.mark.parametrize(
    ("first", "until"),
    [
        (date(2026, 10, 1), date(2026, 11, 1)),
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 10, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), date(2027, 1, 1)),
        (TODAY, date(2026, 11, 21)),
    ],
)
def test_a_list_of_a_month_quarter_or_year_may_come_before_it_is_over(first: date, until: date) -> None:
    assert to_come(Period(first, until), TODAY) is None


@pytest.mark.parametrize(
    ("first", "until"),
    [
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2026, 11, 21), date(2026, 11, 22)),
        (date(2026, 1, 1), date(2027, 1, 2)),
        (date(2025, 10, 1), date(2062, 10, 1)),
        (date(2099, 10, 1), date(2099, 11, 1)),
    ],
)
def test_a_period_that_begins_later_or_goes_on_beyond_the_year_has_not_come(first: date, until: date) -> None:
    assert to_come(Period(first, until), TODAY) is not None


@pytest.mark.parametrize("command", ["check", "deliver"])
def test_a_file_with_a_wrong_year_in_its_name_is_refused(county: Area, claims: Path, command: str) -> None:
    slip = claims.rename(claims.with_name("医保结算_209910.xlsx"))
    refused = invoked(command, "medical_settlement", str(slip)).exception
    assert isinstance(refused, Refused)
    assert "2099-10-01 至 2099-10-31" in refused.reason.zh
    assert refused.right_form is not None
    assert str(TODAY) in refused.right_form.zh
    assert not Delivery.objects.exists()


def test_a_wrong_year_that_is_typed_is_refused_and_the_right_one_is_taken(county: Area, claims: Path) -> None:
    asked = ["deliver", "medical_settlement", str(claims), "--json", "--period"]
    assert isinstance(invoked(*asked, "206210").exception, Refused)
    assert invoked(*asked, "202610").exit_code == 0


def test_a_roster_with_a_wrong_year_registers_nobody(county: Area, tmp_path: Path) -> None:
    slip = write_xlsx(tmp_path / "农户名册_209910.xlsx", HOUSEHOLD_TITLES, HOUSEHOLDS)
    with pytest.raises(Refused, match="2099-10-31"):
        receive(path=slip, file_name=slip.name, feed="household_roster", area=county, by="chen")


def test_a_roster_without_a_period_speaks_of_the_day_on_which_time_stands_still(
    county: Area, tmp_path: Path
) -> None:
    path = write_xlsx(tmp_path / "农户名册.xlsx", HOUSEHOLD_TITLES, HOUSEHOLDS)
    found = receive(path=path, file_name=path.name, feed="household_roster", area=county, by="chen")
    assert found.period_from == TODAY


def test_a_delivery_of_a_year_to_come_that_was_taken_before_opens_no_day_of_it(
    registered: list[Delivery],
) -> None:
    Delivery.objects.filter(pk=registered[0].pk).update(period_until=date(2099, 11, 1))
    with pytest.raises(Refused, match="2099-10-31 has not come"):
        start(as_of=date(2099, 10, 31), by="chen")
    assert start(as_of=TODAY, by="chen").as_of == TODAY


def test_a_roster_of_this_month_lets_the_end_of_the_month_be_screened(
    registered: list[Delivery],
) -> None:
    Delivery.objects.filter(pk=registered[0].pk).update(period_until=date(2026, 12, 1))
    assert start(as_of=date(2026, 11, 30), by="chen").as_of == date(2026, 11, 30)


def test_the_same_file_for_the_same_period_and_area_is_the_same_delivery(county: Area, claims: Path) -> None:
    first = invoked("deliver", "medical_settlement", str(claims), "--json")
    again = invoked("deliver", "medical_settlement", str(claims), "--json", "--period", "2026-10")
    assert again.exit_code == 0
    assert json.loads(again.stdout) == json.loads(first.stdout)
    nameless = claims.rename(claims.with_name("医保.xlsx"))
    assert invoked("deliver", "medical_settlement", str(nameless)).exit_code == 0
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("correction", [["--period", "202609"], ["--area", "991205101000"]])
def test_another_period_or_area_for_the_same_file_is_refused_with_the_delivery_that_stands(
    county: Area, claims: Path, correction: list[str]
) -> None:
    invoked("deliver", "medical_settlement", str(claims))
    (stands,) = Delivery.objects.all()
    refused = invoked("deliver", "medical_settlement", str(claims), *correction).exception
    assert isinstance(refused, Refused)
    for named in (f"第 {stands.pk} 号", "医保结算_202610.xlsx", "2026-10-01 至 2026-10-31", "青禾县"):
        assert named in refused.reason.zh
    assert Delivery.objects.get() == stands


def test_a_file_that_was_refused_whole_keeps_its_period_too(county: Area, tmp_path: Path) -> None:
    broken = write_xlsx(tmp_path / "医保结算_202610.xlsx", ["不是", "表头"], [])
    assert invoked("deliver", "medical_settlement", str(broken)).exit_code == 3
    refused = invoked("deliver", "medical_settlement", str(broken), "--period", "202609").exception
    assert isinstance(refused, Refused)
