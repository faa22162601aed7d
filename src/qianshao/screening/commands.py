"""`screen`, `warnings`, `explain`, `rules` and `scan`.

Exit codes: 0 done, 1 done with faults that the output names (refused rows, failed examples), 2 wrong usage,
3 refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qianshao.terminal import print_table
from qianshao.words import terminal_language

if TYPE_CHECKING:
    from qianshao.screening.explanation import Explained
    from qianshao.words import Text

FAULTS = 1

rules = typer.Typer(help="The rulebook: check it, run its examples, list its rules.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]
Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to judge, 2026-10-31; else today.")
]


class Format(StrEnum):
    """How warnings are given out."""

    TABLE = "table"
    JSON = "json"
    XLSX = "xlsx"


def register(app: typer.Typer) -> None:
    """Add this package's commands."""
    app.command()(screen)
    app.command()(warnings)
    app.command()(explain)
    app.add_typer(rules, name="rules")
    app.command()(scan)


def screen(as_of: Day = None, as_json: AsJson = False) -> None:
    """Screen every household by every rule, and compare with the run before."""
    from qianshao.access.audit import SYSTEM
    from qianshao.access.installation import require
    from qianshao.screening import words
    from qianshao.screening.actions.runs import execute, start
    from qianshao.work.clocks import today

    require()
    run = start(as_of=as_of.date() if as_of else today(), by=SYSTEM)
    with _progress() as told:
        run = execute(run=run, progress=lambda phase, share: told(words.PHASES[phase], share / 100))
    counts = run.counts["warnings"]
    if as_json:
        result = {"as_of": run.as_of.isoformat(), "warnings": counts, "result_digest": run.result_digest}
        _print_json(result)
        return
    told_counts = ", ".join(f"{counts.get(name, 0)} {text.en}" for name, text in words.STATUSES.items())
    typer.echo(f"{run.as_of}: {told_counts}")


def warnings(
    area: Annotated[str | None, typer.Option(help="Code of an area; only its warnings.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to give them out.")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="File to write instead of printing; for xlsx.")] = None,
) -> None:
    """The open warnings with their reasons. JSON holds no names: households by number, villages by code."""
    from qianshao.access.installation import require
    from qianshao.access.scope import EVERYWHERE
    from qianshao.screening import spreadsheet
    from qianshao.screening.export import as_json, explained, record
    from qianshao.screening.readers.warnings import Wanted
    from qianshao.work.clocks import today

    if form is Format.XLSX and out is None:
        raise typer.BadParameter("xlsx is written to a file: name it with --out")
    require()
    found = explained(EVERYWHERE, Wanted(village=_path_of(area) if area else "", held=None))
    if form is Format.XLSX and out is not None:
        spreadsheet.write(out, found, today(), language=terminal_language())
    elif form is Format.JSON:
        text = as_json([record(one) for one in found])
        out.write_text(text, encoding="utf-8") if out else typer.echo(text, nl=False)
    else:
        _print_table(found, out)


def explain(
    household: Annotated[str, typer.Argument(help="The household's number in the register.")],
    as_json: AsJson = False,
) -> None:
    """Why a household has its warnings: every figure with source and day, the limits, what to do by when."""
    from qianshao.access.installation import require
    from qianshao.access.scope import EVERYWHERE
    from qianshao.refusals import Refused
    from qianshao.registry.models import Household
    from qianshao.registry.readers.households import household as find
    from qianshao.screening import words
    from qianshao.screening.explanation import explain as explained
    from qianshao.screening.export import record
    from qianshao.screening.readers.warnings import of_household

    require()
    try:
        found = find(EVERYWHERE, household)
    except Household.DoesNotExist as error:
        raise Refused(words.NO_SUCH_HOUSEHOLD.format(number=household)) from error
    reasons = [explained(warning) for warning in of_household(EVERYWHERE, found.pk)]
    if as_json:
        _print_json([record(one) for one in reasons])
        return
    for line in _said(reasons) if reasons else [words.NO_WARNING]:
        typer.echo(line.in_language(terminal_language()))


@rules.command()
def check(as_json: AsJson = False) -> None:
    """Read the rulebook; name every fault with file, line and column, and the right form."""
    from qianshao.rules.refusals import RulebookRefused
    from qianshao.screening.rulebooks import current

    try:
        rulebook = current()
    except RulebookRefused as refused:
        if as_json:
            _print_json({"faults": [str(one) for one in refused.refusals]})
        else:
            typer.echo("\n".join(one.in_language(terminal_language()) for one in refused.refusals))
        raise typer.Exit(FAULTS) from None
    counts = {"rules": len(rulebook.rules), "indicators": len(rulebook.indicators)}
    counts["parameters"] = len(rulebook.parameters)
    if as_json:
        _print_json({"faults": [], "version": rulebook.version, **counts})
    else:
        typer.echo(f"{rulebook.version}: " + ", ".join(f"{number} {name}" for name, number in counts.items()))


