"""The household's time line: what the register noted, what departments reported, which warnings came."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.readers.deliveries import source_texts
from qianshao.registry.codelists import label
from qianshao.registry.readers.households import Fact, Member
from qianshao.screening.dossier.home import HOUSEHOLD, PERSON, in_words
from qianshao.screening.dossier.statements import Departments
from qianshao.screening.matching import CLEARED
from qianshao.screening.pages.lines import Line
from qianshao.screening.words import CLEARED_BECAUSE
from qianshao.words import Text

# More facts of one day and source, or rows of one feed and month, are told as a number.
TOLD_SINGLY = 3
WARNED = Text("预警出现：{cause}", "Warning: {cause}")
ENDED = Text("预警解除：{cause}，{why}", "Warning cleared: {cause}, {why}")
STATED = Text("登记了 {n} 项情况", "{n} facts registered")
JOINED = Text("{name} 加入本户", "{name} joined the household")
LEFT = Text("{name} 离开本户：{why}", "{name} left the household: {why}")
SEVERAL = Text("{what} {n} 件", "{what}: {n} entries")
NAMED = Text("{name} {what}", "{name}: {what}")
CHANGED = Text("{what}：{value}", "{what}: {value}")


@dataclass(frozen=True)
class Event:
    """What was on a day, and by whose word. `warning`: the key of the warning it is about."""

    on: date
    what: Text = field(repr=False)
    source: Text | None
    warning: int | None = None


def chronicle(
    history: Sequence[Fact],
    members: Sequence[Member],
    registered_on: date,
    departments: Departments,
    warned: Iterable[Line],
) -> list[Event]:
    """All events, the newest first."""
    names = {member.person: member.name for member in members}
    events = [
        *_facts(history, names),
        *_comings(members, registered_on),
        *_reports(departments),
        *_changes_of_work(departments),
        *_warnings(warned),
    ]
    today = departments.on
    return sorted((e for e in events if e.on <= today), key=lambda e: (e.on, e.warning or 0), reverse=True)


def _facts(history: Sequence[Fact], names: Mapping[int, str]) -> Iterator[Event]:
    sources = source_texts(fact.source for fact in history)
    of_a_day: dict[tuple[date, str], list[Fact]] = defaultdict(list)
    for fact in history:
        of_a_day[fact.since, fact.source].append(fact)
    for (day, source), facts in of_a_day.items():
        if len(facts) > TOLD_SINGLY:
            yield Event(day, STATED.format(n=len(facts)), sources.get(source))
            continue
        for fact in facts:
            value = in_words(fact.name, fact.value)
            if value is not None:
                topic = HOUSEHOLD.get(fact.name) or PERSON[fact.name]
                said = _filled(CHANGED, what=topic, value=value)
                yield Event(day, _named(names.get(fact.person or 0, ""), said), sources.get(source))


def _comings(members: Sequence[Member], registered_on: date) -> Iterator[Event]:
    for member in members:
        name = Text(member.name, member.name)
        if member.since > registered_on:
            yield Event(member.since, _filled(JOINED, name=name), None)
        if member.until is not None:
            why = label("leaving_reasons", member.left_reason or "other")
            yield Event(member.until, _filled(LEFT, name=name, why=why), None)


def _reports(departments: Departments) -> Iterator[Event]:
    for contract in feed_contracts().values():
        if contract.kind != "events" or contract.date is None or contract.name not in departments.tables:
            continue
        months: dict[tuple[int, int], list[Event]] = defaultdict(list)
        for row in departments.rows(contract.name):
            said = departments.said(contract, row)
            if said.on is not None:
                value = said.what
                what = _filled(CHANGED, what=contract.label, value=value) if value.zh else contract.label
                event = Event(said.on, _named(said.member, what), contract.department)
                months[said.on.year, said.on.month].append(event)
        for events in months.values():
            if len(events) > TOLD_SINGLY:
                what = _filled(SEVERAL, what=contract.label, n=Text(str(len(events)), str(len(events))))
                yield Event(events[0].on, what, contract.department)
            else:
                yield from events


def _changes_of_work(departments: Departments) -> Iterator[Event]:
    """Months in which a monthly list began to say something else of a person."""
    for contract in feed_contracts().values():
        if contract.kind != "status" or contract.date is None or contract.name not in departments.tables:
            continue
        code = next((column for column in contract.landed if column.type == "code"), None)
        last: dict[int, str] = {}
        for row in reversed(departments.rows(contract.name)):
            person = row.get("person") or 0
            if code is not None and row[code.name] != last.get(person):
                if person in last:
                    said = departments.said(contract, row)
                    yield Event(row[contract.date], _named(said.member, said.what), contract.department)
                last[person] = row[code.name]


def _warnings(warned: Iterable[Line]) -> Iterator[Event]:
    for line in warned:
        warning, cause = line.warning, line.explained.cause
        yield Event(warning.first_run.as_of, _filled(WARNED, cause=cause), None, warning.pk)
        if warning.status == CLEARED:
            why = CLEARED_BECAUSE.get(warning.cleared_because, Text("", ""))
            yield Event(warning.last_run.as_of, _filled(ENDED, cause=cause, why=why), None, warning.pk)


def _named(name: str, what: Text) -> Text:
    return _filled(NAMED, name=Text(name, name), what=what) if name else what


def _filled(template: Text, **texts: Text) -> Text:
    """A sentence in both languages from parts in both."""
    return Text(
        template.zh.format(**{name: text.zh for name, text in texts.items()}),
        template.en.format(**{name: text.en for name, text in texts.items()}),
    )
