"""The list of areas, as it comes with the codes of the statistics office."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from qianshao.access import audit
from qianshao.places.actions import AreaRow, import_areas
from qianshao.registry.actions.households import rows_digest

# A list says what is there, not since when.
SINCE = date(2000, 1, 1)


@transaction.atomic
def import_area_list(*, rows: Sequence[tuple[str, str]], by: str) -> int:
    """Add the areas that are not known yet, given as code and name; returns how many were new.

    Raises `MalformedCode` and `UnknownParent` of places; then nothing is written.
    """
    added = import_areas(AreaRow(code, name, SINCE) for code, name in rows)
    if added:
        facts = {"rows": len(rows), "added": added, "list": rows_digest(code for code, _ in rows)}
        audit.record(by=by, action="areas.import", subject="places.area", facts=facts)
    return added
