"""The public set fake_1000 (MIT, MoJ Analytical Services), read where it lies, never copied."""

import csv
import os
import sys
from datetime import date
from pathlib import Path

import pytest

from qianshao.linkage.candidates import candidates
from qianshao.linkage.people import Person, Stated

FOLDER = os.environ.get("QIANSHAO_REFERENCE_DATA")
FILE = Path(FOLDER or "") / "linkage_fake1000/fake_1000.csv"


@pytest.mark.skipif(
    not (FOLDER and FILE.is_file()), reason="fake_1000 is not here; set QIANSHAO_REFERENCE_DATA to its folder"
)
def test_later_records_of_a_person_are_found_by_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Another script, no numbers, many fields missing: what is left is name, birth date, place."""
    with FILE.open(encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    first: dict[str, Person] = {}
    later: list[Stated] = []
    truth: dict[int, int] = {}
    for record in records:
        key, cluster = int(record["unique_id"]), record["cluster"]
        name = f"{record['first_name']} {record['surname']}".strip()
        born = date.fromisoformat(record["dob"]) if record["dob"] else None
        if cluster not in first:
            first[cluster] = Person(key, name, None, born, village=record["city"])
        else:
            later.append(Stated(key, None, name, born, None, record["city"]))
            truth[key] = first[cluster].key
    top: dict[int, int] = {}
    for candidate in candidates(later, first.values(), at_least=0.5):
        top.setdefault(candidate.stated, candidate.person)
    right = sum(truth[stated] == person for stated, person in top.items())
    precision, recall = right / len(top), right / len(later)
    with capsys.disabled():
        sys.stdout.write(f"\nfake_1000: precision {precision:.4f}, recall {recall:.4f} of {len(later)}\n")
    assert precision >= 0.95
    assert recall >= 0.5
