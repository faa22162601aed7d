"""What senders state about who a row is about: gathered from rows and kept once (ADR 0001)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from qianshao.access.fields import blind_index
from qianshao.feeds.models import LinkDecision, StatedIdentity
from qianshao.feeds.villages import Villages
from qianshao.linkage.identity_numbers import parse
from qianshao.linkage.people import Stated
from qianshao.places.models import Area
from qianshao.workbooks.contract import Contract

QUERY_SIZE = 5_000


@dataclass
class Gathered:
    """The distinct identities of a file, in the order of their first rows."""

    contract: Contract
    _places: dict[tuple[Any, ...], int] = field(default_factory=dict, repr=False)
    _roles: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        self._roles = tuple((column.name, column.role) for column in self.contract.columns if column.role)

    def place(self, values: Mapping[str, Any]) -> int:
        """The place of the row's identity, given it as the row states it."""
        stated = tuple(values.get(name) for name, _ in self._roles)
        return self._places.setdefault(stated, len(self._places))

    def stated(self) -> Iterable[dict[str, str]]:
        """What each identity states, by role, in the order of their places."""
        for values in self._places:
            pairs = zip(self._roles, values, strict=True)
            yield {role: _text(value) for (_, role), value in pairs if value is not None}

    def __len__(self) -> int:
        return len(self._places)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def store(gathered: Gathered, area: Area, villages: Villages) -> list[int]:
    """The key of each gathered identity, by place; new ones are kept, in the caller's transaction.

    An identity of which nothing is stated is kept too, and stays doubtful.
    """
    texts = [json.dumps(stated, ensure_ascii=False, sort_keys=True) for stated in gathered.stated()]
    digests = [blind_index("stated", text) for text in texts]
    keys = _held(digests)
    new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in keys}
    StatedIdentity.objects.bulk_create(
        (_identity(digest, text, gathered.contract, area, villages) for digest, text in new.items()),
        batch_size=500,
        ignore_conflicts=True,
    )
    keys |= _held(list(new))
    return [keys[digest] for digest in digests]


def _held(digests: Sequence[bytes]) -> dict[bytes, int]:
    keys: dict[bytes, int] = {}
    for start in range(0, len(digests), QUERY_SIZE):
        some = StatedIdentity.objects.filter(digest__in=digests[start : start + QUERY_SIZE])
        keys.update((bytes(digest), key) for digest, key in some.values_list("digest", "pk"))
    return keys


def _identity(digest: bytes, text: str, contract: Contract, area: Area, villages: Villages) -> StatedIdentity:
    stated = json.loads(text)
    number = parse(stated.get("number"))
    village = villages.find(stated.get("village_code"), stated.get("village_name"))
    return StatedIdentity(
        digest=digest,
        stated=text,
        number_index=blind_index("number", number.text) if number.valid else None,
        area=village or area,
        first_feed=contract.name,
    )


def undecided() -> QuerySet[StatedIdentity]:
    """The stated identities without a decision in force."""
    current = LinkDecision.objects.filter(stated=OuterRef("pk"), replaced_at=None)
    return StatedIdentity.objects.filter(~Exists(current))


def as_stated(identity: StatedIdentity) -> Stated:
    """What linkage compares with the register. Two senders may have named the same village differently."""
    said = json.loads(identity.stated)
    born = said.get("birth_date")
    is_village = identity.area is not None and identity.area.level == "village"
    return Stated(
        key=identity.pk,
        number=said.get("number"),
        name=said.get("name"),
        birth_date=date.fromisoformat(born) if born else None,
        sex=said.get("sex"),
        village=identity.area.path if is_village and identity.area else None,
        household_number=said.get("household_number"),
    )
