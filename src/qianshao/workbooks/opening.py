"""The one way into a file, whatever its format."""

from pathlib import Path

from qianshao.workbooks.kinds import kind_of
from qianshao.workbooks.sheets import TableFile
from qianshao.workbooks.text_files import TextFile
from qianshao.workbooks.workbook_files import WorkbookFile


def open_table(path: Path) -> TableFile:
    """Open a file by what its bytes say. Raises `Unreadable`."""
    return TextFile(path) if kind_of(path) == "text" else WorkbookFile(path)
