"""All files of the county, open at once: rows go to the file of their feed and round."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from qianshao.demo.calendar import INCOME_FROM, ROUNDS
from qianshao.demo.files import DepartmentFile, Planted
from qianshao.demo.income import Item
from qianshao.demo.people import Household, Person
from qianshao.demo.places import Village
from qianshao.demo.rows import Row, round_of
from qianshao.demo.senders import SENDERS
from qianshao.demo.shocks import Shock
from qianshao.demo.slips import kind_of_slip
from qianshao.workbooks.loading import load_contracts

REGISTRY_FOLDER = "01-登记"
# The water office sent nothing for October; the labour office sent October together with November.
NOT_SENT = {("water_supply", 1)}
SENT_LATE = {("off_farm_work", 1): 2}


class Desk:
    """Where the county's files are written. `close` must be called, else workbooks stay empty."""

    def __init__(self, folder: Path, seed: str, places: list[Village]) -> None:
        self._folder, self._seed = folder, seed
        self._contracts = load_contracts([Path(str(files("qianshao.rulebook") / "national"))])
        self._files: dict[tuple[str, str], DepartmentFile] = {}
        townships = list(dict.fromkeys(village.township.code for village in places))
        self._west = set(townships[: (len(townships) + 1) // 2])

    def household(self, household: Household, gone: dict[int, Shock] | None = None) -> None:
        """Enter a household and its members in the registers; `gone` are members known to have died."""
        stem = f"{REGISTRY_FOLDER}/{{label}}_{ROUNDS[0].as_of:%Y%m}"
        roster = self._file("household_roster", stem)
        roster.add(household.head, _of_household(household))
        members = self._file("member_roster", stem)
        for index, person in enumerate(household.people):
            values = _of_member(household, person)
            if gone and index in gone:
                values |= {"left_on": gone[index].began, "left_reason": "died"}
            members.add(person, values, kind_of_slip(person, "member_roster"))

    def ledger(self, household: Household, items: Iterable[Item]) -> None:
        """Enter income items: the history in one of two files by township, later rounds one file each."""
        part = "西片" if household.village.township.code in self._west else "东片"
        history = f"{REGISTRY_FOLDER}/{{label}}（{part}）_{INCOME_FROM:%Y%m%d}-{ROUNDS[0].until:%Y%m%d}"
        for item in items:
            index = round_of(item.month)
            if index is None:
                continue
            each = ROUNDS[index]
            stem = f"{each.folder}/{{label}}_{each.file_period}" if index else history
            person = None if item.member is None else household.people[item.member]
            self._file("income_ledger", stem).add(
                person,
                {
                    "household_number": household.number,
                    "item": item.item,
                    "month": item.month,
                    "amount": item.amount,
                    "source": item.source,
                },
            )

    def rows(self, village: Village, rows: Iterable[Row]) -> None:
        """Write rows about a village's people to the files of their feeds and rounds."""
        for row in rows:
            if (row.feed, row.round) in NOT_SENT:
                continue
            folder = ROUNDS[SENT_LATE.get((row.feed, row.round), row.round)].folder
            target = self._file(row.feed, f"{folder}/{{label}}_{ROUNDS[row.round].file_period}")
            slip = kind_of_slip(row.person, row.feed) if row.person else None
            target.add(row.person, {"village_name": village.name, **row.values}, slip)

    def close(self) -> list[Planted]:
        """Finish all files; returns what is wrong in them on purpose, by file and row."""
        for file in self._files.values():
            file.close()
        planted = [each for file in self._files.values() for each in file.planted]
        return sorted(planted, key=lambda each: (each.file, each.row))

    def _file(self, feed: str, stem: str) -> DepartmentFile:
        file = self._files.get((feed, stem))
        if file is None:
            contract, sender = self._contracts[feed], SENDERS[feed]
            path = self._folder / f"{stem.format(label=contract.label.zh)}.{sender.suffix}"
            file = self._files[feed, stem] = DepartmentFile(path, contract, sender, self._seed)
        return file


def _of_household(household: Household) -> dict[str, Any]:
    return {
        "household_number": household.number,
        "base_type": household.base_type,
        "monitored_kind": None if household.monitored_kind == "none" else household.monitored_kind,
        "village_code": household.village.code,
        "group_name": household.group,
        "phone": household.phone,
        "housing_grade": household.housing_grade,
        "water_safe": household.water_safe,
        "toilet": household.toilet,
        "cultivated_land_mu": household.land_mu,
        "relocated": household.relocated,
        "surveyed_on": household.surveyed,
    }


def _of_member(household: Household, person: Person) -> dict[str, Any]:
    return {
        "household_number": household.number,
        "relation": person.relation,
        "ethnicity": "汉族",
        "education": person.education,
        "school_status": person.listed_school,
        "health": person.conditions,
        "labour_ability": person.ability,
        "medical_insured": person.insured,
        "pension_insured": person.pension,
        "work_status": person.working,
    }
