"""Identity numbers of people who do not exist: the area code 99 belongs to no province."""

from collections import defaultdict
from datetime import date
from random import Random

from qianshao.linkage.identity_numbers import check_character

COUNTY_CODES = ("991205", "991203", "990012", "992301", "991201")
COUNTY_SHARES = (78, 7, 8, 5, 2)


class Numbers:
    """Gives out identity numbers, each once."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, date, str], int] = defaultdict(int)

    def give(self, rng: Random, birth: date, sex: str) -> str:
        """A new number for a person born that day; odd sequence numbers are male, as the standard says."""
        area = rng.choices(COUNTY_CODES, COUNTY_SHARES)[0]
        while True:
            count = self._used[area, birth, sex]
            self._used[area, birth, sex] += 1
            sequence = 2 * count + (1 if sex == "1" else 2)
            if sequence <= 999:
                break
            area = rng.choice(COUNTY_CODES)
        body = f"{area}{birth:%Y%m%d}{sequence:03d}"
        return body + check_character(body)


def fifteen_digits(number: str) -> str | None:
    """The form of before 1999, without century and check character; None for those born since 2000."""
    return number[:6] + number[8:17] if number[6:8] == "19" else None


def swapped(number: str) -> str | None:
    """Two neighbouring digits of the sequence exchanged, as typing does it; None where they are equal."""
    for at in (15, 14):
        if number[at] != number[at + 1]:
            return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return None


def wrong_check(number: str) -> str:
    """The number with a check character that does not hold."""
    return number[:17] + ("7" if number[17] != "7" else "3")
