"""One YAML file while it is read: its values, or a refusal with line and column for each that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from qianshao.words import Text


@dataclass(frozen=True)
class Refusal:
    """One thing wrong in a contract file, with its place (line and column count from 1)."""

    file: str
    line: int
    column: int
    reason: Text
    right_form: Text

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.reason.en} Right: {self.right_form.en}"


class Page:
    """One file while it is read: its content, and where to put a refusal."""

    def __init__(self, path: Path, content: CommentedMap, refusals: list[Refusal]) -> None:
        self.path = path
        self.content = content
        self.refusals = refusals
        self.found_before = len(refusals)

    @classmethod
    def read(cls, path: Path, refusals: list[Refusal]) -> "Page | None":
        try:
            content = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
        except MarkedYAMLError as error:
            mark = error.problem_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            reason = Text("不是有效的 YAML。", f"Not valid YAML: {error.problem}.")
            refusals.append(Refusal(str(path), line, column, reason, MAPPING))
            return None
        except UnicodeDecodeError:
            reason = Text("文件编码不是 UTF-8。", "The file is not UTF-8.")
            refusals.append(Refusal(str(path), 1, 1, reason, Text("存为 UTF-8", "Save it as UTF-8")))
            return None
        if not isinstance(content, CommentedMap):
            reason = Text("文件内容不是“键: 值”。", "The file does not hold keys and values.")
            refusals.append(Refusal(str(path), 1, 1, reason, MAPPING))
            return None
        return cls(path, content, refusals)

    @property
    def clean(self) -> bool:
        return len(self.refusals) == self.found_before

    def refuse(self, at: Any, key: Any, reason: Text, right_form: Text) -> None:
        line, column = place(at, key)
        self.refusals.append(Refusal(str(self.path), line, column, reason, right_form))

    def known(self, at: CommentedMap, allowed: Sequence[str], wanted: Sequence[str]) -> None:
        """Refuse keys that nobody reads, and miss those that must be there."""
        for key in at:
            if key not in allowed:
                right = Text("、".join(allowed), ", ".join(allowed))
                self.refuse(at, key, Text(f"不认识“{key}”。", f"Nothing is called {key!r} here."), right)
        for key in wanted:
            if key not in at:
                self.refuse(
                    at, None, Text(f"缺少“{key}”。", f"{key!r} is missing."), Text(f"{key}: …", f"{key}: …")
                )

    def text(self, at: CommentedMap, key: str) -> str:
        value = at.get(key, "")
        if not isinstance(value, str):
            reason = Text(f"“{key}”要写成文字。", f"{key!r} must be text.")
            self.refuse(at, key, reason, Text(f'{key}: "{value}"', f'{key}: "{value}"'))
            return ""
        return value

    def texts(self, at: CommentedMap, key: Any) -> tuple[str, ...]:
        value = at.get(key, [])
        if not isinstance(value, CommentedSeq | list) or not all(isinstance(text, str) for text in value):
            reason = Text(f"“{key}”要写成一列文字。", f"{key!r} must be a list of texts.")
            self.refuse(at, key, reason, Text('[住院, "1"]', '[住院, "1"]'))
            return ()
        return tuple(value)

    def both(self, at: CommentedMap, key: Any) -> Text:
        """A sentence in both languages."""
        value = at.get(key)
        if (
            isinstance(value, CommentedMap)
            and isinstance(value.get("zh"), str)
            and isinstance(value.get("en"), str)
        ):
            return Text(value["zh"], value["en"])
        if value is not None:
            reason = Text(f"“{key}”要写中文和英文。", f"{key!r} needs Chinese and English.")
            self.refuse(at, key, reason, Text("{zh: …, en: …}", "{zh: …, en: …}"))
        return Text("", "")

    def one_of(self, at: CommentedMap, key: str, allowed: Sequence[str]) -> str:
        value = at.get(key)
        if value in allowed:
            return str(value)
        if value is not None:
            reason = Text(f"“{key}”不能是“{value}”。", f"{key!r} cannot be {value!r}.")
            self.refuse(at, key, reason, Text("、".join(allowed), ", ".join(allowed)))
        return allowed[0]

    def whole(self, at: CommentedMap, key: str) -> int | None:
        value = at.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.refuse(at, key, Text(f"“{key}”要写整数。", f"{key!r} must be a whole number."), Text("0", "0"))
        return None


MAPPING = Text("name: …", "name: …")


def place(at: Any, key: Any) -> tuple[int, int]:
    """Line and column, from 1, of a key of a mapping, or of the mapping itself."""
    mark = getattr(at, "lc", None)
    if mark is None or mark.line is None:
        return 1, 1
    if key is not None and mark.data and key in mark.data:
        line, column = mark.data[key][:2]
        return int(line) + 1, int(column) + 1
    return int(mark.line) + 1, int(mark.col or 0) + 1
