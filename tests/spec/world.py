"""A small world for the spec: tables drawn as text, one way to ask either engine for figures and outcomes.

In a drawn table money is in yuan, `-` is an empty cell. What is not drawn is there all the same: households 1
to 3 in village /1/, and coverage of every feed for all time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from ruamel.yaml import YAML

from qianshao.rules.engines import duckdb, memory
from qianshao.rules.engines.results import values_of
from qianshao.rules.loader import load_rulebook
from qianshao.rules.parameters import Zone, resolve
from qianshao.rules.rulebook import Rulebook
from qianshao.rules.sources import Kind, Source
from qianshao.rules.types import Scalar, Subject, Type
from qianshao.rules.values import Value

AS_OF = date(2026, 10, 31)
ENGINES = ("memory", "duckdb")

M, N, D, S, C, B, T = (
    Type.MONEY,
    Type.INTEGER,
    Type.DECIMAL,
    Type.SHARE,
    Type.CODE,
    Type.BOOLEAN,
    Type.DATE,
)
LISTED = (
    Source(
        "households",
        Subject.HOUSEHOLD,
        {"base": C, "land": D, "water": B, "debt": M, "since": T},
        codes={"base": ("lifted", "ordinary")},
    ),
    Source(
        "persons",
        Subject.PERSON,
        {"born": T, "ill": B, "kin": C, "wage": M, "months": N},
        non_negative=frozenset({"wage", "months"}),
    ),
    Source(
        "income",
        Subject.HOUSEHOLD,
        {"item": C, "month": T, "amount": M},
        date="month",
        non_negative=frozenset({"amount"}),
    ),
    Source(
        "visits",
        Subject.HOUSEHOLD,
        {"day": T, "kind": C, "cost": M, "gain": M, "size": D, "done": B, "until": T, "times": N, "part": S},
        date="day",
        kind=Kind.EVENTS,
        grace_days=10,
        non_negative=frozenset({"cost", "times"}),
        codes={"kind": ("home", "phone")},
    ),
    Source(
        "claims",
        Subject.PERSON,
        {"day": T, "kind": C, "paid": M},
        date="day",
        kind=Kind.EVENTS,
        grace_days=10,
        non_negative=frozenset({"paid"}),
    ),
    Source(
        "pupils",
        Subject.PERSON,
        {"status": C, "fee": M},
        kind=Kind.ROSTER,
        grace_days=10,
        non_negative=frozenset({"fee"}),
    ),
    Source(
        "outages",
        Subject.VILLAGE,
        {"day": T, "days": N},
        date="day",
        kind=Kind.EVENTS,
        grace_days=10,
        non_negative=frozenset({"days"}),
    ),
)
SOURCES = {source.name: source for source in LISTED}
COVERAGE = pa.schema(
    [
        ("feed", pa.string()),
        ("village", pa.string()),
        ("covered_from", pa.date32()),
        ("covered_until", pa.date32()),
        ("delivered_on", pa.date32()),
    ]
)
ARROW = {
    Type.MONEY: pa.int64(),
    Type.INTEGER: pa.int64(),
    Type.DECIMAL: pa.decimal128(18, 4),
    Type.SHARE: pa.decimal128(18, 6),
    Type.DATE: pa.date32(),
    Type.CODE: pa.string(),
    Type.TEXT: pa.string(),
    Type.BOOLEAN: pa.bool_(),
}
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Judged:
    """What an engine found: figures and outcomes by household."""

    figures: Mapping[int, Mapping[str, Value]]
    outcomes: Mapping[int, Mapping[str, bool | None]]


@dataclass
class World:
    """Rows of every source, and how far the feeds speak."""

    tables: dict[str, Rows] = field(default_factory=dict)
    coverage: Rows | None = None

    def __post_init__(self) -> None:
        self.tables.setdefault("households", [_row("households", {"household": n}) for n in (1, 2, 3)])
        for name in SOURCES:
            self.tables.setdefault(name, [])
        villages = sorted({row["village"] for row in self.tables["households"]})
        if self.coverage is None:
            self.coverage = [
                {
                    "feed": feed,
                    "village": village,
                    "covered_from": date(1990, 1, 1),
                    "covered_until": date(2100, 1, 1),
                    "delivered_on": AS_OF,
                }
                for feed, source in SOURCES.items()
                if not source.is_register
                for village in villages
            ]

    @classmethod
    def drawn(cls, text: str) -> "World":
        """Read tables out of a text: a name, a line of columns, lines of cells."""
        tables: dict[str, Rows] = {}
        for block in text.strip().split("\n\n"):
            name, head, *lines = [line.strip() for line in block.strip().splitlines()]
            columns = [cell.strip() for cell in head.split("|")]
            tables[name] = [
                _row(name, dict(zip(columns, (c.strip() for c in line.split("|")), strict=True)))
                for line in lines
            ]
        coverage = tables.pop("coverage", None)
        return cls(tables, coverage)

    def write(self, folder: Path) -> dict[str, Sequence[Path]]:
        """The tables as Parquet files."""
        folder.mkdir(parents=True, exist_ok=True)
        paths: dict[str, Sequence[Path]] = {}
        for name, rows in self.tables.items():
            columns = [(c, ARROW[kind]) for c, kind in SOURCES[name].columns.items()]
            keys = [("household", pa.int64()), ("person", pa.int64()), ("village", pa.string())]
            schema = pa.schema([*keys, *columns, ("delivery", pa.int64()), ("row", pa.int64())])
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")
            paths[name] = [folder / f"{name}.parquet"]
        pq.write_table(pa.Table.from_pylist(self.coverage, schema=COVERAGE), folder / "coverage.parquet")
        return paths | {"coverage": [folder / "coverage.parquet"]}

    def judge(
        self,
        engine: str,
        rulebook: Rulebook,
        folder: Path,
        as_of: date = AS_OF,
        settings: duckdb.Settings = duckdb.Settings(threads=2),  # noqa: B008
    ) -> Judged:
        """Every household's figures and outcomes by one engine."""
        resolved = resolve(rulebook, "991205", as_of)
        if engine == "memory":
            found = memory.evaluate(rulebook, memory.Facts(self.tables, self.coverage or []), as_of, resolved)
            return Judged(
                {household: each.indicators for household, each in found.items()},
                {household: each.outcomes for household, each in found.items()},
            )
        villages = tuple(sorted({row["village"] for row in self.tables["households"]}))
        zones = [Zone(resolved, villages)]
        duckdb.evaluate(rulebook, self.write(folder), as_of, zones, folder / "out", settings=settings)
        return read_back(rulebook, folder / "out", resolved.rules)


