"""Who may hold which role where, and who may give it."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from django.utils import timezone

from qianshao.access import actions, readers
from qianshao.access.models import AuditEvent, Grant, User
from qianshao.access.roles import ADMINISTRATORS, ROLES, compatible
from qianshao.access.scope import Scope, scope_of
from qianshao.places.actions import AreaRow, import_areas
from qianshao.places.models import Area
from qianshao.refusals import Refused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WORDS = "a-long-enough-pass-7"
CODES = {
    "990000000000": "宁州省",
    "991200000000": "河清市",
    "991205000000": "青禾县",
    "991205102000": "云溪镇",
    "991205103000": "石桥镇",
}


@pytest.fixture
def areas() -> dict[str, Area]:
    import_areas([AreaRow(code, name, date(2020, 1, 1)) for code, name in CODES.items()])
    return {area.name: area for area in Area.objects.all()}


@pytest.fixture
def fang(areas: dict[str, Area]) -> User:
    """The security administrator of the county."""
    return actions.make_first_administrator(username="fang", display_name="方静", password=WORDS)


def user(username: str) -> User:
    return actions.create_user(username=username, display_name="刘芳", password=WORDS, by="fang")


def give(to: User, role: str, area: Area, by: str = "fang", **days: date) -> Grant:
    begins = days.pop("valid_from", timezone.localdate())
    return actions.grant_role(user=to, role=role, area=area, valid_from=begins, by=by, **days)


def test_administrators_exclude_each_other_and_every_work_with_households() -> None:
    """Design, section 7: the three administrators exclude each other and the business roles."""
    pairs = {pair for pair in combinations(ROLES, 2) if not compatible(*pair)}
    assert pairs == {pair for pair in combinations(ROLES, 2) if set(pair) & set(ADMINISTRATORS)}


@pytest.mark.parametrize("held", ADMINISTRATORS)
@pytest.mark.parametrize("role", ["village_cadre", "system_administrator", "audit_administrator"])
def test_nobody_holds_two_roles_that_exclude_each_other(
    fang: User, areas: dict[str, Area], held: str, role: str
) -> None:
    liu = user("liu")
    give(liu, held, areas["青禾县"])
    if role == held:
        give(liu, role, areas["云溪镇"])
        return
    with pytest.raises(Refused, match="One person cannot be"):
        give(liu, role, areas["云溪镇"])
    assert [grant.role for grant in liu.grants.all()] == [held]


def test_roles_that_exclude_each_other_may_follow_each_other(fang: User, areas: dict[str, Area]) -> None:
    liu, today = user("liu"), timezone.localdate()
    give(liu, "audit_administrator", areas["青禾县"], valid_from=today - 9 * DAY, valid_until=today + DAY)
    with pytest.raises(Refused):
        give(liu, "leader", areas["青禾县"], valid_from=today)
    give(liu, "leader", areas["青禾县"], valid_from=today + DAY)


def test_nobody_gives_or_ends_a_right_of_the_own_account(fang: User, areas: dict[str, Area]) -> None:
    with pytest.raises(Refused, match="oneself"):
        give(fang, "security_administrator", areas["云溪镇"])
    with pytest.raises(Refused, match="oneself"):
        actions.end_grant(grant=fang.grants.get(), on=timezone.localdate(), by="fang")
    with pytest.raises(Refused, match="oneself"):
        actions.set_active(user=fang, active=False, by="fang")
    with pytest.raises(Refused, match="oneself"):
        actions.reset_password(user=fang, by="fang")


def test_an_ended_grant_shows_nothing_from_that_day_on_and_stays_on_record(
    fang: User, areas: dict[str, Area]
) -> None:
    liu, today = user("liu"), timezone.localdate()
    grant = give(liu, "leader", areas["青禾县"], valid_from=today - 9 * DAY)
    assert scope_of(liu, ["leader"], today).prefixes
    for _ in range(2):
        actions.end_grant(grant=grant, on=today, by="fang")
    assert not scope_of(liu, ["leader"], today).prefixes
    assert liu.grants.get().valid_until == today
    assert AuditEvent.objects.filter(action="grants.end").count() == 1


def test_a_grant_that_never_came_into_force_is_withdrawn(fang: User, areas: dict[str, Area]) -> None:
    liu, today = user("liu"), timezone.localdate()
    grant = give(liu, "leader", areas["青禾县"], valid_from=today + DAY)
    actions.end_grant(grant=grant, on=today, by="fang")
    assert not liu.grants.exists()
    assert AuditEvent.objects.get(action="grants.withdraw").subject == actions.subject_of(liu)


def test_a_grant_ends_after_it_begins(fang: User, areas: dict[str, Area]) -> None:
    today = timezone.localdate()
    with pytest.raises(Refused, match="end must be"):
        give(user("liu"), "leader", areas["青禾县"], valid_from=today, valid_until=today)


def test_there_is_a_first_administrator_once(fang: User) -> None:
    assert fang.grants.get().role == "security_administrator"
    with pytest.raises(Refused, match="There is a security"):
        actions.make_first_administrator(username="tan", display_name="谭伟", password=WORDS)
    assert not User.objects.filter(username="tan").exists()


def test_the_first_administrator_waits_for_areas() -> None:
    with pytest.raises(Refused, match="No area"):
        actions.make_first_administrator(username="fang", display_name="方静", password=WORDS)


@pytest.mark.parametrize("name", ["", "a", "LIU", "liu fang", "刘芳", "a" * 33, "-liu"])
def test_a_user_name_that_is_hard_to_type_or_to_tell_apart_is_refused(fang: User, name: str) -> None:
    with pytest.raises(Refused):
        user(name)


def test_an_administrator_keeps_the_accounts_whose_rights_lie_in_the_own_area(
    fang: User, areas: dict[str, Area]
) -> None:
    """An account with any right outside is kept by the level above, a new one by whoever made it."""
    township, elsewhere, both, new = (user(name) for name in ("one", "two", "both", "new"))
    give(township, "leader", areas["云溪镇"])
    give(elsewhere, "leader", areas["石桥镇"])
    give(both, "leader", areas["云溪镇"])
    give(both, "leader", areas["石桥镇"])
    scope, today = Scope((areas["云溪镇"].path,)), timezone.localdate()
    assert set(readers.accounts(scope, today)) == {township, new}
    assert readers.account(scope, today, both.pk) is None
    assert readers.grant(scope, today, elsewhere.grants.get().pk) is None
    assert readers.grant(scope, today, township.grants.get().pk) == township.grants.get()


def test_events_are_seen_where_they_lie_or_where_their_actor_works(
    fang: User, areas: dict[str, Area]
) -> None:
    liu = user("liu")
    give(liu, "village_cadre", areas["云溪镇"])
    actions.change_preferences(user=liu, by="liu", language="en")
    actions.change_preferences(user=fang, by="fang", language="en")
    seen = readers.audit_events(Scope((areas["云溪镇"].path,)))
    assert [(e.actor, e.action) for e in seen] == [("fang", "grants.give"), ("liu", "users.prefer")]
    whole = readers.audit_events(Scope((areas["宁州省"].path,)))
    assert {e.action for e in whole} == {"users.create", "grants.give", "users.prefer"}
