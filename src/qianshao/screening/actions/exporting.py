"""Lists handed out as files. Who took which list, and how long it was, is written down."""

from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from qianshao.access import audit
from qianshao.access.models import User
from qianshao.access.scope import Scope
from qianshao.screening import spreadsheet, summary, words
from qianshao.screening.export import explained
from qianshao.screening.readers.warnings import Wanted
from qianshao.words import Text


@transaction.atomic
def export_warnings(
    *, scope: Scope, wanted: Wanted, on: date, path: Path, names: Scope, language: str, by: str
) -> int:
    """Write the warnings that fit, with their reasons, as a workbook that says on each printed page who took
    it and when; returns their number. Heads are named where they live in `names`."""
    found = explained(scope, wanted, on)
    spreadsheet.write(
        path, found, on, language=language, names=names, footer=taken_by(by).in_language(language)
    )
    facts = {"list": "warnings", "rows": len(found), "statuses": list(wanted.statuses)}
    audit.record(by=by, action="lists.export", subject="screening.warnings", facts=facts)
    return len(found)


@transaction.atomic
def export_overview(*, scope: Scope, on: date, path: Path, language: str, by: str) -> None:
    """Write the figures of the overview as a workbook."""
    summary.write(path, scope, on, language=language, footer=taken_by(by).in_language(language))
    audit.record(by=by, action="lists.export", subject="screening.overview", facts={"list": "overview"})


def taken_by(by: str) -> Text:
    """The line that an exported list carries: by whom, when, and what it is for."""
    user = User.objects.filter(username=by).first()
    who = f"{user.display_name}（{by}）" if user else by
    return words.TAKEN_BY.format(who=who, when=f"{timezone.localtime():%Y-%m-%d %H:%M}")
