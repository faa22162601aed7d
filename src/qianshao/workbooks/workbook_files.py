"""Sheets and rows of xlsx, xls and ods files, parsed in a process of their own."""

import json
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qianshao.words import Text
from qianshao.workbooks import parser_process
from qianshao.workbooks.cells import Cell
from qianshao.workbooks.faults import SAVE_AGAIN, SAVE_WITHOUT_PASSWORD, Unreadable, unreadable
from qianshao.workbooks.sheets import HEAD_ROWS, Sheet

_BROKEN = (json.JSONDecodeError, UnicodeDecodeError, ValueError, OSError)


class WorkbookFile:
    """An open workbook: its sheets, and the rows of each, once at a time."""

    def __init__(self, path: Path) -> None:
        """Raises `Unreadable` if the parser cannot make sense of the file."""
        # Isolated (-I), so that neither the environment nor the working folder can bring in other code.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", parser_process.__file__, str(path.resolve()), str(HEAD_ROWS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._end = weakref.finalize(self, _end, self._process)
        answer = self._answer()
        self.sheets = [
            Sheet(
                number=number,
                name=sheet["name"],
                visible=sheet["visible"],
                head=sheet["head"],
                merged=[(tuple(first), tuple(last)) for first, last in sheet["merged"]],
            )
            for number, sheet in enumerate(answer["sheets"])
        ]

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Cell]]]:
        """Row numbers, from 1, and rows. Raises `Unreadable` if the parser ends in the middle."""
        stdin = self._process.stdin
        assert stdin is not None
        stdin.write(f"{sheet.number}\n".encode())
        stdin.flush()
        number = 0
        while (chunk := self._answer()) is not None:
            for row in chunk:
                number += 1
                yield number, row

    def close(self) -> None:
        """End the parser."""
        self._end()

    def _answer(self) -> Any:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            answer = json.loads(stdout.readline())
        except _BROKEN as error:
            self.close()
            raise self._ended() from error
        if isinstance(answer, dict) and "error" in answer:
            self.close()
            raise _refused(answer["error"])
        return answer

    def _ended(self) -> Unreadable:
        if (self._process.returncode or 0) < 0:
            return unreadable(
                "too_large",
                "表格占用的内存过大，未读取。多半是很远的单元格里有内容。",
                "The table needs too much memory and was not read: most likely a far-off cell is filled.",
                Text("删去数据区以外的内容后另存", "Clear everything outside of the data and save it"),
            )
        return _refused("")


def _refused(error: str) -> Unreadable:
    if error == "ModuleNotFoundError":
        # An installation at fault, not a file: the parser must be importable without user folders.
        raise ImportError("python-calamine cannot be imported by an isolated interpreter")
    if error == "PasswordError":
        return unreadable(
            "encrypted", "文件有密码，无法读取。", "The file has a password.", SAVE_WITHOUT_PASSWORD
        )
    return unreadable(
        "damaged", "文件已损坏，无法打开。", "The file is damaged and cannot be opened.", SAVE_AGAIN
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue
    # Asked to read a closed pipe it ends by itself; in the middle of parsing it must be told.
    if process.poll() is None:
        try:
            process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
