"""Every write to users and grants."""

from datetime import date
from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest

from qianshao.access import audit
from qianshao.access.models import Grant, User
from qianshao.access.roles import ROLES
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.words import Text

# What a user may choose for the own pages.
PREFERENCES = {
    "language": {"zh-hans", "en"},
    "text_size": {"", "large"},
    "theme": {"light", "dark"},
}


def subject_of(user: User) -> str:
    """The user as audit events name it."""
    return f"access.user:{user.pk}"


@transaction.atomic
def create_user(
    *, username: str, display_name: str, password: str, by: str, post: str = "", language: str = "zh-hans"
) -> User:
    """A new user without any right. Raises django's ValidationError for a weak password, `Refused` for a
    name that is taken."""
    if User.objects.filter(username=username).exists():
        raise Refused(Text("用户名 {name} 已有人用", "The user name {name} is taken").format(name=username))
    user = User(username=username, display_name=display_name, post=post, language=language)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    audit.record(by=by, action="users.create", subject=subject_of(user))
    return user


@transaction.atomic
def grant_role(
    *, user: User, role: str, area: Area, valid_from: date, by: str, valid_until: date | None = None
) -> Grant:
    """Give a role for an area and all below it. The same grant twice is one. Raises KeyError for a role
    that the role list lacks."""
    ROLES[role]
    grant, new = Grant.objects.get_or_create(
        user=user,
        role=role,
        area=area,
        valid_until=valid_until,
        defaults={"valid_from": valid_from, "granted_by": User.objects.filter(username=by).first()},
    )
    if new:
        audit.record(
            by=by,
            action="grants.give",
            subject=subject_of(user),
            area_path=area.path,
            facts={"role": role, "from": valid_from.isoformat()},
        )
    return grant


@transaction.atomic
def change_preferences(*, user: User, by: str, **chosen: str) -> None:
    """Keep language, text size or theme for the user's pages. Raises `Refused` for a value there is not."""
    for name, value in chosen.items():
        if value not in PREFERENCES[name]:
            raise Refused(Text("没有这个选项", "There is no such choice"))
        setattr(user, name, value)
    user.save(update_fields=list(chosen))
    audit.record(by=by, action="users.prefer", subject=subject_of(user), facts=dict(chosen))


@transaction.atomic
def sign_in(*, request: HttpRequest, user: User) -> None:
    """Begin a session for a user whose password was right."""
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    audit.record(by=user.username, action="users.sign_in", subject=subject_of(user))


@transaction.atomic
def sign_out(*, request: HttpRequest) -> None:
    """End the session."""
    user: Any = request.user
    if user.is_authenticated:
        audit.record(by=user.username, action="users.sign_out", subject=subject_of(user))
    logout(request)
