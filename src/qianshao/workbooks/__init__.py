"""Departments' files read, judged against a contract, marked and written. No web requests, no tables."""

from qianshao.workbooks.contract import Codelist, Column, Contract, Schedule
from qianshao.workbooks.faults import Fault
from qianshao.workbooks.judging import JudgedRow, Judgement, RefusedRow, judge
from qianshao.workbooks.loading import ContractsRefused, load_codelists, load_contracts
from qianshao.workbooks.marking import mark
from qianshao.workbooks.pages import Refusal
from qianshao.workbooks.recognition import Recognised, recognise
from qianshao.workbooks.tables import Table, TableColumn, write_table
from qianshao.workbooks.templates import write_template

__all__ = [
    "Codelist",
    "Column",
    "Contract",
    "ContractsRefused",
    "Fault",
    "JudgedRow",
    "Judgement",
    "Recognised",
    "Refusal",
    "RefusedRow",
    "Schedule",
    "Table",
    "TableColumn",
    "judge",
    "load_codelists",
    "load_contracts",
    "mark",
    "recognise",
    "write_table",
    "write_template",
]
