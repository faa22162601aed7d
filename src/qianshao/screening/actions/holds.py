"""Setting warnings aside, and taking that back."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from qianshao.access import audit
from qianshao.access.models import User
from qianshao.refusals import Refused
from qianshao.registry.models import Household
from qianshao.screening import words
from qianshao.screening.models import Hold
from qianshao.screening.readers.holds import in_force
from qianshao.work.clocks import today


@transaction.atomic
def hold(*, household: Household, cause: str, until: date, reason: str, by: str) -> Hold:
    """Set a household's warnings of a cause aside until a day; on that day they are listed again.

    A hold hides nothing: runs go on judging the household. Raises `Refused` without a reason, for a day that
    is not in the future, and when the cause is held already.
    """
    now = today()
    if until <= now:
        raise Refused(words.UNTIL_PAST, words.UNTIL_RIGHT.format(today=now))
    if not reason.strip():
        raise Refused(words.REASON_MISSING)
    running = in_force(now).filter(household=household, cause=cause).first()
    if running:
        raise Refused(words.HELD_ALREADY.format(until=running.valid_until))
    made = Hold.objects.create(
        household=household,
        cause=cause,
        valid_from=now,
        valid_until=until,
        reason=reason.strip(),
        held_by=_account(by),
        recorded_at=timezone.now(),
    )
    _record(by, "holds.hold", household, {"cause": cause, "until": until.isoformat()})
    return made


@transaction.atomic
def lift(*, household: Household, cause: str, by: str) -> None:
    """Take a hold back before its day. Raises `Refused` when nothing is held."""
    held = in_force(today()).filter(household=household, cause=cause)
    if not held.update(lifted_at=timezone.now()):
        raise Refused(words.NOT_HELD)
    _record(by, "holds.lift", household, {"cause": cause})


def _account(username: str) -> User:
    account = User.objects.filter(username=username).first()
    if account is None:
        raise Refused(words.NO_ACCOUNT.format(by=username))
    return account


def _record(by: str, action: str, household: Household, facts: dict[str, str]) -> None:
    audit.record(
        by=by,
        action=action,
        subject=f"registry.household:{household.pk}",
        area_path=household.area.path,
        facts=facts,
    )
