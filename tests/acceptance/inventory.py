"""What stands in a data folder, read from outside: what is only half there, and all of it without keys."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow.parquet as pq

from tests.acceptance.county import SERVER, County

# Tables whose rows a village's rows of one registry file become.
FACTS = (
    "householdstanding",
    "housing",
    "householdconditions",
    "membership",
    "schooling",
    "personhealth",
    "labour",
    "insurance",
    "incomeitem",
)
OF_PERSONS = {"schooling", "personhealth", "labour", "insurance"}
# Keys, and what they lead to: other in every folder where rows were rolled back.
KEYS = {"delivery", "stated", "area"}

Rows = list[tuple[Any, ...]]
Villages = Mapping[tuple[str, str, str], int]


def applied(county: County) -> Villages:
    """How many rows of a table a registry file brought to a village: by table, file and village."""
    files = {f"delivery:{key}": name for key, name in county.rows("select id, file_name from feeds_delivery")}
    counted: dict[tuple[str, str, str], int] = {}
    for table in FACTS:
        home = "join registry_household h on h.id = f.household_id"
        if table in OF_PERSONS:
            home = (
                "join registry_membership m on m.person_id = f.person_id"
                " join registry_household h on h.id = m.household_id"
            )
        query = (
            f"select f.source, c.code, count(*) from registry_{table} f {home}"
            " join places_areacode c on c.area_id = h.area_id group by f.source, c.code"
        )
        for source, village, number in county.rows(query):
            counted[table, files[source], village] = number
    return counted


def half_there(county: County, whole: Villages) -> list[str]:
    """What a reader could see that is not whole. `whole`: what villages have in the end."""
    faults = [
        f"{table}: {number} rows of {file} in village {village}"
        for (table, file, village), number in applied(county).items()
        if number != whole[table, file, village]
    ]
    return faults + _half_delivered(county) + _half_screened(county) + _half_linked(county)


def _half_delivered(county: County) -> list[str]:
    faults = []
    waiting = dict(county.rows("select delivery_id, count(*) from feeds_stagedrow group by delivery_id"))
    refused = dict(county.rows("select delivery_id, count(*) from feeds_refusedrow group by delivery_id"))
    finished = Counter(
        subject
        for (subject,) in county.rows(
            "select subject from access_auditevent where action = 'deliveries.finish'"
        )
    )
    for key, name, state, read, accepted, bad, landed, digest, fingerprint in county.rows(
        "select id, file_name, state, rows_read, rows_accepted, rows_refused, landed_as, landed_digest,"
        " fingerprint from feeds_delivery"
    ):
        if not (county.data / "originals" / f"{fingerprint}.sealed").exists():
            faults.append(f"{name}: the original is not there")
        if finished[f"feeds.delivery:{key}"] != (state == "done"):
            faults.append(f"{name}: {state}, but the audit says otherwise")
        if state == "done":
            if read != accepted + bad or refused.get(key, 0) != bad or key in waiting:
                faults.append(f"{name}: done, but its rows do not add up")
            if landed and not _is_landed(county, landed, digest, accepted):
                faults.append(f"{name}: done, but its rows are not landed")
        elif landed:
            faults.append(f"{name}: {state} and landed already")
    return faults


def _is_landed(county: County, landed: str, digest: str, accepted: int) -> bool:
    file = county.data / landed
    return (
        file.exists()
        and hashlib.sha256(file.read_bytes()).hexdigest() == digest
        and pq.read_metadata(file).num_rows == accepted
    )


def _half_screened(county: County) -> list[str]:
    faults = []
    for table, column in (
        ("sighting", "run_id"),
        ("earlywarning", "first_run_id"),
        ("earlywarning", "last_run_id"),
        ("datagap", "run_id"),
    ):
        found = county.rows(
            f"select count(*) from screening_{table} t join screening_run r on r.id = t.{column}"
            " where r.state <> 'done'"
        )
        if found != [(0,)]:
            faults.append(f"{table}: rows of a run that is not done")
    for key, folder in county.rows("select id, folder from screening_run where state = 'done'"):
        names = {path.name for path in (county.data / folder).iterdir()}
        if not {"indicators.parquet", "outcomes.parquet"} <= names:
            faults.append(f"run {key}: done without its files")
        ended = county.rows(
            "select count(*) from access_auditevent where action = 'runs.finish'"
            f" and subject = 'screening.run:{key}'"
        )
        if ended != [(1,)]:
            faults.append(f"run {key}: ended {ended[0][0]} times")
    return faults


def _half_linked(county: County) -> list[str]:
    """An identity is kept with the rows that state it, and decided once at most."""
    stated = {key for (key,) in county.rows("select id from feeds_statedidentity")}
    landed = county.rows("select landed_as from feeds_delivery where landed_as <> ''")
    named: set[int] = set()
    for (file,) in landed:
        table = pq.read_table(county.data / file)
        if "stated" in table.column_names:
            named |= set(table.column("stated").to_pylist())
    twice = county.rows(
        "select stated_id from feeds_linkdecision where replaced_at is null"
        " group by stated_id having count(*) > 1"
    )
    return ["identities are not those of the landed rows"] * (named != stated) + [
        f"identity {key} is decided twice" for (key,) in twice
    ]


HISTORY = (
    "select r.as_of, h.number, w.cause, s.status, s.rule, s.level, w.due_on, s.cleared_because"
    " from screening_sighting s join screening_run r on r.id = s.run_id"
    " join screening_earlywarning w on w.id = s.warning_id"
    " join registry_household h on h.id = w.household_id"
)


def everything(county: County) -> dict[str, Any]:
    """All that a county leaves, comparable with that of another folder."""
    left = county.data.parent.rglob(f"{county.data.name}*/**/*.unfinished*")
    found = {
        "rows": {name: county.rows(f'select count(*) from "{name}"')[0][0] for name in county.tables()},
        "events": dict(Counter(county.rows("select action from access_auditevent"))),
        "villages": dict(applied(county)),
        "landed": _landed(county),
        "originals": _sizes(county, "originals"),
        "history": sorted(map(str, county.rows(HISTORY))),
        "unfinished": sorted(path.as_posix() for path in left),
    }
    if not SERVER:  # keys of rows that were rolled back are given again, so results are equal to the last bit
        found["results"] = county.rows(
            "select id, as_of, state, result_digest from screening_run order by id"
        )
        found["runs"] = _sizes(county, "runs")
    return found


def _landed(county: County) -> dict[str, list[str]]:
    """The rows of every delivery with whom they are taken to be about."""
    persons = dict(
        county.rows(
            "select d.stated_id, p.name from feeds_linkdecision d"
            " join registry_person p on p.id = d.person_id where d.replaced_at is null"
        )
    )
    content = {}
    for name, file in county.rows("select file_name, landed_as from feeds_delivery where landed_as <> ''"):
        rows = pq.read_table(county.data / file).to_pylist()
        content[name] = sorted(
            f"{persons.get(row.get('stated'))} {[(k, row[k]) for k in sorted(row) if k not in KEYS]}"
            for row in rows
        )
    return content


def _sizes(county: County, folder: str) -> dict[str, int]:
    files = (path for path in (county.data / folder).rglob("*") if path.is_file())
    return {path.relative_to(county.data).as_posix(): path.stat().st_size for path in files}
