"""No operation of the language without a generator: it would be compared by nobody."""

from dataclasses import fields
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from qianshao.rules import tree
from qianshao.rules.checker import FUNCTIONS
from qianshao.rules.rulebook import Absence, Aggregate, Window
from qianshao.rules.sources import Kind
from tests.generative import grammar
from tests.generative.books import book
from tests.generative.profiles import FEW
from tests.spec.world import SOURCES

# What each class of the tree is written as.
WRITTEN = {
    tree.Literal: {"literal"},
    tree.Name: {"name", "as_of"},
    tree.Compute: {*get_args(tree.Arithmetic), "negative"},
    tree.Compare: {*get_args(tree.Comparison), "between"},
    tree.Among: {"in"},
    tree.Junction: set(get_args(tree.Connective)),
    tree.Not: {"not"},
    tree.Known: {"known"},
    tree.Case: {"case"},
    tree.Call: set(FUNCTIONS) - {"known"},
}


def test_every_class_of_the_tree_is_written_somehow() -> None:
    assert set(WRITTEN) == set(get_args(tree.Node))


def test_every_operation_has_a_generator() -> None:
    assert set(grammar.OPERATIONS) == set().union(*WRITTEN.values())


def test_every_aggregate_absence_and_window_has_a_generator() -> None:
    assert set(grammar.AGGREGATES) == set(get_args(Aggregate))
    offered = {
        absence
        for function, kinds in grammar.AGGREGATES.items()
        for kind in kinds
        for absence in grammar.absences(function, kind)
    }
    assert offered == set(get_args(Absence))
    assert set(grammar.WINDOWS) == {field.name for field in fields(Window)}


def test_every_kind_of_source_but_the_monthly_status_is_in_the_world() -> None:
    """A status by month is a dated source like events; nothing in an engine asks for it."""
    assert {source.kind for source in SOURCES.values()} == set(Kind) - {Kind.STATUS}


@given(st.data())
@FEW
def test_random_rulebooks_differ(data: st.DataObject) -> None:
    made = book(data.draw)
    assert made.rules
    assert {entry["subject"] for entry in made.indicators} == {"person", "household"}
