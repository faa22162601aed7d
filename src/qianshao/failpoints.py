"""Named moments at which a process may die: just before and after something becomes durable.

Nothing happens unless QIANSHAO_FAILPOINT_LOG names a file. Then the name of each moment is appended to it as
it is reached, so that a test which kills the process can say in which phase the kill came.
"""

import os

VARIABLE = "QIANSHAO_FAILPOINT_LOG"


def failpoint(name: str) -> None:
    """Note that the moment `name` (`delivery.landed`, `run.committing`) is reached."""
    path = os.environ.get(VARIABLE)
    if path is None:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{name}\n".encode())
    finally:
        os.close(descriptor)
