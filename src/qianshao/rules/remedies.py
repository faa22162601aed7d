"""What would clear a hit, in words, read off the condition and the figures that made it true."""

from collections.abc import Callable

from qianshao.rules.tree import FLIPPED, Among, Compare, Comparison, Junction, Literal, Name, Node, Not, names
from qianshao.rules.types import Type
from qianshao.rules.values import Value
from qianshao.words import Text

Judge = Callable[[Node], Value]
Labels = Callable[[Node], Text]
Shown = Callable[[Node], Text]


class Remedies:
    """`judge` gives the value of a part of the condition, `label` names a figure, `shown` writes a limit.

    `is_standing` says of a part that it is about what kind of household this is, which nobody would change to
    clear a warning.
    """

    def __init__(
        self, judge: Judge, label: Labels, shown: Shown, is_standing: Callable[[Node], bool]
    ) -> None:
        self.judge, self.label, self.shown, self.is_standing = judge, label, shown, is_standing

    def clearing(self, node: Node) -> Text | None:
        """What makes a condition that is true false; None if no words are known for it."""
        return self._turn(node, to=False)

    def _turn(self, node: Node, to: bool) -> Text | None:
        match node:
            case Not(part=part):
                return self._turn(part, not to)
            case Junction(operator=connective, parts=parts):
                # To make `and` false one part is enough; to make `or` false every true part must go.
                one_is_enough = (connective == "and") is not to
                against = [part for part in parts if self.judge(part).value is not to]
                return self._either(against, to) if one_is_enough else self._all(against, to)
            case Compare():
                return self._compare(node, to)
            case Among(item=item, options=options):
                listed = _joined([self.shown(option) for option in options], Text("、", ", "))
                return self._becomes(item, listed, to)
            case Name(type=Type.BOOLEAN):
                state = Text("是", "yes") if to else Text("否", "no")
                label = self.label(node)
                return Text(f"“{label.zh}”变为{state.zh}", f"“{label.en}” becomes {state.en}")
        return None

    def _either(self, parts: list[Node], to: bool) -> Text | None:
        """Any of these; what kind of household it is counts only if there is nothing else."""
        changeable = [part for part in parts if not self.is_standing(part)] or parts
        found = [text for part in changeable if (text := self._turn(part, to)) is not None]
        return _joined(found, Text("，或", ", or ")) if found else None

    def _all(self, parts: list[Node], to: bool) -> Text | None:
        found = [self._turn(part, to) for part in parts]
        known = [text for text in found if text is not None]
        return _joined(known, Text("，并且", ", and ")) if known and len(known) == len(found) else None

    def _compare(self, node: Compare, to: bool) -> Text | None:
        figures, comparison, limit = node.left, node.operator, node.right
        if not names(figures, "indicator"):
            figures, comparison, limit = limit, FLIPPED[comparison], figures
        if figures.type.is_word:
            return self._becomes(figures, self.shown(limit), to is (comparison == "="))
        if not to:
            comparison = OPPOSITE[comparison]
        label, bound = self.label(figures), self.shown(limit)
        if isinstance(limit, Literal) and limit.value == 0 and comparison in ("<=", "="):
            return Text(f"{label.zh}降到 {bound.zh}", f"{label.en} goes down to {bound.en}")
        words = MOVES[comparison]
        return Text(
            words.zh.format(label=label.zh, limit=bound.zh), words.en.format(label=label.en, limit=bound.en)
        )

    def _becomes(self, item: Node, listed: Text, to: bool) -> Text:
        label = self.label(item)
        if to:
            return Text(f"{label.zh}变为{listed.zh}", f"{label.en} becomes {listed.en}")
        return Text(f"{label.zh}不再是{listed.zh}", f"{label.en} is no longer {listed.en}")


OPPOSITE: dict[Comparison, Comparison] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}
MOVES: dict[Comparison, Text] = {
    "<": Text("{label}降到 {limit}以下", "{label} falls below {limit}"),
    "<=": Text("{label}降到不超过 {limit}", "{label} goes down to {limit} or less"),
    ">": Text("{label}升到 {limit}以上", "{label} rises above {limit}"),
    ">=": Text("{label}升到不低于 {limit}", "{label} reaches {limit} or more"),
    "=": Text("{label}变为 {limit}", "{label} becomes {limit}"),
    "<>": Text("{label}不再是 {limit}", "{label} is no longer {limit}"),
}


def _joined(parts: list[Text], by: Text) -> Text:
    return Text(by.zh.join(part.zh for part in parts), by.en.join(part.en for part in parts))
