"""The register's facts of a household in words, each with its source and the day since when it is true."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from qianshao.feeds.readers.deliveries import source_texts
from qianshao.registry.codelists import label
from qianshao.registry.readers.households import Fact, Member
from qianshao.rules.formats import NO, YES
from qianshao.words import Text

HOUSEHOLD = {
    "base_type": Text("户类型", "Type of household"),
    "monitored_kind": Text("监测对象", "Monitored as"),
    "grade": Text("住房", "House"),
    "water_safe": Text("饮水安全", "Safe drinking water"),
    "toilet": Text("卫生厕所", "Sanitary toilet"),
    "cultivated_land_mu": Text("耕地", "Farmland"),
    "relocated": Text("易地搬迁", "Relocated"),
}
PERSON = {
    "education": Text("文化程度", "Education"),
    "school_status": Text("在校情况", "School"),
    "conditions": Text("健康", "Health"),
    "ability": Text("劳动能力", "Ability to work"),
    "working": Text("务工", "Off-farm work"),
    "medical": Text("医保", "Medical insurance"),
    "pension": Text("养老保险", "Pension insurance"),
}
CODES = {
    "base_type": "base_types",
    "monitored_kind": "monitored_kinds",
    "grade": "housing_grades",
    "education": "education",
    "school_status": "school_statuses",
    "ability": "labour",
}

# Where yes and no alone would leave one asking.
FLAGS = {
    "water_safe": (Text("安全", "safe"), Text("不安全", "not safe")),
    "toilet": (Text("有", "yes"), Text("没有", "none")),
    "working": (Text("在务工", "at work"), Text("没有务工", "not at work")),
    "medical": (Text("已参保", "insured"), Text("未参保", "not insured")),
    "pension": (Text("已参保", "insured"), Text("未参保", "not insured")),
    "conditions": (Text("有残疾人证", "holds a card"), Text("没有残疾人证", "holds no card")),
}


@dataclass(frozen=True)
class Shown:
    """A fact in words; `value` is None where nobody has stated it."""

    label: Text
    value: Text | None = field(repr=False)
    since: date | None
    source: Text | None


@dataclass(frozen=True)
class Person:
    """A member with relation and facts in words; `facts` by name, None: nobody has stated it."""

    member: Member
    relation: Text
    facts: Mapping[str, Text | None] = field(repr=False)

    @property
    def schooling(self) -> Text | None:
        """In which school, else how far it went."""
        return self.facts["school_status"] or self.facts["education"]


def people(members: Iterable[Member]) -> list[Person]:
    """Members in words."""
    return [
        Person(
            member,
            label("relations", member.relation),
            {name: in_words(name, member.facts.get(name)) for name in PERSON},
        )
        for member in members
    ]


def home(facts: Iterable[Fact]) -> list[Shown]:
    """What the register says of the household as a whole; what it does not say stands there as unknown."""
    current = {fact.name: fact for fact in facts if fact.person is None}
    sources = source_texts(fact.source for fact in current.values())
    shown = []
    for name, words in HOUSEHOLD.items():
        fact = current.get(name)
        if fact is None:
            shown.append(Shown(words, None, None, None))
        else:
            source = sources.get(fact.source)
            shown.append(Shown(words, in_words(name, fact.value), fact.since, source))
    return shown


def in_words(name: str, value: Any) -> Text | None:
    """A fact's value in words; None for an unknown one."""
    if value in (None, ""):
        return None
    if isinstance(value, bool):
        yes, no = FLAGS.get(name, (YES, NO))
        return yes if value else no
    if name == "conditions":
        texts = [label("health", code) for code in str(value).split(",")]
        return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))
    if name == "cultivated_land_mu":
        amount = f"{Decimal(value).normalize():f}"
        return Text(f"{amount} 亩", f"{amount} mu")
    if name in CODES:
        return label(CODES[name], str(value))
    return Text(str(value), str(value))
