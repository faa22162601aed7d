"""The rulebook of this installation, and those that earlier runs were judged by, kept by their digest.

What a figure means also depends on the tables that it is measured on: an edition's digest is over both.
"""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from qianshao.feeds.contracts import rulebook_folders
from qianshao.rules.loader import load_rulebook
from qianshao.rules.rulebook import Rulebook
from qianshao.rules.sources import Source
from qianshao.screening.sources import sources
from qianshao.unfinished import SUFFIX, beside, finish

FOLDER = "rulebooks"
Stamp = tuple[tuple[str, int, int], ...]


def current() -> Rulebook:
    """The shipped rulebook under the office's own, as the files say now. Raises `RulebookRefused`."""
    folders = rulebook_folders()
    return _loaded(tuple(folders), _stamp(folders))


def keep(rulebook: Rulebook) -> None:
    """Keep a copy of the current files under the rulebook's digest; one that is kept already stays."""
    target = _kept(rulebook.digest)
    if target.exists():
        return
    unfinished = beside(target)
    for place, folder in enumerate(rulebook_folders()):
        for path in sorted(folder.glob("*/*.yaml")):
            copy = unfinished / str(place) / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    finish(unfinished, target)


def kept(digest: str) -> Rulebook:
    """The rulebook with this digest. Raises FileNotFoundError when no copy was kept."""
    now = current()
    if now.digest == digest:
        return now
    return _loaded(tuple(sorted(_kept(digest).iterdir())), ())


def sweep() -> None:
    """Remove the copies that broke off. Only while no run is under way."""
    for left in _kept("").glob(f"*{SUFFIX}"):
        shutil.rmtree(left)


def _kept(digest: str) -> Path:
    return Path(settings.DATA) / FOLDER / digest


def _stamp(folders: Sequence[Path]) -> Stamp:
    """What changes when a file does, so that nobody has to restart after an edit."""
    listed = (path for folder in folders for path in sorted(folder.glob("*/*.yaml")))
    return tuple((str(path), (s := path.stat()).st_mtime_ns, s.st_size) for path in listed)


@lru_cache(maxsize=8)
def _loaded(folders: tuple[Path, ...], stamp: Stamp) -> Rulebook:
    measured_on = sources(folders)
    rulebook = load_rulebook(folders, measured_on)
    return replace(rulebook, digest=_digest(rulebook.digest, measured_on))


def _digest(content: str, measured_on: Mapping[str, Source]) -> str:
    whole = hashlib.sha256(content.encode())
    for name, source in sorted(measured_on.items()):
        whole.update(f"\n{name}".encode())
        for part in fields(source):
            value = getattr(source, part.name)
            parts = sorted(value.items()) if isinstance(value, Mapping) else value
            whole.update(f" {sorted(value) if isinstance(value, frozenset) else parts}".encode())
    return whole.hexdigest()
