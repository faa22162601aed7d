"""Every write to places."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from qianshao.places.models import Area, AreaCode

# A code says its own level by its length; the parent's code is its prefix of the length before.
LENGTHS = {2: "province", 4: "city", 6: "county", 9: "township", 12: "village", 15: "group"}


class UnknownParent(Exception):
    """A code whose parent is neither in the file nor in the tree."""

    def __init__(self, code: str, parent: str) -> None:
        super().__init__(f"area {code} lies in {parent}, which is not known")
        self.code, self.parent = code, parent


class MalformedCode(Exception):
    """A code with a length that no level of the tree has."""


@dataclass(frozen=True)
class AreaRow:
    """One line of a code list: trailing zeros of a 12-digit code may stand for the levels below."""

    code: str
    name: str
    valid_from: date


def trimmed(code: str) -> str:
    """The code without the zeros that stand for lower levels: 990000000000 is the province 99."""
    if not code.isdigit():
        raise MalformedCode(code)
    if len(code) in LENGTHS and len(code) != 12:
        return code
    if len(code) != 12:
        raise MalformedCode(code)
    for length in (9, 6, 4, 2):
        if set(code[length:]) != {"0"}:
            return code[: next(longer for longer in LENGTHS if longer > length)]
    return code[:2]


def parent_code(code: str) -> str | None:
    """The code one level up, None for a province."""
    shorter = [length for length in LENGTHS if length < len(code)]
    return code[: shorter[-1]] if shorter else None


@transaction.atomic
def import_areas(rows: Iterable[AreaRow], system: str = "statistical") -> int:
    """Add the areas of a code list that the tree does not hold yet; returns how many were new.

    Doing it again changes nothing. Raises `MalformedCode` and `UnknownParent`; then nothing is written.
    The caller records the audit event, as places lie below access.
    """
    by_code = {trimmed(row.code): row for row in rows}
    held = {
        code.code: code.area
        for code in AreaCode.objects.filter(system=system, valid_until=None).select_related("area")
    }
    added = 0
    for code in sorted(by_code, key=lambda code: (len(code), code)):
        if code in held:
            continue
        above = parent_code(code)
        if above is not None and above not in held:
            raise UnknownParent(code, above)
        held[code] = _add(by_code[code], code, held[above] if above else None, system)
        added += 1
    return added


def _add(row: AreaRow, code: str, parent: Area | None, system: str) -> Area:
    # The path holds the area's own key, which the database gives on insert: hence two writes.
    area = Area.objects.create(
        level=LENGTHS[len(code)], parent=parent, path=f"new {code}", name=row.name, valid_from=row.valid_from
    )
    area.path = f"{parent.path if parent else '/'}{area.pk}/"
    area.save(update_fields=["path"])
    AreaCode.objects.create(area=area, system=system, code=code, valid_from=row.valid_from)
    return area
