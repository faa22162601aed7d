"""The tables that the feeds offer to the engines: what departments said of whom, as known at a moment.

Only rows whose stated identity is decided to be a person of the register; no names and no numbers. Where no
row stands, `coverage` says whether a delivery spoke for that village and time at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.landing import TYPES
from qianshao.feeds.models import Delivery, LinkDecision
from qianshao.parquet import rows_in
from qianshao.places.models import Area
from qianshao.registry.facts import AsOf, members, villages_of
from qianshao.rules.sources import Kind, Source
from qianshao.rules.types import Subject, Type
from qianshao.workbooks import Contract

COVERAGE = pa.schema(
    [
        ("feed", pa.string()),
        ("village", pa.string()),
        ("covered_from", pa.date32()),
        ("covered_until", pa.date32()),
        ("delivered_on", pa.date32()),
    ]
)
SUBJECTS: Mapping[str, list[tuple[str, pa.DataType]]] = {
    "person": [("household", pa.int64()), ("person", pa.int64()), ("village", pa.string())],
    "household": [("household", pa.int64()), ("village", pa.string())],
    "village": [("village", pa.string())],
}
RULE_TYPES: Mapping[str, Type] = {
    "text": Type.TEXT,
    "code": Type.CODE,
    "codes": Type.TEXT,
    "area_code": Type.TEXT,
    "integer": Type.INTEGER,
    "money": Type.MONEY,
    "decimal": Type.DECIMAL,
    "share": Type.SHARE,
    "date": Type.DATE,
    "month": Type.DATE,
    "boolean": Type.BOOLEAN,
}


@dataclass(frozen=True)
class Speaking:
    """A delivery whose rows count: for which area and period, and where they are landed."""

    key: int
    feed: str
    area: str
    first: date
    until: date
    delivered_on: date
    landed_as: str

    def replaces(self, other: "Speaking") -> bool:
        """Whether this full list makes an earlier one of the same feed void."""
        same_time = self.first <= other.first and other.until <= self.until
        return self.key > other.key and other.area.startswith(self.area) and same_time


def sources(contracts: Mapping[str, Contract]) -> dict[str, Source]:
    """The feeds that land in the feed store, as the rulebook's loader wants them."""
    return {
        contract.name: Source(
            name=contract.name,
            subject=Subject(contract.subject),
            columns={column.name: RULE_TYPES[column.type] for column in contract.landed},
            date=contract.date,
            kind=Kind(contract.kind),
            grace_days=contract.schedule.grace_days,
            non_negative=frozenset(
                column.name
                for column in contract.landed
                if column.min is not None and column.min >= 0 and RULE_TYPES[column.type].is_number
            ),
            codes={column.name: tuple(column.codes) for column in contract.landed if column.type == "code"},
        )
        for contract in contracts.values()
        if contract.lands == "feed"
    }


def tables(as_of: AsOf) -> dict[str, pa.Table]:
    """One table per feed that lands in the feed store, and `coverage`; each sorted."""
    spoken = deliveries(as_of)
    connection = _workbench(as_of)
    made = {
        contract.name: _table(connection, contract, spoken.get(contract.name, []), as_of)
        for contract in feed_contracts().values()
        if contract.lands == "feed"
    }
    return made | {"coverage": coverage(spoken, sorted(set(villages_of(as_of).values())))}


def deliveries(as_of: AsOf) -> dict[str, list[Speaking]]:
    """The deliveries per feed that counted at the moment, oldest first: what was known, whatever its time.

    Those of the registers too: they say up to which day the registers speak.
    """
    # A file of which every row was refused says nothing about anybody.
    done = Delivery.objects.filter(state="done", done_at__lte=as_of.known_at, rows_accepted__gt=0)
    done = done.filter(feed__in=feed_contracts()).order_by("pk")
    spoken: dict[str, list[Speaking]] = defaultdict(list)
    for d in done.select_related("area"):
        on = timezone.localdate(d.received_at)
        spoken[d.feed].append(
            Speaking(d.pk, d.feed, d.area.path, d.period_from, d.period_until, on, d.landed_as)
        )
    return spoken


def coverage(spoken: Mapping[str, Sequence[Speaking]], villages: Iterable[str]) -> pa.Table:
    """The longest spans without a gap for which deliveries speak, per feed and village."""
    rows = []
    for village in villages:
        for feed in sorted(spoken):
            covering = [d for d in spoken[feed] if village.startswith(d.area)]
            rows += [(feed, village, *span) for span in _spans(covering)]
    rows.sort()
    columns = list(zip(*rows, strict=True)) or [()] * len(COVERAGE)
    return pa.Table.from_arrays(
        [pa.array(c, f.type) for c, f in zip(columns, COVERAGE, strict=True)], schema=COVERAGE
    )


def _spans(covering: Sequence[Speaking]) -> list[tuple[date, date, date]]:
    spans: list[tuple[date, date, date]] = []
    for d in sorted(covering, key=lambda d: (d.first, d.until)):
        if spans and d.first <= spans[-1][1]:
            first, until, on = spans.pop()
            spans.append((first, max(until, d.until), max(on, d.delivered_on)))
        else:
            spans.append((d.first, d.until, d.delivered_on))
    return spans


def in_force(known_at: datetime) -> Q:
    """The decisions about stated identities that stood at a moment."""
    still = Q(replaced_at=None) | Q(replaced_at__gt=known_at)
    return still & Q(recorded_at__lte=known_at)