@rules.command("test")
def run_worked_examples(as_json: AsJson = False) -> None:
    """Run the worked examples of all rules on every engine."""
    from qianshao.rules.examples import run_examples
    from qianshao.screening.rulebooks import current

    results = run_examples(current())
    failed = [result for result in results if not result.passed]
    if as_json:
        listed = [[r.rule, r.example.name.zh, r.engine, r.example.expect, r.found] for r in failed]
        keys = ("rule", "example", "engine", "expected", "found")
        faults = [dict(zip(keys, row, strict=True)) for row in listed]
        _print_json({"run": len(results), "failed": faults})
    else:
        for result in failed:
            name = result.example.name.in_language(terminal_language())
            typer.echo(
                f"{result.rule}, {name} ({result.engine}): {result.found}, not {result.example.expect}"
            )
        typer.echo(f"{len(results)} examples, {len(failed)} failed")
    if failed:
        raise typer.Exit(FAULTS)


@rules.command("list")
def list_rules(
    area: Annotated[str | None, typer.Option(help="Code of an area; say which rules are on there.")] = None,
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """The rules with cause, level and source, and why a rule is off."""
    from qianshao.rules.parameters import resolve
    from qianshao.screening.rulebooks import current
    from qianshao.work.clocks import today

    rulebook = current()
    day = as_of.date() if as_of else today()
    off = resolve(rulebook, area or _own_code(day), day).off
    listed = [
        {
            "rule": rule.name,
            "label_zh": rule.label.zh,
            "label_en": rule.label.en,
            "kind": rule.kind,
            "cause": rule.cause,
            "level": rule.level,
            "when": rule.text,
            "off": off[rule.name].in_language(terminal_language()) if rule.name in off else None,
            "reference": rule.reference,
        }
        for rule in sorted(rulebook.rules.values(), key=lambda rule: (rule.cause, rule.name))
    ]
    if as_json:
        _print_json(listed)
        return
    shown = ("rule", f"label_{terminal_language()}", "cause", "level", "off")
    print_table(shown, [[one[key] or "" for key in shown] for one in listed])


def scan(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Registry and feed files.")],
    out: Annotated[Path, typer.Option(help="The workbook to write.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to judge; else the end of the newest period."),
    ] = None,
    data: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Warnings from a folder of files, without server or accounts: each list is known by its titles.

    Files of feeds state their period in their name (…_202610.xlsx); areas.csv (code, name) may lie beside
    them, and a folder `rulebook` with the place's own limits. Nothing is kept but the workbook.
    """
    if data:
        raise typer.BadParameter(
            "scan keeps its data in a private folder that it removes", param_hint="--data"
        )
    from qianshao.screening.scan import scan as run

    out.resolve().parent.mkdir(parents=True, exist_ok=True)  # said now, not after the work
    day = as_of.date() if as_of else None
    with _progress() as told:
        result = run(folder.resolve(), out.resolve(), as_of=day, language=terminal_language(), progress=told)
    typer.echo(f"{result.as_of}: {result.warnings} warnings, {result.refused} refused parts: {out}")
    if result.refused:
        raise typer.Exit(FAULTS)


def _path_of(code: str) -> str:
    from qianshao.feeds import words
    from qianshao.places.readers import area_of_code
    from qianshao.refusals import Refused
    from qianshao.work.clocks import today

    area = area_of_code(code, today())
    if area is None:
        raise Refused(words.AREA_UNKNOWN.format(code=code))
    return area.path


def _own_code(day: date) -> str:
    """The code of the area that this installation serves; empty before its areas are known."""
    from django.db import DatabaseError

    from qianshao.places.readers import code_of, smallest_with_all_villages

    try:
        area = smallest_with_all_villages()
    except DatabaseError:  # no data folder yet: the rulebook can be read without one
        return ""
    return code_of(area, day) or "" if area else ""


def _said(reasons: list[Explained]) -> Iterator[Text]:
    from qianshao.screening.narration import narrated

    for one in reasons:
        yield from narrated(one)


def _print_table(found: list[Explained], out: Path | None) -> None:
    titles = ("village", "household", "cause", "level", "status", "why", "until")
    rows = [
        [
            one.area_code,
            one.warning.household.number,
            one.cause.in_language(terminal_language()),
            one.warning.level,
            one.warning.status,
            one.leading.explanation.sentence.in_language(terminal_language()),
            one.warning.due_on.isoformat(),
        ]
        for one in found
    ]
    if out is None:
        print_table(titles, rows)
    else:
        out.write_text("\n".join("\t".join(row) for row in [list(titles), *rows]) + "\n", encoding="utf-8")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def _progress() -> Iterator[Callable[[Text, float], None]]:
    """A bar on the terminal's error stream; nothing where there is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def told(phase: Text, share: float) -> None:
            bar.update(task, description=phase.in_language(terminal_language()), completed=share)

        yield told
