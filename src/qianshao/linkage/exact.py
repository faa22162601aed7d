"""The verdict by identity number: linked, nobody in the register, or doubtful. Pure; nothing is guessed.

A valid number is not enough: a child is often listed under a parent's number, and two people may share one on
paper. So the name must agree where it is stated, and nothing else may contradict where it is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qianshao.linkage.identity_numbers import IdentityNumber, parse
from qianshao.linkage.names import likeness
from qianshao.linkage.people import Person, Stated
from qianshao.linkage.words import REASONS
from qianshao.words import Text

Evidence = Mapping[str, str | int]


@dataclass(frozen=True)
class Verdict:
    """`person` is a key where `linked`. `evidence` holds codes and counts, never names or numbers."""

    person: int | None
    linked: bool
    reason: str
    evidence: Evidence = field(default_factory=dict)

    @property
    def doubtful(self) -> bool:
        """Whether somebody must look: not linked, and the number does not rule the register out."""
        return not self.linked and self.reason != "nobody_in_register"

    @property
    def words(self) -> Text:
        return REASONS[self.reason]


def exact(stated: Stated, persons: Sequence[Person]) -> Verdict:
    """Judge a stated identity against the persons who are registered with its number (`parse(...).text`)."""
    number = parse(stated.number)
    evidence: dict[str, str | int] = {"number": number.form or "none", "persons": len(persons)}
    if number.hint:
        evidence["hint"] = number.hint
    if not number.valid:
        evidence["faults"] = ",".join(number.faults)
        return _doubtful(_why_no_number(number), evidence)
    if not persons:
        return Verdict(None, False, "nobody_in_register", evidence)
    if len(persons) > 1:
        return _by_name_among(stated, persons, evidence)
    return _against(stated, number, persons[0], evidence)


def _why_no_number(number: IdentityNumber) -> str:
    reasons = {"empty": "number_missing", "placeholder": "number_placeholder"}
    return reasons.get(number.faults[0], "number_invalid")


def _against(
    stated: Stated, number: IdentityNumber, person: Person, evidence: dict[str, str | int]
) -> Verdict:
    name = likeness(stated.name, person.name) if stated.name else "not_stated"
    born = _agreement(stated.birth_date or number.birth_date, person.birth_date)
    sex = _agreement(stated.sex or number.sex, person.sex)
    evidence |= {"name": name, "birth_date": born, "sex": sex}
    if name == "same":
        # Number and name together outweigh a wrong birth date or sex column: lunar dates are common there.
        return Verdict(person.key, True, "number_and_name", evidence)
    if name == "differs":
        return _doubtful("name_differs", evidence)
    if born == "differs":
        return _doubtful("birth_date_differs", evidence)
    if sex == "differs":
        return _doubtful("sex_differs", evidence)
    return Verdict(person.key, True, "number_and_sound" if stated.name else "number_alone", evidence)


def _by_name_among(stated: Stated, persons: Sequence[Person], evidence: dict[str, str | int]) -> Verdict:
    likenesses = [likeness(stated.name, person.name) if stated.name else "not_stated" for person in persons]
    for wanted in ("same", "same_sound"):
        fitting = [person for person, found in zip(persons, likenesses, strict=True) if found == wanted]
        if len(fitting) == 1:
            return Verdict(fitting[0].key, True, "name_decides", evidence | {"name": wanted})
        if fitting:
            break
    return _doubtful("number_shared", evidence)


def _agreement(stated: object, registered: object) -> str:
    if not stated or not registered:
        return "not_stated"
    return "same" if stated == registered else "differs"


def _doubtful(reason: str, evidence: Evidence) -> Verdict:
    return Verdict(None, False, reason, evidence)
