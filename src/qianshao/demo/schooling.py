"""Who is in which school, and what it costs the family after grants."""

from random import Random

from qianshao.demo.people import Person

# Own cost of a school year after grants in yuan, lowest and highest, by the first word of the school status.
COSTS = {
    "preschool": (1500, 4500),
    "primary": (300, 1500),
    "grade": (600, 2500),
    "senior": (3200, 10800),
    "vocational": (1800, 10300),
    "college": (6500, 13500),
    "bachelor": (8000, 19000),
}


def enrol(rng: Random, person: Person, years: int) -> None:
    """Give the person the school or the education that its age and cohort suggest."""
    person.school = _school(rng, years)
    if person.school is None:
        person.education = None if years < 6 else _education(rng, years)
        if years < 6:
            person.school = "preschool_age"
        return
    low, high = COSTS[person.school.split("_")[0]]
    person.school_cost = rng.randrange(low, high, 100)


def _school(rng: Random, years: int) -> str | None:
    if 3 <= years < 6:
        return "preschool" if years > 3 or rng.random() < 0.5 else None
    if 6 <= years < 12:
        return "primary"
    if 12 <= years < 15:
        return f"grade_{years - 5}"
    if 15 <= years < 18:
        return rng.choices(
            (f"senior_{years - 14}", f"vocational_{years - 14}", None), (58, 38, 2 if years == 15 else 12)
        )[0]
    if 18 <= years < 22:
        options = (f"college_{min(3, years - 17)}", f"bachelor_{years - 17}", None)
        return rng.choices(options, (22 if years < 21 else 4, 20, 58))[0]
    return None


def _education(rng: Random, years: int) -> str:
    levels = ("illiterate", "primary", "junior", "senior", "college", "bachelor")
    if years < 16:
        return "primary"
    if years < 35:
        return rng.choices(levels, (0, 4, 52, 26, 12, 6))[0]
    if years < 55:
        return rng.choices(levels, (1, 20, 62, 13, 3, 1))[0]
    return rng.choices(levels, (14, 52, 29, 5, 0, 0))[0]
