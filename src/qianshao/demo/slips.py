"""Slips in numbers and names, as lists hold them: one sender writes one person wrong, month after month."""

from random import Random

from qianshao.demo.identities import fifteen_digits, swapped, wrong_check
from qianshao.demo.people import Household, Person

PERSON_FEEDS = (
    "medical_settlement",
    "medical_enrolment",
    "school_enrolment",
    "off_farm_work",
    "dibao_tekun",
    "member_roster",
)
# Feeds whose key tells two people with one number apart by name or receipt.
CHILD_FEEDS = ("school_enrolment", "medical_settlement", "member_roster")
HOMOPHONES = dict(zip("丽伟静军华燕霞波浩芳婷杰", "莉玮婧均花艳侠博皓方亭洁", strict=True))


def slip(rng: Random, household: Household) -> None:
    """Let some senders write some members wrong."""
    for person in household.people:
        draw = rng.random()
        if draw < 0.004:
            _state(person, rng.choice(PERSON_FEEDS), swapped(person.number))
        elif draw < 0.006:
            _state(person, rng.choice(PERSON_FEEDS), wrong_check(person.number))
        elif draw < 0.016 and person.birth.year < 1985:
            _state(person, rng.choice(PERSON_FEEDS), fifteen_digits(person.number))
        elif draw < 0.024 and person.stage in ("preschool", "primary", "junior"):
            feed = rng.choice(CHILD_FEEDS)
            _state(person, feed, household.head.number)
        elif draw < 0.027:
            _misname(rng, person)


def kind_of_slip(person: Person, feed: str) -> str | None:
    """What is wrong with the number or name that the feed states of the person; None: nothing."""
    stated = person.slips.get(feed)
    if stated is None:
        return "homophone" if feed in person.called else None
    if len(stated) == 15:
        return "fifteen_digits"
    if stated == swapped(person.number):
        return "swapped_digits"
    return "wrong_check" if stated == wrong_check(person.number) else "number_of_another"


def _state(person: Person, feed: str, number: str | None) -> None:
    if number is not None:
        person.slips[feed] = number


def _misname(rng: Random, person: Person) -> None:
    name = "".join(HOMOPHONES.get(character, character) for character in person.name)
    if name != person.name:
        person.called[rng.choice(PERSON_FEEDS[:-1])] = name
