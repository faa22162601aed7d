"""Departments' files read, judged against a contract, marked and written. No web requests, no tables."""

from qianshao.workbooks.contract import Codelist, Column, Contract, Schedule
from qianshao.workbooks.loading import ContractsRefused, Refusal, load_codelists, load_contracts

__all__ = [
    "Codelist",
    "Column",
    "Contract",
    "ContractsRefused",
    "Refusal",
    "Schedule",
    "load_codelists",
    "load_contracts",
]
