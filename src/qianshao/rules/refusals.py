"""What is wrong with a rulebook, where, and what the right form is."""

from collections.abc import Sequence
from dataclasses import dataclass

from qianshao.refusals import Refused
from qianshao.words import Text


@dataclass(frozen=True, order=True)
class Where:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Refusal:
    """One fault. `position` counts characters from 1 inside the expression, where the fault is in one."""

    where: Where
    reason: Text
    right_form: Text | None = None
    position: int | None = None

    def in_language(self, language: str) -> str:
        """`file:line:column: reason. Right form: …`"""
        form = self.right_form.in_language(language) if self.right_form else ""
        label = Text("。正确写法：", ". Right form: ").in_language(language) if form else ""
        return f"{self.where}: {self.reason.in_language(language)}{label}{form}"

    def __str__(self) -> str:
        return self.in_language("en")


class RulebookRefused(Refused):
    """Raised with every refusal of a rulebook at once, in the order of the files."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = sorted(refusals, key=lambda refusal: refusal.where)
        zh, en = ("\n".join(one.in_language(lang) for one in self.refusals) for lang in ("zh", "en"))
        super().__init__(Text(zh, en))
