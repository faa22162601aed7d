"""Where the register and a department say different things of one matter, and which of them rules use."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from qianshao.feeds.contracts import feed_contracts
from qianshao.feeds.readers.deliveries import source_texts
from qianshao.registry.readers.households import Fact
from qianshao.rules.parameters import Resolved
from qianshao.rules.rulebook import Rulebook, expressions, rests_on
from qianshao.rules.tree import names
from qianshao.screening.dossier.home import HOUSEHOLD, PERSON, in_words
from qianshao.screening.dossier.statements import Departments
from qianshao.words import Text

# For how long an appraisal or a month of work speaks against the register.
A_YEAR = timedelta(days=365)
A_QUARTER = timedelta(days=100)
NOT_LISTED = Text("不在名单里", "Not in the list")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Verdict:
    """What rows say of a matter: comparable with the register's value; None: nothing."""

    value: Any
    row: dict[str, Any] | None = None


@dataclass(frozen=True)
class Matter:
    """Something that the register and a feed both speak of. `column` is the register's in rules."""

    fact: str
    feed: str
    table: str
    column: str
    judge: Callable[[Rows, date], Verdict | None]
    absence: Any = None  # what it means that a full list that speaks does not name the person
    of_register: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Side:
    """One of the two: who says it, since when, and what."""

    who: Text
    on: date | None
    said: Text = field(repr=False)
    detail: Text | None = field(repr=False)


@dataclass(frozen=True)
class Difference:
    """`member` is empty for matters of the whole household; `used`: which side rules compute with."""

    topic: Text
    member: str = field(repr=False)
    register: Side
    department: Side
    used: Text


def differences(
    facts: Iterable[Fact], said: Departments, members: dict[int, str], rulebook: Rulebook, resolved: Resolved
) -> list[Difference]:
    """All matters of the household and its members in which the two differ."""
    current = {(fact.person, fact.name): fact for fact in facts}
    sources = source_texts(fact.source for fact in current.values())
    found = []
    for matter in MATTERS:
        used = _used(matter, rulebook, resolved)
        for person in [None] if matter.fact in HOUSEHOLD else members:
            fact = current.get((person, matter.fact))
            verdict = _verdict(matter, said, person)
            if fact is None or verdict is None or verdict.value == matter.of_register(fact.value):
                continue
            found.append(
                Difference(
                    topic=HOUSEHOLD.get(matter.fact) or PERSON[matter.fact],
                    member=members.get(person, "") if person else "",
                    register=_register(fact, sources),
                    department=_department(matter, verdict, said),
                    used=used,
                )
            )
    return found


def _verdict(matter: Matter, said: Departments, person: int | None) -> Verdict | None:
    if not said.speaks(matter.feed):
        return None
    rows = said.rows(matter.feed, person)
    if not rows:
        return None if matter.absence is None else Verdict(matter.absence)
    return matter.judge(rows, said.on)


def _register(fact: Fact, sources: dict[str, Text]) -> Side:
    value = in_words(fact.name, fact.value) or Text("", "")
    return Side(sources.get(fact.source, Text("登记", "Register")), fact.since, value, None)


def _department(matter: Matter, verdict: Verdict, said: Departments) -> Side:
    contract = feed_contracts()[matter.feed]
    who = Text(
        f"{contract.department.zh} · {contract.label.zh}", f"{contract.department.en} · {contract.label.en}"
    )
    until = said.until.get(matter.feed)
    if verdict.row is None:
        return Side(who, until, in_words(matter.fact, verdict.value) or NOT_LISTED, NOT_LISTED)
    on = verdict.row[contract.date] if contract.date else until
    detail = said.words(contract, verdict.row)
    return Side(who, on, in_words(matter.fact, verdict.value) or detail, detail)


def _used(matter: Matter, rulebook: Rulebook, resolved: Resolved) -> Text:
    """In words: which live rules rest on the department's list, and which on the register's column."""
    department = feed_contracts()[matter.feed].department
    by_feed = list(_rules(rulebook, resolved, matter.feed, None))
    by_register = list(_rules(rulebook, resolved, matter.table, matter.column))
    both = [label for label in by_feed if label in by_register]
    said = (
        (both, "两处都看", "Looking at both"),
        ([x for x in by_feed if x not in both], f"按{department.zh}的说法", f"By the {department.en}"),
        ([x for x in by_register if x not in both], "按登记", "By the register"),
    )
    parts = [(f"{zh}：{_listed(some).zh}", f"{en}: {_listed(some).en}") for some, zh, en in said if some]
    if not parts:
        return Text("现在没有规则用到", "No rule uses either now")
    zh, en = "；".join(part[0] for part in parts), "; ".join(part[1] for part in parts)
    return Text(f"规则怎么用：{zh}。", f"How rules use them: {en}.")


def _rules(rulebook: Rulebook, resolved: Resolved, source: str, column: str | None) -> Iterator[Text]:
    for name in resolved.rules:
        rule = rulebook.rules[name]
        used, _ = rests_on([rule.when], rulebook.indicators)
        for indicator in (rulebook.indicators[each] for each in used):
            if indicator.measure is None or indicator.measure.source != source:
                continue
            columns = [each for node in expressions(indicator) for each in names(node, "column")]
            if column is None or column in columns:
                yield rule.label
                break


def _listed(labels: list[Text]) -> Text:
    return Text("、".join(text.zh for text in labels), ", ".join(text.en for text in labels))


def _working(rows: Rows, on: date) -> Verdict | None:
    newest = rows[0]
    return Verdict(newest["status"] == "working", newest) if on - newest["month"] < A_QUARTER else None


def _insured(rows: Rows, on: date) -> Verdict | None:
    newest = max(rows, key=lambda row: row["year"])
    return Verdict(bool(newest["year"] >= on.year and newest["paid"]), newest)


def _listed_at_all(rows: Rows, on: date) -> Verdict | None:
    return Verdict(True, rows[0])


def _appraised(rows: Rows, on: date) -> Verdict | None:
    newest = rows[0]
    recent = on - newest["appraised_on"] < A_YEAR and newest["remedied_on"] is None
    return Verdict(newest["grade"], newest) if recent else None


MATTERS = (
    Matter("working", "off_farm_work", "persons", "working", _working),
    Matter("medical", "medical_enrolment", "persons", "medical_insured", _insured, absence=False),
    Matter(
        "conditions",
        "disability_card",
        "persons",
        "disabled",
        _listed_at_all,
        absence=False,
        of_register=lambda value: "disabled" in str(value).split(","),
    ),
    Matter("grade", "housing_appraisal", "households", "housing_grade", _appraised),
)
