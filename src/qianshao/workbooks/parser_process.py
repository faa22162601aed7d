"""The program of the process that parses an uploaded workbook. Run by path, it imports nothing of ours.

A workbook of a few bytes can ask for hundreds of gigabytes, and the parser then ends its whole process. So it
has one of its own, with little memory and time. It writes lines of JSON: first the sheets with their heads,
then, for each sheet number read from standard input, the rows in chunks and a `null`.
"""

import datetime
import itertools
import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

MEMORY = 2 << 30
SECONDS = 300
ROWS_AT_ONCE = 500


def limit() -> None:
    """Bound memory and time, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(value: object) -> object:
    """Dates as a list of one text, so that they are told from texts; times and durations as text."""
    if isinstance(value, datetime.date):
        return [value.isoformat()]
    return str(value)


encode = json.JSONEncoder(
    ensure_ascii=True, default=plain, separators=(",", ":"), check_circular=False
).encode


def rows_of(sheet: Any) -> Iterator[list[Any]]:
    """Rows from the first of the sheet on, every column in its place."""
    if sheet.start is None:
        return iter(())
    ahead = [""] * sheet.start[1]
    rows: Iterator[list[Any]] = sheet.iter_rows()
    return (ahead + row for row in rows) if ahead else rows


def describe(book: Any, sheets: list[Any], head: int) -> dict[str, Any]:
    """Name, visibility, first rows and merged ranges of each sheet."""
    found = []
    for meta, sheet in zip(book.sheets_metadata, sheets, strict=True):
        merged = [] if sheet is None else sheet.merged_cell_ranges or []
        found.append(
            {
                "name": meta.name,
                "visible": str(meta.visible).endswith("Visible") and "Very" not in str(meta.visible),
                "head": [] if sheet is None else list(itertools.islice(rows_of(sheet), head)),
                "merged": [m for m in merged if m[0][0] < head][:1000],
            }
        )
    return {"sheets": found}


def serve(path: str, head: int, requests: TextIO, answers: TextIO) -> None:
    """Open the workbook, describe it, and send the sheets that are asked for."""
    from python_calamine import load_workbook

    book = load_workbook(path)
    sheets = [
        book.get_sheet_by_index(n) if str(meta.typ).endswith("WorkSheet") else None
        for n, meta in enumerate(book.sheets_metadata)
    ]
    answers.write(encode(describe(book, sheets, head)) + "\n")
    answers.flush()
    for request in requests:
        rows = rows_of(sheets[int(request)])
        while chunk := list(itertools.islice(rows, ROWS_AT_ONCE)):
            answers.write(encode(chunk) + "\n")
        answers.write("null\n")
        answers.flush()


def main() -> None:
    """Arguments: the path, and how many rows make a head."""
    limit()
    try:
        serve(sys.argv[1], int(sys.argv[2]), sys.stdin, sys.stdout)
    except BrokenPipeError:
        pass
    except BaseException as error:  # the parser's own panics are no ordinary exceptions
        sys.stdout.write(encode({"error": type(error).__name__}) + "\n")


if __name__ == "__main__":
    main()
