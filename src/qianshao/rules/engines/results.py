"""What a run leaves: two Parquet files in a total order, counts, coverage, a digest over canonical rows."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qianshao.rules.rulebook import Indicator, Rulebook
from qianshao.rules.types import Subject, Type
from qianshao.rules.values import Value

BLOCK = 65_536
"""Rows that are written and digested together, however they arrived."""
RULE = "rule__"
"""Prefix of a rule's column in a judged batch, so that a rule may be named like an indicator."""

ARROW = {
    Type.MONEY: pa.int64(),
    Type.INTEGER: pa.int64(),
    Type.DECIMAL: pa.float64(),
    Type.SHARE: pa.float64(),
    Type.DATE: pa.date32(),
    Type.CODE: pa.string(),
    Type.TEXT: pa.string(),
    Type.BOOLEAN: pa.bool_(),
}
OUTCOMES = pa.schema(
    [("household", pa.int64()), ("village", pa.string()), ("rule", pa.string()), ("outcome", pa.string())]
)


@dataclass(frozen=True)
class Result:
    """Per rule how many households are hit, clear and unknown; per indicator of how many it is known."""

    counts: Mapping[str, Mapping[str, int]]
    coverage: Mapping[str, Mapping[str, int]]
    digest: str


def indicator_schema(rulebook: Rulebook) -> pa.Schema:
    """household, village, each household indicator with its `__least` and `__none` where it can have them."""
    fields = [pa.field("household", pa.int64()), pa.field("village", pa.string())]
    for indicator in rulebook.of_subject(Subject.HOUSEHOLD):
        fields.append(pa.field(indicator.name, ARROW[indicator.type]))
        if indicator.bounded:
            fields.append(pa.field(f"{indicator.name}__least", ARROW[indicator.type]))
        if indicator.noneable:
            fields.append(pa.field(f"{indicator.name}__none", pa.bool_()))
    return pa.schema(fields)


def values_of(indicators: Iterable[Indicator], row: Mapping[str, Any]) -> dict[str, Value]:
    """The figures of one household out of a row of the indicator table."""
    return {
        indicator.name: Value(
            row[indicator.name],
            row.get(f"{indicator.name}__least"),
            bool(row.get(f"{indicator.name}__none")),
        )
        for indicator in indicators
    }


@dataclass
class Writer:
    """Takes judged households in the order of their keys and writes `out`."""

    rulebook: Rulebook
    out: Path
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    coverage: dict[str, dict[str, int]] = field(default_factory=dict)

    def __enter__(self) -> "Writer":
        self.out.mkdir(parents=True, exist_ok=True)
        self.households = self.rulebook.of_subject(Subject.HOUSEHOLD)
        self.coverage = {each.name: {"known": 0, "unknown": 0} for each in self.households}
        self.indicators = _Blocks(self.out / "indicators.parquet", indicator_schema(self.rulebook))
        self.outcomes = _Blocks(self.out / "outcomes.parquet", OUTCOMES)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.indicators.close()
        self.outcomes.close()

    def write(self, judged: Sequence[pa.Table]) -> None:
        """Tables of households, judged each by its own live rules; all keys beyond those written before.

        A table is sorted by household and has the columns of `indicator_schema`, then a boolean column for
        each live rule.
        """
        figures = pa.concat_tables([table.select(self.indicators.schema.names) for table in judged])
        if len(judged) > 1:
            figures = figures.take(pc.sort_indices(figures.column("household")))
        self._cover(figures)
        self.indicators.add(figures)
        found = pa.concat_tables([self._outcomes(table) for table in judged])
        self.outcomes.add(found.sort_by([("household", "ascending"), ("rule", "ascending")]))

    def _cover(self, figures: pa.Table) -> None:
        for indicator in self.households:
            unknown = figures.column(indicator.name).null_count
            if indicator.noneable:
                unknown -= pc.sum(figures.column(f"{indicator.name}__none")).as_py() or 0
            self.coverage[indicator.name]["unknown"] += unknown
            self.coverage[indicator.name]["known"] += figures.num_rows - unknown

    def _outcomes(self, table: pa.Table) -> pa.Table:
        """The hits and unknowns as rows, rule by rule."""
        found = [OUTCOMES.empty_table()]
        for name in (n.removeprefix(RULE) for n in table.schema.names if n.startswith(RULE)):
            truths = table.column(RULE + name)
            told = table.select(["household", "village"]).filter(pc.fill_null(truths, fill_value=True))
            outcome = pc.if_else(
                pc.is_null(truths.filter(pc.fill_null(truths, fill_value=True))), "unknown", "hit"
            )
            count = self.counts.setdefault(name, {"hit": 0, "clear": 0, "unknown": 0})
            count["unknown"] += truths.null_count
            count["hit"] += told.num_rows - truths.null_count
            count["clear"] += table.num_rows - told.num_rows
            rule = pa.array([name], pa.string()).take(pa.array([0] * told.num_rows, pa.int32()))
            found.append(told.append_column("rule", rule).append_column("outcome", outcome))
        return pa.concat_tables(found)

    def result(self) -> Result:
        """What was written; to be asked for when the writer is closed."""
        whole = hashlib.sha256(f"{self.indicators.digest}{self.outcomes.digest}".encode())
        counts = {name: self.counts[name] for name in sorted(self.counts)}
        return Result(counts, self.coverage, whole.hexdigest())


