"""The judged values of a row as text, while the row waits to be applied."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from qianshao.workbooks import Contract

READ: Mapping[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "month": date.fromisoformat,
    "decimal": Decimal,
    "share": Decimal,
}


def packed(values: Mapping[str, Any]) -> str:
    """Values as JSON, without those that are not stated."""
    return json.dumps({name: value for name, value in values.items() if value is not None}, default=str)


def unpacked(text: str, contract: Contract) -> dict[str, Any]:
    """The values again, as they were judged."""
    values: dict[str, Any] = json.loads(text)
    for column in contract.columns:
        if column.type in READ and column.name in values:
            values[column.name] = READ[column.type](values[column.name])
    return values
