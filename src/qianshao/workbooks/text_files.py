"""Rows of csv and other delimited text: encodings, delimiters, quoting."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from qianshao.words import Text
from qianshao.workbooks.cells import Cell
from qianshao.workbooks.faults import SAVE_AS_XLSX, SEND_THE_TABLE, Unreadable, unreadable
from qianshao.workbooks.sheets import HEAD_ROWS, Sheet

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",\t;|"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# Text that a spreadsheet is kept from turning into a number: ="5301…", a tab or an apostrophe before it.
_KEPT_AS_TEXT = re.compile(r'^="(.*)"$')

# Characters that GB 18030-2000 had no place for and mapped to private use; Python still decodes them so.
# The right ones are those of GB 18030-2022.
_PRIVATE = re.compile("[\ue78d-\ue796\ue7c7\ue816-\ue864]")
_RIGHT = dict(
    zip(
        "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7"
        "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864",
        "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\u1e3f"
        "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb",
        strict=True,
    )
)


class TextFile:
    """A delimited text file: one sheet without a name, rows numbered by the line on which they begin."""

    def __init__(self, path: Path) -> None:
        """Raises `Unreadable` for what is no text, has no known encoding, or breaks off within quotes."""
        self._path = path
        self._encoding = encoding_of(path)
        with self._open() as file:
            self._delimiter = _delimiter([line for line, _ in zip(file, range(HEAD_ROWS), strict=False)])
        self._check()
        head: list[list[Cell]] = []
        for line, row in self._records():
            if line > HEAD_ROWS:
                break
            head += [[] for _ in range(line - 1 - len(head))]
            head.append(row)
        self.sheets = [Sheet(number=0, name="", visible=True, head=head, merged=())]

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Cell]]]:
        """Line numbers and rows."""
        return self._records()

    def close(self) -> None:
        """Nothing is held open between reads."""

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._encoding, newline="")

    def _records(self) -> Iterator[tuple[int, list[Cell]]]:
        with self._open() as file:
            lines: Iterator[str] = file
            if self._encoding == "gb18030":
                lines = (_PRIVATE.sub(_public, line) for line in file)
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
            begins = 1
            for record in reader:
                yield begins, [_bare(cell) for cell in record]
                begins = reader.line_num + 1

    def _check(self) -> None:
        """Read it through once: a quote that is never closed would swallow rows without a word."""
        read = 1
        try:
            for line, _row in self._records():
                read = line
        except csv.Error as error:
            raise unreadable(
                "broken_quotes",
                f"第 {read} 行之后的双引号不成对，后面的内容无法分列。",
                f"The double quotes after line {read} do not match, so what follows cannot be told apart.",
                SAVE_AS_XLSX,
            ) from error
        except UnicodeDecodeError as error:
            raise _no_encoding() from error


def encoding_of(path: Path) -> str:
    """The Python name of a text file's encoding: by its mark, else UTF-8 if strictly so, else GB 18030.

    Raises `Unreadable` if it is none of them, or no text at all.
    """
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((name for mark, name in _BOMS if start.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030", *_unmarked_utf_16(path)]:
        try:
            with path.open(encoding=encoding, newline="") as file_of_text:
                while text := file_of_text.read(1 << 20):
                    if _CONTROL.search(text):
                        break
                else:
                    return encoding
        except UnicodeError:
            continue
    raise _no_encoding()


def _unmarked_utf_16(path: Path) -> list[str]:
    """UTF-16 without its mark shows as a zero in every other byte of its commas and digits."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start[1::2].count(0) > len(start) // 16:
        return ["utf-16-le"]
    return ["utf-16-be"] if start[::2].count(0) > len(start) // 16 else []


def _no_encoding() -> Unreadable:
    return unreadable(
        "not_text",
        "文件不是表格，也不是 UTF-8、UTF-16 或 GB18030 编码的文本。",
        "The file is neither a workbook nor text in UTF-8, UTF-16 or GB18030.",
        Text(f"{SEND_THE_TABLE.zh}；csv 存为 UTF-8", f"{SEND_THE_TABLE.en}; save csv as UTF-8"),
    )


def _delimiter(lines: list[str]) -> str:
    """The sign that stands most often on one line of the head."""
    most = max(((line.count(sign), sign) for line in lines for sign in _DELIMITERS), default=(0, ","))
    return most[1] if most[0] else ","


def _public(found: re.Match[str]) -> str:
    return _RIGHT.get(found.group(), found.group())


def _bare(cell: str) -> str:
    if cell[:1] in ("=", "'", "\t"):
        kept = _KEPT_AS_TEXT.match(cell)
        return kept.group(1) if kept else cell.lstrip("\t").removeprefix("'")
    return cell
