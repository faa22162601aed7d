"""Reading the fields of one entry: each as its type, or a refusal with place and right form."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from qianshao.rules.arithmetic import said
from qianshao.rules.evaluation import WHOLE
from qianshao.rules.parser import ExpressionRefused
from qianshao.rules.reading.located import Located
from qianshao.rules.refusals import Refusal, Where
from qianshao.rules.symbols import did_you_mean
from qianshao.rules.types import Scalar, Type
from qianshao.words import Text

NOTHING = Text("", "")
FEN = 100


class Fields:
    """One mapping of a rulebook file, field by field.

    A getter notes a refusal and returns an empty value where the field is wrong; `failed` then says that
    nothing may be built from this entry. `finish` refuses what was never asked for.
    """

    def __init__(self, entry: Located, refusals: list[Refusal]) -> None:
        self.entry = entry
        self.content = entry.content if isinstance(entry.content, dict) else {}
        self.refusals = refusals
        self.failed = False
        self.asked: list[str] = []
        if not isinstance(entry.content, dict):
            self.refuse(entry.where, Text("这里应是“名称: 值”", "A mapping must stand here"))

    def refuse(
        self, where: Where, reason: Text, right_form: Text | None = None, position: int | None = None
    ) -> None:
        self.failed = True
        self.refusals.append(Refusal(where, reason, right_form, position))

    def has(self, name: str) -> bool:
        return name in self.content and self.content[name].content is not None

    def take(self, name: str, required: bool = True) -> Located | None:
        """The field's value; a missing one is refused if it is required."""
        self.asked.append(name)
        if self.has(name):
            return self.content[name]
        if required:
            self.refuse(
                self.entry.where, Text(f"缺少 {name}", f"{name} is missing"), Text(f"{name}: …", f"{name}: …")
            )
        return None

    def word(self, name: str, required: bool = True) -> str:
        """Any scalar as text."""
        value = self.take(name, required)
        if value is None:
            return ""
        if isinstance(value.content, list | dict):
            self.refuse(value.where, Text(f"{name} 应是文字", f"{name} must be a text"))
            return ""
        return value.written

    def choice(self, name: str, options: Sequence[str], default: str | None = None) -> str:
        """One of a few words."""
        value = self.take(name, default is None)
        if value is None:
            return default or ""
        if value.written not in options:
            listed = ", ".join(options)
            form = did_you_mean(value.written, tuple(options)) or Text(f"可用：{listed}", f"One of: {listed}")
            self.refuse(
                value.where,
                Text(f"{name} 不能是“{value.written}”", f"{name} cannot be “{value.written}”"),
                form,
            )
        return value.written

    def text(self, name: str, required: bool = True) -> Text:
        """A sentence in both languages: `{zh: …, en: …}`."""
        value = self.take(name, required)
        if value is None:
            return NOTHING
        parts = value.content if isinstance(value.content, dict) else {}
        if set(parts) != {"zh", "en"} or any(isinstance(p.content, list | dict) for p in parts.values()):
            self.refuse(
                value.where,
                Text(f"{name} 要有中英文", f"{name} needs both languages"),
                Text("{zh: …, en: …}", "{zh: …, en: …}"),
            )
            return NOTHING
        return Text(parts["zh"].written, parts["en"].written)

    def day(self, name: str, required: bool = True) -> date | None:
        value = self.take(name, required)
        if value is None:
            return None
        if not isinstance(value.content, date):
            self.refuse(
                value.where,
                Text(f"{name} 应是日期", f"{name} must be a date"),
                Text("2021-01-01", "2021-01-01"),
            )
            return None
        return value.content

    def flag(self, name: str) -> bool:
        value = self.take(name, required=False)
        if value is not None and not isinstance(value.content, bool):
            self.refuse(value.where, Text(f"{name} 应是 true 或 false", f"{name} must be true or false"))
        return value is not None and value.content is True

    def items(self, name: str, required: bool = False) -> list[Located]:
        """A list; empty if missing."""
        value = self.take(name, required)
        if value is None:
            return []
        if not isinstance(value.content, list):
            self.refuse(
                value.where, Text(f"{name} 应是列表", f"{name} must be a list"), Text("[…, …]", "[…, …]")
            )
            return []
        return value.content

    def scalar(self, value: Located, kind: Type) -> Scalar | None:
        """A figure as its type, money from yuan to fen; None after a refusal."""
        found = scalar(value, kind)
        if found is None:
            self.refuse(
                value.where, Text(f"应是{said(kind).zh}", f"{said(kind).en} must stand here"), _FORMS[kind]
            )
        return found

    def faults(self, value: Located, refused: ExpressionRefused, offset: int = 0) -> None:
        """Note what is wrong in an expression that is this field's text, or begins in it at `offset`."""
        self.failed = True
        for fault in refused.faults:
            at = fault.at + offset
            self.refusals.append(Refusal(value.at(at), fault.reason, fault.right_form, at + 1))

    def finish(self) -> None:
        """Refuse the fields that have no meaning here."""
        for name in self.content:
            if name not in self.asked:
                form = did_you_mean(name, self.asked)
                self.refuse(
                    self.entry.keys[name], Text(f"没有 {name} 这一项", f"There is no field {name}"), form
                )


_FORMS = {
    Type.MONEY: Text(
        "以元计，最多两位小数，如 5000 或 12.50", "In yuan with at most two decimals: 5000 or 12.50"
    ),
    Type.INTEGER: Text("如 12", "For example: 12"),
    Type.DECIMAL: Text("如 1.5", "For example: 1.5"),
    Type.SHARE: Text("如 0.3", "For example: 0.3"),
    Type.DATE: Text("如 2021-01-01", "For example: 2021-01-01"),
    Type.CODE: Text("如 lifted", "For example: lifted"),
    Type.TEXT: Text("如 lifted", "For example: lifted"),
    Type.BOOLEAN: Text("true 或 false", "true or false"),
}


def scalar(value: Located, kind: Type) -> Scalar | None:
    """A figure as its type, money from yuan to fen; None if it is none, or none that an engine can hold."""
    content = value.content
    if kind.is_word:
        is_word = not isinstance(content, list | dict | None) and "\0" not in value.written
        return value.written if is_word else None
    if kind is Type.BOOLEAN:
        return content if isinstance(content, bool) else None
    if kind is Type.DATE:
        return content if isinstance(content, date) else None
    if isinstance(content, bool) or not isinstance(content, int | Decimal):
        return None
    number = Decimal(content)
    if kind.is_real:
        return float(number)
    if kind is Type.MONEY:
        number *= FEN
    if abs(number) >= WHOLE.stop:
        return None
    whole = number.quantize(Decimal(1), ROUND_HALF_UP)
    return int(whole) if whole == number else None
