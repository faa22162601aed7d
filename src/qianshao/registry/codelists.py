"""The code lists in force: the shipped ones, and over them those of this office."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from qianshao.words import Text
from qianshao.workbooks import Codelist, load_codelists

Stamp = tuple[tuple[str, int, int], ...]


def rulebook_folders() -> list[Path]:
    """The folders of the rulebook, the office's overlay last, so that it replaces by name."""
    shipped = Path(str(files("qianshao").joinpath("rulebook", "national")))
    overlay = Path(settings.DATA) / "rulebook"
    return [shipped, overlay] if overlay.is_dir() else [shipped]


def codelists() -> dict[str, Codelist]:
    """All code lists by name."""
    folders = rulebook_folders()
    return _codelists(tuple(folders), stamp(folders))


def label(codelist: str, code: str) -> Text:
    """A code in words; itself where the list does not know it."""
    return codelists()[codelist].labels.get(code, Text(code, code))


def stamp(folders: list[Path]) -> Stamp:
    """What changes when a file does, so that nobody has to restart after an edit."""
    listed = (path for folder in folders for path in sorted(folder.glob("*/*.yaml")))
    return tuple((str(path), (s := path.stat()).st_mtime_ns, s.st_size) for path in listed)


@lru_cache(maxsize=4)
def _codelists(folders: tuple[Path, ...], stamp: Stamp) -> dict[str, Codelist]:
    return load_codelists(folders)
