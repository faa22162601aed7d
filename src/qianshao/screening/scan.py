"""A folder of files in, a workbook of warnings out: no server, no accounts, nothing kept.

It is the served path in a private data folder of its own, which is removed afterwards, whatever happened.
"""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from qianshao.words import Text

if TYPE_CHECKING:
    from qianshao.screening.intake import Progress, Taken
    from qianshao.workbooks import Table

RULEBOOK = "rulebook"  # a folder of that name among the files is the place's own rulebook
ENDINGS = (signal.SIGTERM, signal.SIGHUP)  # asked to end, and the terminal closed


@dataclass(frozen=True)
class Scanned:
    """What came of a scan."""

    warnings: int
    refused: int
    as_of: date


def scan(
    folder: Path, out: Path, *, as_of: date | None, language: str, progress: "Progress | None" = None
) -> Scanned:
    """Take in `folder`, screen it and write the warnings to `out`. Raises `Refused`.

    The process must not have been set up for another data folder.
    """
    with private_data_folder(folder / RULEBOOK):
        from qianshao.access.audit import SYSTEM
        from qianshao.access.installation import prepare
        from qianshao.access.scope import EVERYWHERE
        from qianshao.screening import spreadsheet
        from qianshao.screening.export import ALL_OPEN, explained
        from qianshao.screening.intake import take_in

        prepare()
        taken = take_in(folder, by=SYSTEM, as_of=as_of, progress=progress, but=(out,))
        day = taken.runs[-1].as_of
        found = explained(EVERYWHERE, ALL_OPEN, day)
        refused = _refused(taken, folder, language)
        more = [_sheet(refused, language)]
        spreadsheet.write(out, found, day, language=language, more=more)
        return Scanned(len(found), len(refused), day)


@contextmanager
def private_data_folder(rulebook: Path) -> Iterator[Path]:
    """A data folder that only its owner can enter, for as long as the block runs; a polite request to end
    removes it too. The settings of this process are those of the folder."""
    from django.conf import settings

    if settings.configured:
        raise RuntimeError("this process has a data folder already")
    heard = [number for number in ENDINGS if signal.getsignal(number) != signal.SIG_IGN]  # but for `nohup`
    before = {number: signal.signal(number, _leave) for number in heard}
    root = Path(tempfile.mkdtemp(prefix="qianshao-scan-"))  # readable by its owner only
    try:
        data = root / "data"
        data.mkdir(mode=0o700)
        if rulebook.is_dir():
            shutil.copytree(rulebook, data / RULEBOOK)
        os.environ["QIANSHAO_DATA"] = str(data)
        os.environ["QIANSHAO_KEY_FILE"] = str(root / "data.key")
        os.environ.pop("QIANSHAO_DATABASE", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "qianshao.web.settings"
        import django

        django.setup()
        yield data
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # who asks twice must not keep half of it
        if settings.configured:
            from django.db import connections

            connections.close_all()
        shutil.rmtree(root, ignore_errors=True)
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _refused(taken: "Taken", folder: Path, language: str) -> list[list[str]]:
    """Every part that was refused: file, sheet, cell, column, reason, right form."""
    from qianshao.feeds.readers.deliveries import file_faults, refused_rows

    lines: list[list[Any]] = [
        [left.path.relative_to(folder).as_posix(), "", "", "", left.reason, left.right_form]
        for left in taken.left_out
    ]
    for delivery in taken.deliveries:
        named = [(fault.sheet, fault) for fault in file_faults(delivery)]
        rows = refused_rows(delivery, size=max(1, delivery.rows_refused))
        named += [(row.sheet, fault) for row in rows for fault in row.faults]
        lines += [
            [delivery.file_name, sheet, fault.cell, fault.column, fault.reason, fault.right_form]
            for sheet, fault in named
        ]
    return [
        [cell.in_language(language) if isinstance(cell, Text) else cell or "" for cell in line]
        for line in lines
    ]


def _sheet(lines: Sequence[Sequence[str]], language: str) -> "Table":
    from qianshao.screening import words
    from qianshao.workbooks import Table, TableColumn

    named = ("file", "sheet", "cell", "title", "reason", "right_form")
    columns = [TableColumn(words.COLUMNS[name].in_language(language)) for name in named]
    return Table(words.SHEETS["refused"].in_language(language), columns, lines)
