"""Files that do not exist yet: written under a name of their own, and gone when their process is."""

import os
from pathlib import Path
from uuid import uuid4

SUFFIX = ".unfinished"


def beside(target: Path) -> Path:
    """A new name next to `target` that tells which process writes there. Makes the folder."""
    folder = target.parent
    new = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in reversed(new):
        sync_folder(made.parent)
    return target.with_name(f"{target.name}.{os.getpid()}-{uuid4().hex[:8]}{SUFFIX}")


def finish(unfinished: Path, target: Path) -> None:
    """Let a file that is on disk exist under its name, for good."""
    unfinished.rename(target)
    sync_folder(target.parent)


def clear(folder: Path, pattern: str = "**/*") -> list[Path]:
    """Remove what processes that are no more left below the folder; returns it. `pattern`: of such names."""
    left = [path for path in sorted(folder.glob(f"{pattern}{SUFFIX}")) if not _is_written(path)]
    for path in left:
        path.unlink(missing_ok=True)
    return left


def _is_written(path: Path) -> bool:
    process = path.name.removesuffix(SUFFIX).rpartition(".")[2].partition("-")[0]
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # under another account
    return True


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
