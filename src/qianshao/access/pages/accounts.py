"""Accounts and what they may do where: kept by the security administrator, never for oneself."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from qianshao.access import actions, readers, roles
from qianshao.access.models import User
from qianshao.access.permissions import Request, allowed, found
from qianshao.access.roles import ROLES
from qianshao.refusals import Refused
from qianshao.words import Text

PAGE = 50
DAY = timedelta(days=1)
NO_SUCH = Text("请从列表里选", "Please choose from the list")
NO_DAY = Text("请填日期", "Please give a day")


@allowed(*roles.GRANTERS, methods=("GET", "POST"))
def accounts(request: Request) -> HttpResponse:
    """The accounts of the area; posted, a new one with its first password, shown once."""
    context: dict[str, Any] = {"section": "accounts"}
    if request.method == "POST":
        try:
            return _created(request)
        except Refused as refusal:
            context |= {"refused": refusal, "typed": request.POST}
    listed = readers.accounts(request.scope, timezone.localdate())
    word = request.GET.get("q", "").strip()
    if word:
        listed = listed.filter(display_name__contains=word) | listed.filter(username__contains=word)
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "word": word, "people": [_described(user) for user in page.object_list]}
    return render(request, "access/accounts.html", context, status=400 if "refused" in context else 200)


def _created(request: Request) -> HttpResponse:
    password = actions.first_password()
    user = actions.create_user(
        username=request.POST.get("username", "").strip(),
        display_name=request.POST.get("display_name", ""),
        post=request.POST.get("post", ""),
        password=password,
        first_password=True,
        by=request.user.username,
    )
    return _account(request, user, password=password)


@allowed(*roles.GRANTERS)
def account(request: Request, key: int) -> HttpResponse:
    """One account: what it may do where, since when, given by whom; and the forms to change that."""
    return _account(request, _found(request, key))


@allowed(*roles.GRANTERS, methods=("POST",))
def give(request: Request, key: int) -> HttpResponse:
    """Give a role for an area of the administrator's own."""
    user = _found(request, key)
    try:
        area = request.scope.areas().filter(pk=_number(request.POST.get("area"))).first()
        role = request.POST.get("role", "")
        if area is None or role not in ROLES:
            raise Refused(NO_SUCH)
        last = _day(request.POST.get("last_day", ""))
        actions.grant_role(
            user=user,
            role=role,
            area=area,
            valid_from=_day(request.POST.get("valid_from", "")) or timezone.localdate(),
            valid_until=last + DAY if last else None,
            by=request.user.username,
        )
    except Refused as refusal:
        return _account(request, user, refused=refusal, typed=request.POST)
    return redirect("access:account", user.pk)


@allowed(*roles.GRANTERS, methods=("POST",))
def end(request: Request, key: int) -> HttpResponse:
    """End a grant today."""
    grant = found(readers.grant(request.scope, timezone.localdate(), key))
    try:
        actions.end_grant(grant=grant, on=timezone.localdate(), by=request.user.username)
    except Refused as refusal:
        return _account(request, grant.user, refused=refusal)
    return redirect("access:account", grant.user_id)


@allowed(*roles.GRANTERS, methods=("POST",))
def reset(request: Request, key: int) -> HttpResponse:
    """A new first password, shown once."""
    user = _found(request, key)
    try:
        password = actions.reset_password(user=user, by=request.user.username)
    except Refused as refusal:
        return _account(request, user, refused=refusal)
    return _account(request, user, password=password)


@allowed(*roles.GRANTERS, methods=("POST",))
def state(request: Request, key: int) -> HttpResponse:
    """Close the account or open it again."""
    user = _found(request, key)
    try:
        actions.set_active(user=user, active="open" in request.POST, by=request.user.username)
    except Refused as refusal:
        return _account(request, user, refused=refusal)
    return redirect("access:account", user.pk)


def _found(request: Request, key: int) -> User:
    return found(readers.account(request.scope, timezone.localdate(), key))


def _account(
    request: Request, user: User, refused: Refused | None = None, typed: Any = None, password: str = ""
) -> HttpResponse:
    """The page; a first password stands in this one answer only, and is kept nowhere."""
    grants = readers.grants_by_time(user, timezone.localdate())
    areas = request.scope.areas().filter(valid_until=None).exclude(level="group")
    context = {
        "section": "accounts",
        "person": user,
        "own": user == request.user,
        "grants": [_grant(grant) for grant in grants],
        "roles": ROLES.values(),
        "areas": areas.order_by("path").select_related("parent"),
        "password": password,
        "refused": refused,
        "typed": typed or {},
    }
    return render(request, "access/account.html", context, status=400 if refused else 200)


def _described(user: User) -> dict[str, Any]:
    running = [g for g in user.grants.all() if _runs(g.valid_from, g.valid_until)]
    return {"user": user, "grants": [_grant(grant) for grant in running]}


def _grant(grant: Any) -> dict[str, Any]:
    return {
        "grant": grant,
        "role": ROLES[grant.role].label,
        "runs": _runs(grant.valid_from, grant.valid_until),
        "over": grant.valid_until is not None and grant.valid_until <= timezone.localdate(),
        "last_day": grant.valid_until - DAY if grant.valid_until else None,
    }


def _runs(begins: date, ends: date | None) -> bool:
    return begins <= timezone.localdate() and (ends is None or ends > timezone.localdate())


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(NO_DAY) from error


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
