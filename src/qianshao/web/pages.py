"""The start page, and what is answered when something is not as it should be."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.utils import timezone
from django.views.decorators.csrf import requires_csrf_token

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed
from qianshao.access.readers import roles_of
from qianshao.web.shell import entries


@allowed(*roles.EVERYONE)
def home(request: Request) -> HttpResponse:
    """To the first section of the viewer's role; a page that says so where a role has none."""
    held = {role.name for role in roles_of(request.user, timezone.localdate())}
    sections = entries(held)
    if sections:
        return redirect(sections[0].address)
    return render(request, "qianshao/home.html")


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Signed in, but the page is none of the viewer's work."""
    return render(request, "403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such record, or none in the viewer's area: the same answer."""
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Without the request: whatever failed may fail in the frame of the page as well."""
    return HttpResponse(loader.render_to_string("500.html"), status=500)


@requires_csrf_token
def expired(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """A form that was open too long, or sent from elsewhere."""
    return render(request, "403_csrf.html", status=403)
