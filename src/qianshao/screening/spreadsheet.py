"""Warnings as a workbook for officers: the list with its reasons, the figures behind it, how to read it."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from django.db.models import Q

from qianshao.access.scope import EVERYWHERE, Scope
from qianshao.places.models import Area
from qianshao.registry.models import Membership
from qianshao.rules.formats import UNKNOWN
from qianshao.screening import words
from qianshao.screening.explanation import Explained, Figure
from qianshao.words import Text
from qianshao.workbooks import Table, TableColumn, write_table


def write(
    path: Path,
    found: Sequence[Explained],
    on: date,
    *,
    language: str,
    more: Sequence[Table] = (),
    names: Scope = EVERYWHERE,
    footer: str = "",
) -> None:
    """Write warnings as `export.explained` gave them; `more` sheets follow.

    Heads are named where they live in `names`; `footer` is below each printed page and on the last sheet.
    """
    sheets = [
        _list(found, on, language, names),
        _figures(found, language),
        *more,
        _reading(found, language, footer),
    ]
    write_table(path, sheets, footer=footer)


def _list(found: Sequence[Explained], on: date, language: str, names: Scope) -> Table:
    columns = [
        TableColumn(words.COLUMNS[name].in_language(language), kind, width)
        for name, kind, width in (
            ("area", "text", 22),
            ("household", "text", 20),
            ("head", "text", 10),
            ("cause", "text", 12),
            ("level", "text", 8),
            ("status", "text", 10),
            ("sentence", "text", 60),
            ("threshold", "text", 14),
            ("margin", "text", 14),
            ("unknown", "text", 30),
            ("clears", "text", 40),
            ("next_step", "text", 40),
            ("deadline", "date", 12),
            ("others", "text", 40),
            ("reference", "text", 40),
        )
    ]
    return Table(words.SHEETS["warnings"].in_language(language), columns, _rows(found, on, language, names))


def _rows(found: Sequence[Explained], on: date, language: str, names: Scope) -> Iterator[list[object]]:
    villages, heads = _villages(), _heads(found, on, names)

    def said(text: Text | None) -> str:
        return text.in_language(language) if text else ""

    for one in found:
        warning, leading = one.warning, one.leading
        made = leading.explanation
        yield [
            villages[warning.household.area_id],
            warning.household.number,
            heads.get(warning.household_id, ""),
            said(one.cause),
            said(words.LEVELS[warning.level]),
            said(words.STATUSES[warning.status]),
            said(made.sentence),
            said(made.threshold_shown),
            said(made.margin_shown),
            "；".join(dict.fromkeys(_missing(figure, language) for r in one.reasons for figure in r.unknown)),
            said(made.clears),
            said(made.next_step),
            warning.due_on,
            "；".join(said(reason.explanation.sentence) for reason in one.reasons[1:]),
            made.reference,
        ]


def _figures(found: Sequence[Explained], language: str) -> Table:
    named = ("household", "cause", "rule", "figure", "value", "source", "until")
    columns = [TableColumn(words.COLUMNS[name].in_language(language)) for name in named]
    rows = (
        [
            one.warning.household.number,
            one.cause.in_language(language),
            reason.rule.label.in_language(language),
            figure.input.label.in_language(language),
            figure.input.shown.in_language(language),
            "；".join(origin.label.in_language(language) for origin in figure.origins),
            figure.until.isoformat() if figure.until else UNKNOWN.in_language(language),
        ]
        for one in found
        for reason in one.reasons
        for figure in (*reason.inputs, *reason.details, *reason.evidence)
    )
    return Table(words.SHEETS["figures"].in_language(language), columns, rows)


def _reading(found: Sequence[Explained], language: str, footer: str) -> Table:
    lines = [words.NOT_A_DECISION, *words.HOW_TO_READ]
    runs = {reason.run.pk: reason.run for one in found for reason in one.reasons}
    lines += [
        words.RUN_LINE.format(as_of=run.as_of, version=run.manifest["rulebook"][:12])
        for run in sorted(runs.values(), key=lambda run: run.as_of)
    ]
    title = words.SHEETS["reading"].in_language(language)
    return Table(
        title,
        [TableColumn(title, width=100)],
        ([line] for line in (*(line.in_language(language) for line in lines), footer)),
    )


def _missing(figure: Figure, language: str) -> str:
    """What is not known, and who could say."""
    asked = "、".join(dict.fromkeys(origin.department.in_language(language) for origin in figure.origins))
    label = figure.input.label.in_language(language)
    return f"{label}（{asked}）" if asked else label


def _villages() -> dict[int, str]:
    """Township and village by the village's key; no township where its code is all that is known of it."""
    rows = Area.objects.filter(level="village").values_list("pk", "parent__name", "name")
    return {key: f"{'' if township.isdigit() else township}{village}" for key, township, village in rows}


def _heads(found: Sequence[Explained], on: date, names: Scope) -> dict[int, str]:
    households = [one.warning.household_id for one in found]
    current = Membership.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), relation="head")
    rows = names.filter(current.filter(household__in=households), "household__area").order_by("pk")
    return dict(rows.values_list("household_id", "person__name"))
