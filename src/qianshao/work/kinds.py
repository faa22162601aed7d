"""What kinds of background work exist. Each package names its own in `jobs.py`, found by that name.

    @kind("feeds.deliver", label=Text("收下文件", "Taking in a file"))
    def deliver(payload: dict[str, Any], report: Report) -> dict[str, Any]:
        ...

A handler may be run again after a worker died in the middle of it, so doing it twice must do it once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.module_loading import autodiscover_modules

from qianshao.words import Text


class Report(Protocol):
    """Tells how far a job is: words for the phase, and the share done of the whole, 0 to 1."""

    def __call__(self, phase: Text, share: float) -> None: ...


Handler = Callable[[dict[str, Any], Report], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """`label` names the work on pages; `address`, given the result, is the page that shows it."""

    name: str
    label: Text
    handler: Handler
    address: Callable[[dict[str, Any]], str] | None = None


_kinds: dict[str, Kind] = {}


def kind(
    name: str, *, label: Text, address: Callable[[dict[str, Any]], str] | None = None
) -> Callable[[Handler], Handler]:
    """Register a handler. Raises ValueError when two handlers claim one name."""

    def register(handler: Handler) -> Handler:
        if name in _kinds:
            raise ValueError(f"two handlers for jobs of kind {name}")
        _kinds[name] = Kind(name, label, handler, address)
        return handler

    return register


def kind_of(name: str) -> Kind:
    """The registered kind. Raises KeyError for a name that no package registered."""
    autodiscover_modules("jobs")
    return _kinds[name]
