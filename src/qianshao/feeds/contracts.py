"""The contracts in force: the shipped ones, and over them those of this office."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from qianshao.feeds import words
from qianshao.refusals import Refused
from qianshao.workbooks import Codelist, Contract, load_codelists, load_contracts

Stamp = tuple[tuple[str, int, int], ...]


def rulebook_folders() -> list[Path]:
    """The folders of the rulebook, the office's overlay last, so that it replaces by name."""
    shipped = Path(str(files("qianshao").joinpath("rulebook", "national")))
    overlay = Path(settings.DATA) / "rulebook"
    return [shipped, overlay] if overlay.is_dir() else [shipped]


def feed_contracts() -> dict[str, Contract]:
    """All contracts by name. Raises `ContractsRefused` with every mistake of the overlay."""
    folders = rulebook_folders()
    return _contracts(tuple(folders), _stamp(folders))


def codelists() -> dict[str, Codelist]:
    """All code lists by name."""
    folders = rulebook_folders()
    return _codelists(tuple(folders), _stamp(folders))


def contract_of(feed: str) -> Contract:
    """The contract of a feed. Raises `Refused` for a name that none has."""
    contract = feed_contracts().get(feed)
    if contract is None:
        raise Refused(words.UNKNOWN_FEED.format(feed=feed), words.the_feeds(sorted(feed_contracts())))
    return contract


def _stamp(folders: list[Path]) -> Stamp:
    """What changes when a file does, so that nobody has to restart after an edit."""
    listed = (path for folder in folders for path in sorted(folder.glob("*/*.yaml")))
    return tuple((str(path), (s := path.stat()).st_mtime_ns, s.st_size) for path in listed)


@lru_cache(maxsize=4)
def _contracts(folders: tuple[Path, ...], stamp: Stamp) -> dict[str, Contract]:
    return load_contracts(folders)


@lru_cache(maxsize=4)
def _codelists(folders: tuple[Path, ...], stamp: Stamp) -> dict[str, Codelist]:
    return load_codelists(folders)
