"""Every example of the reference page is what the page says it is."""

import re
from pathlib import Path

import pytest

from qianshao.rules.checker import FUNCTIONS, check
from qianshao.rules.examples import run_examples
from qianshao.rules.loader import load_rulebook
from qianshao.rules.parser import ExpressionRefused
from qianshao.rules.reading.indicators import ABSENCES, AGGREGATES
from qianshao.rules.sources import Kind, Source
from qianshao.rules.symbols import Symbol, Symbols
from qianshao.rules.types import Subject, Type

PAGE = (Path(__file__).resolve().parents[3] / "docs/reference/rule-language.md").read_text(encoding="utf-8")
SOURCES = {
    "persons": Source("persons", Subject.PERSON, {"birth_date": Type.DATE}),
    "households": Source("households", Subject.HOUSEHOLD, {}),
    "medical_settlement": Source(
        "medical_settlement",
        Subject.PERSON,
        {"settled_on": Type.DATE, "kind": Type.CODE, "self_paid": Type.MONEY},
        date="settled_on",
        kind=Kind.EVENTS,
        non_negative=frozenset({"self_paid"}),
    ),
}


def symbols() -> Symbols:
    """The names that the page's examples use, as it declares them in a comment."""
    [line] = re.findall(r"<!-- names: (.*) -->", PAGE)
    declared = (part.split() for part in line.split(";"))
    return Symbols(
        {name: Symbol(Type(kind), "indicator") for kind, *names in declared for name in names},
        only_0_and_1=True,
    )


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def cells(table_after: str, column: int) -> list[str]:
    rows = re.findall(r"^\|(.*)\|$", table_after.split("\n\n")[0].strip(), re.MULTILINE)
    return [row.split("|")[column] for row in rows[2:]]


EXPRESSIONS = section("Expressions")
RIGHT = re.findall(r"`([^`]+)`", " ".join(cells(EXPRESSIONS.split("-->\n\n")[1], 1)))
REFUSED = re.findall(r"`([^`]+)`", " ".join(cells(EXPRESSIONS.split("write instead:\n\n")[1], 0)))


@pytest.mark.parametrize("text", RIGHT)
def test_an_example_is_taken(text: str) -> None:
    assert check(text, symbols(), Type.BOOLEAN).type is Type.BOOLEAN


@pytest.mark.parametrize("text", REFUSED)
def test_a_refused_example_is_refused(text: str) -> None:
    with pytest.raises(ExpressionRefused):
        check(text, symbols(), Type.BOOLEAN)


def test_the_page_names_every_function_aggregate_and_absence() -> None:
    named = set(re.findall(r"[a-z_]+", " ".join(RIGHT)))
    assert set(FUNCTIONS) <= named
    assert {name for name in AGGREGATES if f"`{name}(" in PAGE} == set(AGGREGATES)
    assert {absence for absence in ABSENCES if f"| `{absence}` |" in section("No row")} == set(ABSENCES)


def test_the_files_of_the_page_are_a_rulebook_and_its_examples_hold(tmp_path: Path) -> None:
    for title, folder in (
        ("From rows to a figure", "indicators"),
        ("Rules", "rules"),
        ("Parameters", "parameters"),
    ):
        [text] = re.findall(r"```yaml\n(.*?)```", section(title), re.DOTALL)
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "page.yaml").write_text(text, encoding="utf-8")
    book = load_rulebook([tmp_path], SOURCES)
    results = run_examples(book)
    assert len(results) == 8
    assert all(result.passed for result in results)
