"""The viewer's own language on every page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
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
