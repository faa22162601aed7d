"""Which village a sender means: by its 12-digit code, else by a name that only one village there has."""

from collections import defaultdict
from collections.abc import Iterable

from qianshao.places.models import Area, AreaCode, AreaSuccession


class Villages:
    """The villages of an area, read once and looked up for every row."""

    def __init__(self, area: Area) -> None:
        below = Area.objects.filter(path__startswith=area.path)
        villages = {village.pk: village for village in below.filter(level="village").select_related("parent")}
        heirs = _heirs(villages.keys())
        self._by_code = {
            code: villages[heirs.get(key, key)]
            for code, key in AreaCode.objects.filter(area__in=below, area__level="village").values_list(
                "code", "area_id"
            )
            if heirs.get(key, key) in villages
        }
        named: dict[str, set[int]] = defaultdict(set)
        for village in villages.values():
            if village.valid_until is None:
                for name in _names(village):
                    named[name].add(village.pk)
        self._by_name = {name: villages[next(iter(keys))] for name, keys in named.items() if len(keys) == 1}
        self.ambiguous = {name for name, keys in named.items() if len(keys) > 1}

    def find(self, code: str | None, name: str | None) -> Area | None:
        """The village with the code; without a code the one of the name; None when neither says which."""
        if code:
            return self._by_code.get(code)
        return self._by_name.get(name.strip()) if name else None


def _heirs(keys: Iterable[int]) -> dict[int, int]:
    """The one successor of each village that is no more; those that were split have none."""
    became: dict[int, list[int]] = defaultdict(list)
    for old, new in AreaSuccession.objects.filter(
        predecessor__in=list(keys),
        predecessor__valid_until__isnull=False,
    ).values_list("predecessor_id", "successor_id"):
        became[old].append(new)
    return {old: new[0] for old, new in became.items() if len(new) == 1}


def _names(village: Area) -> set[str]:
    """Its name, with and without 村 and with that of its township: 上坝, 上坝村, 云溪镇上坝村."""
    short = village.name.removesuffix("村").removesuffix("社区") or village.name
    names = {village.name, short}
    if village.parent is not None:
        names |= {village.parent.name + name for name in (village.name, short)}
    return names
