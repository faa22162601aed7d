"""Households and persons with their history: membership, dated facts, and the income ledger."""
