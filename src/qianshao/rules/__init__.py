"""The rule language, the rulebook, and the engines that evaluate it over a population.

types, sources, values   what a figure is
rulebook, loader         indicators, rules and parameters as dated data, read from YAML or refused
parser, tree, checker    the expression language
parameters               which value holds where and when; zones of villages with equal values
engines                  memory (plain Python, the oracle) and duckdb (grouped queries, columns of figures)
explanation, clocks      why, how far beyond the limit, what would clear it, and by when
examples                 the worked examples that every rule carries
"""

from qianshao.rules.loader import load_rulebook

__all__ = ["load_rulebook"]
