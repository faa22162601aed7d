"""Whatever is done to the events behind the program's back, a check of the chain tells."""

import random
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from qianshao.access import audit, chain, triggers
from qianshao.access.models import AuditEvent, AuditHead, AuditSeal

pytestmark = pytest.mark.django_db

FEW = (60, 150)
MANY = (2000, 1000)


@pytest.fixture
def guarded() -> None:
    triggers.install()


def recorded(count: int) -> list[AuditEvent]:
    with transaction.atomic():
        return [
            audit.record(by="wang", action="tests.act", subject=f"t:{n}", area_path="/1/", facts={"n": n})
            for n in range(count)
        ]


def test_events_are_sealed_once_in_their_order(guarded: None) -> None:
    events = recorded(5)
    assert chain.seal() == 5
    assert chain.seal() == 0
    assert list(AuditSeal.objects.order_by("sequence").values_list("sequence", "event_id")) == [
        (place, event.pk) for place, event in enumerate(events, 1)
    ]
    found = chain.verify()
    assert (found.sealed, found.waiting, found.breaches) == (5, 0, ())


def test_an_event_that_was_committed_late_is_sealed_after_those_before_it(guarded: None) -> None:
    first, late, last = recorded(3)
    content = AuditEvent.objects.filter(pk=late.pk).values().get()
    triggers.remove()
    late.delete()
    triggers.install()
    assert chain.seal() == 2
    AuditEvent.objects.create(**content)
    assert chain.seal() == 1
    order = list(AuditSeal.objects.order_by("sequence").values_list("event_id", flat=True))
    assert order == [first.pk, last.pk, content["id"]]
    assert chain.verify().sound


def test_an_event_without_a_place_is_counted_as_waiting(guarded: None) -> None:
    recorded(2)
    chain.seal()
    recorded(3)
    found = chain.verify()
    assert (found.sealed, found.waiting, found.sound) == (2, 3, True)


