"""Folders of YAML to one frozen rulebook, or every fault in them at once."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from qianshao.rules.parser import is_name
from qianshao.rules.reading import indicators as indicator_entries
from qianshao.rules.reading import located
from qianshao.rules.reading.indicators import Declared
from qianshao.rules.reading.located import Located
from qianshao.rules.reading.parameters import codelist, parameter
from qianshao.rules.reading.rules import rule
from qianshao.rules.refusals import Refusal, RulebookRefused
from qianshao.rules.rulebook import Codelist, Indicator, Parameter, Rule, Rulebook
from qianshao.rules.sources import Source
from qianshao.rules.symbols import AS_OF, Symbol, Symbols
from qianshao.rules.tree import names
from qianshao.rules.types import Subject
from qianshao.words import Text

SORTS = ("codelists", "parameters", "indicators", "rules")
RESERVED = {AS_OF, "household", "person", "village", "place", "threshold", "margin"}

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

Entries = dict[str, Located]


def load_rulebook(folders: Sequence[Path], sources: Mapping[str, Source]) -> Rulebook:
    """Read `codelists`, `parameters`, `indicators` and `rules` below each folder.

    A later folder replaces entries of an earlier one by name. Raises RulebookRefused with all refusals.
    """
    refusals: list[Refusal] = []
    found = {sort: _entries(folders, sort, refusals) for sort in SORTS}
    _one_namespace(found, refusals)
    book = _build(found, sources, refusals)
    if refusals:
        raise RulebookRefused(refusals)
    return book


def _entries(folders: Sequence[Path], sort: str, refusals: list[Refusal]) -> Entries:
    merged: Entries = {}
    for folder in folders:
        own: Entries = {}
        for path in sorted((folder / sort).glob("*.yaml")):
            content = located.read(path, f"{folder.name}/{sort}/{path.name}", refusals)
            for entry in located.entries(content) if content is not None else ():
                _add(own, entry, refusals)
        merged.update(own)
    return merged


def _add(own: Entries, entry: Located, refusals: list[Refusal]) -> None:
    name = entry.content.get("name") if isinstance(entry.content, dict) else None
    if name is None:
        refusals.append(
            Refusal(entry.where, Text("缺少 name", "name is missing"), Text("name: …", "name: …"))
        )
    elif not _NAME.fullmatch(name.written) or name.written in RESERVED or not is_name(name.written):
        refusals.append(
            Refusal(
                name.where,
                Text(f"“{name.written}”不能作名称", f"“{name.written}” cannot be a name"),
                Text("小写字母、数字和单个下划线", "Small letters, digits and single underscores"),
            )
        )
    elif name.written in own:
        first = own[name.written].where
        refusals.append(
            Refusal(
                name.where,
                Text(f"“{name.written}”已在 {first} 写过", f"“{name.written}” is already at {first}"),
            )
        )
    else:
        own[name.written] = entry


def _one_namespace(found: Mapping[str, Entries], refusals: list[Refusal]) -> None:
    """In a condition, a name is an indicator or a parameter, never both."""
    refusals.extend(
        Refusal(
            found["parameters"][name].where,
            Text(f"“{name}”同时是指标和参数", f"“{name}” is an indicator as well as a parameter"),
            Text("给参数换一个名称", "Give the parameter another name"),
        )
        for name in sorted(found["parameters"].keys() & found["indicators"].keys())
    )


def _build(found: Mapping[str, Entries], sources: Mapping[str, Source], refusals: list[Refusal]) -> Rulebook:
    codelists: dict[str, Codelist] = {}
    for name, entry in found["codelists"].items():
        if (listed := codelist(entry, refusals)) is not None:
            codelists[name] = listed
    parameters: dict[str, Parameter] = {}
    for name, entry in found["parameters"].items():
        if (dated := parameter(entry, refusals)) is not None:
            parameters[name] = dated
    broken = frozenset(found["parameters"].keys() - parameters.keys())
    catalogue = _Catalogue(sources, parameters, broken, refusals)
    catalogue.read(found["indicators"])
    rules: dict[str, Rule] = {}
    symbols = catalogue.symbols(Subject.HOUSEHOLD, only_0_and_1=True)
    for name, entry in found["rules"].items():
        built = rule(entry, symbols, catalogue.built, parameters, codelists, refusals)
        if built is not None:
            rules[name] = built
    return Rulebook(catalogue.built, rules, parameters, codelists, sources, _digest(found))


def _digest(found: Mapping[str, Entries]) -> str:
    content = {sort: {name: entry.plain() for name, entry in own.items()} for sort, own in found.items()}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Catalogue:
    """The indicators, built persons first and measured ones before formulas, so that each name is known."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        parameters: Mapping[str, Parameter],
        broken: frozenset[str],
        refusals: list[Refusal],
    ) -> None:
        self.sources = sources
        self.parameters = {name: Symbol(p.type, "parameter") for name, p in parameters.items()}
        self.broken = broken
        self.refusals = refusals
        self.declared: dict[str, Declared] = {}
        self.built: dict[str, Indicator] = {}

    def read(self, entries: Entries) -> None:
        for name, entry in entries.items():
            declared = indicator_entries.declare(entry, self.refusals)
            if declared is None:
                self.broken |= {name}
            else:
                self.declared[name] = declared
        for subject in (Subject.PERSON, Subject.HOUSEHOLD):
            own = {n: d for n, d in self.declared.items() if d.head.subject is subject}
            for name, declared in own.items():
                if not declared.fields.has("formula"):
                    persons = self.symbols(Subject.PERSON)
                    self._keep(
                        name,
                        indicator_entries.measured(declared, self.sources, self.parameters, persons),
                    )
            for name, declared in own.items():
                if declared.fields.has("formula"):
                    self._keep(name, indicator_entries.formula(declared, self.symbols(subject)))
            self._refuse_circles(subject)

    def _keep(self, name: str, indicator: Indicator | None) -> None:
        if indicator is None:
            self.broken |= {name}
        else:
            self.built[name] = indicator

    def symbols(self, subject: Subject, only_0_and_1: bool = False) -> Symbols:
        """Names in reach of an expression about this subject."""
        known = dict(self.parameters)
        elsewhere: dict[str, Text] = {}
        for name, declared in self.declared.items():
            if name in self.broken:
                continue
            head = self.built.get(name, declared.head)
            if head.subject is subject:
                known[name] = Symbol(head.type, "indicator", head.codes, head.non_negative, head.noneable)
            else:
                elsewhere[name] = Text(
                    f"“{name}”是{'人' if head.subject is Subject.PERSON else '户'}的指标，先汇总",
                    f"“{name}” is about a {head.subject}; sum it up first",
                )
        return Symbols(known, only_0_and_1, self.broken, elsewhere)

    def _refuse_circles(self, subject: Subject) -> None:
        """Formulas may not use one another in a circle."""
        done: set[str] = set()
        for name in [n for n, i in self.built.items() if i.subject is subject and i.formula is not None]:
            self._follow(name, [], done)

    def _follow(self, name: str, path: list[str], done: set[str]) -> None:
        indicator = self.built.get(name)
        if indicator is None or indicator.formula is None or name in done:
            return
        if name in path:
            circle = " → ".join([*path[path.index(name) :], name])
            declared = self.declared[name].fields.content["formula"]
            reason = Text(f"公式互相引用：{circle}", f"Formulas use one another in a circle: {circle}")
            self.refusals.append(Refusal(declared.where, reason))
            done.update(path)
            return
        for used in names(indicator.formula, "indicator"):
            self._follow(used, [*path, name], done)
        done.add(name)