class _Blocks:
    """A Parquet file of equal blocks, and the digest of what is in it, block by block."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.schema = schema
        words = [field.name for field in schema if pa.types.is_string(field.type)]
        packed = {f.name: "DELTA_BINARY_PACKED" for f in schema if f.type in (pa.int64(), pa.date32())}
        self.file = pq.ParquetWriter(
            path,
            schema,
            compression="snappy",
            data_page_version="2.0",
            version="2.6",
            use_dictionary=words,
            write_statistics=["household", "village"],  # what rows are looked up by
            column_encoding=packed,
        )
        self.waiting = schema.empty_table()
        self.hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        return self.hash.hexdigest()

    def add(self, rows: pa.Table) -> None:
        self.waiting = pa.concat_tables([self.waiting, rows.cast(self.schema)])
        whole = self.waiting.num_rows // BLOCK * BLOCK
        for start in range(0, whole, BLOCK):
            self._put(self.waiting.slice(start, BLOCK))
        self.waiting = self.waiting.slice(whole)

    def close(self) -> None:
        if self.waiting.num_rows:
            self._put(self.waiting)
        self.file.close()

    def _put(self, table: pa.Table) -> None:
        [block] = table.combine_chunks().to_batches()
        self.file.write_batch(block)
        for name, column in zip(self.schema.names, block.columns, strict=True):
            self.hash.update(name.encode())
            _digest(self.hash, column)


def _digest(whole: "hashlib._Hash", column: pa.Array) -> None:
    """Which values are there, then the values, free of how they are encoded."""
    whole.update(column.null_count.to_bytes(8, "little"))
    if column.null_count:
        whole.update(_bytes(pc.cast(pc.is_valid(column), pa.uint8())))
        column = pc.drop_null(column)
    if pa.types.is_string(column.type):
        whole.update(_bytes(pc.binary_length(column)))
        whole.update(_text(column))
        return
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    elif pa.types.is_floating(column.type):
        column = pc.add(column, 0.0)  # minus zero is zero
    whole.update(_bytes(column))


def _bytes(column: pa.Array) -> memoryview:
    """The values of a column without nulls, one after the other."""
    width = column.type.bit_width // 8
    buffer = column.buffers()[1]
    return memoryview(buffer or b"")[column.offset * width : (column.offset + len(column)) * width]


def _text(column: pa.Array) -> memoryview:
    offsets, data = column.buffers()[1:]
    if not len(column):
        return memoryview(b"")
    ends = memoryview(offsets).cast("i")
    return memoryview(data or b"")[ends[column.offset] : ends[column.offset + len(column)]]
