import csv
import os
from datetime import date
from pathlib import Path

import pytest

from qianshao.places.actions import AreaRow, MalformedCode, UnknownParent, import_areas, trimmed
from qianshao.places.models import Area
from qianshao.places.readers import area_of_code, full_name

START = date(2020, 1, 1)


def rows(*pairs: tuple[str, str]) -> list[AreaRow]:
    return [AreaRow(code, name, START) for code, name in pairs]


COUNTY = rows(
    ("99", "宁州省"),
    ("9912", "河清市"),
    ("991205", "青禾县"),
    ("991205101", "云溪镇"),
    ("991205101201", "上坝村"),
)


@pytest.mark.django_db
def test_a_code_list_becomes_a_tree_whatever_its_order() -> None:
    assert import_areas(reversed(COUNTY)) == 5
    village = area_of_code("991205101201", START)
    assert village is not None
    assert full_name(village) == "云溪镇上坝村"
    assert full_name(village, below="city") == "青禾县云溪镇上坝村"


@pytest.mark.django_db
def test_importing_the_same_list_again_changes_nothing() -> None:
    import_areas(COUNTY)
    before = list(Area.objects.values_list())
    assert import_areas(COUNTY) == 0
    assert list(Area.objects.values_list()) == before


@pytest.mark.django_db
def test_an_area_without_its_parent_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(UnknownParent, match="991205101201"):
        import_areas([*COUNTY[:3], COUNTY[4]])
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("990000000000", "99"),
        ("991200000000", "9912"),
        ("991205000000", "991205"),
        ("991205101000", "991205101"),
        ("991205101201", "991205101201"),
        ("991205100000", "991205100"),
        ("991205101201003", "991205101201003"),
    ],
)
def test_trailing_zeros_stand_for_the_levels_below(code: str, short: str) -> None:
    assert trimmed(code) == short


@pytest.mark.parametrize("code", ["9912051", "青禾县", ""])
def test_a_code_of_no_level_is_refused(code: str) -> None:
    with pytest.raises(MalformedCode):
        trimmed(code)


@pytest.mark.django_db
def test_a_code_is_unknown_before_it_was_given() -> None:
    import_areas(COUNTY)
    assert area_of_code("991205101201", date(2019, 12, 31)) is None


@pytest.mark.parametrize("code", ["991205101", "991205101000"])
@pytest.mark.django_db
def test_an_area_is_found_by_its_short_code_and_by_its_official_twelve_digits(code: str) -> None:
    import_areas(COUNTY)
    town = area_of_code(code, START)
    assert town is not None
    assert town.name == "云溪镇"


@pytest.mark.parametrize("code", ["991205102000", "9912051", "青禾县", ""])
@pytest.mark.django_db
def test_a_code_that_nobody_has_finds_no_area(code: str) -> None:
    import_areas(COUNTY)
    assert area_of_code(code, START) is None


@pytest.mark.django_db
def test_a_real_city_of_2878_villages_is_imported_whole() -> None:
    folder = os.environ.get("QIANSHAO_REFERENCE_DATA")
    if not folder:
        pytest.skip("QIANSHAO_REFERENCE_DATA is not set: the reference code list is not at hand")
    listed = [AreaRow("14", "山西省", START), AreaRow("1409", "忻州市", START)]
    for name in ("areas", "streets", "villages"):
        with (Path(folder) / f"geo_xinzhou_1409/{name}.csv").open(encoding="utf-8") as file:
            listed += [AreaRow(row["code"], row["name"], START) for row in csv.DictReader(file)]
    assert import_areas(listed) == 2 + 15 + 173 + 2878
