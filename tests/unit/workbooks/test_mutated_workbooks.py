"""Whatever bytes arrive, reading and marking end in an answer and raise nothing."""

import random
import zipfile
from pathlib import Path

import pytest

from qianshao.workbooks import Contract, judge, mark, recognise
from tests.unit.workbooks.making import CONTRACTS, ROW, TITLES, open_document, rezipped, text_file, workbook
from tests.unit.workbooks.old_excel import old_workbook

INNER = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "content.xml",
)


def originals(folder: Path) -> list[Path]:
    rows = [TITLES, ROW, ["R2", *ROW[1:]]]
    return [
        workbook(folder / "new.xlsx", ("数据", rows)),
        old_workbook(folder / "old.xls", rows),
        open_document(folder / "open.ods", rows),
        text_file(folder / "text.csv", rows, "gb18030"),
        text_file(folder / "wide.csv", rows, "utf-16"),
    ]


def mutated(content: bytes, draw: random.Random) -> bytes:
    """A few bytes changed, a piece cut out, doubled or moved."""
    changed = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        at, until = sorted(draw.randrange(len(changed) + 1) for _ in range(2))
        until = min(until, at + 40)
        match draw.randrange(4):
            case 0:
                changed[at:until] = draw.randbytes(until - at)
            case 1:
                del changed[at:until]
            case 2:
                changed[at:at] = changed[at:until]
            case _:
                if at < len(changed):
                    changed[at] ^= 1 << draw.randrange(8)
        if not changed:
            break
    return bytes(changed)


def attack(path: Path, draw: random.Random) -> bytes:
    """The file mutated as a whole, or mutated inside of its archive with the sums made right."""
    if not zipfile.is_zipfile(path) or draw.random() < 0.4:
        return mutated(path.read_bytes(), draw)
    with zipfile.ZipFile(path) as archive:
        inner = draw.choice([name for name in archive.namelist() if name in INNER])
        return rezipped(path, {inner: mutated(archive.read(inner), draw)})


def survives(path: Path, contract: Contract) -> None:
    judgement = judge(path, contract)
    accepted = sum(1 for _ in judgement.rows)
    assert judgement.rows_read == accepted + len(judgement.refused)
    assert judgement.file_faults or judgement.rows_read
    for fault in judgement.file_faults:
        assert fault.reason.zh
        assert fault.right_form.zh
    mark(path, judgement, path.with_name("marked.xlsx"))


@pytest.mark.parametrize("seed", range(8))
def test_a_mutated_file_is_judged_or_refused(tmp_path: Path, contract: Contract, seed: int) -> None:
    draw = random.Random(seed)
    for number, original in enumerate(originals(tmp_path)):
        path = tmp_path / f"{number}{original.suffix}"
        path.write_bytes(attack(original, draw))
        survives(path, contract)
        recognise(path, [contract])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
def test_very_many_mutated_files_are_judged_or_refused(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    files = originals(tmp_path)
    for number in range(100):
        original = files[number % len(files)]
        path = tmp_path / f"mutated{original.suffix}"
        path.write_bytes(attack(original, draw))
        survives(path, CONTRACTS["medical_settlement"])