def read_back(rulebook: Rulebook, out: Path, rules: Sequence[str]) -> Judged:
    """A run's files as figures and outcomes."""
    indicators = rulebook.of_subject(Subject.HOUSEHOLD)
    figures = {
        row["household"]: values_of(indicators, row)
        for row in pq.ParquetFile(out / "indicators.parquet").read().to_pylist()
    }
    outcomes: dict[int, dict[str, bool | None]] = {h: dict.fromkeys(rules, False) for h in figures}
    for row in pq.ParquetFile(out / "outcomes.parquet").read().to_pylist():
        outcomes[row["household"]][row["rule"]] = {"hit": True, "unknown": None}[row["outcome"]]
    return Judged(figures, outcomes)


def _row(table: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    if table == "coverage":
        return {
            "feed": cells["feed"],
            "village": cells.get("village", "/1/"),
            "covered_from": date.fromisoformat(cells["from"]),
            "covered_until": date.fromisoformat(cells["until"]),
            "delivered_on": AS_OF,
        }
    source = SOURCES[table]
    row: dict[str, Any] = {"household": 1, "village": "/1/", "person": None, "delivery": None, "row": None}
    row |= dict.fromkeys(source.columns)
    for name, cell in cells.items():
        if name in ("household", "person", "delivery", "row"):
            row[name] = int(cell)
        elif name == "village":
            row[name] = cell
        else:
            row[name] = None if cell == "-" else _cell(cell, source.columns[name])
    return row


def _cell(text: str, kind: Type) -> Scalar | Decimal:
    match kind:
        case Type.MONEY:
            return int(Decimal(text) * 100)
        case Type.INTEGER:
            return int(text)
        case Type.DECIMAL | Type.SHARE:
            return Decimal(text)
        case Type.DATE:
            return date.fromisoformat(text)
        case Type.BOOLEAN:
            return text == "yes"
    return text


def rulebook(
    folder: Path,
    indicators: Sequence[Mapping[str, Any]] = (),
    rules: Sequence[Mapping[str, Any]] = (),
    parameters: Sequence[Mapping[str, Any]] = (),
    sources: Mapping[str, Source] = SOURCES,
) -> Rulebook:
    """Entries written as the YAML files of a rulebook and loaded as such. Words may be left out."""
    folder = folder / "book"
    known = {entry["name"]: entry["values"][0]["value"] for entry in parameters}
    shown = [
        {"name": _TEXT, "given": {}, "parameters": known, "expect": expect}
        for expect in ("hit", "clear", "unknown")
    ]
    filled = {
        "indicators": [
            {**_WORDS, "subject": "household", "definition": _TEXT, **entry} for entry in indicators
        ],
        "rules": [{**_WORDS, **_RULE, "examples": shown, **entry} for entry in rules],
        "parameters": [{**_WORDS, **entry} for entry in parameters],
    }
    for sort, entries in filled.items():
        (folder / sort).mkdir(parents=True, exist_ok=True)
        with (folder / sort / "all.yaml").open("w", encoding="utf-8") as file:
            _yaml().dump([dict(entry) for entry in entries], file)
    return load_rulebook([folder], sources)


def _yaml() -> YAML:
    writer = YAML()
    writer.representer.ignore_aliases = lambda data: True
    return writer


_TEXT = {"zh": "字", "en": "word"}
_WORDS = {"label": _TEXT}
_RULE: Mapping[str, Any] = {
    "kind": "warning",
    "subject": "household",
    "cause": "illness",
    "level": "red",
    "unknown": {"becomes": "ask"},
    "sentence": _TEXT,
    "next_step": _TEXT,
    "owner": _TEXT,
    "reference": "spec",
    "checked_on": date(2026, 1, 1),
    "valid_from": date(2020, 1, 1),
}


def parameter(name: str, kind: str, value: Any) -> dict[str, Any]:
    """A parameter that holds everywhere and always."""
    values = [{"value": value, "area": "*", "valid_from": date(2020, 1, 1), "reference": "spec"}]
    return {"name": name, "type": kind, "values": values}


def said(value: Value, kind: Type) -> str:
    """A figure as the spec writes it: money in yuan."""
    if value.none:
        return "none"
    if value.value is not None:
        return _said(value.value, kind)
    return "unknown" if value.at_least is None else f"at least {_said(value.at_least, kind)}"


def _said(value: Scalar, kind: Type) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if kind is Type.MONEY and isinstance(value, int):
        yuan = Decimal(value) / 100
        return str(yuan.quantize(Decimal(1)) if yuan == yuan.to_integral() else yuan)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Case:
    """A sentence of the language: these rows, this indicator, these figures by household."""

    sentence: str
    indicator: Mapping[str, Any]
    tables: str
    expected: Mapping[int, str]
    more: Sequence[Mapping[str, Any]] = ()
    parameters: Sequence[Mapping[str, Any]] = ()
    as_of: date = AS_OF

    def __str__(self) -> str:
        return self.sentence

    def found(self, engine: str, folder: Path) -> dict[int, str]:
        """What the engine says of the households that the case expects something of."""
        entries = [*self.more, {"name": "x", **self.indicator}]
        book = rulebook(folder, entries, parameters=self.parameters)
        judged = World.drawn(self.tables).judge(engine, book, folder, self.as_of)
        kind = book.indicators["x"].type
        return {household: said(judged.figures[household]["x"], kind) for household in self.expected}
