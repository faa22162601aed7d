"""One household judged at this moment, by the same facts and the same rules as a run."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from qianshao.places.readers import village_codes
from qianshao.registry.facts import AsOf
from qianshao.registry.models import Household
from qianshao.rules.engines import memory
from qianshao.rules.engines.memory import Evaluated, Facts
from qianshao.rules.parameters import resolve
from qianshao.screening import rulebooks
from qianshao.screening.sources import tables


def now(household: Household, as_of: date) -> Evaluated | None:
    """Every indicator and rule of a household as of a day, with what is recorded by now. None: it was not
    registered on that day."""
    facts = facts_of([household.pk], as_of)
    code = village_codes(as_of)[household.area.path]
    rulebook = rulebooks.current()
    judged = memory.evaluate(rulebook, facts, as_of, resolve(rulebook, code, as_of))
    return judged.get(household.pk)


def facts_of(households: Collection[int], as_of: date) -> Facts:
    """The tables about some households only, as rows."""
    rows = {
        name: table.to_pylist() for name, table in tables(AsOf(as_of, timezone.now(), households)).items()
    }
    return Facts(rows, rows.pop("coverage"))
