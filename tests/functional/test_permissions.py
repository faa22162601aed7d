"""Every route, method, role and area relation answers what `permissions.csv` says it should.

The table is written from the descriptions in `access/roles.py`, never from the running pages.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import qianshao.access
from qianshao.access.models import Grant, User
from qianshao.access.roles import EVERYONE
from qianshao.places.models import Area
from qianshao.words import Text
from qianshao.work import kinds
from tests.functional.subjects import SUBJECTS, Address, Case

TABLE = Path(qianshao.access.__file__).with_name("permissions.csv")
RELATIONS = ("own", "parent", "child", "sibling", "other")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
VIEWERS = ("anonymous", *EVERYONE)
ANSWERS = {"200", "400", "403", "404", "redirect", "sign-in"}


def routes(patterns: list[URLPattern | URLResolver] | None = None, space: str = "") -> Iterator[tuple]:
    """(name, view) of every route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}", pattern


ROUTES = dict(routes())


def expectations() -> dict[tuple[str, str, str], dict[str, str]]:
    """(route, method, role) -> relation -> answer."""
    table: dict[tuple[str, str, str], dict[str, str]] = {}
    with TABLE.open() as file:
        for line in csv.DictReader(file):
            for role in line["roles"].split():
                key = (line["route"], line["method"], role)
                assert key not in table, f"{key} has two rows"
                table[key] = {relation: line[relation] for relation in RELATIONS if line[relation]}
    return table


TABLE_ROWS = expectations()
PAIRS = sorted({(route, method) for route, method, _ in TABLE_ROWS})


def test_every_route_says_who_may_open_it() -> None:
    assert [name for name, pattern in ROUTES.items() if not hasattr(pattern.callback, "roles")] == []


def test_every_route_method_and_role_has_a_row() -> None:
    wanted = {
        (name, method, role)
        for name, pattern in ROUTES.items()
        for method in getattr(pattern.callback, "methods", ())
        for role in VIEWERS
    }
    assert sorted(wanted - TABLE_ROWS.keys()) == []
    assert sorted(TABLE_ROWS.keys() - wanted) == []


def test_every_row_says_an_answer_for_each_relation_that_the_route_has() -> None:
    for (route, _, _), answers in TABLE_ROWS.items():
        has_arguments = bool(ROUTES[route].pattern.converters)
        assert set(answers) == (set(RELATIONS) if has_arguments else {"own"}), route
        assert set(answers.values()) <= ANSWERS, route


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    """A township as seen by everybody here, with what lies above, below, beside and elsewhere."""

    def add(name: str, level: str, parent: Area | None = None) -> Area:
        area = Area.objects.create(
            name=name, level=level, parent=parent, path=f"new {name}", valid_from=date(2020, 1, 1)
        )
        area.path = f"{parent.path if parent else '/'}{area.pk}/"
        area.save()
        return area

    city = add("河清市", "city")
    county, elsewhere = add("青禾县", "county", city), add("白石县", "county", city)
    own = add("云溪镇", "township", county)
    return {
        "own": own,
        "parent": county,
        "child": add("上坝村", "village", own),
        "sibling": add("石桥镇", "township", county),
        "other": add("南山镇", "township", elsewhere),
    }


@pytest.fixture
def viewers(areas: dict[str, Area]) -> dict[str, User | None]:
    """One user per role, each with a grant for the township only."""
    users: dict[str, User | None] = {"anonymous": None}
    for role in EVERYONE:
        user = User.objects.create(username=role, display_name=role)
        Grant.objects.create(user=user, role=role, area=areas["own"], valid_from=date(2020, 1, 1))
        users[role] = user
    return users


@pytest.fixture(autouse=True)
def a_kind_of_job(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = kinds.Kind("test.nothing", Text("无", "Nothing"), lambda payload, report: {})
    monkeypatch.setitem(kinds._kinds, "test.nothing", nothing)


def send(route: str, method: str, case: Case) -> str:
    """The answer in the words of the table; whatever the request changed is taken back."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    with transaction.atomic():
        if case.viewer:
            client.force_login(case.viewer, "django.contrib.auth.backends.ModelBackend")
        made = SUBJECTS[route](case) if route in SUBJECTS else Address()
        address = reverse(route, kwargs=made.kwargs)
        response = client.generic(method, address) if method != "POST" else client.post(address, made.data)
        transaction.set_rollback(True)
    return in_words(response)


def in_words(response: HttpResponse) -> str:
    if response.status_code != 302:
        return str(response.status_code)
    return "sign-in" if response["Location"].startswith(reverse("access:sign_in")) else "redirect"


@pytest.mark.parametrize(("route", "method"), PAIRS)
def test_the_answer_is_the_expected_one(
    route: str, method: str, areas: dict[str, Area], viewers: dict[str, User | None]
) -> None:
    wrong = []
    for role in VIEWERS:
        for relation, expected in TABLE_ROWS[route, method, role].items():
            answer = send(route, method, Case(viewers[role], relation, areas[relation]))
            if answer != expected:
                wrong.append(f"{role}, {relation}: {answer} instead of {expected}")
    assert wrong == []


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_no_other_method_is_answered(
    route: str, areas: dict[str, Area], viewers: dict[str, User | None]
) -> None:
    for method in set(METHODS) - set(ROUTES[route].callback.methods):
        for role in ("anonymous", "county_officer"):
            assert send(route, method, Case(viewers[role], "own", areas["own"])) == "405"
