"""The word lists of the county: surnames with their true shares, given names by cohort, place names."""

import csv
from functools import cache
from importlib.resources import files
from random import Random


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a list of this package."""
    text = (files("qianshao.demo") / "wordlists" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def surnames() -> tuple[list[str], list[float]]:
    """Surnames and their shares in the population in percent; the ten commonest are 43.5 % of all people."""
    table = rows("surnames.csv")
    return [row["surname"] for row in table], [float(row["share"]) for row in table]


@cache
def given_names() -> dict[tuple[int, str], list[str]]:
    """Given names typical of a decade of birth and a sex."""
    return {(int(row["decade"]), row["sex"]): row["names"].split() for row in rows("given_names.csv")}


@cache
def place_names(kind: str) -> list[str]:
    """Invented names of towns, rural townships, villages, prefixes or groups."""
    return next(row["names"].split() for row in rows("places.csv") if row["kind"] == kind)


def surname(rng: Random) -> str:
    """One surname, drawn by its share."""
    names, shares = surnames()
    return rng.choices(names, shares)[0]


def given_name(rng: Random, birth_year: int, sex: str) -> str:
    """A given name as parents of that year gave it."""
    decades = sorted({decade for decade, _ in given_names()})
    decade = max((d for d in decades if d <= birth_year), default=decades[0])
    return rng.choice(given_names()[decade, sex])
