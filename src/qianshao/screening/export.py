"""Warnings for machines. No names, no identity numbers, no keys, no moments: equal data give equal bytes."""

import json
from datetime import date
from typing import Any

from qianshao.access.scope import Scope
from qianshao.rules.types import Scalar, Type
from qianshao.screening.explanation import Explained, Figure, explain
from qianshao.screening.readers.warnings import Wanted, warnings
from qianshao.work.clocks import today

# What is set aside is open all the same.
ALL_OPEN = Wanted(held=None)

SHARE_DIGITS = 6


def explained(scope: Scope, wanted: Wanted = ALL_OPEN, on: date | None = None) -> list[Explained]:
    """The warnings in the viewer's area with their reasons, sorted by village, household number and cause."""
    found = warnings(scope, wanted, on or today()).iterator(chunk_size=2000)
    return sorted(
        map(explain, found),
        key=lambda e: (e.area_code, e.warning.household.number, e.warning.cause, e.warning.due_on),
    )


def as_records(scope: Scope, wanted: Wanted = ALL_OPEN, on: date | None = None) -> list[dict[str, Any]]:
    """One object per warning, in the order of `explained`.

    `household` is the office's number, `area` the village's 12-digit code on the day judged. Money is in
    yuan, whole where it is; days are ISO texts. `inputs` are the figures that the leading rule rests on: a
    `value` of null is unknown, with `at_least` the true one may be higher; `date` is the last day that its
    sources speak for. `hits` names all rules merged into the warning, the leading one first.
    """
    return [record(one) for one in explained(scope, wanted, on)]


def as_json(records: list[dict[str, Any]]) -> str:
    """The records as text, ended by a newline."""
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def record(one: Explained) -> dict[str, Any]:
    """One warning as an object."""
    warning, leading = one.warning, one.leading
    sentence, compare = leading.explanation.sentence, leading.rule.compare
    kind = compare.left.type if compare else Type.INTEGER
    return {
        "household": warning.household.number,
        "area": one.area_code,
        "cause": warning.cause,
        "rule": warning.rule,
        "level": warning.level,
        "status": warning.status,
        "sentence_zh": sentence.zh,
        "sentence_en": sentence.en,
        "inputs": [_input(figure) for figure in (*leading.inputs, *leading.details)],
        "threshold": _plain(leading.hit.threshold, kind),
        "margin": _plain(leading.hit.margin, kind),
        "unknown": sorted({figure.input.name for reason in one.reasons for figure in reason.unknown}),
        "deadline": warning.due_on.isoformat(),
        "hits": [reason.hit.rule for reason in one.reasons],
    }


def _input(figure: Figure) -> dict[str, Any]:
    given = figure.input
    value = given.value.at_least if given.at_least else given.value.value
    return {
        "name": given.name,
        "value": _plain(value, given.type),
        "at_least": given.at_least,
        "unit": given.unit.en,
        "source": ", ".join(origin.feed for origin in figure.origins),
        "date": figure.until.isoformat() if figure.until else None,
    }


def _plain(value: Scalar | None, kind: Type) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if kind is Type.MONEY and isinstance(value, int):
        return value // 100 if value % 100 == 0 else value / 100
    # More would be noise, and fifteen digits in a row look like an identity number.
    return round(value, SHARE_DIGITS) if isinstance(value, float) else value
