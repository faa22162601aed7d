"""The command line: assembles each package's commands. `qianshao --help` lists them.

Exit codes: 0 done, 1 done with faults that the output names, 2 wrong usage, 3 refused, 4 failed unforeseen,
130 broken off.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from qianshao.refusals import Refused
from qianshao.words import Text

REFUSED = 3
FAILED = 4
UNUSABLE = Text("不能读写“{path}”：{why}", "Cannot read or write “{path}”: {why}")

READ_ONLY = Text("数据目录只能读，不能写", "The data folder can be read only, not written")

app = typer.Typer(
    name="qianshao",
    help="前哨: find rural families in trouble early, help each by its own plan, and prove the result.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a traceback must never print a household's values
)

# Each module offers `register(app)`, which adds its commands; the order is that of `--help`.
COMMANDS = [
    "qianshao.demo.commands",
    "qianshao.web.commands",
    "qianshao.feeds.commands",
    "qianshao.screening.commands",
    "qianshao.access.commands",
]


def open_data_folder(folder: str | None) -> None:
    """Set the data folder for this process, before Django reads its settings."""
    if folder:
        os.environ["QIANSHAO_DATA"] = str(Path(folder).resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qianshao.web.settings")
    import django  # here: it reads the data folder's name, and `--help` needs none of it

    django.setup()


def leaves(command: Any) -> Iterator[Any]:
    """The commands that do something: those below groups, however deep."""
    if hasattr(command, "commands"):
        for below in command.commands.values():
            yield from leaves(below)
    else:
        yield command


def data_option() -> Any:
    """The option that every command gets, as Typer makes one of a function's parameter."""
    donor = typer.Typer()

    @donor.command()
    def _(
        data: Annotated[
            str | None,
            typer.Option(
                help="Data folder; else QIANSHAO_DATA, else ./data.",
                callback=open_data_folder,
                is_eager=True,
                expose_value=False,
                metavar="DIR",
            ),
        ] = None,
    ) -> None: ...

    return next(parameter for parameter in get_command(donor).params if "--data" in parameter.opts)


def assemble() -> Any:
    """The whole command tree; every command takes `--data`."""
    for name in COMMANDS:
        import_module(name).register(app)
    root = get_command(app)
    for command in leaves(root):
        if not any("--data" in parameter.opts for parameter in command.params):
            command.params.append(data_option())
    return root


@contextmanager
def sealed_at_the_end() -> Iterator[None]:
    """Give the audit events of a command their places: beside a server its worker does so, else nobody."""
    try:
        yield
    finally:
        if "django" in sys.modules:
            from django.conf import settings
            from django.db import DatabaseError

            if settings.configured and settings.SECRET_FILE.exists():
                from qianshao.access.chain import seal

                with suppress(DatabaseError):  # busy: the next command or the worker will
                    seal()


def main() -> None:
    """Run one command. What is refused on purpose is said in words, without a traceback."""
    try:
        with sealed_at_the_end():
            assemble()()
    except Exception as error:
        refusal = in_words(error)
        if refusal is None:
            traceback.print_exc()
            sys.exit(FAILED)
        sys.stderr.write(f"{refusal.in_language('zh')}\n{refusal.in_language('en')}\n")
        sys.exit(REFUSED)


def in_words(error: Exception) -> Refused | None:
    """What is to be said of an error; None of one that nobody foresaw."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, OSError) and error.filename is not None:
        return Refused(UNUSABLE.format(path=error.filename, why=error.strerror))
    return Refused(READ_ONLY) if "readonly database" in str(error) else None


if __name__ == "__main__":
    main()
