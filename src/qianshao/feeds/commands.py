"""`feeds list | check | deliver` and `registry import`: a household workbook is a delivery like any other.

Exit codes: 0 all rows accepted, 1 rows or sheets refused, 2 wrong usage, 3 a file or request refused whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qianshao.terminal import print_table
from qianshao.words import terminal_language

if TYPE_CHECKING:
    from qianshao.feeds.models import Delivery
    from qianshao.places.models import Area

FAULTS, REFUSED = 1, 3
SHOWN_AT_MOST = 50

EXIT_CODES = "Exit codes: 0 all rows accepted, 1 rows or sheets refused, 2 wrong usage, 3 refused as a whole."
feeds = typer.Typer(
    help="Department files: list what is expected, check, deliver.", epilog=EXIT_CODES, no_args_is_help=True
)
registry = typer.Typer(help="Areas, households, members and income.", epilog=EXIT_CODES, no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="xlsx, xls, ods or csv file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
AreaCode = Annotated[
    str | None,
    typer.Option("--area", help="Code of the area that the file speaks for; else the county."),
]


def register(app: typer.Typer) -> None:
    """Add this package's commands."""
    app.add_typer(registry, name="registry")
    app.add_typer(feeds, name="feeds")


@feeds.command("list")
def list_feeds(as_json: AsJson = False) -> None:
    """The feeds of the rulebook, who sends them, when, and how fresh they are."""
    from django.utils import timezone

    from qianshao.access.installation import require
    from qianshao.access.scope import EVERYWHERE
    from qianshao.feeds import receipts
    from qianshao.feeds.readers.freshness import freshness

    require()
    known = [
        one
        for lands in ("registry", "feed")
        for one in freshness(EVERYWHERE, timezone.localdate(), lands=lands)
    ]
    if as_json:
        _print_json([receipts.of_feed(one) for one in known])
        return
    rows = [
        [
            one.contract.name,
            one.contract.label.in_language(terminal_language()),
            one.contract.department.in_language(terminal_language()),
            one.contract.schedule.every,
            one.state,
            str(one.last_day_covered or ""),
        ]
        for one in known
    ]
    print_table(["feed", "label", "department", "every", "state", "last day covered"], rows)


