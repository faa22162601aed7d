"""The overview of an area as a workbook: how things stand, by cause, by village, by feed, what is missing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from qianshao.access.scope import Scope
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.readers.freshness import freshness
from qianshao.screening import rulebooks, words
from qianshao.screening.models import Run
from qianshao.screening.readers import breakdown
from qianshao.screening.readers.runs import last_done
from qianshao.screening.readers.warnings import Counts, counts, villages
from qianshao.words import Text
from qianshao.workbooks import Table, TableColumn, write_table

Row = list[object]


def write(path: Path, scope: Scope, on: date, *, language: str, footer: str = "") -> None:
    """Write the figures of the viewer's area on a day; no household is in it."""
    run = last_done()
    figures = counts(scope, on)

    def sheet(name: str, titles: tuple[str, ...], rows: Iterator[Row]) -> Table:
        columns = [
            TableColumn(words.COLUMNS[title].in_language(language), "integer" if title in COUNTED else "text")
            for title in titles
        ]
        said = (
            [cell.in_language(language) if isinstance(cell, Text) else cell for cell in row] for row in rows
        )
        return Table(words.SHEETS[name].in_language(language), columns, said)

    sheets = [
        sheet("standing", ("status", "number"), _standing(figures)),
        sheet("causes", ("cause", "number", "unconfirmable"), _causes(scope, on)),
        sheet("villages", ("area", "number", "short_of"), _villages(scope, figures, run)),
        sheet("feeds", ("source", "department", "until", "covered", "villages"), _feeds(scope, on)),
        sheet("gaps", ("source", "department", "figure", "villages", "households"), _gaps(scope, run)),
    ]
    write_table(path, sheets, footer=footer)


COUNTED = {"number", "unconfirmable", "covered", "villages", "households"}


def _standing(figures: Counts) -> Iterator[Row]:
    yield [words.OPEN_NOW, figures.open]
    for status in ("new", "continuing", "unconfirmable"):
        yield [words.STATUSES[status], figures.by_status.get(status, 0)]
    yield [words.ON_HOLD, figures.held]
    for why, number in figures.cleared.items():
        yield [words.CLEARED_NOW.format(reason=words.CLEARED_BECAUSE[why]), number]


def _causes(scope: Scope, on: date) -> Iterator[Row]:
    labels = rulebooks.current().codelists["causes"].codes
    for count in breakdown.by_cause(scope, on):
        yield [labels.get(count.cause, Text(count.cause, count.cause)), count.total, count.unknown]


def _villages(scope: Scope, figures: Counts, run: Run | None) -> Iterator[Row]:
    short = breakdown.short_of_data(scope, run) if run else {}
    for village in villages(scope).filter(valid_until=None).select_related("parent"):
        lacking = [feed_contracts()[feed].label for feed in short.get(village.pk, [])]
        named = Text("、".join(label.zh for label in lacking), ", ".join(label.en for label in lacking))
        above = village.parent.name if village.parent else ""
        yield [f"{above}{village.name}", figures.by_village.get(village.pk, 0), named]


def _feeds(scope: Scope, on: date) -> Iterator[Row]:
    for one in freshness(scope, on):
        last = one.last_day_covered.isoformat() if one.last_day_covered else None
        yield [one.contract.label, one.contract.department, last, one.villages, one.all_villages]


def _gaps(scope: Scope, run: Run | None) -> Iterator[Row]:
    labels = rulebooks.kept(run.manifest["rulebook"]).indicators if run else {}
    for gap in breakdown.waiting(scope, run) if run else []:
        contract = feed_contracts()[gap.feed or "household_roster"]
        figure = labels[gap.indicator].label if gap.indicator else words.WHOLE_LIST
        yield [contract.label, contract.department, figure, gap.villages, gap.households]
