"""The worked examples of the rules, run as tests on every engine that is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qianshao.rules.engines import duckdb, memory
from qianshao.rules.rulebook import Example, Outcome, Rule, Rulebook
from qianshao.rules.types import Scalar
from qianshao.rules.values import Value

Judge = Callable[[Rule, Mapping[str, Value], Mapping[str, Scalar | None], date], bool | None]
ENGINES: Mapping[str, Judge] = {"memory": memory.judge, "duckdb": duckdb.judge}


@dataclass(frozen=True)
class ExampleResult:
    """What an engine found where the example's author expected something."""

    rule: str
    example: Example
    engine: str
    found: Outcome

    @property
    def passed(self) -> bool:
        return self.found == self.example.expect


def run_examples(rulebook: Rulebook, engines: Sequence[str] = tuple(ENGINES)) -> list[ExampleResult]:
    """Judge each example by its own figures and parameters, on the day that its rule was last checked."""
    return [
        ExampleResult(rule.name, example, engine, _outcome(ENGINES[engine], rule, example))
        for rule in rulebook.rules.values()
        for example in rule.examples
        for engine in engines
    ]


def _outcome(judge: Judge, rule: Rule, example: Example) -> Outcome:
    truth = judge(rule, example.given, example.parameters, rule.checked_on)
    return "unknown" if truth is None else "hit" if truth else "clear"
