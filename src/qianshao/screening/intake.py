"""A folder of files taken in whole: recognised by their headers, delivered in the order of their periods, and
screened at the end of each. `scan` and the example county both go this way."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from qianshao.feeds import words as feed_words
from qianshao.feeds.actions.deliveries import process, receive
from qianshao.feeds.actions.linking import link
from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.models import Delivery
from qianshao.feeds.periods import Period, period_in, read_period, to_come
from qianshao.places.actions import parent_code, trimmed
from qianshao.places.models import Area
from qianshao.places.readers import smallest_with_all_villages
from qianshao.refusals import Refused
from qianshao.registry.actions.areas import import_area_list
from qianshao.screening import words
from qianshao.screening.actions.runs import execute, start
from qianshao.screening.models import Run
from qianshao.words import Text
from qianshao.work.clocks import today
from qianshao.workbooks import Contract, judge, recognise

Progress = Callable[[Text, float], None]

AREAS = "areas.csv"
SUFFIXES = {".xlsx", ".xls", ".xlsm", ".ods", ".csv", ".txt", ".png", ""}
DAY = timedelta(days=1)

# In this order: members belong to households, income to both, and feeds to members.
REGISTRY = ("household_roster", "member_roster", "income_ledger")


# Faults of a file that can be read, but is no list that it was judged as.
NOT_A_LIST = {"no_header", "missing_column", "column_twice", "no_rows"}


@dataclass(frozen=True)
class Sent:
    """A file with what it was recognised as."""

    path: Path
    contract: Contract
    period: Period
    handed_in: Period | None  # the month that its folder is named for, 2026-11

    def is_there_on(self, day: date, *, begun: bool) -> bool:
        """Whether the file was at hand on a day; `begun`: even if its period ends later."""
        if self.handed_in is not None and self.handed_in.first > day:
            return False
        return (self.period.first if begun else self.period.last) <= day

    @property
    def order(self) -> tuple[int, str, date, str]:
        """Registers before feeds, then by feed and period; the name makes it total."""
        name = self.contract.name
        place = REGISTRY.index(name) if name in REGISTRY else len(REGISTRY)
        return (place, name, self.period.first, self.path.name)


@dataclass(frozen=True)
class LeftOut:
    """A file that is no list of ours as it stands, and what would make it one."""

    path: Path
    reason: Text
    right_form: Text | None


@dataclass
class Taken:
    """What came of a folder."""

    deliveries: list[Delivery] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def take_in(
    folder: Path,
    *,
    by: str,
    as_of: date | None = None,
    progress: Progress | None = None,
    but: Collection[Path] = (),
) -> Taken:
    """Deliver every file below `folder` and screen at the end of each period that files speak for, in turn,
    so that warnings continue and clear. `as_of`: nothing later is delivered, and that day is screened last.
    `but`: files to leave alone. A folder named for a month (2026-11) tells when the files in it came.

    Broken off, it may be called again: what was done stays as it is. Raises `Refused` for a folder without a
    household roster.
    """
    told = progress or (lambda phase, share: None)
    sent, left_out = _recognised([path for path in files_below(folder) if path not in but], folder)
    if not any(file.contract.name == REGISTRY[0] for file in sent):
        raise Refused(words.NO_ROSTER.format(folder=folder), words.NO_ROSTER_RIGHT)
    area = _areas(folder, sent, by)
    taken = Taken(left_out=left_out)
    rounds = _rounds(sent, as_of)
    steps = sum(len(files) + 1 for _, files in rounds)
    for day, files in rounds:
        for file in files:
            told(words.DELIVERING.format(file=file.path.name), _done(taken) / steps)
            _deliver(file, area, by, taken)
        if Run.objects.filter(state="done", as_of__gte=day).exists():
            continue  # taken in before: the files are the same deliveries, and a day is not screened twice
        told(words.LINKING, _done(taken) / steps)
        link(by=by)
        told(words.SCREENING_DAY.format(day=day), _done(taken) / steps)
        taken.runs.append(execute(run=start(as_of=day, by=by)))
    told(words.PHASES["done"], 1.0)
    return taken


def files_below(folder: Path) -> Iterator[Path]:
    """The files that may be tables, in a fixed order; hidden ones and office programs' locks are not."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix.lower() in SUFFIXES and path.name != AREAS:
            yield path


