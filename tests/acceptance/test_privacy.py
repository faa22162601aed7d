"""No name, identity number or phone of anybody outside the encrypted columns, in any byte kept or said.

Names of the register stand in plain text in their own columns of the system of record, to sort and search by;
nowhere else.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qianshao.access.encryption import SoftwareProvider, load_key_file
from tests.acceptance.county import SERVER, County

# Written by the generator, not by the platform: what departments sent, and the answers to look up.
GENERATED = {"files", "named.json", "truth.json", "county.json"}
# Copies of the rulebook, which is public.
RULEBOOKS = {"rulebook", "rulebooks"}
DIGITS = re.compile(rb"\d{11,}[\dXx]?")


@dataclass(frozen=True)
class People:
    """What must not be found, as bytes."""

    names: frozenset[bytes]
    numbers: frozenset[bytes]
    phones: frozenset[bytes]

    def named_in(self, content: bytes) -> list[str]:
        return [name.decode() for name in self.names if name in content]

    def numbered_in(self, content: bytes) -> set[bytes]:
        """Numbers and phones among the digits of some bytes, also where other digits touch them."""
        found: set[bytes] = set()
        for run in set(DIGITS.findall(content)):
            for known, length in ((self.numbers, 18), (self.numbers, 15), (self.phones, 11)):
                found |= {run[at : at + length] for at in range(len(run) - length + 1)} & known
        return found


@pytest.fixture(scope="module")
def people(example: County) -> People:
    """Everybody whom the county's register and its departments' files name."""
    if SERVER:
        pytest.skip("reads the encrypted columns of the SQLite file")
    keys = load_key_file(example.data.with_name(f"{example.data.name}.key"))
    stated = [json.loads(text) for text in opened(example, keys, "feeds_statedidentity", "stated")]
    names = {name for (name,) in example.rows("select name from registry_person")}
    names |= {each["name"] for each in stated if each.get("name")}
    numbers = {each["number"] for each in stated if each.get("number")}
    numbers |= set(opened(example, keys, "registry_person", "number"))
    phones = set(opened(example, keys, "registry_household", "phone"))
    assert min(len(names), len(numbers)) > example.households < len(phones) + 100
    return People(*(frozenset(text.encode() for text in texts) for texts in (names, numbers, phones)))


def test_files_of_the_data_folder_name_nobody(example: County, people: People) -> None:
    looked_at = 0
    for path in kept(example.data):
        if path.name.startswith("qianshao.sqlite3"):
            continue
        for content in (path.read_bytes(), *texts_of(path)):
            assert people.named_in(content) == [], path
            assert people.numbered_in(content) == set(), path
        looked_at += 1
    assert looked_at > 100


def test_the_system_of_record_holds_no_number_and_no_phone_in_plain_text(
    example: County, people: People
) -> None:
    files = [path for path in kept(example.data) if path.name.startswith("qianshao.sqlite3")]
    assert any(people.named_in(path.read_bytes()) for path in files)  # the names of the register
    assert any(people.numbered_in(path.read_bytes()) for path in example.files.rglob("*.csv"))
    for path in files:
        assert people.numbered_in(path.read_bytes()) == set(), path


def test_names_stand_in_their_own_columns_only(example: County, people: People) -> None:
    for table in example.tables():
        columns = [name for _, name, *_ in example.rows(f'pragma table_info("{table}")')]
        for column in columns:
            if (table, column) in {("registry_person", "name"), ("access_user", "display_name")}:
                continue
            values = example.rows(f'select distinct "{column}" from "{table}"')
            content = "\n".join(str(value) for (value,) in values if isinstance(value, str)).encode()
            assert people.named_in(content) == [], f"{table}.{column}"


def test_what_commands_say_names_nobody(example: County, people: People) -> None:
    household = json.loads(example.warnings())[0]["household"]
    claims = next(example.files.rglob("医保结算*"))
    said = [
        *example.said,
        *both(example, "warnings"),
        *both(example, "explain", household),
        *both(example, "feeds", "check", "medical_settlement", claims),
        *both(example, "feeds", "deliver", "medical_settlement", claims),
        *both(example, "feeds", "deliver", "medical_settlement", claims, "--json"),
        *both(example, "feeds", "list", "--json"),
        *both(example, "demo", "--households", "500", "--seed", "7", "--no-serve"),
    ]
    for text in said:
        content = re.sub(r"\s+", "", text).encode()  # tables break long texts
        assert people.named_in(content) == [], text
        assert people.numbered_in(content) == set(), text


def kept(data: Path) -> Iterator[Path]:
    """Every file of the data folder and the key beside it that the platform wrote."""
    yield data.with_name(f"{data.name}.key")
    for path in sorted(data.rglob("*")):
        if path.is_file() and path.relative_to(data).parts[0] not in GENERATED | RULEBOOKS:
            yield path


def texts_of(path: Path) -> Iterable[bytes]:
    """The texts of a Parquet file, whose bytes are compressed; whole numbers may be identity numbers too."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        for column in table.columns:
            if pa.types.is_string(column.type) or pa.types.is_int64(column.type):
                yield "\n".join(map(str, column.unique().to_pylist())).encode()


def opened(county: County, keys: SoftwareProvider, table: str, column: str) -> list[str]:
    """The values of an encrypted column."""
    sealed = county.rows(f"select {column} from {table} where {column} is not null")
    return [keys.decrypt(value, f"{table}.{column}".encode()).decode() for (value,) in sealed]


def both(county: County, *arguments: str | Path) -> tuple[str, str]:
    """What a command prints as its result and beside it, whatever comes of it."""
    ended = county.run(*arguments)
    return ended.stdout, ended.stderr