@feeds.command()
def check(
    feed: Annotated[str, typer.Argument(help="Name of a feed, see `feeds list`.")],
    file: File,
    marked: Annotated[
        Path | None, typer.Option(help="Write the file with its faults marked to this xlsx.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge a file, for the period that its name states if any, and name every fault; nothing is kept."""
    from qianshao.feeds import receipts
    from qianshao.feeds.marking import judged
    from qianshao.feeds.periods import period_in, to_come
    from qianshao.work.clocks import today
    from qianshao.workbooks import mark

    period = period_in(file.name)
    if period and (refusal := to_come(period, today())):
        raise refusal
    judgement = judged(file, feed, period)
    if marked is not None:
        mark(file, judgement, marked, terminal_language())
    result = {
        "feed": feed,
        "file": file.name,
        "sheet": judgement.sheet,
        "header_row": judgement.header_row,
        "rows_read": judgement.rows_read,
        "rows_accepted": judgement.rows_accepted,
        "rows_refused": judgement.rows_refused,
        "file_faults": [receipts.of_fault(fault) for fault in judgement.file_faults],
        "sheet_faults": [receipts.of_fault(fault) for fault in judgement.sheet_faults],
        "sheets_not_read": [{"zh": notice.zh, "en": notice.en} for notice in judgement.notices],
        "faults": [receipts.of_fault(fault) for refused in judgement.refused for fault in refused.faults],
    }
    _print_result(result, as_json)
    _exit([result])


@feeds.command()
def deliver(
    feed: Annotated[str, typer.Argument(help="Name of a feed, see `feeds list`.")],
    file: File,
    period: Annotated[
        str | None, typer.Option(help="202610 or 20251001-20260930, where the file's name does not say it.")
    ] = None,
    area: AreaCode = None,
    as_json: AsJson = False,
) -> None:
    """Take in a department's file: keep it, land its good rows, say who they are about."""
    from qianshao.access.audit import SYSTEM
    from qianshao.feeds import receipts
    from qianshao.feeds.actions.linking import link

    delivery = _delivered(file, feed, _area(area), period)
    with _progress("linking"):
        linked = link(by=SYSTEM)
    result = receipts.of_delivery(delivery) | {"doubtful_in_all": linked.doubtful}
    _print_result(result, as_json)
    _exit([result])


@registry.command()
def areas(file: File) -> None:
    """Bring in the list of areas: a csv file with the columns code and name. What is known stays."""
    import csv

    from qianshao.access.audit import SYSTEM
    from qianshao.access.installation import require
    from qianshao.feeds import words
    from qianshao.places.actions import MalformedCode, UnknownParent
    from qianshao.refusals import Refused
    from qianshao.registry.actions.areas import import_area_list

    require()
    try:
        with file.open(encoding="utf-8-sig", newline="") as listed:
            rows = [(row["code"], row["name"]) for row in csv.DictReader(listed)]
        added = import_area_list(rows=rows, by=SYSTEM)
    except (KeyError, UnicodeDecodeError) as error:
        raise Refused(words.NO_AREA_LIST.format(file_name=file.name), words.NO_AREA_LIST_RIGHT) from error
    except MalformedCode as error:
        raise Refused(words.AREA_CODE_WRONG.format(code=error), words.AREA_CODE_RIGHT) from error
    except UnknownParent as error:
        raise Refused(words.AREA_UNKNOWN.format(code=error.parent), words.PARENT_FIRST) from error
    typer.echo(f"{file.name}: {len(rows)} areas, {added} new")


@registry.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Workbooks or csv files.")],
    area: AreaCode = None,
    as_json: AsJson = False,
) -> None:
    """Bring household, member and income lists into the register; each file is recognised by its titles.

    Whatever order they are named in, households come before members and members before income.
    """
    from qianshao.access.audit import SYSTEM
    from qianshao.feeds import receipts
    from qianshao.feeds.actions.linking import link

    target = _area(area)
    results = []
    for feed, file in _recognised(files):
        result = receipts.of_delivery(_delivered(file, feed, target, None))
        results.append(result)
        if not as_json:
            _print_result(result, as_json)
    with _progress("linking"):
        link(by=SYSTEM)
    if as_json:
        _print_json(results)
    _exit(results)


def _recognised(files: Sequence[Path]) -> list[tuple[str, Path]]:
    """Each file with its contract, in the order in which they can be applied."""
    from qianshao.feeds import words
    from qianshao.feeds.actions.applying import APPLICATIONS
    from qianshao.feeds.contracts import feed_contracts
    from qianshao.refusals import Refused
    from qianshao.workbooks import recognise

    contracts = [contract for contract in feed_contracts().values() if contract.lands == "registry"]
    found = []
    for file in files:
        fitting = recognise(file, contracts)
        if not fitting:
            raise Refused(words.NOT_RECOGNISED.format(file_name=file.name), words.NOT_RECOGNISED_RIGHT)
        found.append((fitting[0].contract.name, file))
    order = list(APPLICATIONS)
    return sorted(found, key=lambda one: (order.index(one[0]), one[1].name))


def _delivered(file: Path, feed: str, area: Area, period: str | None) -> Delivery:
    from qianshao.access.audit import SYSTEM
    from qianshao.feeds import words
    from qianshao.feeds.actions.deliveries import process, receive
    from qianshao.feeds.periods import read_period
    from qianshao.refusals import Refused

    stated = read_period(period) if period else None
    if period and stated is None:
        raise Refused(words.PERIOD_UNREADABLE.format(period=period), words.PERIOD_TYPED_RIGHT)
    delivery = receive(path=file, file_name=file.name, feed=feed, area=area, by=SYSTEM, period=stated)
    with _progress(file.name) as told:
        return process(delivery=delivery, by=SYSTEM, progress=told)


def _area(code: str | None) -> Area:
    from django.utils import timezone

    from qianshao.access.installation import require
    from qianshao.feeds import words
    from qianshao.places.readers import area_of_code, smallest_with_all_villages
    from qianshao.refusals import Refused

    require()
    if code is None:
        area = smallest_with_all_villages()
        if area is None:
            raise Refused(words.NO_AREAS, words.NO_AREAS_RIGHT)
        return area
    area = area_of_code(code, timezone.localdate())
    if area is None:
        raise Refused(words.AREA_UNKNOWN.format(code=code))
    return area


@contextmanager
def _progress(label: str) -> Iterator[Callable[[float], None]]:
    """A bar on the terminal, on its error stream; nothing where there is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_result(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(result)
        return
    about = result.get("rows_about")
    told = f"{result['file']}: {result['feed']}, {result['rows_read']} read"
    told += f" = {result['rows_accepted']} accepted + {result['rows_refused']} refused"
    if about:
        told += (
            f"; {about['linked']} linked, {about['nobody']} not in the register, {about['doubtful']} doubtful"
        )
    typer.echo(told)
    for notice in result["sheets_not_read"]:
        typer.echo(notice[terminal_language()])
    faults = [*result["file_faults"], *result["sheet_faults"], *result["faults"]]
    rows = [
        [fault.get("sheet", ""), fault["cell"], fault["column"]]
        + [fault[part][terminal_language()] for part in ("reason", "right_form")]
        for fault in faults[:SHOWN_AT_MOST]
    ]
    if rows:
        print_table(["sheet", "cell", "column", "reason", "right form"], rows)
    if len(faults) > SHOWN_AT_MOST:
        typer.echo(f"… {len(faults) - SHOWN_AT_MOST} more; --json lists all")


def _exit(results: Sequence[dict[str, Any]]) -> None:
    if any(result["file_faults"] for result in results):
        raise typer.Exit(REFUSED)
    if any(result["rows_refused"] or result["sheet_faults"] for result in results):
        raise typer.Exit(FAULTS)
