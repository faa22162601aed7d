"""Random small populations with everything that has gone wrong before: empty cells, ties, gaps, leap days."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from qianshao.rules.sources import Source
from qianshao.rules.types import Subject, Type
from tests.generative.grammar import CODES, Draw
from tests.spec.world import SOURCES, World

DAYS = [date(2024, 2, 29), date(2025, 2, 28), date(2026, 10, 31), date(2026, 1, 1), date(2026, 3, 31)]
"""Days that are judged."""
FAR = [400, 366, 365, 364, 31, 30, 1, 0, -1, 20_000]
MOST = 10**15
"""Fen: no cell holds more."""

CELLS: dict[Type, st.SearchStrategy[Any]] = {
    Type.MONEY: st.sampled_from([0, 1, 50, 100, 10_000, 999_999, MOST]) | st.integers(0, 2_000_000),
    Type.INTEGER: st.sampled_from([0, 1, 2, 3, MOST]) | st.integers(0, 40),
    Type.DECIMAL: st.sampled_from([Decimal(cell) for cell in ("0", "0.1", "0.3333", "1.5", "99999999.9999")]),
    Type.SHARE: st.sampled_from([Decimal(0), Decimal("0.333333"), Decimal("0.5"), Decimal(1)]),
    Type.CODE: st.sampled_from(CODES),
    Type.BOOLEAN: st.booleans(),
}  # fmt: skip


def world(draw: Draw, as_of: date) -> World:
    """Households, persons and rows of every source, with coverage that has gaps."""
    villages = draw(st.sampled_from([["/1/"], ["/1/", "/2/"], ["/1/", "/12/", "/2/"]]))
    households = [
        {"household": n, "village": draw(st.sampled_from(villages))}
        for n in range(1, draw(st.integers(2, 5)))
    ]
    persons = [
        {**home, "person": home["household"] * 10 + k}
        for home in households
        for k in range(draw(st.integers(0, 3)))
    ]
    about = {
        Subject.HOUSEHOLD: households,
        Subject.PERSON: persons,
        Subject.VILLAGE: [{"village": village} for village in villages],
    }
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, source in SOURCES.items():
        keys = about[source.subject]
        if not source.one_row_each:
            most = 6 if keys else 0
            keys = (
                [dict(draw(st.sampled_from(keys))) for _ in range(draw(st.integers(0, most)))] if keys else []
            )
        full = draw(st.booleans())
        tables[name] = [_row(draw, source, key, as_of, full) for key in keys]
    return World(tables, _coverage(draw, villages, as_of))


def _row(draw: Draw, source: Source, key: dict[str, Any], as_of: date, full: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"household": None, "person": None, **key}
    for name, kind in source.columns.items():
        empty = not full and name != source.date and draw(st.integers(0, 4)) == 0
        row[name] = None if empty else _value(draw, source, name, kind, as_of)
    row["delivery"] = draw(st.sampled_from([1, 2, None]))
    row["row"] = draw(st.sampled_from([1, 2, 3]))
    return row


def _value(draw: Draw, source: Source, name: str, kind: Type, as_of: date) -> Any:
    if kind is Type.DATE:
        back = draw(st.sampled_from(FAR) | st.integers(-40, 800))
        return draw(st.sampled_from([as_of - timedelta(days=back), date(2024, 2, 29), date(2025, 3, 1)]))
    value = draw(CELLS[kind])
    below = kind.is_whole and name not in source.non_negative and draw(st.booleans())
    return -value if below else value


def _coverage(draw: Draw, villages: list[str], as_of: date) -> list[dict[str, Any]]:
    rows = []
    for feed, source in SOURCES.items():
        for village in villages if not source.is_register else []:
            for _ in range(draw(st.integers(0, 2))):
                begin = as_of - timedelta(days=draw(st.sampled_from([20_000, 800, 366, 365, 200, 30])))
                end = as_of + timedelta(days=draw(st.sampled_from([1, 0, -9, -10, -11, -100, -366])))
                if begin < end:
                    rows.append(
                        {
                            "feed": feed,
                            "village": village,
                            "covered_from": begin,
                            "covered_until": end,
                            "delivered_on": as_of,
                        }
                    )
    return rows
