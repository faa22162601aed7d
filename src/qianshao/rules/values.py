"""A figure as the engines know it: exact, at least so much, known to be none, or unknown."""

from dataclasses import dataclass

from qianshao.rules.types import Scalar


@dataclass(frozen=True)
class Value:
    """One indicator of one subject.

    `value` is the exact figure. Without it, `at_least` is what the rows at hand already prove where coverage
    is partial, and `none` says that it is known that there is no such thing (no date of death for the
    living). A value with none of the three is unknown.
    """

    value: Scalar | None = None
    at_least: Scalar | None = None
    none: bool = False

    @property
    def known(self) -> bool:
        return self.value is not None or self.none


UNKNOWN = Value()
NONE = Value(none=True)
