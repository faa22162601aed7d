"""YAML with places: every value knows the file, line and column where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from qianshao.rules.refusals import Refusal, Where
from qianshao.words import Text

Plain: TypeAlias = str | int | Decimal | bool | date | None

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Located:
    """A value, and where it stands. A number with a point is a Decimal, exactly as written."""

    content: "Plain | list[Located] | dict[str, Located]"
    where: Where
    written: str = ""
    inset: int | None = 0
    """Characters between `where` and the first character of a text; None if it runs over several lines."""
    keys: dict[str, Where] = field(default_factory=dict)

    def at(self, offset: int) -> Where:
        """The place of a character of this text."""
        if self.inset is None:
            return self.where
        return Where(self.where.file, self.where.line, self.where.column + self.inset + offset)

    def plain(self) -> Any:
        """The value without places, for digests."""
        if isinstance(self.content, list):
            return [item.plain() for item in self.content]
        if isinstance(self.content, dict):
            return {key: item.plain() for key, item in self.content.items()}
        return self.content if self.content is None or isinstance(self.content, bool) else str(self.content)


def read(path: Path, shown: str, refusals: list[Refusal]) -> Located | None:
    """The file's content; None, with a refusal noted, where it is no YAML."""
    try:
        node = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        refusals.append(_unreadable(shown, error))
        return None
    if node is None:
        return None
    return _Conversion(shown, refusals).convert(node)


def _unreadable(shown: str, error: Exception) -> Refusal:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    where = Where(shown, mark.line + 1, mark.column + 1) if mark else Where(shown, 1, 1)
    problem = (error.problem if isinstance(error, MarkedYAMLError) else None) or "not UTF-8"
    return Refusal(
        where,
        Text(f"不是有效的 YAML：{problem}", f"Not YAML: {problem}"),
        Text("用 UTF-8 保存；含冒号或 # 的文字加引号", "Save as UTF-8; quote texts that hold a colon or #"),
    )


class _Conversion:
    def __init__(self, shown: str, refusals: list[Refusal]) -> None:
        self.shown = shown
        self.refusals = refusals
        self.seen: set[int] = set()

    def where(self, node: Any) -> Where:
        return Where(self.shown, node.start_mark.line + 1, node.start_mark.column + 1)

    def convert(self, node: Any) -> Located:
        where = self.where(node)
        if id(node) in self.seen:
            self.refusals.append(
                Refusal(where, Text("不要用 YAML 别名", "No YAML aliases"), Text("写全", "Write it out"))
            )
            return Located(None, where)
        self.seen.add(id(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, where)
        if isinstance(node, SequenceNode):
            return Located([self.convert(item) for item in node.value], where)
        return self.scalar(node, where)

    def mapping(self, node: Any, where: Where) -> Located:
        content: dict[str, Located] = {}
        keys: dict[str, Where] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in content:
                self.refusals.append(
                    Refusal(self.where(key), Text(f"“{name}”写了两次", f"“{name}” is written twice"))
                )
            content[name] = self.convert(value)
            keys[name] = self.where(key)
        return Located(content, where, keys=keys)

    def scalar(self, node: ScalarNode, where: Where) -> Located:
        lines = node.end_mark.line - node.start_mark.line
        inset = None if lines else int(node.style in ("'", '"'))
        return Located(_plain(str(node.tag).removeprefix(_TAG), node.value), where, node.value, inset)


def _plain(tag: str, written: str) -> Plain:
    if tag == "null":
        return None
    if tag == "bool":
        return written.lower() == "true"
    try:
        if tag == "int":
            return int(written.replace("_", ""))
        if tag == "float":
            return Decimal(written.replace("_", ""))
        if tag == "timestamp":
            return date.fromisoformat(written)
    except ArithmeticError:
        return written
    except ValueError:
        return written
    return written


def entries(located: Located) -> Iterator[Located]:
    """The entries of a file: the items of its list, or its one mapping."""
    yield from located.content if isinstance(located.content, list) else [located]
