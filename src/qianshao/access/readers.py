"""Every read of users, grants and audit events."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from qianshao.access.models import AuditEvent, Grant, User
from qianshao.access.roles import ROLES, Role
from qianshao.access.scope import Scope, grants_of
from qianshao.places.models import Area


def roles_of(user: User, on: date) -> list[Role]:
    """The roles that the user holds on a day, in the order of the role list."""
    held = set(grants_of(user, on).values_list("role", flat=True))
    return [role for name, role in ROLES.items() if name in held]


def home_area(user: User, on: date) -> Area | None:
    """Where the user works: the area of the widest grant in force, None without any."""
    grants = grants_of(user, on).select_related("area")
    widest = min(grants, key=lambda grant: (grant.area.path.count("/"), grant.pk), default=None)
    return widest.area if widest else None


def accounts(scope: Scope, on: date) -> QuerySet[User]:
    """The accounts that an administrator of these areas keeps, by name: those whose running and coming grants
    all lie in the scope, and those without any. One with a right outside is kept by the level above."""
    running = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    outside = Grant.objects.filter(running, user=OuterRef("pk")).exclude(area__in=scope.areas())
    kept = User.objects.filter(~Exists(outside)).order_by("display_name", "username")
    return kept.prefetch_related("grants__area")


def account(scope: Scope, on: date, key: int) -> User | None:
    """One of `accounts`, else None."""
    return accounts(scope, on).filter(pk=key).first()


def grant(scope: Scope, on: date, key: int) -> Grant | None:
    """A grant of one of `accounts`, else None."""
    return Grant.objects.filter(user__in=accounts(scope, on), pk=key).select_related("user", "area").first()


def grants_by_time(user: User, on: date) -> list[Grant]:
    """All grants that the user holds or held: running and coming ones first."""
    held = user.grants.select_related("area", "granted_by")
    return sorted(held, key=lambda g: (g.valid_until is not None and g.valid_until <= on, g.valid_from, g.pk))


def audit_events(
    scope: Scope,
    *,
    about: str | None = None,
    by: str | None = None,
    action: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """Events, the oldest first: about a record (`registry.household:12`), by a user, of an action or all that
    begin so, on days from `since` to `until`, both of them in it.

    An event lies where it says; one that says no place belongs to where its actor works, and what the
    machine did by itself to those who see everything.
    """
    wanted = {
        "subject": about,
        "actor": by,
        "action__startswith": action,
        "recorded_at__date__gte": since,
        "recorded_at__date__lte": until,
    }
    events = AuditEvent.objects.filter(**{k: v for k, v in wanted.items() if v is not None})
    if not _sees_everything(scope):
        colleagues = User.objects.filter(grants__area__in=scope.areas()).values("username")
        events = events.filter(scope.within("area_path") | Q(area_path="", actor__in=colleagues))
    return events.order_by("pk")


def _sees_everything(scope: Scope) -> bool:
    tops = Area.objects.filter(parent=None).values_list("path", flat=True)
    return all(scope.covers(path) for path in tops)


def display_names(usernames: Iterable[str]) -> dict[str, str]:
    """The names of users by their user names."""
    wanted = set(usernames)
    return dict(User.objects.filter(username__in=wanted).values_list("username", "display_name"))
