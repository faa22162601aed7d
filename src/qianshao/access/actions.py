"""Every write to users and grants."""

import re
import secrets
from datetime import date
from typing import Any

from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from qianshao.access import audit
from qianshao.access.models import Grant, User
from qianshao.access.roles import ROLES, SECURITY_ADMINISTRATOR, compatible
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.words import Text

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"
UNFIT = Text("用户名或姓名不能用", "The user name or the name cannot be used")
NAME_FORM = Text(
    "用户名用小写字母、数字和 . _ -，2 到 32 位；姓名不能空",
    "2 to 32 small letters, digits, dots, dashes; the name is not empty",
)
NOT_ONESELF = Text("不能给自己办，请另一位管理员办", "Not for oneself: another administrator does this")
ENDS_BEFORE = Text("结束的日子要在开始之后", "The end must be after the beginning")
EXCLUDED = Text(
    "“{role}”不能和“{held}”由同一个人担任", "One person cannot be {role} and {held} at the same time"
)
WRONG_PASSWORD = Text("原密码不对", "The old password is wrong")
SAME_PASSWORD = Text("新密码和原密码一样", "The new password is the old one")

NOT_THE_FIRST = Text("已有安全管理员，请他建账号", "There is a security administrator, who makes accounts")
NO_AREA = Text("还没有地区", "No area is known yet")
AREAS_FIRST = Text("先导入地区表", "Import the table of areas first")

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
    *,
    username: str,
    display_name: str,
    password: str,
    by: str,
    post: str = "",
    language: str = "zh-hans",
    first_password: bool = False,
) -> User:
    """A new user without any right. A `first_password` has to be changed at the first sign-in.

    Raises django's ValidationError for a weak password, `Refused` for a name that is taken or unfit.
    """
    if not NAME.fullmatch(username) or not display_name.strip():
        raise Refused(UNFIT, NAME_FORM)
    if User.objects.filter(username=username).exists():
        raise Refused(Text("用户名 {name} 已有人用", "The user name {name} is taken").format(name=username))
    user = User(
        username=username,
        display_name=display_name.strip(),
        post=post.strip(),
        language=language,
        has_first_password=first_password,
    )
    validate_password(password, user)
    user.set_password(password)
    user.save()
    audit.record(by=by, action="users.create", subject=subject_of(user))
    return user


@transaction.atomic
def grant_role(
    *, user: User, role: str, area: Area, valid_from: date, by: str, valid_until: date | None = None
) -> Grant:
    """Give a role for an area and all below it. The same grant twice is one.

    Raises KeyError for a role that the role list lacks, `Refused` for a grant to oneself, one that ends
    before it begins, and one beside which the user holds an incompatible role at the same time.
    """
    label = ROLES[role].label
    if by == user.username:
        raise Refused(NOT_ONESELF)
    if valid_until is not None and valid_until <= valid_from:
        raise Refused(ENDS_BEFORE)
    for held in _held_during(user, valid_from, valid_until).exclude(role=role):
        if not compatible(role, held.role):
            raise Refused(EXCLUDED.format(role=label, held=ROLES[held.role].label))
    grant, new = Grant.objects.get_or_create(
        user=user,
        role=role,
        area=area,
        valid_until=valid_until,
        defaults={"valid_from": valid_from, "granted_by": User.objects.filter(username=by).first()},
    )
    if new:
        facts = {"role": role, "from": valid_from.isoformat(), "until": _iso(valid_until)}
        _record_grant("grants.give", grant, by, facts)
    return grant


@transaction.atomic
def make_first_administrator(*, username: str, display_name: str, password: str, post: str = "") -> User:
    """The first security administrator, for all areas there are.

    Raises `Refused` where an account holds that role already, or no area is known yet.
    """
    if Grant.objects.filter(role=SECURITY_ADMINISTRATOR, user__is_active=True).exists():
        raise Refused(NOT_THE_FIRST)
    tops = list(Area.objects.filter(parent=None))
    if not tops:
        raise Refused(NO_AREA, AREAS_FIRST)
    user = create_user(
        username=username, display_name=display_name, post=post, password=password, by=audit.SYSTEM
    )
    today = timezone.localdate()
    for area in tops:
        grant_role(user=user, role=SECURITY_ADMINISTRATOR, area=area, valid_from=today, by=audit.SYSTEM)
    return user


@transaction.atomic
def end_grant(*, grant: Grant, on: date, by: str) -> None:
    """Take a role away from a day on; what it was until then stays on record.

    Ending it twice changes nothing. Raises `Refused` for a grant of one's own.
    """
    if by == grant.user.username:
        raise Refused(NOT_ONESELF)
    if grant.valid_until is not None and grant.valid_until <= on:
        return
    if grant.valid_from >= on:  # it never came into force
        _record_grant("grants.withdraw", grant, by, {"role": grant.role})
        grant.delete()
        return
    grant.valid_until = on
    grant.save(update_fields=["valid_until"])
    _record_grant("grants.end", grant, by, {"role": grant.role, "until": on.isoformat()})


def _held_during(user: User, begins: date, ends: date | None) -> Any:
    grants = Grant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=begins), user=user)
    return grants if ends is None else grants.filter(valid_from__lt=ends)


def _record_grant(action: str, grant: Grant, by: str, facts: dict[str, Any]) -> None:
    subject, path = subject_of(grant.user), grant.area.path
    audit.record(by=by, action=action, subject=subject, area_path=path, facts=facts)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@transaction.atomic
def reset_password(*, user: User, by: str) -> str:
    """Give the account a new first password, which is returned once and kept nowhere; its sessions end.

    Raises `Refused` for one's own account, whose password is changed by knowing the old one.
    """
    if by == user.username:
        raise Refused(NOT_ONESELF)
    password = first_password()
    user.set_password(password)  # every session carries a digest of the password it began with
    user.has_first_password = True
    user.save(update_fields=["password", "has_first_password"])
    audit.record(by=by, action="users.reset_password", subject=subject_of(user))
    return password


def first_password() -> str:
    """Random, in letters and digits that nobody mistakes for one another on paper."""
    return "-".join("".join(secrets.choice(PLAIN) for _ in range(4)) for _ in range(4))


@transaction.atomic
def change_password(*, request: HttpRequest, user: User, old: str, new: str) -> None:
    """Change one's own password; other sessions of the account end.

    Raises `Refused` if the old one is wrong or the new one the same, django's ValidationError for a weak one.
    """
    if not user.check_password(old):
        raise Refused(WRONG_PASSWORD)
    if old == new:
        raise Refused(SAME_PASSWORD)
    validate_password(new, user)
    user.set_password(new)
    user.has_first_password = False
    user.save(update_fields=["password", "has_first_password"])
    update_session_auth_hash(request, user)
    audit.record(by=user.username, action="users.change_password", subject=subject_of(user))


@transaction.atomic
def set_active(*, user: User, active: bool, by: str) -> None:
    """Close an account, which ends its sessions with the next request, or open it again.

    Raises `Refused` for one's own account.
    """
    if by == user.username:
        raise Refused(NOT_ONESELF)
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(by=by, action="users.open" if active else "users.close", subject=subject_of(user))


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
