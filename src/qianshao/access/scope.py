"""The one filter by area: what a viewer may see, for tables and for Parquet files alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from qianshao.access.models import Grant, User
from qianshao.places.models import Area

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Scope:
    """The areas that a viewer's grants cover, as path prefixes. No prefix: nothing is visible."""

    prefixes: tuple[str, ...]

    def covers(self, path: str) -> bool:
        """Whether the area with this path lies in the scope."""
        return any(path.startswith(prefix) for prefix in self.prefixes)

    def areas(self) -> QuerySet[Area]:
        """The areas in the scope."""
        return Area.objects.filter(self.within("path"))

    def filter(self, rows: QuerySet[Row], area: str = "area") -> QuerySet[Row]:
        """The rows whose area (a foreign key of that name, `household__area` and the like) is in scope."""
        return rows.filter(**{f"{area}__in": self.areas()})

    def sql(self, column: str = "area") -> tuple[str, list[Any]]:
        """The condition on an area-path column of a Parquet read, with its parameters."""
        if not self.prefixes:
            return "false", []
        return "(" + " or ".join(f"starts_with({column}, ?)" for _ in self.prefixes) + ")", list(
            self.prefixes
        )

    def within(self, field: str) -> Q:
        """The condition that a column of area paths lies in the scope."""
        condition = Q(pk__in=[])
        for prefix in self.prefixes:
            condition |= Q(**{f"{field}__startswith": prefix})
        return condition


EVERYWHERE = Scope(("/",))


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that lie inside another one, sorted."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


def grants_of(user: User, on: date) -> QuerySet[Grant]:
    """The user's grants in force on a day."""
    running = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    return Grant.objects.filter(running, user=user, valid_from__lte=on, user__is_active=True)


def scope_of(user: User, roles: Iterable[str], on: date) -> Scope:
    """Where the user may act in one of these roles on a day."""
    paths = grants_of(user, on).filter(role__in=list(roles)).values_list("area__path", flat=True)
    return Scope(outermost(paths))
