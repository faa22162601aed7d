"""The rows of a registry file, judged against the registry and staged until their villages are applied."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from django.db import transaction

from qianshao.access.bulk import insert
from qianshao.access.fields import blind_index
from qianshao.failpoints import failpoint
from qianshao.feeds import originals, words
from qianshao.feeds.actions.finishing import AlreadyFinished, claim, receipt, refuse, stage
from qianshao.feeds.models import Delivery, StagedRow
from qianshao.feeds.reading import Reading
from qianshao.feeds.staged import packed
from qianshao.feeds.villages import Villages
from qianshao.linkage.identity_numbers import parse
from qianshao.places.models import Area
from qianshao.registry.models import Household, Membership
from qianshao.words import Text
from qianshao.workbooks import Contract, JudgedRow

CHUNK = 10_000
FIELDS = ("delivery", "sheet", "row", "household_number", "area", "content")


def stage_rows(*, delivery: Delivery, contract: Contract, by: str, progress: Callable[[float], None]) -> None:
    """Judge the file; its good rows wait from now on, each for its village."""
    try:
        with transaction.atomic():
            claim(delivery, "received")
            StagedRow.objects.filter(delivery=delivery).delete()  # what a killed process left behind
        _stage(delivery, contract, by, progress)
    except AlreadyFinished:
        return
    failpoint("delivery.staged")


def _stage(delivery: Delivery, contract: Contract, by: str, progress: Callable[[float], None]) -> None:
    accepted = 0
    with originals.opened(delivery.fingerprint) as path:
        reading = Reading(path, contract, delivery, progress)
        for chunk in _placed(reading, _placing(contract, delivery.area)):
            with transaction.atomic():
                insert(StagedRow, FIELDS, chunk)
                failpoint("registry.staging")
            accepted += len(chunk)
    failpoint("registry.judged")
    with transaction.atomic():
        claim(delivery, "received")
        if reading.file_faults:
            StagedRow.objects.filter(delivery=delivery).delete()
            refuse(delivery, contract, reading.file_faults, by)
        else:
            reading.quarantine.store()
            stage(delivery, contract, by, **receipt(reading, accepted))
        failpoint("delivery.staging")


class Placed(NamedTuple):
    """A row, the village it goes to, and its values as the registry takes them."""

    row: JudgedRow
    village: int
    values: Mapping[str, Any]


class Placing(Protocol):
    """Says for a chunk of rows where each belongs; a row that belongs nowhere is refused."""

    def __call__(self, reading: Reading, rows: Sequence[JudgedRow]) -> Iterator[Placed]: ...


def _placing(contract: Contract, area: Area) -> Placing:
    if contract.subject == "household" and contract.with_role("village_code"):
        return ByVillage(area)
    return OfMembers(area) if contract.subject == "person" else OfIncome(area)


def _placed(reading: Reading, placing: Placing) -> Iterator[list[tuple[Any, ...]]]:
    rows: list[JudgedRow] = []
    for row in reading.rows():
        rows.append(row)
        if len(rows) == CHUNK:
            yield [_staged(reading.delivery, placed) for placed in placing(reading, rows)]
            rows = []
    if rows:
        yield [_staged(reading.delivery, placed) for placed in placing(reading, rows)]


def _staged(delivery: Delivery, placed: Placed) -> tuple[Any, ...]:
    row, values = placed.row, placed.values
    return delivery.pk, row.sheet, row.row, values["household_number"], placed.village, packed(values)


class ByVillage:
    """Households: each names its village, and stays in the one it is registered in."""

    def __init__(self, area: Area) -> None:
        self.villages = Villages(area)

    def __call__(self, reading: Reading, rows: Sequence[JudgedRow]) -> Iterator[Placed]:
        numbers = {row.values["household_number"] for row in rows}
        held = Household.objects.filter(number__in=numbers).select_related("area")
        registered = {household.number: household.area for household in held}
        for row in rows:
            village = reading.village(row, self.villages)
            if village is None:
                continue
            number = str(row.values["household_number"])
            home = registered.get(number, village)
            if home != village:
                text = words.HOUSEHOLD_ELSEWHERE.format(village=home.name)
                right = words.HOUSEHOLD_ELSEWHERE_RIGHT
                reading.refuse(row, "village_code", "household_elsewhere", text, right)
            else:
                yield Placed(row, village.pk, row.values)


class Home(NamedTuple):
    """A registered household and where it is."""

    key: int
    village: int
    path: str


Refusal = tuple[str, str, Text, Text]


class OfMembers:
    """Members: they go to where their household is registered."""

    def __init__(self, area: Area) -> None:
        self.area = area

    def __call__(self, reading: Reading, rows: Sequence[JudgedRow]) -> Iterator[Placed]:
        numbers = {row.values["household_number"] for row in rows}
        held = Household.objects.filter(number__in=numbers).values_list(
            "number", "pk", "area_id", "area__path"
        )
        homes = {number: Home(key, village, path) for number, key, village, path in held}
        self.prepare([home.key for home in homes.values()])
        for row in rows:
            home = homes.get(str(row.values["household_number"]))
            values = dict(row.values)
            refusal = self.unknown(home) or (self.wrong(home, values) if home else None)
            if refusal is not None:
                reading.refuse(row, *refusal)
            elif home is not None:
                yield Placed(row, home.village, values)

    def unknown(self, home: Home | None) -> Refusal | None:
        """Why the household is not one to write about, if so."""
        if home is None:
            code, text = "household_unknown", words.HOUSEHOLD_UNKNOWN
        elif not home.path.startswith(self.area.path):
            code, text = "household_outside", words.HOUSEHOLD_OUTSIDE
        else:
            return None
        return "household_number", code, text, words.HOUSEHOLD_RIGHT

    def prepare(self, households: Sequence[int]) -> None:
        """Read at once what judging the rows of these households needs."""

    def wrong(self, home: Home, values: dict[str, Any]) -> Refusal | None:
        """What is wrong with a row of a known household, if anything; may complete the values."""
        left, joined = values.get("left_on"), values.get("joined_on")
        if left is not None and joined is not None and left < joined:
            return "left_on", "left_before_joined", words.LEFT_EARLY, words.LEFT_EARLY_RIGHT
        return None


class OfIncome(OfMembers):
    """Income: whoever is named as earning it is a member of the household."""

    def __init__(self, area: Area) -> None:
        super().__init__(area)
        self._indexes: dict[str, bytes] = {}
        self._members: dict[tuple[int, bytes], int] = {}

    def prepare(self, households: Sequence[int]) -> None:
        held: Any = Membership.objects.filter(
            household__in=households, person__number_index__isnull=False
        ).order_by("person_id")
        self._members = {}
        # Of two with one number the one registered first: the parent, whose number it is.
        for household, index, person in held.values_list("household_id", "person__number_index", "person_id"):
            self._members.setdefault((household, bytes(index)), person)

    def wrong(self, home: Home, values: dict[str, Any]) -> Refusal | None:
        number = values.pop("identity_number", None)
        if not number:
            return None
        member = self._members.get((home.key, self._index(number)))
        if member is None:
            return "identity_number", "not_a_member", words.NOT_A_MEMBER, words.NOT_A_MEMBER_RIGHT
        values["person"] = member
        return None

    def _index(self, number: str) -> bytes:
        if number not in self._indexes:
            self._indexes[number] = blind_index("number", parse(number).text)
        return self._indexes[number]
