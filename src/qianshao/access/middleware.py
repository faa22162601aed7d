"""The viewer's own language on every page, and no page but one before a first password is changed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation

from qianshao.access.models import User


class PreferencesMiddleware:
    """Activate the language that the signed-in user chose; others have that of their browser or cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, User) or getattr(request.user, "is_authenticated", False):
            translation.activate(request.user.language)  # type: ignore[union-attr]  # a User, lazily
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class FirstPasswordMiddleware:
    """Whoever signed in with a password that somebody else knows changes it before anything else."""

    OPEN = ("access:password", "access:sign_out", "access:preferences")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        user = request.user
        held_back = user.is_authenticated and getattr(user, "has_first_password", False)
        match = request.resolver_match
        if held_back and match is not None and match.view_name not in self.OPEN:
            return redirect("access:password")
        return None
