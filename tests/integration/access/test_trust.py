from datetime import date

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from qianshao.access import audit
from qianshao.access.encryption import SoftwareProvider, Unreadable, create_key_file
from qianshao.access.fields import blind_index
from qianshao.access.models import AuditEvent, Grant, User
from qianshao.access.scope import EVERYWHERE, Scope, outermost, scope_of
from qianshao.places.models import Area
from qianshao.sensitivity import Declaration

OURS = [model for model in apps.get_models() if model.__module__.startswith("qianshao.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_says_how_sensitive_it_is_and_what_it_is_kept_for(model: type) -> None:
    inherited = {"id", "password", "last_login"}
    undeclared = [
        field.name
        for field in model._meta.local_fields
        if field.name not in inherited and not isinstance(getattr(field, "declaration", None), Declaration)
    ]
    assert undeclared == []


def provider() -> SoftwareProvider:
    return SoftwareProvider({1: b"k" * 32, 2: b"n" * 32}, b"d" * 32, current=2)


def test_a_sealed_value_opens_only_where_it_was_sealed() -> None:
    sealed = provider().encrypt(b"990012199001011234", b"person.number")
    assert provider().decrypt(sealed, b"person.number") == b"990012199001011234"
    with pytest.raises(Unreadable):
        provider().decrypt(sealed, b"person.phone")


def test_values_sealed_with_an_older_key_stay_readable() -> None:
    older = SoftwareProvider({1: b"k" * 32}, b"d" * 32, current=1)
    assert provider().decrypt(older.encrypt(b"x", b""), b"") == b"x"


def test_the_same_value_never_has_the_same_ciphertext_but_the_same_blind_index() -> None:
    assert provider().encrypt(b"x", b"") != provider().encrypt(b"x", b"")
    assert blind_index("number", "x") == blind_index("number", "x") != blind_index("phone", "x")


def test_a_key_file_is_never_replaced(tmp_path) -> None:
    create_key_file(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        create_key_file(tmp_path / "key")


@pytest.mark.django_db(transaction=True)
def test_an_audit_event_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(TransactionManagementError):
        audit.record(by="chen", action="areas.import", subject="places.area:1")
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_vanishes_with_the_change_that_failed() -> None:
    def a_change_that_fails() -> None:
        with transaction.atomic():
            audit.record(by="chen", action="areas.import", subject="places.area:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        a_change_that_fails()
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_an_event_that_was_changed_in_the_database_is_found_out() -> None:
    event = audit.record(by="chen", action="areas.import", subject="places.area:1", facts={"rows": 3})
    assert audit.is_genuine(AuditEvent.objects.get(pk=event.pk))
    with connection.cursor() as cursor:
        cursor.execute("update access_auditevent set actor = 'somebody else'")
    assert not audit.is_genuine(AuditEvent.objects.get(pk=event.pk))


def area(name: str, level: str, parent: Area | None = None) -> Area:
    made = Area.objects.create(
        name=name, level=level, parent=parent, path=f"?{name}", valid_from=date(2020, 1, 1)
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


@pytest.mark.django_db
def test_a_scope_is_an_area_with_all_below_it_and_nothing_beside_it() -> None:
    county = area("青禾县", "county")
    town, other = area("云溪镇", "township", county), area("石桥镇", "township", county)
    village = area("上坝村", "village", town)
    user = User.objects.create(username="ma", display_name="马莉")
    grant = Grant.objects.create(user=user, role="township_reviewer", area=town, valid_from=date(2026, 1, 1))
    scope = scope_of(user, ["township_reviewer"], date(2026, 11, 20))
    assert set(scope.areas()) == {town, village}
    assert scope.covers(village.path)
    assert not scope.covers(other.path)
    assert scope_of(user, ["county_officer"], date(2026, 11, 20)) == Scope(())
    assert scope_of(user, ["township_reviewer"], date(2025, 12, 31)) == Scope(())
    grant.valid_until = date(2026, 11, 20)
    grant.save()
    assert scope_of(user, ["township_reviewer"], date(2026, 11, 20)) == Scope(())


@pytest.mark.django_db
def test_no_grant_means_nothing_is_visible() -> None:
    area("青禾县", "county")
    assert not Scope(()).areas().exists()
    assert Scope(()).sql() == ("false", [])
    assert EVERYWHERE.areas().count() == 1


def test_a_scope_inside_another_adds_nothing() -> None:
    assert outermost(["/1/2/", "/1/", "/3/", "/1/2/"]) == ("/1/", "/3/")
    assert outermost(["/1/", "/10/"]) == ("/1/", "/10/")
