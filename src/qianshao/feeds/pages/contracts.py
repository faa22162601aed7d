"""What each department's file must look like, and the form to fill in."""

import tempfile
from itertools import groupby
from pathlib import Path

from django.http import FileResponse, HttpResponse
from django.shortcuts import render

from qianshao.access import roles
from qianshao.access.permissions import Request, allowed, found, may
from qianshao.feeds import words
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.pages.deliveries import XLSX, attachment
from qianshao.words import Text
from qianshao.workbooks import Contract, write_template
from qianshao.workbooks.values import right_form


@allowed(*roles.DELIVERY_READERS)
def contracts(request: Request) -> HttpResponse:
    """All feeds by department."""
    listed = sorted(feed_contracts().values(), key=lambda c: (c.lands, c.department.zh, c.name))
    departments = [
        {"department": name, "contracts": [{"contract": c, "due": _due(c)} for c in some]}
        for name, some in groupby(listed, lambda c: c.department)
    ]
    return render(request, "feeds/contracts.html", {"section": "deliveries", "departments": departments})


@allowed(*roles.DELIVERY_READERS)
def contract(request: Request, feed: str) -> HttpResponse:
    """One feed: its columns, what they mean, and how each is written."""
    one = found(feed_contracts().get(feed))
    return render(
        request,
        "feeds/contract.html",
        {
            "section": "deliveries",
            "contract": one,
            "columns": [(column, right_form(column)) for column in one.columns],
            "kind": words.KINDS[one.kind],
            "delivers": words.DELIVERS[one.delivers],
            "due": _due(one),
            "can_deliver": may(request.user, *roles.DELIVERERS),
        },
    )


@allowed(*roles.DELIVERY_READERS)
def template(request: Request, feed: str) -> FileResponse:
    """The feed's form as a workbook, with a sheet that explains it."""
    one = found(feed_contracts().get(feed))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, one, language=request.LANGUAGE_CODE or "zh-hans")
        # An open file outlives its name.
        name = f"{one.label.in_language(request.LANGUAGE_CODE or '')}.xlsx"
        return FileResponse(path.open("rb"), content_type=XLSX, headers=attachment(name))


def _due(one: Contract) -> Text:
    return words.due(one.schedule.every, one.schedule.due_day)
