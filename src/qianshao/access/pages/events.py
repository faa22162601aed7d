"""Who did what and when: for the audit administrator, who sees keys and actions, no household."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from qianshao.access import chain, readers, roles
from qianshao.access.permissions import Request, allowed

PAGE = 50
ASKED = ("about", "by", "action")
DAYS = ("since", "until")


@allowed(*roles.EVENT_READERS)
def events(request: Request) -> HttpResponse:
    """Events of the area by record, user, action and day, the newest first, and how far the chain reaches."""
    asked: dict[str, Any] = {name: request.GET.get(name, "").strip() for name in (*ASKED, *DAYS)}
    wanted: dict[str, Any] = {name: asked[name] or None for name in ASKED}
    wanted |= {name: _day(asked[name]) for name in DAYS}
    listed = readers.audit_events(request.scope, **wanted).reverse()
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    names = readers.display_names(event.actor for event in page.object_list)
    shown = [{"event": event, "name": names.get(event.actor, event.actor)} for event in page.object_list]
    context = {"section": "events", "page": page, "shown": shown, "asked": asked, "head": chain.head()}
    return render(request, "access/events.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