@pytest.mark.parametrize("table", triggers.TABLES)
@pytest.mark.parametrize("move", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_evidence(guarded: None, table: str, move: str) -> None:
    recorded(2)
    chain.seal()
    column = "action" if table.endswith("event") else "sealed_at"
    with pytest.raises(DatabaseError, match="neither changed nor removed"), transaction.atomic():
        connection.cursor().execute(move.format(table, column, column))
    assert chain.verify().sound


def test_a_check_says_that_triggers_are_missing() -> None:
    recorded(1)
    chain.seal()
    [breach] = chain.verify().breaches
    assert "access_auditevent_stays_delete" in breach.en


def change_a_field(dice: random.Random) -> None:
    event = dice.choice(list(AuditEvent.objects.all()))
    column = dice.choice(["actor", "action", "subject", "area_path", "facts", "digest", "recorded_at"])
    match column:
        case "facts":
            value: object = {"n": -1}
        case "digest":
            place = dice.randrange(32)
            value = bytes(
                b ^ (1 << dice.randrange(8)) if i == place else b for i, b in enumerate(event.digest)
            )
        case "recorded_at":
            value = event.recorded_at.replace(microsecond=(event.recorded_at.microsecond + 1) % 10**6)
        case _:
            text = getattr(event, column)
            place = dice.randrange(len(text))
            value = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
    AuditEvent.objects.filter(pk=event.pk).update(**{column: value})


def change_a_place(dice: random.Random) -> None:
    seal = dice.choice(list(AuditSeal.objects.all()))
    place = dice.randrange(32)
    value = bytes(b ^ 1 if i == place else b for i, b in enumerate(bytes(seal.chain)))
    AuditSeal.objects.filter(pk=seal.pk).update(chain=value)


def remove_an_event(dice: random.Random) -> None:
    seal = dice.choice(list(AuditSeal.objects.all()))
    seal.delete()
    AuditEvent.objects.filter(pk=seal.event_id).delete()


def remove_an_event_and_close_the_gap(dice: random.Random) -> None:
    """With the chain made anew, as somebody would who knows the code but not the keys."""
    seals = list(AuditSeal.objects.order_by("sequence").select_related("event"))
    gone = dice.randrange(len(seals))
    AuditSeal.objects.all().delete()
    AuditEvent.objects.filter(pk=seals[gone].event_id).delete()
    end = chain.Head(0, chain.BEGINNING)
    for seal in (each for place, each in enumerate(seals) if place != gone):
        place = end.sequence + 1
        end = chain.Head(place, chain.link(end.chain, place, bytes(seal.event.digest)))
        AuditSeal.objects.create(sequence=place, event=seal.event, sealed_at=seal.sealed_at, chain=end.chain)
    AuditHead.objects.update(sequence=end.sequence, chain=end.chain)


def swap_two_events(dice: random.Random) -> None:
    one, other = dice.sample(list(AuditSeal.objects.all()), 2)
    spare = AuditEvent.objects.create(
        recorded_at=one.sealed_at, actor="", action="", subject="", facts={}, digest=b""
    )
    first, second = one.event_id, other.event_id
    AuditSeal.objects.filter(pk=one.pk).update(event=spare)
    AuditSeal.objects.filter(pk=other.pk).update(event=first)
    AuditSeal.objects.filter(pk=one.pk).update(event=second)
    spare.delete()


def cut_the_end_off(dice: random.Random) -> None:
    """But for the first event: without any, it is a chain on its first day, which only a witness can tell."""
    count = dice.randint(1, AuditSeal.objects.count() - 1)
    last = list(AuditSeal.objects.order_by("-sequence")[:count])
    AuditSeal.objects.filter(pk__in=[seal.pk for seal in last]).delete()
    AuditEvent.objects.filter(pk__in=[seal.event_id for seal in last]).delete()


def cut_the_end_off_and_move_the_head(dice: random.Random) -> None:
    cut_the_end_off(dice)
    last = AuditSeal.objects.latest("sequence")
    AuditHead.objects.update(sequence=last.sequence, chain=last.chain)


def add_an_event(dice: random.Random) -> None:
    event = dice.choice(list(AuditEvent.objects.all()))
    AuditEvent.objects.create(
        recorded_at=event.recorded_at,
        actor="nobody",
        action="tests.forge",
        subject=event.subject,
        facts={},
        digest=event.digest,
    )


TRICKS: list[Callable[[random.Random], None]] = [
    change_a_field,
    change_a_place,
    remove_an_event,
    remove_an_event_and_close_the_gap,
    swap_two_events,
    cut_the_end_off,
    cut_the_end_off_and_move_the_head,
    add_an_event,
]


@pytest.mark.parametrize("size", [FEW, pytest.param(MANY, marks=pytest.mark.long)], ids=["few", "many"])
def test_no_trick_with_the_events_goes_unseen(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody owns the database and has taken the triggers away; what is left is the chain."""
    monkeypatch.setattr(triggers, "missing", set)
    events, trials = size
    recorded(events)
    chain.seal()
    assert chain.verify().sound
    for trial in range(trials):
        dice = random.Random(trial)
        trick = TRICKS[trial % len(TRICKS)]
        with transaction.atomic():
            trick(dice)
            assert not chain.verify().sound, (trial, trick.__name__)
            transaction.set_rollback(True)
    assert chain.verify().sound


def test_a_witness_tells_that_the_database_was_put_back(guarded: None) -> None:
    recorded(3)
    chain.seal()
    earlier = chain.head()
    with transaction.atomic():
        recorded(2)
        chain.seal()
        later = chain.head()
        assert chain.verify(earlier).sound
        assert chain.verify(later).sound
        transaction.set_rollback(True)
    recorded(4)
    chain.seal()
    assert chain.verify().sound
    assert chain.verify(earlier).sound
    [breach] = chain.verify(later).breaches
    assert breach == chain.NOT_AS_WITNESSED.format(place=5)


def test_a_witness_is_read_as_it_was_written() -> None:
    recorded(1)
    chain.seal()
    assert chain.Head.from_json(chain.head().to_json()) == chain.head()
