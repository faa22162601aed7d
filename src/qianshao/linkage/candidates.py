"""Whom a doubtful identity may be: Splink's Fellegi-Sunter model on DuckDB, in memory. Nothing is linked.

The score of a pair is `1 / (1 + 2 ** -bits)`, where `bits` is the sum of the weights of its parts. It hangs
on the pair and the register alone, not on who else is doubtful, and is the same at every repetition.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qianshao.linkage import model
from qianshao.linkage.identity_numbers import parse
from qianshao.linkage.names import normalise, pinyin
from qianshao.linkage.people import Person, Stated
from qianshao.words import Text

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Row = dict[str, str | int | None]


@dataclass(frozen=True)
class Part:
    """One comparison's share in a score: `value` is the level's code, `text` its words, `weight` bits."""

    name: str
    text: Text
    value: str
    weight: float


@dataclass(frozen=True)
class Candidate:
    """A person whom a stated identity may be; both are keys. `score`: probability, 4 decimals, below 1."""

    stated: int
    person: int
    score: float
    parts: tuple[Part, ...]

    @property
    def bits(self) -> float:
        """The weight of all parts together; it tells apart what the score rounds to the same."""
        return round(sum(part.weight for part in self.parts), 2)


def candidates(
    doubtful: Sequence[Stated],
    register: Iterable[Person],
    *,
    at_most: int = model.MOST_CANDIDATES,
    at_least: float = model.LEAST_SCORE,
) -> list[Candidate]:
    """The likeliest persons for each stated identity: at most `at_most`, with a score of `at_least`.

    Ordered by stated key, then weight, then person key. Pairs are compared only where `model.BLOCKS` lets
    them meet. Names and numbers stay in memory: nothing is spilled to disk, logged or sent.
    """
    rows = _Rows()
    registered = [rows.of_person(person) for person in register]
    if not doubtful or not registered:
        return []
    asked = [rows.of_stated(stated) for stated in doubtful]
    scored = _scored_pairs(asked, registered, at_least)
    best: dict[int, list[Candidate]] = defaultdict(list)
    for pair in scored:
        best[pair.stated].append(pair)
    return [
        candidate
        for stated in sorted(best)
        for candidate in sorted(best[stated], key=lambda c: (-c.bits, c.person))[:at_most]
    ]


class _Rows:
    """Both sides as the columns that are compared and blocked on; each name's pinyin is found once."""

    def __init__(self) -> None:
        self._sounds: dict[str, str] = {}
        self._owners: dict[str, set[int | None]] = defaultdict(set)

    def of_person(self, person: Person) -> Row:
        row = self._row(person, person.head_name)
        row["number_household"] = person.household
        if number := row["number"]:
            self._owners[str(number)].add(person.household)
        return row

    def of_stated(self, stated: Stated) -> Row:
        """After all persons: the household of the number's owner is looked up among them."""
        row = self._row(stated, stated.head_name)
        owners = self._owners.get(str(row["number"]), set())
        row["number_household"] = next(iter(owners)) if len(owners) == 1 else None
        number = parse(stated.number)
        if stated.birth_date is None and number.birth_date:
            row["number_birth"] = row["any_birth"] = f"{number.birth_date:%Y%m%d}"
        return row

    def _row(self, one: Person | Stated, head_name: str | None) -> Row:
        name = normalise(one.name) if one.name else ""
        birth = f"{one.birth_date:%Y%m%d}" if one.birth_date else None
        number = _comparable_number(one.number)
        village = (one.village or "").rstrip("/") or None
        row: Row = {
            "unique_id": one.key,
            "name": name or None,
            "sound": self._sound(name),
            "surname": name[:1] or None,
            "name_start": name[:2] if len(name) > 2 else None,
            "name_end": name[-1:] or None,
            "name_letters": "".join(sorted(name)) or None,
            "birth": birth,
            "birth_year": birth[:4] if birth else None,
            "any_birth": birth,
            "number_birth": None,
            "sex": one.sex or None,
            "number": number,
            "village": village,
            "township": village.rpartition("/")[0] if village else None,
            "household_number": one.household_number or None,
            "number_household": None,
            "head_name": normalise(head_name) if head_name else None,
        }
        for column, pieces in model.PIECES_OF_NUMBER.items():
            row[column] = "".join(number[start:end] for start, end in pieces) if number else None
        return row

    def _sound(self, name: str) -> str | None:
        if name and name not in self._sounds:
            self._sounds[name] = pinyin(name)
        return self._sounds.get(name)


def _comparable_number(text: str | None) -> str | None:
    number = parse(text)
    return None if set(number.faults) & {"empty", "placeholder"} else number.text


def _scored_pairs(asked: list[Row], registered: list[Row], at_least: float) -> list[Candidate]:
    import duckdb

    options: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": "",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with closing(duckdb.connect(":memory:", config=options)) as connection:
        return _score(connection, asked, registered, at_least)


