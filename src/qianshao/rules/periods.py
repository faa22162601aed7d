"""Days of windows and spans of coverage, all folded to plain dates before an engine sees them."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qianshao.rules.rulebook import Window
from qianshao.rules.sources import Source

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both of them in it; without `first`, from the beginning."""

    first: date | None
    last: date


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def span(window: Window | None, as_of: date) -> Span:
    """The days that a window holds when `as_of` is judged. Without a window, all up to `as_of`."""
    if window is None:
        return Span(None, as_of)
    last = months_before(as_of, window.ago_months) if window.ago_months else as_of
    if window.months is not None:
        return Span(months_before(as_of, window.months + window.ago_months) + DAY, last)
    if window.days is not None:
        return Span(last - window.days * DAY + DAY, last)
    month, day = window.since or (1, 1)
    began = date(last.year, month, day)
    return Span(began if began <= last else date(last.year - 1, month, day), last)


class Coverage:
    """For which villages and times deliveries speak; only there does no row mean none.

    Rows have `feed`, `village`, `covered_from` and `covered_until`, the first day not covered. Spans that
    touch count as one.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        spans: dict[tuple[str, str], list[tuple[date, date]]] = defaultdict(list)
        for row in rows:
            spans[row["feed"], row["village"]].append((row["covered_from"], row["covered_until"]))
        self.spans = {key: _merged(found) for key, found in spans.items()}

    def speaks(self, source: Source, village: str, days: Span, as_of: date) -> bool:
        """Whether the source speaks for all these days in this village."""
        [spoken] = self.spoken(source, [village], days, as_of)
        return spoken

    def spoken(self, source: Source, villages: Sequence[str], days: Span, as_of: date) -> list[bool]:
        """For each village whether the source speaks there for all these days.

        It may end before `as_of` by as much as its schedule lets it be late. Without a first day only the end
        counts, and a register speaks always.
        """
        if source.is_register:
            return [True] * len(villages)
        until = min(days.last, as_of - timedelta(days=source.grace_days))
        first = until if days.first is None else min(days.first, until)
        spans = (self.spans.get((source.name, village), ()) for village in villages)
        return [any(begin <= first and end > until for begin, end in own) for own in spans]


def _merged(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    if len(spans) == 1:
        return spans
    merged: list[tuple[date, date]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
