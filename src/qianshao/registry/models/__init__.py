"""The tables of the registry, one module per entity."""

from qianshao.registry.models.facts import (
    HouseholdConditions,
    HouseholdStanding,
    Housing,
    Insurance,
    Labour,
    PersonHealth,
    Schooling,
)
from qianshao.registry.models.households import Household, Membership, Person
from qianshao.registry.models.income import IncomeItem

__all__ = [
    "Household",
    "HouseholdConditions",
    "HouseholdStanding",
    "Housing",
    "IncomeItem",
    "Insurance",
    "Labour",
    "Membership",
    "Person",
    "PersonHealth",
    "Schooling",
]
