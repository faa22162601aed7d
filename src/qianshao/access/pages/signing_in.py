"""Sign-in, sign-out, and what a user chooses for the own pages."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from qianshao.access import actions
from qianshao.access.demo_users import demo_users
from qianshao.access.models import User
from qianshao.access.permissions import open_to_all
from qianshao.refusals import Refused
from qianshao.words import Text

NOT_THE_SAME = Text("两次输入的新密码不一样", "The two new passwords are not the same")

# Only one of these comes with each form of the top bar.
CHOICES = tuple(actions.PREFERENCES)


@sensitive_post_parameters("password")
@open_to_all("GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form; after it, to the page that was asked for."""
    asked = request.POST.get("next", request.GET.get("next", ""))
    context = {"next": asked, "demo_users": demo_users() if settings.DEMO else [], "demo": settings.DEMO}
    if request.method == "POST":
        username = request.POST.get("username", "").strip()
        user = authenticate(request, username=username, password=request.POST.get("password", ""))
        if user is not None:
            actions.sign_in(request=request, user=user)
            return redirect(_own_address(request, asked))
        context |= {"username": username, "fault": _("User name and password do not fit together.")}
    return render(request, "access/sign_in.html", context)


@open_to_all("POST")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; back to the sign-in form."""
    actions.sign_out(request=request)
    return redirect(settings.LOGIN_URL)


@open_to_all("POST")
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the language, text size or theme that was pressed, and come back to the same page."""
    chosen = {name: request.POST[name] for name in CHOICES if name in request.POST}
    back = redirect(_own_address(request, request.POST.get("next", "")))
    try:
        if request.user.is_authenticated:
            actions.change_preferences(user=request.user, by=request.user.username, **chosen)
        elif chosen.get("language") in actions.PREFERENCES["language"]:
            back.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen["language"], samesite="Lax", httponly=True)
    except Refused as refusal:
        return HttpResponse(refusal.in_language(request.LANGUAGE_CODE or ""), status=400)
    return back


def _own_address(request: HttpRequest, address: str) -> str:
    """The address when it leads to this server, else the start page: no one is sent elsewhere."""
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if own else settings.LOGIN_REDIRECT_URL


@sensitive_post_parameters("old", "new", "again")
@open_to_all("GET", "POST")
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password, whatever one may do; with a first password, no other page opens before."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.path)
    context: dict[str, object] = {}
    if request.method == "POST":
        old, new, again = (request.POST.get(name, "") for name in ("old", "new", "again"))
        try:
            if new != again:
                raise Refused(NOT_THE_SAME)
            actions.change_password(request=request, user=request.user, old=old, new=new)
            return redirect(settings.LOGIN_REDIRECT_URL)
        except Refused as refusal:
            context["faults"] = [refusal.in_language(request.LANGUAGE_CODE or "")]
        except ValidationError as weak:
            context["faults"] = weak.messages
    return render(request, "access/password.html", context, status=400 if context else 200)
