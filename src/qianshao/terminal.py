"""Tables on the terminal, and in a file whatever its width."""

from collections.abc import Sequence

WIDTH_OF_A_FILE = 240  # no terminal, no narrow columns


def print_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their titles. Whatever is too wide goes on in the next line: nothing is cut off."""
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*row)
    terminal = Console(markup=False)
    (terminal if terminal.is_terminal else Console(width=WIDTH_OF_A_FILE, markup=False)).print(table)
