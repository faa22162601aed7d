"""The risk profile: each side of a family's life with its figures and warnings. Sides are never added up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from qianshao.registry.codelists import rulebook_folders
from qianshao.rules import formats
from qianshao.rules.rulebook import Rulebook
from qianshao.rules.values import Value
from qianshao.screening.hits import LEVELS
from qianshao.screening.pages.lines import Line
from qianshao.words import Text

FILE = "dimensions.yaml"
# How many of the four cells a warning fills: the graver, the more; none is empty.
CELLS = {level: len(LEVELS) + 1 - place for place, level in enumerate(LEVELS)}
NOTHING_KNOWN = Text("不知道", "Not known")
PARTLY_KNOWN = Text("没有预警，部分不知道", "No warning; partly not known")
QUIET = Text("没有预警", "No warning")
UNCONFIRMED = Text("不能确认", "Not confirmable")


@dataclass(frozen=True)
class Dimension:
    """One side, as the rulebook names it: the causes of warnings and the indicators that belong to it."""

    name: str
    label: Text
    causes: tuple[str, ...]
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A figure in words; unknown, exact or at least so much."""

    name: str
    label: Text
    value: Text = field(repr=False)
    known: bool


@dataclass(frozen=True)
class Side:
    """A dimension of one household. `cells` of four are filled; `hatched`: nothing of it is known, or its
    warning can no longer be confirmed. `warned` is the open warnings' lines."""

    dimension: Dimension
    figures: tuple[Shown, ...]
    warned: tuple[Line, ...]
    cells: int
    hatched: bool
    words: Text

    @property
    def unknown(self) -> int:
        return sum(not figure.known for figure in self.figures)


def dimensions() -> tuple[Dimension, ...]:
    """The sides in the order of the rulebook; the office's own file replaces the shipped one."""
    path = next(path for folder in reversed(rulebook_folders()) if (path := folder / FILE).exists())
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[Dimension, ...]:
    listed: list[Mapping[str, Any]] = YAML(typ="safe").load(path)
    return tuple(
        Dimension(each["name"], Text(**each["label"]), tuple(each["causes"]), tuple(each["indicators"]))
        for each in listed
    )


def profile(
    rulebook: Rulebook | None, figures: Mapping[str, Value], warned: Sequence[Line], sees_warnings: bool
) -> list[Side]:
    """Every side of a household by its figures of the last run and its open warnings."""
    return [_side(dimension, rulebook, figures, warned, sees_warnings) for dimension in dimensions()]


def _side(
    dimension: Dimension,
    rulebook: Rulebook | None,
    figures: Mapping[str, Value],
    warned: Sequence[Line],
    sees_warnings: bool,
) -> Side:
    shown = tuple(_shown(rulebook, figures, dimension.indicators)) if rulebook else ()
    mine = tuple(line for line in warned if line.warning.cause in dimension.causes)
    confirmed = [line for line in mine if line.confirmed]
    nothing = not any(figure.known for figure in shown)
    if confirmed:
        cells, words = max(CELLS[line.warning.level] for line in confirmed), _words(confirmed[0])
    elif mine:
        cells, words = 0, UNCONFIRMED
    elif nothing:
        cells, words = 0, NOTHING_KNOWN
    else:
        known = all(figure.known for figure in shown)
        cells, words = 0, _quiet(shown) if not sees_warnings else QUIET if known else PARTLY_KNOWN
    return Side(dimension, shown, mine, cells, not confirmed and (bool(mine) or nothing), words)


def _quiet(shown: Sequence[Shown]) -> Text:
    known = sum(figure.known for figure in shown)
    return Text(f"{len(shown)} 项中知道 {known} 项", f"{known} of {len(shown)} known")


def _words(line: Line) -> Text:
    """How far beyond its limit the leading figure is, else which rule found it."""
    return line.margin.margin_shown if line.margin else line.explained.leading.rule.label


def _shown(rulebook: Rulebook, figures: Mapping[str, Value], names: Iterable[str]) -> Iterable[Shown]:
    lists = rulebook.codelists.values()
    for name in names:
        if name in rulebook.indicators and name in figures:
            indicator, value = rulebook.indicators[name], figures[name]
            words = formats.shown(value, indicator.type, indicator.unit, indicator.codes, lists)
            yield Shown(name, indicator.label, words, value.known or value.at_least is not None)
