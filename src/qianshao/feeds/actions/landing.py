"""The rows of a department's file, landed.

Judged rows wait in an unfinished file in which a row names its identity by place. Then, in one transaction,
new identities are kept, the file gets their keys and its name, refused rows are stored and the delivery is
done: before it nobody sees anything of it, afterwards everything counts.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import transaction

from qianshao import unfinished
from qianshao.failpoints import failpoint
from qianshao.feeds import landing, originals
from qianshao.feeds.actions.finishing import AlreadyFinished, claim, finish, receipt, refuse
from qianshao.feeds.identities import Gathered, store
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period
from qianshao.feeds.reading import Reading
from qianshao.feeds.villages import Villages
from qianshao.workbooks import Contract, JudgedRow

CHUNK = 20_000


def land_rows(*, delivery: Delivery, contract: Contract, by: str, progress: Callable[[float], None]) -> None:
    """Judge the file and land its good rows."""
    target = Path(settings.DATA) / landed_as(delivery)
    waiting = unfinished.beside(target)
    unfinished.clear(target.parent)
    try:
        _land(delivery, contract, by, target, waiting, progress)
    except AlreadyFinished:
        pass
    finally:
        waiting.unlink(missing_ok=True)


def landed_as(delivery: Delivery) -> str:
    """The file of a delivery's rows, below the data folder: by feed and the last month it speaks for."""
    last = Period(delivery.period_from, delivery.period_until).last
    return f"feeds/feed={delivery.feed}/period={last:%Y-%m}/delivery-{delivery.pk}.parquet"


def _land(
    delivery: Delivery,
    contract: Contract,
    by: str,
    target: Path,
    waiting: Path,
    progress: Callable[[float], None],
) -> None:
    rows = _Rows(delivery, contract)
    schema = landing.schema_of([(c.name, c.type) for c in contract.landed], contract.subject)
    with originals.opened(delivery.fingerprint) as path:
        reading = Reading(path, contract, delivery, progress)
        chunks = rows.chunks(reading)
        landing.write((pa.Table.from_pylist(chunk, schema=schema) for chunk in chunks), schema, waiting)
    failpoint("delivery.judged")
    with transaction.atomic():
        claim(delivery, "received")
        if reading.file_faults:
            refuse(delivery, contract, reading.file_faults, by)
        else:
            reading.quarantine.store()
            landed = rows.land(schema, waiting, target) if rows.accepted else {}
            finish(delivery, contract, by, **landed, **receipt(reading, rows.accepted))
        failpoint("delivery.finishing")
    failpoint("delivery.finished")


class _Rows:
    """The good rows of a delivery, and the identities or villages they are about."""

    def __init__(self, delivery: Delivery, contract: Contract) -> None:
        self.delivery, self.contract = delivery, contract
        self.villages = Villages(delivery.area)
        self.gathered = Gathered(contract)
        self.accepted = 0
        self._names = [column.name for column in contract.landed]

    def chunks(self, reading: Reading) -> Iterator[list[Mapping[str, Any]]]:
        """The rows as they wait, in chunks."""
        chunk: list[Mapping[str, Any]] = []
        for row in reading.rows():
            about = self._about(reading, row)
            if about is None:
                continue
            chunk.append(self._landed(row, about))
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def land(self, schema: pa.Schema, waiting: Path, target: Path) -> dict[str, Any]:
        """Give the waiting file its keys and its name; within the caller's transaction."""
        tables = landing.read(waiting)
        if self.contract.subject != "village":
            keys = pa.array(store(self.gathered, self.delivery.area, self.villages), pa.int64())
            failpoint("delivery.identities_kept")
            tables = (_with_keys(table, keys) for table in tables)
        digest = landing.land_tables(tables, schema, target)
        failpoint("delivery.landed")
        return {"landed_as": landed_as(self.delivery), "landed_digest": digest}

    def _about(self, reading: Reading, row: JudgedRow) -> int | None:
        """The place of the row's identity, or the key of its village; None where it is refused for that."""
        if self.contract.subject != "village":
            return self.gathered.place(row.values)
        village = reading.village(row, self.villages)
        return village.pk if village else None

    def _landed(self, row: JudgedRow, about: int) -> Mapping[str, Any]:
        self.accepted += 1
        values = row.values
        landed: dict[str, Any] = {name: values.get(name) for name in self._names}
        landed |= {"delivery": self.delivery.pk, "sheet": row.sheet, "row": row.row}
        landed[landing.ABOUT[self.contract.subject]] = about
        return landed


def _with_keys(table: pa.Table, keys: pa.Array) -> pa.Table:
    place = table.schema.get_field_index("stated")
    return table.set_column(place, "stated", keys.take(table.column("stated")))
