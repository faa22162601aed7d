"""The rulebook of this installation, and those that earlier runs were judged by, kept by their digest."""

import shutil
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from qianshao.feeds.contracts import rulebook_folders
from qianshao.feeds.unfinished import sync_folder
from qianshao.rules.loader import load_rulebook
from qianshao.rules.rulebook import Rulebook
from qianshao.screening.sources import sources

FOLDER = "rulebooks"


def current() -> Rulebook:
    """The shipped rulebook under the office's own, as the files say now. Raises `RulebookRefused`."""
    folders = rulebook_folders()
    return _loaded(tuple(folders), _stamp(folders))


def keep(rulebook: Rulebook) -> str:
    """Keep a copy of the current files under the rulebook's digest; returns its folder, relative to the data
    folder. A digest that is kept already is left as it is."""
    relative = f"{FOLDER}/{rulebook.digest}"
    target = Path(settings.DATA) / relative
    if not target.exists():
        unfinished = target.with_name(f"{uuid4().hex}.unfinished")
        for place, folder in enumerate(rulebook_folders()):
            for path in sorted(folder.glob("*/*.yaml")):
                copy = unfinished / str(place) / path.relative_to(folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
        unfinished.rename(target)
        sync_folder(target.parent)
    return relative


def kept(digest: str) -> Rulebook:
    """The rulebook with this digest. Raises FileNotFoundError when no copy was kept."""
    now = current()
    if now.digest == digest:
        return now
    folder = Path(settings.DATA) / FOLDER / digest
    return _loaded(tuple(sorted(folder.iterdir())), ())


def _stamp(folders: list[Path]) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file does, so that nobody has to restart after an edit."""
    listed = (path for folder in folders for path in sorted(folder.glob("*/*.yaml")))
    return tuple((str(path), (s := path.stat()).st_mtime_ns, s.st_size) for path in listed)


@lru_cache(maxsize=8)
def _loaded(folders: tuple[Path, ...], stamp: tuple[tuple[str, int, int], ...]) -> Rulebook:
    return load_rulebook(folders, sources(folders))
