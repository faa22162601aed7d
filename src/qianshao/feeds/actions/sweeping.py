"""Files that nothing names: what killed processes left behind."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from qianshao import unfinished
from qianshao.feeds import originals
from qianshao.feeds.models import Delivery

# A finished file waits a moment for the row that names it.
YOUNG = timedelta(hours=1)


def sweep(*, young: timedelta = YOUNG) -> list[str]:
    """Remove unfinished files of dead processes, and files without a delivery that are not young any more.

    Returns what was removed, relative to the data folder. Nothing that counts is touched: no audit event.
    """
    data = Path(settings.DATA)
    removed = [path for folder in ("feeds", "originals") for path in unfinished.clear(data / folder)]
    for path in _unnamed(data):
        if time.time() - path.stat().st_mtime >= young.total_seconds():
            path.unlink(missing_ok=True)
            removed.append(path)
    return sorted(path.relative_to(data).as_posix() for path in removed)


def _unnamed(data: Path) -> Iterator[Path]:
    landed = set(Delivery.objects.exclude(landed_as="").values_list("landed_as", flat=True))
    for path in sorted((data / "feeds").rglob("*.parquet")):
        if path.relative_to(data).as_posix() not in landed:
            yield path
    kept = set(Delivery.objects.values_list("fingerprint", flat=True))
    for path in sorted(originals.folder().glob("*.sealed")):
        if path.stem not in kept:
            yield path
