"""An explanation as lines of text, for terminals and print."""

from collections.abc import Iterator

from qianshao.screening import words
from qianshao.screening.explanation import Explained, Figure, Reason
from qianshao.words import Text


def narrated(one: Explained) -> Iterator[Text]:
    """All of a warning: what, why, on which figures, what is not known, what would clear it, what next."""
    warning = one.warning
    level, status = words.LEVELS[warning.level], words.STATUSES[warning.status]
    yield words.HEADING.format(cause=one.cause, level=level, status=status, since=warning.first_run.as_of)
    for reason in one.reasons:
        yield from _reason(reason)
    if warning.cleared_because:
        yield words.CLEARED_LINE.format(reason=words.CLEARED_BECAUSE[warning.cleared_because])
    yield words.NEXT_LINE.format(step=one.leading.explanation.next_step, due=warning.due_on)
    yield one.not_a_decision


def _reason(reason: Reason) -> Iterator[Text]:
    made = reason.explanation
    yield words.INDENTED.format(line=made.sentence)
    for origin in reason.uncounted:
        yield words.UNCOUNTED_LINE.format(source=origin.label)
    for figure in (*reason.inputs, *reason.details, *reason.evidence):
        yield _figure(figure)
    for limit in made.limits:
        if limit.source:
            yield words.LIMIT_LINE.format(
                label=limit.label,
                value=limit.shown,
                since=limit.source.valid_from,
                reference=limit.source.reference,
            )
    if made.clears:
        yield words.CLEARS_LINE.format(clears=made.clears)
    yield words.RULE_LINE.format(label=reason.rule.label, reference=made.reference)


def _figure(figure: Figure) -> Text:
    sources = [origin.label for origin in figure.origins]
    joined = Text("、".join(s.zh for s in sources), ", ".join(s.en for s in sources))
    until = figure.until or Text("不知道", "unknown")
    given = figure.input
    return words.FIGURE_LINE.format(label=given.label, value=given.shown, source=joined, until=until)
