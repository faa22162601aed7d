"""A county of two villages and four households, small enough to know by heart."""

from datetime import UTC, date, datetime

import pytest

from qianshao.access.models import User
from qianshao.places.actions import AreaRow, import_areas
from qianshao.places.models import Area
from qianshao.registry.actions import households, members
from qianshao.registry.actions.facts import Statement
from qianshao.registry.actions.households import HouseholdRow
from qianshao.registry.actions.members import MemberRow
from qianshao.registry.models import Household

# Recorded long ago, so that it is known whatever the clock of the machine says.
AUGUST = Statement(date(2026, 8, 31), datetime(2020, 1, 1, tzinfo=UTC), "delivery:1")

CODES = [
    ("99", "宁州省"),
    ("9912", "河清市"),
    ("991205", "青禾县"),
    ("991205101", "云溪镇"),
    ("991205101201", "上坝村"),
    ("991205101202", "岩口村"),
]
VILLAGES = {"上坝村": ["H1", "H2"], "岩口村": ["H3", "H4"]}
HEADS = {
    "H1": MemberRow("H1", "周桂兰", "head", "990012196803071227", True, "2", date(1968, 3, 7)),
    "H2": MemberRow("H2", "罗有才", "head", "990012197001011016", True, "1", date(1970, 1, 1)),
    "H3": MemberRow("H3", "杨德顺", "head", "990012198001011010", True, "1", date(1980, 1, 1)),
    "H4": MemberRow("H4", "吴秀英", "head", "990012199001011023", True, "2", date(1990, 1, 1)),
}


@pytest.fixture
def officer(db: None) -> User:
    return User.objects.create(username="chen", display_name="陈晓雯")


@pytest.fixture
def county(officer: User) -> dict[str, Household]:
    """The households by number."""
    import_areas([AreaRow(code, name, date(2020, 1, 1)) for code, name in CODES])
    for name, numbers in VILLAGES.items():
        area = Area.objects.get(name=name)
        rows = [HouseholdRow(number, base_type="lifted", monitored_kind="none") for number in numbers]
        households.apply_village(area=area, rows=rows, statement=AUGUST, by="chen")
        heads = [HEADS[number] for number in numbers]
        members.apply_village(area=area, rows=heads, statement=AUGUST, by="chen")
    return {household.number: household for household in Household.objects.all()}
