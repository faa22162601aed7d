"""Resident identity numbers (GB 11643-1999) and the disability card numbers that are built on them.

A number has 6 digits of area, 8 of birth date, 3 of sequence (odd: male) and a check character by ISO 7064
MOD 11-2. The weights are powers of 2, and 2 has order 10 modulo 11, so every single wrong digit and every
swap of two unequal digits is found, unless the two stand exactly 10 places apart.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

CHECK_CHARACTERS = "10X98765432"
PLACEHOLDER = "999999"
FORMS = {15: "resident15", 18: "resident18", 20: "disability20", 22: "disability22"}
DISABILITY_CATEGORIES = "1234567"
DISABILITY_GRADES = "1234"

_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_NOISE = re.compile(r"[\s'`’‘\"\-\u200b-\u200f\u2060\ufeff]")
_LOOKS_LIKE_X = str.maketrans("×╳ХΧ", "XXXX")
_SHAPE = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X](?:[0-9]{2}(?:[0-9A-Z]{2})?)?")


@dataclass(frozen=True)
class IdentityNumber:
    """A number as read. `text`: its 18 characters (15 upgraded, a card's suffix cut off), valid or not.

    `faults` are codes, worded in `words.FAULTS`; `hint` (`retired_county`, `unknown_county`) is soft: many
    valid numbers bear codes of counties that are no more. `sex` is "1" male or "2" female.
    """

    text: str = field(repr=False)
    form: str | None = None
    faults: tuple[str, ...] = ()
    birth_date: date | None = field(default=None, repr=False)
    sex: str | None = None
    area_code: str | None = None
    disability_category: int | None = None
    disability_grade: int | None = None
    hint: str | None = None

    @property
    def valid(self) -> bool:
        return not self.faults


def parse(text: str | None, *, known_counties: Collection[str] = ()) -> IdentityNumber:
    """Read a number however it was typed; never raises. `known_counties`: codes in use, for the hint."""
    cleaned = clean(text or "")
    if not cleaned:
        return IdentityNumber("", faults=("empty",))
    form = FORMS.get(len(cleaned))
    if cleaned.startswith(PLACEHOLDER):
        return IdentityNumber(cleaned, form=form, faults=("placeholder",))
    if form is None:
        return IdentityNumber(cleaned, faults=("length",))
    if not _SHAPE.fullmatch(cleaned):
        return IdentityNumber(cleaned[:18], form=form, faults=("characters",))
    number = upgrade(cleaned) if form == "resident15" else cleaned[:18]
    card = cleaned[18:20]
    born = _date(number[6:14])
    faults = (
        ("date", born is None),
        ("check", number[17] != check_character(number[:17])),
        (
            "disability",
            bool(card) and (card[0] not in DISABILITY_CATEGORIES or card[1] not in DISABILITY_GRADES),
        ),
    )
    return IdentityNumber(
        number,
        form=form,
        faults=tuple(code for code, holds in faults if holds),
        birth_date=born,
        sex="1" if int(number[16]) % 2 else "2",
        area_code=number[:6],
        disability_category=int(card[0]) if card else None,
        disability_grade=int(card[1]) if card else None,
        hint=_county_hint(number[:6], known_counties),
    )


def clean(text: str) -> str:
    """The characters without spaces, quotes and dashes, full-width ones made plain, `x` made `X`."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _NOISE.sub("", plain).upper().translate(_LOOKS_LIKE_X)


def check_character(body: str) -> str:
    """The 18th character for the first 17 digits."""
    return CHECK_CHARACTERS[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def upgrade(number: str) -> str:
    """The 18-character form of a 15-digit number of the first generation, whose bearers were born in 19xx."""
    body = f"{number[:6]}19{number[6:]}"
    return body + check_character(body)


def masked(text: str | None) -> str:
    """`990012********1234`: enough to compare by eye with a paper at hand; short texts are hidden wholly."""
    shown = clean(text or "")
    if len(shown) <= 10:
        return "*" * len(shown)
    return shown[:6] + "*" * (len(shown) - 10) + shown[-4:]


@cache
def retired_county_codes() -> frozenset[str]:
    """County codes known to be given out no longer; the shipped file is short, an office may know more."""
    lines = files("qianshao.linkage").joinpath("retired_county_codes.csv").read_text("utf-8").splitlines()
    return frozenset(line.split(",")[0] for line in lines[1:] if line)


def _county_hint(code: str, known: Collection[str]) -> str | None:
    if code in known:
        return None
    if code in retired_county_codes():
        return "retired_county"
    return "unknown_county" if known else None


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
