"""One run at a time on a data folder, and a lock that dies with its process, so that nothing stays locked."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


class Locked(Exception):
    """Another process is screening."""


@contextmanager
def lock() -> Iterator[None]:
    """Hold the lock for as long as a run is executed. Raises `Locked` when another process holds it."""
    descriptor = os.open(_file(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked from error
        yield
    finally:
        os.close(descriptor)


def is_held() -> bool:
    """Whether a living process is screening right now."""
    try:
        with lock():
            return False
    except Locked:
        return True


def _file() -> Path:
    folder = Path(settings.DATA) / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "lock"
