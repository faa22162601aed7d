"""Triggers of the database that let nobody change or remove evidence, not even with SQL at hand.

An owner of the database can drop them; `audit verify` says so, and the chain tells what was done meanwhile.
"""

from django.db import connection

from qianshao.access.models import AuditEvent, AuditSeal

TABLES = tuple(model._meta.db_table for model in (AuditEvent, AuditSeal))
REFUSAL = "evidence is neither changed nor removed"
NAMES = {f"{table}_stays_{move}": (table, move) for table in TABLES for move in ("update", "delete")}


def install() -> None:
    """Put the triggers in place; those that are there stay as they are."""
    present = installed()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for name, (table, move) in NAMES.items():
            if name not in present:
                cursor.execute(_statement(name, table, move))


def remove() -> None:
    """Take them away, as undoing the migration does."""
    with connection.cursor() as cursor:
        for name in installed():
            table = NAMES[name][0]
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def installed() -> set[str]:
    """The names of the triggers that are in place and fire."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall() if name in NAMES}


def missing() -> set[str]:
    """The names of the triggers that should be in place and are not."""
    return set(NAMES) - installed()


_FUNCTION = f"""
CREATE OR REPLACE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
"""


def _statement(name: str, table: str, move: str) -> str:
    if connection.vendor == "postgresql":
        return (
            f"CREATE TRIGGER {name} BEFORE {move} ON {table} FOR EACH ROW EXECUTE FUNCTION evidence_stays()"
        )
    return f"CREATE TRIGGER {name} BEFORE {move} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
