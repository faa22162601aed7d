"""The files as they were handed over, sealed in blocks, so that any size takes little memory.

A block is bound to its file and place: blocks cannot be swapped, and a cut-off file does not open.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from qianshao import unfinished
from qianshao.access.fields import provider

BLOCK = 1 << 20
_LENGTH_BYTES = 4


def folder() -> Path:
    """Where the sealed originals are."""
    return Path(settings.DATA) / "originals"


def fingerprint_of(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(path: Path, fingerprint: str) -> None:
    """Seal a copy of the file. It exists under its name only when it is whole and on disk."""
    target = folder() / f"{fingerprint}.sealed"
    if target.exists():
        return
    sealing = unfinished.beside(target)
    with path.open("rb") as plain, sealing.open("wb") as sealed:
        place, block = 0, plain.read(BLOCK)
        while True:
            following = plain.read(BLOCK)
            box = provider().encrypt(block, _bound_to(fingerprint, place, last=not following))
            sealed.write(len(box).to_bytes(_LENGTH_BYTES) + box)
            if not following:
                break
            place, block = place + 1, following
        sealed.flush()
        os.fsync(sealed.fileno())
    unfinished.finish(sealing, target)


@contextmanager
def opened(fingerprint: str) -> Iterator[Path]:
    """The plain file for as long as it is read; what a killed process left open is removed first.

    Raises FileNotFoundError, and `Unreadable` where the key does not fit or the file was changed.
    """
    desk = folder() / "opened"
    unfinished.clear(desk)
    plain = unfinished.beside(desk / fingerprint)
    try:
        with (folder() / f"{fingerprint}.sealed").open("rb") as sealed, plain.open("wb") as file:
            for block in _blocks(sealed, fingerprint):
                file.write(block)
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def _blocks(sealed: BinaryIO, fingerprint: str) -> Iterator[bytes]:
    place, length = 0, int.from_bytes(sealed.read(_LENGTH_BYTES))
    while True:
        box = sealed.read(length)
        header = sealed.read(_LENGTH_BYTES)
        yield provider().decrypt(box, _bound_to(fingerprint, place, last=not header))
        if not header:
            return
        place, length = place + 1, int.from_bytes(header)


def _bound_to(fingerprint: str, place: int, *, last: bool) -> bytes:
    return f"original:{fingerprint}:{place}:{'last' if last else 'more'}".encode()