def _workbench(as_of: AsOf) -> duckdb.DuckDBPyConnection:
    """A connection with `members` (person, household, village), `decisions` (stated, person), `villages`."""
    villages = villages_of(as_of)
    belong = [member for member in members(as_of) if member.household in villages]
    decided = LinkDecision.objects.filter(in_force(as_of.known_at), person__isnull=False)
    if as_of.households is not None:
        decided = decided.filter(person__in=[member.person for member in belong])
    pairs = list(decided.order_by("stated_id").values_list("stated_id", "person_id"))
    asked = set(villages.values())
    areas = [row for row in Area.objects.filter(level="village").values_list("pk", "path") if row[1] in asked]
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    held = [(member.person, member.household, villages[member.household]) for member in belong]
    whole, words = pa.int64(), pa.string()
    _fill(connection, "members", {"person": whole, "household": whole, "village": words}, held)
    _fill(connection, "decisions", {"stated": whole, "person": whole}, pairs)
    _fill(connection, "villages", {"area": whole, "village": words}, areas)
    return connection


def _fill(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, pa.DataType],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, kind) for column, kind in zip(values, columns.values(), strict=True)]
    connection.register("arriving", pa.Table.from_arrays(arrays, names=list(columns)))
    connection.execute(f"create table {name} as from arriving")
    connection.unregister("arriving")


def schema_of(contract: Contract) -> pa.Schema:
    """The columns of a feed's analytic table."""
    landed = [(column.name, TYPES[column.type]) for column in contract.landed]
    return pa.schema([*SUBJECTS[contract.subject], *landed, ("delivery", pa.int64()), ("row", pa.int64())])


def _table(
    connection: duckdb.DuckDBPyConnection, contract: Contract, spoken: Sequence[Speaking], as_of: AsOf
) -> pa.Table:
    schema = schema_of(contract)
    read = counting(contract, spoken, as_of.day)
    if not read:
        return schema.empty_table()
    _choose(connection, contract, read)
    landed = rows_in(*(Path(settings.DATA) / d.landed_as for d in read), by_name=True)
    held = set(connection.sql(f"from {landed}").columns)
    query = _query(contract, landed, held)
    bound = {"day": as_of.day} if contract.date else {}
    return connection.execute(query, bound).to_arrow_table().cast(schema)


def counting(contract: Contract, spoken: Sequence[Speaking], day: date) -> list[Speaking]:
    """The deliveries whose rows may say something of the day.

    A list of a later time may tell late of what happened before; a roster of a later time tells of later.
    """
    if contract.kind == "roster":
        spoken = [d for d in spoken if d.first <= day]
    if contract.delivers != "full":
        return list(spoken)
    return [d for d in spoken if not any(later.replaces(d) for later in spoken)]


def newest(read: Iterable[Speaking], villages: Iterable[str]) -> list[tuple[str, int]]:
    """The newest of these deliveries for each village that one speaks for."""
    newest_first = sorted(read, key=lambda d: (d.until, d.key), reverse=True)
    pairs = []
    for village in villages:
        speaking = next((d.key for d in newest_first if village.startswith(d.area)), None)
        if speaking is not None:
            pairs.append((village, speaking))
    return pairs


def _choose(connection: duckdb.DuckDBPyConnection, contract: Contract, read: Sequence[Speaking]) -> None:
    """`chosen` (village, delivery): for a full roster the one list that is the newest of each village."""
    connection.execute("create or replace table chosen (village varchar, delivery bigint)")
    if contract.kind != "roster" or contract.delivers != "full":
        return
    villages = connection.sql("select distinct village from members").fetchall()
    pairs = newest(read, (village for (village,) in villages))
    if pairs:
        connection.executemany("insert into chosen values (?, ?)", pairs)


def _query(contract: Contract, rows: str, held: set[str]) -> str:
    """Names come from the contract, which its loader has checked; values are bound."""
    subject = [name for name, _ in SUBJECTS[contract.subject]]
    named = [column.name for column in contract.landed]
    columns = [f'"{name}"' if name in held else f'null as "{name}"' for name in named]
    whose = {
        "person": "join decisions using (stated) join members using (person)",
        "household": "join decisions using (stated) join members using (person)",
        "village": "join villages using (area)",
    }[contract.subject]
    same = ", ".join(_key(contract, subject[-1] if contract.subject == "village" else subject[-2], held))
    on_time = f'where "{contract.date}" <= $day' if contract.date else ""
    newest = "(select c.delivery from chosen c where c.village = r.village)"
    told = ", ".join([*subject, *(f'"{name}"' for name in named), "delivery", '"row"'])
    listed = ", ".join([*subject, *columns, "delivery", "sheet", '"row"'])
    return f"""
        with r as (
            select {listed} from {rows} {whose} {on_time}
        )
        select {told} from r where delivery = coalesce({newest}, delivery)
        qualify row_number() over (partition by {same} order by delivery desc, sheet desc, "row" desc) = 1
        order by {", ".join(subject)}, delivery, "row"
    """  # noqa: S608


def _key(contract: Contract, subject: str, held: set[str]) -> list[str]:
    """What makes two rows the same: landed key columns, and the subject for all that names it in the key."""
    landed = {column.name for column in contract.landed}
    if not contract.key:
        return [subject, *(f'"{name}"' for name in sorted(landed & held))]
    parts = [f'"{name}"' for name in contract.key if name in landed]
    return parts if len(parts) == len(contract.key) else [subject, *parts]
