"""Preparing a data folder: its keys and its tables. Doing it again changes nothing."""

import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from qianshao import unfinished
from qianshao.access import triggers
from qianshao.access.encryption import create_key_file, write_once
from qianshao.failpoints import failpoint
from qianshao.refusals import Refused
from qianshao.words import Text

OWNER_ONLY = 0o700

NOT_PREPARED = Text("“{folder}”不是准备好的数据目录", "“{folder}” is no data folder that was prepared")
OLDER = Text(
    "数据目录“{folder}”的表比程序旧", "The tables of the data folder “{folder}” are older than the program"
)
INIT_FIRST = Text(
    "先运行 qianshao init，或用 --data 指明目录", "Run `qianshao init` first, or name the folder with --data"
)
KEYS_GONE = Text(
    "数据目录“{folder}”的密钥文件“{key_file}”不见了",
    "The keys “{key_file}” of the data folder “{folder}” are gone",
)
KEYS_BACK = Text(
    "把原来的密钥文件放回去；换新密钥，已加密的内容就再也读不出来",
    "Put the old file back: with new keys nothing that was encrypted could be read again",
)


def prepare() -> bool:
    """Make the data folder of the settings ready for use; returns whether it was new.

    Keys are made once and never replaced. Tables are brought to the version of this code. Raises `Refused`
    where a folder has lost its keys.
    """
    _must_not_have_lost_its_keys()
    folder, key_file = Path(settings.DATA), Path(settings.KEY_FILE)
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    unfinished.clear(folder, "*")
    unfinished.clear(key_file.parent, f"{key_file.name}.*")
    new = not key_file.exists()
    if new:
        create_key_file(key_file)
        failpoint("installation.keys_made")
    create_secret(folder / "secret")
    if pending_migrations():
        call_command("migrate", verbosity=0, interactive=False)
        failpoint("installation.tables_made")
    triggers.install()  # each time: changing a table takes its triggers away
    return new


def require() -> None:
    """Raise `Refused` where there is no data folder that `prepare` has made, or where it is of older code."""
    folder = Path(settings.DATA)
    _must_not_have_lost_its_keys()
    if not Path(settings.KEY_FILE).exists():
        raise Refused(NOT_PREPARED.format(folder=folder), INIT_FIRST)
    if pending_migrations():
        raise Refused(OLDER.format(folder=folder), INIT_FIRST)


def _must_not_have_lost_its_keys() -> None:
    # The secret is made after the keys, so that it tells of keys that were there.
    if Path(settings.SECRET_FILE).exists() and not Path(settings.KEY_FILE).exists():
        raise Refused(KEYS_GONE.format(folder=settings.DATA, key_file=settings.KEY_FILE), KEYS_BACK)


def create_secret(path: Path) -> None:
    """The key that signs sessions, made once per installation and readable by its owner only."""
    if not path.exists():
        with suppress(FileExistsError):  # another process was quicker
            write_once(path, secrets.token_urlsafe(48))


def write_whole(path: Path, content: str) -> None:
    """Write a note of the data folder, or replace it; whoever reads it meanwhile sees the old or the new."""
    writing = unfinished.beside(path)
    writing.write_text(content)
    unfinished.finish(writing, path)


def pending_migrations() -> bool:
    """Whether the tables are older than this code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
