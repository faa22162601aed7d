"""What leaves the masked screen: a number shown for a purpose, a list taken away. Each is recorded."""

from dataclasses import dataclass, field

from django.db import transaction

from qianshao.access import audit
from qianshao.access.scope import Scope
from qianshao.refusals import Refused
from qianshao.registry import words
from qianshao.registry.models import Household, Person


@dataclass(frozen=True)
class Disclosed:
    """A number in the clear, for the one page that shows it."""

    number: str = field(repr=False)


@transaction.atomic
def show_number(*, household: Household, person: Person | None, purpose: str, by: str) -> Disclosed:
    """A member's identity number, or (None) the household's phone, for a stated purpose.

    Raises `Refused` without a purpose, and where there is no number.
    """
    if not purpose.strip():
        raise Refused(words.NO_PURPOSE, words.NO_PURPOSE_RIGHT)
    number = person.number if person else household.phone
    if not number:
        raise Refused(words.NO_NUMBER)
    subject = f"registry.person:{person.pk}" if person else f"registry.household:{household.pk}"
    audit.record(
        by=by,
        action="households.show_number" if person else "households.show_phone",
        subject=subject,
        area_path=household.area.path,
        facts={"household": household.pk, "purpose": purpose.strip()[:200]},
    )
    return Disclosed(str(number))


@transaction.atomic
def take_list(*, scope: Scope, households: int, by: str) -> None:
    """Record that a list of households was taken away as a file."""
    audit.record(
        by=by,
        action="households.export",
        subject="registry.household",
        area_path=" ".join(scope.prefixes),
        facts={"households": households},
    )
