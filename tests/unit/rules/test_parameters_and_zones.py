"""Which value of policy holds where and when."""

from datetime import date
from pathlib import Path
from typing import Any

from qianshao.rules.parameters import resolve, zones
from qianshao.rules.rulebook import Rulebook
from tests.spec.world import rulebook

VALUES = [
    (6000, "*", date(2021, 5, 1)),
    (7000, "*", date(2023, 1, 1)),
    (7300, "52", date(2021, 6, 1)),
    (8050, "5203", date(2024, 1, 1)),
]
INDICATOR = {"name": "debt", "type": "money", "from": "households", "value": "debt"}


def book(folder: Path, **rule: Any) -> Rulebook:
    values = [
        {"value": value, "area": area, "valid_from": day, "reference": "a notice"}
        for value, area, day in VALUES
    ]
    rule = {"name": "r", "when": "debt > line", **rule}
    return rulebook(folder, [INDICATOR], [rule], [{"name": "line", "type": "money", "values": values}])


def line(loaded: Rulebook, code: str, day: date) -> object:
    return resolve(loaded, code, day).values["line"]


def test_the_longest_area_wins_before_the_latest_day(tmp_path: Path) -> None:
    loaded = book(tmp_path)
    assert line(loaded, "991205", date(2022, 1, 1)) == 600_000
    assert line(loaded, "991205", date(2023, 1, 1)) == 700_000
    assert line(loaded, "520111", date(2026, 1, 1)) == 730_000
    assert line(loaded, "520301", date(2023, 12, 31)) == 730_000
    assert line(loaded, "520301", date(2024, 1, 1)) == 805_000


def test_before_the_first_day_there_is_no_value_and_the_rule_is_off(tmp_path: Path) -> None:
    resolved = resolve(book(tmp_path), "991205", date(2021, 4, 30))
    assert resolved.values["line"] is None
    assert resolved.rules == ()
    assert "No value" in resolved.off["r"].en


def test_a_rule_on_an_example_value_is_off(tmp_path: Path) -> None:
    value = {"value": 1, "area": "*", "valid_from": date(2020, 1, 1), "example": True}
    entry = {"name": "line", "type": "money", "values": [value]}
    loaded = rulebook(tmp_path, [INDICATOR], [{"name": "r", "when": "debt > line"}], [entry])
    assert "example value" in resolve(loaded, "991205", date(2026, 1, 1)).off["r"].en


def test_a_rule_holds_from_its_first_day_until_the_day_before_its_last(tmp_path: Path) -> None:
    loaded = book(tmp_path, valid_from=date(2022, 1, 1), valid_until=date(2023, 1, 1), area="99")
    live = [
        bool(resolve(loaded, "991205", day).rules)
        for day in (date(2021, 12, 31), date(2022, 1, 1), date(2022, 12, 31), date(2023, 1, 1))
    ]
    assert live == [False, True, True, False]
    assert resolve(loaded, "520301", date(2022, 6, 1)).rules == ()


def test_villages_with_equal_values_are_one_zone(tmp_path: Path) -> None:
    villages = {"/1/a/": "520301", "/1/b/": "520111", "/2/a/": "991205", "/1/c/": "520302", "/3/a/": "110101"}
    found = zones(book(tmp_path), villages, date(2026, 1, 1))
    assert [(zone.villages, zone.resolved.values["line"]) for zone in found] == [
        (("/1/a/", "/1/c/"), 805_000),
        (("/1/b/",), 730_000),
        (("/2/a/", "/3/a/"), 700_000),
    ]


def test_a_rule_of_one_area_parts_zones(tmp_path: Path) -> None:
    loaded = book(tmp_path, area="991205")
    found = zones(loaded, {"/1/": "991205", "/2/": "991206"}, date(2026, 1, 1))
    assert [zone.resolved.rules for zone in found] == [("r",), ()]
