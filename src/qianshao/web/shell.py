"""The frame of every page: the sections of the top bar, the viewer's area, the day."""

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qianshao.access import roles
from qianshao.access.models import User
from qianshao.access.readers import home_area, roles_of
from qianshao.places.models import Area
from qianshao.places.readers import full_name
from qianshao.work.clocks import today


@dataclass(frozen=True)
class Section:
    """One entry of the top bar: shown to the roles that its page answers."""

    name: str
    label: Any  # lazily translated
    route: str
    roles: tuple[str, ...]


SECTIONS = (
    Section("overview", _("Overview"), "screening:overview", roles.WARNING_READERS),
    Section("warnings", _("Warnings"), "screening:warnings", roles.WARNING_READERS),
    Section("households", _("Households"), "registry:households", roles.HOUSEHOLD_READERS),
    Section("deliveries", _("Deliveries"), "feeds:deliveries", roles.DELIVERY_READERS),
    Section("links", _("Doubtful links"), "feeds:links", roles.LINKERS),
    Section("runs", _("Runs"), "screening:runs", roles.RUN_READERS),
    Section("accounts", _("Accounts"), "access:accounts", roles.GRANTERS),
    Section("events", _("Audit events"), "access:events", roles.EVENT_READERS),
)


@dataclass(frozen=True)
class Entry:
    """A section as this viewer sees it."""

    name: str
    label: Any
    address: str


def entries(held: set[str]) -> list[Entry]:
    """The sections for somebody with these roles."""
    made = []
    for section in SECTIONS:
        address = address_of(section.route)
        if address and held & set(section.roles):
            made.append(Entry(section.name, section.label, address))
    return made


def address_of(route: str) -> str:
    """The address of a route without arguments, empty when this installation has no such page."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def name_of(area: Area) -> str:
    """The area as the top bar shows it: 青禾县, 云溪镇, 云溪镇上坝村."""
    return full_name(area) if area.level in {"village", "group"} else area.name


def context(request: HttpRequest) -> dict[str, Any]:
    """What every template can name: the day, the sections, the viewer's roles and home area."""
    shared: dict[str, Any] = {"today": today(), "demo": settings.DEMO, "sections": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return shared
    day = timezone.localdate()
    held = roles_of(cast(User, user), day)
    names = {role.name for role in held}
    area = home_area(cast(User, user), day)
    searchable = names & set(roles.HOUSEHOLD_READERS)
    return shared | {
        "sections": entries(names),
        "search_address": address_of("registry:find") if searchable else "",
        "home_area": area,
        "home_area_name": name_of(area) if area else "",
        "viewer_roles": held,
    }
