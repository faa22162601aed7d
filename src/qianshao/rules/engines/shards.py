"""Which households are judged together: ranges of household keys, so that a sorted file is read once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qianshao.rules.parameters import Resolved, Zone


class OutsideOfZones(Exception):
    """Households stand in villages for which no parameters were resolved."""

    def __init__(self, villages: Sequence[str]) -> None:
        self.villages = tuple(villages)
        super().__init__(f"no zone holds {len(villages)} village(s), the first of them {villages[0]}")


@dataclass(frozen=True)
class Part:
    """The villages of a shard in which the same parameters hold."""

    resolved: Resolved
    villages: tuple[str, ...]


@dataclass(frozen=True)
class Shard:
    """Households with keys from `first` to `last`."""

    first: int
    last: int
    households: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Group:
    """The households of one village in one range of keys, in which `number` says which range."""

    number: int
    village: str
    first: int
    last: int
    households: int


def shards(groups: Iterable[Group], zones: Sequence[Zone]) -> list[Shard]:
    """The shards in the order of keys. Raises OutsideOfZones."""
    zone_of = {village: place for place, zone in enumerate(zones) for village in zone.villages}
    ranges: dict[int, list[Group]] = {}
    outside: set[str] = set()
    for group in groups:
        ranges.setdefault(group.number, []).append(group)
        if group.village not in zone_of:
            outside.add(group.village)
    if outside:
        raise OutsideOfZones(sorted(outside))
    return [_shard(ranges[number], zone_of, zones) for number in sorted(ranges)]


def _shard(groups: Sequence[Group], zone_of: Mapping[str, int], zones: Sequence[Zone]) -> Shard:
    villages: dict[int, list[str]] = {}
    for group in sorted(groups, key=lambda group: group.village):
        villages.setdefault(zone_of[group.village], []).append(group.village)
    return Shard(
        min(group.first for group in groups),
        max(group.last for group in groups),
        sum(group.households for group in groups),
        tuple(Part(zones[place].resolved, tuple(own)) for place, own in sorted(villages.items())),
    )
