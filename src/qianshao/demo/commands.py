"""`demo`: the example county, from its files to its served pages."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from qianshao.words import Text, terminal_language

if TYPE_CHECKING:
    from qianshao.demo.evaluation import Evaluation, Score

TITLE = Text("{day}：真有困难的户与预警", "{day}: households really in trouble, and warnings")
COLUMNS = (
    Text("类型", "cause"),
    Text("真有困难", "planted"),
    Text("同类预警", "found"),
    Text("任一预警", "found by any"),
    Text("数据里无迹可查", "left no trace"),
    Text("预警户", "warned"),
)
BY_HOUSEHOLD = Text("按户", "By household")
BY_PAIR = Text("按户和类型", "By household and cause")
SCORE = Text(
    "准确率 {precision}，召回率 {recall}（找到 {found}，误报 {false_alarms}，漏掉 {missed}）",
    "precision {precision}, recall {recall} (found {found}, false alarms {false_alarms}, missed {missed})",
)


def register(app: typer.Typer) -> None:
    """Add this package's command."""
    app.command()(demo)


def demo(
    households: Annotated[int, typer.Option(min=200, help="How many households the county has.")] = 4000,
    seed: Annotated[int, typer.Option(help="Another seed is another county.")] = 7,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop when the warnings are there.")] = False,
    port: Annotated[int, typer.Option(help="Port of the served pages.", min=1, max=65535)] = 8000,
) -> None:
    """Make the example county, take in its files, screen three months, and serve the pages.

    The files stay readable in DIR/files. A broken-off demo goes on where it stopped; a finished one is
    served at once.
    """
    from qianshao.demo.journey import Step, county, travel

    language, console = terminal_language(), Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=1.0)

        def told(step: "Step") -> None:
            progress.update(task, description=step.words.in_language(language), completed=step.share)

        data = travel(households=households, seed=seed, progress=told)
    evaluation = county(data)
    _print(Console(), evaluation, language)
    if not no_serve:
        # The pages are a process of their own: it may import what this one may not.
        os.execv(sys.executable, [sys.executable, "-m", "qianshao", "serve", "--port", str(port)])  # noqa: S606


def _print(console: Console, evaluation: "Evaluation", language: str) -> None:
    """The planted and found troubles per cause, and precision and recall."""
    from qianshao.feeds.contracts import codelists

    causes = codelists()["causes"].labels
    table = Table(title=TITLE.format(day=evaluation.as_of).in_language(language))
    for place, title in enumerate(COLUMNS):
        table.add_column(title.in_language(language), justify="right" if place else "left")
    for cause, count in evaluation.causes.items():
        row = (count.planted, count.found, count.found_by_any, count.without_trace, count.warned)
        table.add_row(causes[cause].in_language(language), *map(str, row))
    console.print(table)
    for words, score in ((BY_HOUSEHOLD, evaluation.households), (BY_PAIR, evaluation.pairs)):
        console.print(f"{words.in_language(language)}: {_said(score).in_language(language)}", soft_wrap=True)


def _said(score: "Score") -> Text:
    shares = ("–" if share is None else f"{share:.2f}" for share in (score.precision, score.recall))
    precision, recall = shares
    return SCORE.format(
        precision=precision,
        recall=recall,
        found=score.found,
        false_alarms=score.false_alarms,
        missed=score.missed,
    )
