"""The process that works off background jobs: `python -m qianshao.work.worker`."""

import fcntl
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

log = logging.getLogger(__name__)


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qianshao.web.settings")
    django.setup()
    from django.conf import settings

    from qianshao.work.performing import recover
    from qianshao.work.queue import perform_task

    with only_worker(settings.DATA / "worker.lock"):
        perform_task()
        recover()
        work()


def work() -> None:
    """Perform what the queue calls for, and look for jobs that lost their worker."""
    from qianshao.work.queue import queue

    sweeper = threading.Thread(target=_sweep_for_ever, name="sweeper", daemon=True)
    sweeper.start()
    consumer = queue().create_consumer(workers=1, max_delay=0.5, backoff=1.1, periodic=False)
    # Whoever starts us stops us with SIGTERM; a job that is cut off is taken up again at the next start.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    consumer.run()


@contextmanager
def only_worker(lock: Path) -> Iterator[None]:
    """Wait until no other worker serves this data folder; a worker that dies gives way by itself."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep_for_ever() -> None:
    from django.db import DatabaseError

    from qianshao.access.chain import seal
    from qianshao.work.performing import SWEEP, sweep

    pause = threading.Event()
    while not pause.wait(SWEEP):
        try:
            sweep()
            seal()
        except DatabaseError:  # locked, or another process sealed the same events
            log.info("the database is busy; looking again later")


if __name__ == "__main__":
    main()
