"""Rulebook files to frozen values: located YAML, its fields, and one reader for each sort of entry."""
