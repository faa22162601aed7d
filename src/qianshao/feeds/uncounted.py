"""The households that a row may be about which did not count: refused, or not matched yet (ADR 0005).

What rows state is read in memory only; nothing but keys of households leaves this module.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db.models import Exists, OuterRef

from qianshao.access.fields import blind_index
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.facts import Speaking, counting, deliveries, in_force, newest
from qianshao.feeds.models import LinkCandidate, LinkDecision, RefusedRow
from qianshao.linkage.identity_numbers import parse
from qianshao.linkage.names import normalise
from qianshao.parquet import rows_in
from qianshao.registry.facts import AsOf, members, villages_of
from qianshao.registry.models import Household, Person
from qianshao.workbooks import Contract
from qianshao.workbooks.headers import Titles

CHUNK = 5_000
ROLES = ("number", "name", "household_number")


def uncounted(as_of: AsOf) -> dict[str, frozenset[int]]:
    """Per feed those of the households asked about that a row may be about which did not count, among the
    deliveries that are read as of that moment."""
    about = _Asked.of(as_of)
    if not about.villages:
        return {}
    doubtful = _doubtful(as_of, about)
    found = {}
    for feed, spoken in deliveries(as_of).items():
        contract = feed_contracts()[feed]
        read = counting(contract, spoken, as_of.day)
        households = set(_refused(contract, _not_corrected(read), about))
        households.update(_not_matched(contract, read, as_of, doubtful, about))
        if households:
            found[feed] = frozenset(households)
    return found


@dataclass(frozen=True)
class _Asked:
    """The households asked about, by all that a row may name them with. `villages`: path by household."""

    villages: Mapping[int, str]
    of_person: Mapping[int, int]
    by_number: Mapping[bytes, Collection[int]]
    by_name: Mapping[str, Collection[int]]
    by_household_number: Mapping[str, Collection[int]]

    @staticmethod
    def of(as_of: AsOf) -> "_Asked":
        villages = villages_of(as_of)
        home = {m.person: m.household for m in members(as_of) if m.household in villages}
        numbers: dict[bytes, set[int]] = defaultdict(set)
        names: dict[str, set[int]] = defaultdict(set)
        for some in _chunks(list(home)):
            persons = Person.objects.filter(pk__in=some).values_list("pk", "number_index", "name")
            for person, index, name in persons:
                names[normalise(name)].add(home[person])
                if index is not None:
                    numbers[bytes(index)].add(home[person])
        own = {
            number: (key,)
            for some in _chunks(list(villages))
            for key, number in Household.objects.filter(pk__in=some).values_list("pk", "number")
        }
        return _Asked(villages, home, numbers, names, own)

    def meant(self, stated: Mapping[str, str]) -> set[int]:
        """Whom a row may be about by what it states. A name is asked only where no sound number stands."""
        found = set(self.by_household_number.get(stated.get("household_number", ""), ()))
        number = parse(stated.get("number"))
        if number.valid:
            return found | set(self.by_number.get(blind_index("number", number.text), ()))
        return found | set(self.by_name.get(normalise(stated.get("name", "")), ()))


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _not_corrected(read: Sequence[Speaking]) -> list[Speaking]:
    """The deliveries after which none came for their time and area: that is how a sender corrects rows."""
    return [d for d in read if not any(later.replaces(d) for later in read)]


def _standing(contract: Contract, read: Sequence[Speaking], villages: Iterable[str]) -> set[tuple[int, str]]:
    """The pairs of delivery and village where the delivery's rows speak; of rosters the newest alone."""
    asked = set(villages)
    if contract.kind == "roster":
        return {(delivery, village) for village, delivery in newest(read, asked)}
    return {(d.key, village) for d in read for village in asked if village.startswith(d.area)}


def _refused(contract: Contract, read: Sequence[Speaking], about: _Asked) -> Iterator[int]:
    standing = _standing(contract, read, about.villages.values())
    titles = Titles(contract)
    rows = RefusedRow.objects.filter(delivery__in={delivery for delivery, _ in standing})
    for delivery, cells in rows.values_list("delivery_id", "cells").iterator(chunk_size=CHUNK):
        for household in about.meant(_stated(json.loads(str(cells)), titles)):
            if (delivery, about.villages[household]) in standing:
                yield household


def _stated(cells: Mapping[str, str], titles: Titles) -> dict[str, str]:
    """What a row says of whom it is about, by role."""
    stated: dict[str, str] = {}
    for title, text in cells.items():
        known = titles.of(title)
        if known is not None and known[0].role in ROLES and text.strip():
            stated.setdefault(known[0].role, text.strip())
    return stated


def _doubtful(as_of: AsOf, about: _Asked) -> pa.Table:
    """(stated, household) of the identities without a decision at the moment that may be a member's."""
    decided = LinkDecision.objects.filter(in_force(as_of.known_at), stated=OuterRef("stated"))
    candidates = LinkCandidate.objects.filter(~Exists(decided)).values_list("stated_id", "person_id")
    pairs = [(stated, about.of_person[person]) for stated, person in candidates if person in about.of_person]
    columns = list(zip(*pairs, strict=True)) or [(), ()]
    return pa.table(
        {"stated": pa.array(columns[0], pa.int64()), "household": pa.array(columns[1], pa.int64())}
    )


def _not_matched(
    contract: Contract, read: Sequence[Speaking], as_of: AsOf, doubtful: pa.Table, about: _Asked
) -> Iterator[int]:
    files = [Path(settings.DATA) / d.landed_as for d in read if d.landed_as]
    if not doubtful.num_rows or not files or contract.subject == "village":
        return
    standing = _standing(contract, read, about.villages.values())
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    connection.register("doubtful", doubtful)
    on_time, bound = "", {}
    if contract.date:
        on_time, bound = f'where "{contract.date}" <= $day', {"day": as_of.day}
    rows = connection.execute(
        f"""select distinct delivery, household
        from {rows_in(*files, by_name=True)} join doubtful using (stated) {on_time}""",  # noqa: S608
        bound,
    )
    for delivery, household in rows.fetchall():
        if (delivery, about.villages[household]) in standing:
            yield household
