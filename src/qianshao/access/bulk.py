"""Rows of a table by the ten thousand: one statement, no object a row."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections, models, router

# What a driver takes as it is. All else is prepared by its field: dates, money amounts, sealed text.
AS_IT_IS = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.ForeignKey,
    models.AutoField,
)


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as values of `fields`, in the caller's transaction.

    Every column without a default in the database must be named. Keys are not told, and an object's
    validation does not run; the table's constraints do.
    """
    connection = connections[router.db_for_write(model)]
    held = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    named = [held[name] for name in fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in named)
    places = ", ".join(["%s"] * len(named))
    statement = f"insert into {quote(model._meta.db_table)} ({columns}) values ({places})"  # noqa: S608
    prepared = [_preparation(field, connection) for field in named]
    values = [
        tuple(
            value if prepare is None else prepare(value) for prepare, value in zip(prepared, row, strict=True)
        )
        for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


def _preparation(field: Any, connection: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, AS_IT_IS):
        return None

    def prepare(value: Any) -> Any:
        return None if value is None else field.get_db_prep_save(value, connection=connection)

    # Of dates there are few in many rows.
    return lru_cache(maxsize=4096)(prepare) if isinstance(field, models.DateField) else prepare
