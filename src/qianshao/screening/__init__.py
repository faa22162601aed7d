"""Runs of the rules over the whole population, and the early warnings that come of their hits."""