def _recognised(paths: Iterable[Path], folder: Path) -> tuple[list[Sent], list[LeftOut]]:
    found: list[tuple[Path, Contract, Period | None]] = []
    left_out = []
    for path in paths:
        likely = next(iter(recognise(path, feed_contracts().values())), None)
        period = period_in(path.name)
        if likely is None:
            left_out.append(_unknown(path))
        elif period is None and likely.contract.lands == "feed":
            reason = feed_words.PERIOD_UNKNOWN.format(file_name=path.name)
            left_out.append(LeftOut(path, reason, feed_words.PERIOD_RIGHT))
        elif period is not None and (refusal := to_come(period, today())):
            left_out.append(LeftOut(path, refusal.reason, refusal.right_form))
        else:
            found.append((path, likely.contract, period))
    # A roster whose name states no day was there when the first feed ended.
    first = min((period.last for _, _, period in found if period), default=today())
    return [
        Sent(path, contract, period or Period(first, first + DAY), _handed_in(path, folder))
        for path, contract, period in found
    ], left_out


def _handed_in(path: Path, folder: Path) -> Period | None:
    """A list of October that lies in the folder of November came in November."""
    return None if path.parent == folder else read_period(path.parent.name)


def _unknown(path: Path) -> LeftOut:
    """A file without the titles of any list, or one that cannot be read at all."""
    judged = judge(path, feed_contracts()[REGISTRY[0]])
    unreadable = next((fault for fault in judged.file_faults if fault.code not in NOT_A_LIST), None)
    if unreadable is None:
        return LeftOut(path, words.NOT_RECOGNISED, words.NOT_RECOGNISED_RIGHT)
    return LeftOut(path, unreadable.reason, unreadable.right_form or words.NOT_RECOGNISED_RIGHT)


def _rounds(sent: Sequence[Sent], as_of: date | None) -> list[tuple[date, list[Sent]]]:
    """The days to screen, the ends of the periods, each with the files that are delivered before it.

    No day is screened on which nobody was registered yet.
    """
    registered = min(file.period.last for file in sent if file.contract.name == REGISTRY[0])
    ends = {file.period.last for file in sent if file.contract.lands == "feed"} or {registered}
    days = sorted(day for day in ends if registered <= day) or [registered]
    if as_of is not None:
        days = [day for day in days if day < as_of] + [as_of]
    left = sorted(sent, key=lambda file: file.order)
    rounds = []
    for day in days:
        begun = day == as_of  # a file that ends later has rows of the days before all the same
        last = as_of is None and day == days[-1]  # whatever is in the folder has come by now
        files = [file for file in left if last or file.is_there_on(day, begun=begun)]
        left = [file for file in left if file not in files]
        rounds.append((day, files))
    return rounds


def _done(taken: Taken) -> int:
    return len(taken.deliveries) + len(taken.runs)


def _deliver(file: Sent, area: Area, by: str, taken: Taken) -> None:
    """Take a file in, or name it as left out: one may have the very bytes of a list of another month."""
    try:
        delivery = receive(
            path=file.path,
            file_name=file.path.name,
            feed=file.contract.name,
            area=area,
            by=by,
            period=file.period,
        )
    except Refused as refusal:
        taken.left_out.append(LeftOut(file.path, refusal.reason, refusal.right_form))
    else:
        taken.deliveries.append(process(delivery=delivery, by=by))


def _areas(folder: Path, sent: Iterable[Sent], by: str) -> Area:
    """The smallest area that holds them all, after their list, or what the rosters say of it, is imported."""
    listed = folder / AREAS
    names = dict(_listed(listed) if listed.exists() else _inferred(sent))
    import_area_list(rows=list(names.items()), by=by)
    area = smallest_with_all_villages()
    if area is None:
        raise Refused(feed_words.NO_AREAS, feed_words.NO_AREAS_RIGHT)
    return area


def _listed(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["code"], row["name"]


def _inferred(sent: Iterable[Sent]) -> Iterator[tuple[str, str]]:
    """Villages as the household rosters name them, and above them their codes for want of a name."""
    for file in sent:
        if file.contract.name == REGISTRY[0]:
            for row in judge(file.path, file.contract).rows:
                code = row.values.get("village_code")
                if code:
                    yield from _upwards(str(code), str(row.values.get("village_name") or code))


def _upwards(code: str, name: str) -> Iterator[tuple[str, str]]:
    above = parent_code(trimmed(code))
    while above:
        yield above, above
        above = parent_code(above)
    yield code, name
