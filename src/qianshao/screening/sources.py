"""The tables that the area packages offer to the engines. A package offers them in a module named `facts`."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pyarrow as pa
from django.apps import apps

from qianshao.feeds import facts as feeds
from qianshao.registry import facts as registry
from qianshao.registry.facts import AsOf
from qianshao.rules.sources import Source
from qianshao.workbooks import load_codelists, load_contracts


def sources(folders: Sequence[Path]) -> dict[str, Source]:
    """Every table that indicators of the rulebook in these folders may be computed from, by name."""
    return registry.sources(load_codelists(folders)) | feeds.sources(load_contracts(folders))


def tables(as_of: AsOf) -> dict[str, pa.Table]:
    """The rows of all of them as of a day, by name, with `coverage` beside them."""
    return {name: table for module in _facts() for name, table in module.tables(as_of).items()}


def _facts() -> Iterator[ModuleType]:
    for app in apps.get_app_configs():
        name = f"{app.name}.facts"
        if app.name.startswith("qianshao.") and find_spec(name):
            yield import_module(name)
