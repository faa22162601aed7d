"""Which feed a file is."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qianshao.workbooks.contract import Contract
from qianshao.workbooks.faults import Unreadable
from qianshao.workbooks.headers import Header, find_header
from qianshao.workbooks.opening import open_table


@dataclass(frozen=True)
class Recognised:
    """A contract that the file may be of. `score`: 1 if all titles are the contract's and none is missing;
    `missing`: titles that must be there and are not."""

    contract: Contract
    sheet: str
    header_row: int
    score: float
    missing: tuple[str, ...]


def recognise(path: Path, contracts: Iterable[Contract]) -> list[Recognised]:
    """The contracts whose header the file has, likeliest first. Empty for a file that cannot be read."""
    try:
        table = open_table(path)
    except (Unreadable, OSError):
        return []
    try:
        sheets = [sheet for sheet in table.sheets if sheet.visible] or table.sheets
        found = [
            _recognised(contract, header)
            for contract in contracts
            for sheet in sheets
            if (header := find_header(sheet, contract)) is not None
        ]
    finally:
        table.close()
    best: dict[str, Recognised] = {}
    for one in sorted(found, key=lambda one: (len(one.missing), -one.score, one.contract.name)):
        best.setdefault(one.contract.name, one)
    return list(best.values())


def _recognised(contract: Contract, header: Header) -> Recognised:
    titles = sum(1 for title in header.titles if title)
    score = 2 * len(header.places) / (len(contract.columns) + titles)
    missing = tuple(column.title for column in header.missing(contract))
    return Recognised(contract, header.sheet.name, header.row, round(score, 4), missing)
