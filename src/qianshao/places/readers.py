"""Every read of places. Areas are open to all."""

from datetime import date

from django.db.models import Q

from qianshao.places.actions import MalformedCode, trimmed
from qianshao.places.models import Area, AreaCode


def area_of_code(code: str, on: date, system: str = "statistical") -> Area | None:
    """The area that a code stood for on a day; None when nobody had it.

    Zeros may stand for the levels below, as in the twelve digits of the national list.
    """
    try:
        code = trimmed(code)
    except MalformedCode:
        return None
    running = Q(valid_until=None) | Q(valid_until__gt=on)
    held = AreaCode.objects.filter(running, code=code, system=system, valid_from__lte=on)
    found = held.select_related("area").first()
    return found.area if found else None


def code_of(area: Area, on: date, system: str = "statistical") -> str | None:
    """The code that an area had on a day; None when it had none."""
    held = AreaCode.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), area=area, system=system)
    return held.filter(valid_from__lte=on).values_list("code", flat=True).first()


def village_codes(on: date, system: str = "statistical") -> dict[str, str]:
    """The code that each village had on a day, by area path; one that has none yet: its first code."""
    held = AreaCode.objects.filter(system=system, area__level="village").order_by("-valid_from", "pk")
    running = held.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)
    return dict(held.values_list("area__path", "code")) | dict(running.values_list("area__path", "code"))


def ancestry(area: Area) -> list[Area]:
    """The area's ancestors from the root, and itself."""
    keys = [int(key) for key in area.path.strip("/").split("/")]
    areas = Area.objects.in_bulk(keys)
    return [areas[key] for key in keys]


def full_name(area: Area, below: str = "county") -> str:
    """The area's name with those of its ancestors below a level: 云溪镇上坝村."""
    chain = ancestry(area)
    levels = [step.level for step in chain]
    start = levels.index(below) + 1 if below in levels[:-1] else 0
    return "".join(step.name for step in chain[start:])


def smallest_with_all_villages() -> Area | None:
    """The county (or what lies above it) that holds every village known; None before areas are imported."""
    paths = list(Area.objects.filter(level="county").values_list("path", flat=True)[:2])
    if len(paths) == 1:
        return Area.objects.get(path=paths[0])
    above = Area.objects.filter(level__in=["province", "city"]).order_by("-path")
    villages = list(Area.objects.filter(level="village").values_list("path", flat=True))
    return next((area for area in above if all(path.startswith(area.path) for path in villages)), None)
