"""The contracts in force: the shipped ones, and over them those of this office."""

from functools import lru_cache
from pathlib import Path

from qianshao.feeds import words
from qianshao.refusals import Refused
from qianshao.registry.codelists import Stamp, codelists, rulebook_folders, stamp
from qianshao.workbooks import Contract, load_contracts

__all__ = ["codelists", "contract_of", "feed_contracts", "rulebook_folders"]


def feed_contracts() -> dict[str, Contract]:
    """All contracts by name. Raises `ContractsRefused` with every mistake of the overlay."""
    folders = rulebook_folders()
    return _contracts(tuple(folders), stamp(folders))


def contract_of(feed: str) -> Contract:
    """The contract of a feed. Raises `Refused` for a name that none has."""
    contract = feed_contracts().get(feed)
    if contract is None:
        raise Refused(words.UNKNOWN_FEED.format(feed=feed), words.the_feeds(sorted(feed_contracts())))
    return contract


@lru_cache(maxsize=4)
def _contracts(folders: tuple[Path, ...], stamp: Stamp) -> dict[str, Contract]:
    return load_contracts(folders)
