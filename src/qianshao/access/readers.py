"""Every read of users, grants and audit events."""

from datetime import date

from django.db.models import QuerySet

from qianshao.access.models import AuditEvent, User
from qianshao.access.roles import ROLES, Role
from qianshao.access.scope import grants_of
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


def audit_events(
    *,
    about: str | None = None,
    by: str | None = None,
    action: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """Events, the oldest first: about a record (`registry.household:12`), by a user, of an action or all that
    begin so, on days from `since` to `until`, both of them in it."""
    wanted = {
        "subject": about,
        "actor": by,
        "action__startswith": action,
        "recorded_at__date__gte": since,
        "recorded_at__date__lte": until,
    }
    return AuditEvent.objects.filter(**{k: v for k, v in wanted.items() if v is not None}).order_by("pk")
