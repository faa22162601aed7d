"""The list of early warnings, and the same list as a workbook."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed
from qianshao.screening.actions import exporting
from qianshao.screening.pages import asking
from qianshao.screening.pages.lines import lines
from qianshao.screening.readers import runs
from qianshao.screening.readers.families import families_scope
from qianshao.screening.readers.warnings import Counts, counts, warnings
from qianshao.work.clocks import today

PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allowed(*roles.WARNING_READERS)
def warnings_list(request: Request) -> HttpResponse:
    """The list that the address asks for; to htmx its part of the page alone."""
    on = today()
    names = families_scope(request.user, on)
    asked = asking.asked(request.GET, request.scope)
    fitting = warnings(request.scope, asked.wanted(bool(names.prefixes)), on)
    page = Paginator(fitting, PAGE).get_page(request.GET.get("page"))
    figures = counts(request.scope, on)
    context = {
        "section": "warnings",
        "asked": asked,
        "page": page,
        "lines": lines(page.object_list, names, on),
        "counts": figures,
        "saved": _saved(figures, asked),
        "choices": asking.choices(asked, request.scope),
        "names": bool(names.prefixes),
        "run": runs.last_done(),
        "sort": asked.sort,
        "query": request.GET.urlencode(),
        "without": _without(request, asked),
    }
    part = request.htmx and not request.htmx.history_restore_request
    return render(request, "screening/parts/warnings.html" if part else "screening/warnings.html", context)


@allowed(*roles.WARNING_READERS)
def export(request: Request) -> HttpResponse:
    """Exactly the list that the address asks for, with its reasons, as a workbook."""
    on = today()
    names = families_scope(request.user, on)
    asked = asking.asked(request.GET, request.scope)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warnings.xlsx"
        exporting.export_warnings(
            scope=request.scope,
            wanted=asked.wanted(bool(names.prefixes)),
            on=on,
            path=path,
            names=names,
            language="zh" if (get_language() or "").startswith("zh") else "en",
            by=request.user.username,
        )
        return workbook(path, f"{gettext('Warnings')}_{on:%Y%m%d}.xlsx")


def workbook(path: Path, name: str) -> HttpResponse:
    """A written workbook as an answer."""
    disposition = content_disposition_header(True, name) or ""
    return HttpResponse(path.read_bytes(), content_type=XLSX, headers={"Content-Disposition": disposition})


def _saved(figures: Counts, asked: asking.Asked) -> list[dict[str, Any]]:
    """The ready-made filters of the bar, each with its count."""
    made = [
        ("", "", gettext("All open"), "", figures.open),
        ("", "overdue", gettext("Overdue"), "clock", figures.overdue),
        ("new", "", gettext("New"), "new", figures.by_status.get("new", 0)),
        ("unconfirmable", "", gettext("Not confirmable"), "ask", figures.by_status.get("unconfirmable", 0)),
        (asking.HELD, "", gettext("On hold"), "cal", figures.held),
        (asking.CLEARED_NOW, "", gettext("Cleared by the last run"), "check", sum(figures.cleared.values())),
    ]
    others = set(asked.filters) - {"status", "due"}
    return [
        {
            "address": _address(status=status, due=due),
            "label": label,
            "icon": icon,
            "count": count,
            "current": (status, due) == (asked.status, asked.due) and not others,
        }
        for status, due, label, icon, count in made
    ]


def _without(request: Request, asked: asking.Asked) -> str:
    """The address without the last of the filters, a way out of an empty list."""
    query = request.GET.copy()
    query.pop("page", None)
    if asked.filters:
        query.pop(asked.filters[-1], None)
    return f"?{query.urlencode()}"


def _address(**fields: str) -> str:
    filled = {name: value for name, value in fields.items() if value}
    return reverse("screening:warnings") + (f"?{urlencode(filled)}" if filled else "")
