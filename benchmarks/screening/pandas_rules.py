"""The same rules as an analyst would compute them in pandas: load each table, group, merge, mask.

It does less than the engines: coverage is not looked at, so figures of a village that waits for a file come
out as if nothing had happened there. It is a yardstick for speed only.
"""

import operator
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qianshao.rules.periods import span
from qianshao.rules.rulebook import Indicator, Measure, Rulebook
from qianshao.rules.tree import (
    Among,
    Call,
    Case,
    Compare,
    Compute,
    Junction,
    Known,
    Literal,
    Name,
    Node,
    Not,
)
from qianshao.rules.types import Subject, Type

Frame = pd.DataFrame
COMPARISONS = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def hits(rulebook: Rulebook, files: Mapping[str, Sequence[Path]], as_of: date, parameters: Any) -> Frame:
    """One row per household, one boolean column per live rule."""
    book = _Pandas(rulebook, files, as_of, parameters.values)
    wide = book.table(Subject.HOUSEHOLD)
    judged = {name: book.node(rulebook.rules[name].when, wide) for name in parameters.rules}
    masks = {name: mask.fillna(False).astype(bool) for name, mask in judged.items()}
    return pd.DataFrame({"household": wide["household"], "village": wide["village"], **masks})


class _Pandas:
    def __init__(self, rulebook: Rulebook, files: Any, as_of: date, parameters: Mapping[str, Any]) -> None:
        self.rulebook, self.files, self.as_of, self.parameters = rulebook, files, as_of, parameters
        self.frames: dict[str, Frame] = {}
        self.persons: Frame | None = None

    def frame(self, name: str) -> Frame:
        if name == "persons" and self.persons is not None:
            return self.persons
        if name not in self.frames:
            frame = pd.read_parquet(self.files[name], dtype_backend="numpy_nullable")
            for column, kind in self.rulebook.sources[name].columns.items():
                if kind is Type.DATE:
                    frame[column] = pd.to_datetime(frame[column])
            self.frames[name] = frame
        return self.frames[name]

    def table(self, subject: Subject) -> Frame:
        """The subject's register with a column per indicator."""
        if subject is Subject.HOUSEHOLD:
            self.persons = self.table(Subject.PERSON)
        name = "households" if subject is Subject.HOUSEHOLD else "persons"
        frame = self.frame(name).copy()
        for indicator in self.rulebook.of_subject(subject):
            frame[indicator.name] = (
                self.node(indicator.formula, frame)
                if indicator.formula is not None
                else self.measured(indicator, indicator.measure, frame)
            )
        return frame

    def measured(self, indicator: Indicator, measure: Measure | None, frame: Frame) -> Any:
        assert measure is not None
        rows = self.frame(measure.source)
        if measure.function is None:
            return self.node(measure.value, rows)
        source = self.rulebook.sources[measure.source]
        key = "village" if source.subject is Subject.VILLAGE else str(indicator.subject)
        days = span(measure.window, self.as_of)
        if source.date:
            rows = rows[rows[source.date] <= pd.Timestamp(days.last)]
            if days.first is not None:
                rows = rows[rows[source.date] >= pd.Timestamp(days.first)]
        if measure.where is not None:
            rows = rows[self.node(measure.where, rows).fillna(False).astype(bool)]
        value = self.node(measure.value, rows) if measure.value is not None else None
        figures = self.aggregate(measure.function, rows, key, value, source.date)
        found = figures.reindex(frame[key]).set_axis(frame.index)
        if measure.absence == "zero":
            return found.fillna(0)
        return found.astype("boolean").fillna(False) if measure.absence == "false" else found

    def aggregate(self, function: str, rows: Frame, key: str, value: Any, day: str | None) -> Any:
        if function == "count":
            return rows.groupby(key).size()
        if function == "any" and value is None:
            return rows.groupby(key).size() > 0
        frame = pd.DataFrame({"key": rows[key], "value": value})
        if function == "peak_month":
            frame["month"] = rows[day].dt.year * 12 + rows[day].dt.month
            return frame.groupby(["key", "month"])["value"].sum().groupby("key").max()
        if function in ("latest", "earliest"):
            columns = [day, "delivery", "row"] if day else ["delivery", "row"]
            order = rows.sort_values(columns).index
            ordered = frame.loc[order].drop_duplicates(
                "key", keep="last" if function == "latest" else "first"
            )
            return ordered.set_index("key")["value"]
        name = {"any": "any", "all": "all", "count_distinct": "nunique"}.get(function, function)
        return getattr(frame.groupby("key")["value"], name)()

    def node(self, node: Node, frame: Frame) -> Any:
        match node:
            case Literal(value=value):
                return value
            case Name(name=name, of="parameter"):
                value = self.parameters[name]
                return pd.Timestamp(value) if isinstance(value, date) else value
            case Name(of="day"):
                return pd.Timestamp(self.as_of)
            case Name(name=name):
                return frame[name]
            case Compare(operator=sign, left=left, right=right):
                return getattr(_series(self.node(left, frame), frame), COMPARISONS[sign])(
                    self.node(right, frame)
                )
            case Among(item=item, options=options):
                return _series(self.node(item, frame), frame).isin([self.node(o, frame) for o in options])
            case Junction(operator=word, parts=parts):
                first, *rest = (self.node(part, frame) for part in parts)
                for other in rest:
                    first = first & other if word == "and" else first | other
                return first
            case Not(part=part):
                return ~self.node(part, frame)
            case Known(part=part):
                return self.node(part, frame).notna()
            case Compute():
                return self.compute(node, frame)
            case Case(branches=branches, otherwise=otherwise):
                result = _series(self.node(otherwise, frame), frame)
                for condition, value in reversed(branches):
                    mask = self.node(condition, frame).fillna(False).astype(bool)
                    result = _series(self.node(value, frame), frame).where(mask, result)
                return result
            case Call(function=function, arguments=arguments):
                return self.call(function, [self.node(a, frame) for a in arguments], frame)

    def compute(self, node: Compute, frame: Frame) -> Any:
        left, right = self.node(node.left, frame), self.node(node.right, frame)
        if node.operator != "/":
            return {"+": operator.add, "-": operator.sub, "*": operator.mul}[node.operator](left, right)
        left = _series(left, frame).astype("Float64")
        quotient = left / _series(right, frame).astype("Float64").replace(0, pd.NA)
        if node.type is Type.MONEY:
            return np.sign(quotient) * np.floor(quotient.abs() + 0.5)
        return quotient

    def call(self, function: str, arguments: list[Any], frame: Frame) -> Any:
        day = self.as_of
        first = _series(arguments[0], frame)
        if function == "abs":
            return first.abs()
        if function in ("least", "greatest"):
            columns = pd.concat([_series(a, frame) for a in arguments], axis=1)
            smallest = columns.min(axis=1) if function == "least" else columns.max(axis=1)
            return smallest.where(columns.notna().all(axis=1))
        if function == "days_since":
            return (pd.Timestamp(day) - first).dt.days
        if function == "months_since":
            months = day.year * 12 + day.month - first.dt.year * 12 - first.dt.month
            return months - (first.dt.day > day.day)
        return day.year - first.dt.year - (first.dt.month * 100 + first.dt.day > day.month * 100 + day.day)


def _series(value: Any, frame: Frame) -> Any:
    return value if isinstance(value, pd.Series) else pd.Series(value, index=frame.index)
