"""The queue that wakes the worker: a SQLite file in the data folder. Losing it loses no job."""

from functools import lru_cache

from django.conf import settings
from huey import SqliteHuey
from huey.api import TaskWrapper


@lru_cache(maxsize=1)
def queue() -> SqliteHuey:
    """The queue of this installation."""
    return SqliteHuey("qianshao", filename=str(settings.DATA / "jobs.sqlite3"), results=False, fsync=False)


@lru_cache(maxsize=1)
def perform_task() -> TaskWrapper:
    """The one task there is: perform the job with this key."""
    from qianshao.work.performing import perform

    return queue().task(name="perform")(perform)


def wake(job: int) -> None:
    """Ask a worker to perform a job."""
    perform_task()(job)
