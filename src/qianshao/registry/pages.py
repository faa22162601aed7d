"""The list of households: found by name, pinyin, initials, number or phone, filtered by village, exported."""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed
from qianshao.registry import words
from qianshao.registry.actions.disclosure import take_list
from qianshao.registry.models import Household
from qianshao.registry.readers import listing
from qianshao.registry.searches import opened, sealed
from qianshao.workbooks import Table, TableColumn, write_table

PAGE = 50
CHUNK = 2_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allowed(*roles.HOUSEHOLD_READERS)
def households(request: Request) -> HttpResponse:
    """The households of the viewer's area; `find` is a search sealed by the page below."""
    text, village, sort = _asked(request)
    found = listing.households(request.scope, text, village, sort)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "registry/households.html",
        {
            "section": "households",
            "page": page,
            "rows": listing.listed(request.scope, list(page.object_list), text),
            "villages": listing.villages(request.scope),
            "village": village,
            "text": text,
            "find": request.GET.get("find", "") if text else "",
            "sort": sort or "village",
            "export": f"{reverse('registry:export')}?{request.GET.urlencode()}",
        },
    )


@sensitive_post_parameters("q")
@allowed(*roles.HOUSEHOLD_READERS, methods=("POST",))
def find(request: Request) -> HttpResponse:
    """Take a search and go to its result: the one household that fits, or the list."""
    text = request.POST.get("q", "")
    found = list(listing.households(request.scope, text)[:2]) if text.strip() else []
    if len(found) == 1:
        return redirect("screening:household", key=found[0].pk)
    asked = {"find": sealed(text, request.user), "village": request.POST.get("village", "")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return redirect(f"{reverse('registry:households')}?{query}" if query else "registry:households")


@allowed(*roles.HOUSEHOLD_READERS)
def export(request: Request) -> FileResponse:
    """The same list as a workbook, without identity numbers and phones; that it was taken is recorded."""
    text, village, sort = _asked(request)
    found = listing.households(request.scope, text, village, sort)
    language = request.LANGUAGE_CODE or ""
    columns = [
        TableColumn(title.in_language(language), "date" if name == "registered_on" else "text", width)
        for name, (title, width) in words.COLUMNS.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "households.xlsx"
        rows = _rows(request, found.iterator(chunk_size=CHUNK), language)
        write_table(path, [Table(words.SHEET.in_language(language), columns, rows)])
        take_list(scope=request.scope, households=found.count(), by=request.user.username)
        name = quote(f"{words.EXPORTED.in_language(language)}.xlsx")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        # An open file outlives its name.
        return FileResponse(path.open("rb"), content_type=XLSX, headers=headers)


def _rows(request: Request, found: Iterator[Household], language: str) -> Iterator[Sequence[object]]:
    while chunk := list(islice(found, CHUNK)):
        for row in listing.listed(request.scope, chunk):
            yield [
                row.township,
                row.village,
                row.group,
                row.number,
                row.head,
                row.members,
                row.base_type.in_language(language) if row.base_type else "",
                row.monitored.in_language(language) if row.monitored else "",
                row.registered_on,
            ]


def _asked(request: Request) -> tuple[str, int | None, str]:
    """The text, the village and the order that the address asks for."""
    village, sort = request.GET.get("village", ""), request.GET.get("sort", "")
    text = opened(request.GET.get("find", ""), request.user)
    return text, int(village) if village.isdigit() else None, sort if sort in listing.SORTS else ""
