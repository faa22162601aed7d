"""Every read of users and grants."""

from datetime import date

from qianshao.access.models import User
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
