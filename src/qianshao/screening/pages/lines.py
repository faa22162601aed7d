"""A warning as lists show it: whose, why, the figure against its limit, what next and by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import get_language, gettext

from qianshao.access.scope import Scope
from qianshao.places.models import Area
from qianshao.screening import words
from qianshao.screening.explanation import Explained, Figure, explain
from qianshao.screening.margins import Margin, leading_figure, margin
from qianshao.screening.models import EarlyWarning
from qianshao.screening.readers.families import NOBODY, Family, families, visitors


@dataclass(frozen=True)
class Line:
    """One row. `family` is empty for viewers who may not see families."""

    warning: EarlyWarning
    explained: Explained
    family: Family = field(repr=False)
    margin: Margin | None
    figure: Figure | None
    days: int
    visitors: list[str] = field(repr=False)

    @property
    def title(self) -> str:
        """The household by its head, else by its number."""
        return called(self.warning, self.family)

    @property
    def village(self) -> str:
        return village_name(self.warning.household.area)

    @property
    def confirmed(self) -> bool:
        return self.explained.leading.hit.confirmed


def lines(found: Iterable[EarlyWarning], names: Scope, on: date) -> list[Line]:
    """The rows of a list, in its order; heads are named where families may be seen."""
    warnings = list(found)
    known = families(names, {warning.household_id for warning in warnings}, on)
    visiting = visitors({warning.household.area_id for warning in warnings}, on)
    return [
        _line(
            warning,
            known.get(warning.household_id, NOBODY),
            visiting.get(warning.household.area_id, []),
            on,
        )
        for warning in warnings
    ]


def _line(warning: EarlyWarning, family: Family, visiting: list[str], on: date) -> Line:
    explained = explain(warning)
    return Line(
        warning,
        explained,
        family,
        margin(explained.leading),
        leading_figure(explained.leading),
        (on - warning.first_run.as_of).days,
        visiting,
    )


def called(warning: EarlyWarning, family: Family) -> str:
    """How a household is called on a page."""
    if family.head:
        return gettext("Household of %(head)s") % {"head": family.head}
    return gettext("Household %(number)s") % {"number": warning.household.number}


def village_name(area: Area) -> str:
    """Township and village, as one word."""
    return f"{area.parent.name if area.parent else ''}{area.name}"


def cleared_in_words(reasons: Mapping[str, int]) -> str:
    """Why warnings were cleared, with numbers: 事实变了 25，规则变了 3."""
    language = get_language() or ""
    named = [f"{words.CLEARED_BECAUSE[why].in_language(language)} {n}" for why, n in reasons.items()]
    return gettext(", ").join(named)