def _score(
    connection: duckdb.DuckDBPyConnection, asked: list[Row], registered: list[Row], at_least: float
) -> list[Candidate]:
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection)
    prior = model.SHARE_IN_REGISTER / len(registered)
    weights = model.weights(_collisions(registered))
    tables = [
        api.register(_arrow(asked), dataset_display_name="a_stated"),
        api.register(_arrow(registered), dataset_display_name="b_register"),
    ]
    linker = Linker(tables, _settings(prior, weights), log_level=None, validate_settings=False)
    for column, usual in model.USUAL_FREQUENCIES.items():
        frequencies = api.register(
            _frequencies(registered, column, usual), table_name=f"frequency_of_{column}"
        )
        linker.table_management.register_term_frequency_lookup(frequencies, column)
    predicted = linker.inference.predict(threshold_match_probability=at_least, warning_mode="never")
    pairs: pa.Table = connection.table(predicted.physical_name).to_arrow_table()
    start = _start(prior, len(registered))
    return [_candidate(pair, start) for pair in pairs.to_pylist()]


def _start(prior: float, persons: int) -> Part:
    odds = prior / (1 - prior)
    return Part("start", model.START.format(persons=f"{persons:,}"), "prior", _bits(math.log2(odds)))


def _candidate(pair: dict[str, Any], start: Part) -> Candidate:
    return Candidate(
        pair["unique_id_l"],
        pair["unique_id_r"],
        min(round(pair["match_probability"], 4), model.MOST_SCORE),
        (start, *(_part(comparison, pair) for comparison in model.COMPARISONS)),
    )


def _part(comparison: model.Comparison, pair: dict[str, Any]) -> Part:
    step = pair[f"gamma_{comparison.name}"]
    if step == -1:
        return Part(comparison.name, comparison.not_compared, "not_compared", 0.0)
    level = comparison.levels[len(comparison.levels) - 1 - step]
    weight = pair[f"mw_{comparison.name}"] + pair.get(f"mw_tf_adj_{comparison.name}", 0.0)
    return Part(comparison.name, level.label, level.code, _bits(weight))


def _bits(weight: float) -> float:
    return round(weight, 2)


def _settings(prior: float, weights: dict[tuple[str, str], tuple[float, float]]) -> dict[str, Any]:
    return {
        "link_type": "link_only",
        "probability_two_random_records_match": prior,
        "blocking_rules_to_generate_predictions": [
            " and ".join(f"l.{column} = r.{column}" for column in columns) for columns in model.BLOCKS
        ],
        "comparisons": [_comparison_settings(comparison, weights) for comparison in model.COMPARISONS],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison_settings(
    comparison: model.Comparison, weights: dict[tuple[str, str], tuple[float, float]]
) -> dict[str, Any]:
    silent = {
        "sql_condition": comparison.silent,
        "label_for_charts": comparison.not_compared.en,
        "is_null_level": True,
    }
    levels: list[dict[str, Any]] = [silent]
    for level in comparison.levels:
        m, u = weights[comparison.name, level.code]
        settings = {"sql_condition": level.sql or "ELSE", "label_for_charts": level.label.en}
        levels.append({**settings, "m_probability": m, "u_probability": u})
        if level.frequency_of:
            # Measured against the level's own u, so that a frequent name that only sounds alike never weighs
            # more than the name itself.
            levels[-1] |= {
                "tf_adjustment_column": level.frequency_of,
                "disable_tf_exact_match_detection": True,
            }
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _collisions(registered: list[Row]) -> dict[str, tuple[int, int]]:
    """Per column: how many pairs of the register agree on it, of how many that have it. Not sampled."""
    found = {}
    for column in model.AGREEING_COLUMNS:
        counts = Counter(value for row in registered if (value := row[column]) is not None)
        agreeing = sum(math.comb(count, 2) for count in counts.values())
        found[column] = (agreeing, math.comb(counts.total(), 2))
    return found


def _frequencies(registered: list[Row], column: str, usual: float) -> pa.Table:
    """How frequent each value is; drawn towards the `usual` frequency, which decides in a small register."""
    import pyarrow as pa

    counts = Counter(str(value) for row in registered if (value := row[column]) is not None)
    weight = model.PEOPLE_BEHIND_DEFAULTS
    people = counts.total() + weight
    values = sorted(counts)
    shares = [(counts[value] + usual * weight) / people for value in values]
    return pa.table({column: pa.array(values, pa.string()), f"tf_{column}": pa.array(shares, pa.float64())})


def _arrow(rows: list[Row]) -> pa.Table:
    import pyarrow as pa

    keys = {"unique_id", "number_household"}
    schema = pa.schema([(column, pa.int64() if column in keys else pa.string()) for column in rows[0]])
    return pa.Table.from_pylist(rows, schema=schema)
