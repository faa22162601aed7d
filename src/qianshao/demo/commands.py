"""`demo`: the example county, from its files to its served pages."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from qianshao.demo.evaluation import Evaluation, Score


def register(app: typer.Typer) -> None:
    """Add this package's command."""
    app.command()(demo)


def demo(
    households: Annotated[int, typer.Option(min=200, help="How many households the county has.")] = 4000,
    seed: Annotated[int, typer.Option(help="Another seed is another county.")] = 7,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop when the warnings are there.")] = False,
    port: Annotated[int, typer.Option(help="Port of the served pages.")] = 8000,
) -> None:
    """Make the example county, take in its files, screen three months, and serve the pages.

    The files stay readable in DIR/files. A broken-off demo goes on where it stopped; a finished one is
    served at once.
    """
    from qianshao.demo.journey import Step, county, travel

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=1.0)

        def told(step: "Step") -> None:
            progress.update(task, description=step.words.in_language("zh"), completed=step.share)

        data = travel(households=households, seed=seed, progress=told)
    evaluation = county(data)
    _print(Console(), evaluation)
    if not no_serve:
        # The pages are a process of their own: it may import what this one may not.
        os.execv(sys.executable, [sys.executable, "-m", "qianshao", "serve", "--port", str(port)])  # noqa: S606


def _print(console: Console, evaluation: "Evaluation") -> None:
    """The planted and found troubles per cause, and precision and recall."""
    table = Table(title=f"真实困难与预警 / troubles and warnings, {evaluation.as_of}")
    table.add_column("类型 / cause")
    for title in (
        "埋下 / planted",
        "同类预警 / found",
        "有预警 / found by any",
        "无迹可查 / without trace",
        "预警 / warned",
    ):
        table.add_column(title, justify="right")
    for cause, count in evaluation.causes.items():
        row = (count.planted, count.found, count.found_by_any, count.without_trace, count.warned)
        table.add_row(cause, *map(str, row))
    console.print(table)
    for name, score in (
        ("按户 / by household", evaluation.households),
        ("按户和类型 / by household and cause", evaluation.pairs),
    ):
        console.print(f"{name}: {_said(score)}")


def _said(score: "Score") -> str:
    precision, recall = (
        "–" if value is None else f"{value:.2f}" for value in (score.precision, score.recall)
    )
    counts = f"found {score.found}, false alarms {score.false_alarms}, missed {score.missed}"
    return f"precision {precision}, recall {recall} ({counts})"
