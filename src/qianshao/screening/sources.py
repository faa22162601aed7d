"""The tables that the area packages offer to the engines. A package offers them in a module named `facts`."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import pyarrow as pa
from django.apps import apps

from qianshao.registry.facts import AsOf
from qianshao.rules.sources import Source


def sources() -> dict[str, Source]:
    """Every table that indicators may be computed from, by name."""
    return {name: source for module in _facts() for name, source in module.SOURCES.items()}


def tables(as_of: AsOf) -> dict[str, pa.Table]:
    """The rows of all of them as of a day, by name, with `coverage` beside them."""
    return {name: table for module in _facts() for name, table in module.tables(as_of).items()}


def _facts() -> Iterator[ModuleType]:
    for app in apps.get_app_configs():
        name = f"{app.name}.facts"
        if app.name.startswith("qianshao.") and find_spec(name):
            yield import_module(name)
