"""People of the county's town, in no register of rural households: every department's list holds some."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from qianshao.demo import lists
from qianshao.demo.calendar import ROUNDS
from qianshao.demo.identities import Numbers
from qianshao.demo.medical import bill
from qianshao.demo.people import Person
from qianshao.demo.rows import Row


def rows(rng: Random, numbers: Numbers, households: int) -> Iterator[Row]:
    """A few rows of every event feed in every round; so no list is ever empty."""
    for index, each in enumerate(ROUNDS):
        days = (each.until - each.since).days
        for count in range(2 + households // 500):
            day = each.since + timedelta(days=rng.randint(0, days))
            person = _stranger(rng, numbers)
            values = bill(rng, f"YBZ{index}{count:04d}", day, "outpatient", rng.uniform(20, 400))
            yield Row("medical_settlement", index, person, values)
        person, day = _stranger(rng, numbers), each.since + timedelta(days=rng.randint(0, days))
        yield Row("death", index, person, {"died_on": day})
        person = _stranger(rng, numbers)
        yield Row("housing_appraisal", index, person, {"grade": "B", "appraised_on": day})
        values = {
            "happened_on": day,
            "kind": "weather",
            "loss": 600,
            "house_damaged": False,
            "injured": False,
        }
        yield Row("disaster_event", index, _stranger(rng, numbers), values)


def _stranger(rng: Random, numbers: Numbers) -> Person:
    birth = date(1940, 1, 1) + timedelta(days=rng.randrange(24_000))
    sex = rng.choice("12")
    name = lists.surname(rng) + lists.given_name(rng, birth.year, sex)
    return Person(name, sex, birth, "other", numbers.give(rng, birth, sex))
