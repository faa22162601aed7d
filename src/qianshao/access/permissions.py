"""Who may open a page. Every page says its roles; out of the viewer's area is answered as not found."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from qianshao.access.models import User
from qianshao.access.scope import Scope, scope_of

Found = TypeVar("Found")
View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request of a signed-in viewer, as an `allowed` page gets it."""

    user: User
    scope: Scope  # where the viewer holds one of the page's roles
    htmx: HtmxDetails


class Page(Protocol):
    """A view that says who may open it; `roles` is None for a page open to everybody."""

    roles: tuple[str, ...] | None
    methods: tuple[str, ...]

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def allowed(*roles: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], Page]:
    """A page for viewers who hold one of these roles somewhere; `request.scope` says where.

    Nobody signed in: to the sign-in page. Signed in without such a role: 403 in words. Other methods: 405.
    """
    return _page(tuple(roles), methods)


def open_to_all(*methods: str) -> Callable[[View], Page]:
    """A page that needs no sign-in."""
    return _page(None, methods or ("GET",))


def found(value: Found | None) -> Found:
    """What a reader returned, or 404: a record out of scope does not exist for this viewer."""
    if value is None:
        raise Http404
    return value


def may(user: User, *roles: str) -> bool:
    """Whether the user holds one of the roles somewhere today; for links, buttons and sections."""
    return bool(scope_of(user, roles, timezone.localdate()).prefixes)


def _page(roles: tuple[str, ...] | None, methods: tuple[str, ...]) -> Callable[[View], Page]:
    def decorate(view: View) -> Page:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in {*methods, *({"HEAD"} if "GET" in methods else ())}:
                return HttpResponseNotAllowed(methods)
            if roles is not None:
                if not request.user.is_authenticated:
                    return _to_sign_in(request)
                scope = scope_of(request.user, roles, timezone.localdate())
                if not scope.prefixes:
                    raise PermissionDenied
                cast(Request, request).scope = scope
            response = view(request, *args, **kwargs)
            # On a shared office machine nothing of a page stays behind.
            patch_cache_control(response, private=True, no_store=True)
            return response

        page = cast(Page, answer)
        page.roles, page.methods = roles, methods
        return page

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    # A fragment must not be replaced by the sign-in form: htmx is told to leave the whole page.
    htmx = cast(Request, request).htmx
    if htmx:
        return HttpResponseClientRedirect(redirect_to_login(htmx.current_url or "/").url)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
