"""Writing dated facts: a row only on change, no row ever overwritten."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from qianshao.access.bulk import insert
from qianshao.registry.models.facts import DatedFact


@dataclass(frozen=True)
class Statement:
    """Where a fact comes from: since when it is true, when we learned it, by whose word."""

    valid_from: date
    recorded_at: datetime
    source: str


def record_facts(
    model: type[DatedFact],
    subject: str,
    values: Mapping[int, Mapping[str, Any]],
    *,
    statement: Statement,
    since: Mapping[int, date] | None = None,
) -> int:
    """Record what is stated of many subjects; returns how many facts changed.

    `values` maps a subject's key to its stated fields, the same for all. None and "" mean "not stated": what
    was known stays. A statement older than the newest fact goes into the history where it belongs. `since`
    gives the day of those subjects that were asked on a day of their own.
    """
    days = since or {}
    histories: dict[int, list[Any]] = defaultdict(list)
    held: Any = model._default_manager.filter(**{f"{subject}_id__in": list(values)})
    for row in held.order_by("valid_from", "pk"):
        histories[getattr(row, f"{subject}_id")].append(row)
    fields = list(next(iter(values.values()), ()))
    closed: list[Any] = []
    opened: list[tuple[Any, ...]] = []
    for key, stated in values.items():
        own = replace(statement, valid_from=days[key]) if key in days else statement
        change = _change(model, key, histories[key], stated, own)
        if change is not None:
            earlier, new = change
            opened.append(new)
            if earlier is not None:
                closed.append(earlier)
    # Closed first: a subject has one current fact at every moment, the constraint says.
    model._default_manager.bulk_update(closed, ["valid_until"], batch_size=500)
    insert(model, [subject, *fields, "valid_from", "valid_until", "recorded_at", "source"], opened)
    return len(opened)


def _change(
    model: type[DatedFact],
    key: int,
    history: list[Any],
    stated: Mapping[str, Any],
    statement: Statement,
) -> tuple[Model | None, tuple[Any, ...]] | None:
    said = {field: value for field, value in stated.items() if value not in (None, "")}
    day = statement.valid_from
    earlier = next((r for r in reversed(history) if r.valid_from <= day and _runs(r, day)), None)
    known = {field: getattr(earlier, field) for field in stated} if earlier else {}
    merged = {**known, **said}
    if not said or merged == known:
        return None
    later = next((row.valid_from for row in history if row.valid_from > day), None)
    until = earlier.valid_until if earlier else later
    known_now = (merged.get(name, _unstated(model, name)) for name in stated)
    new = (key, *known_now, day, until, statement.recorded_at, statement.source)
    if earlier:
        earlier.valid_until = day
    return earlier, new


def _unstated(model: type[DatedFact], name: str) -> Any:
    """How the table says that nobody has stated a field: null, or empty text."""
    field: Any = model._meta.get_field(name)
    return None if field.null else ""


def _runs(row: Any, day: date) -> bool:
    return row.valid_until is None or row.valid_until > day
