"""A population of any size as analytic tables: exact integers from hashes, so that a size is always the same.

24 months of income items (28 a household) and four claims a person and year, beside the smaller feeds.
Sorted by village and household, as a snapshot is.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

AS_OF = date(2026, 10, 31)
HOUSEHOLDS_A_VILLAGE = 320
LAYOUT = "format parquet, compression snappy, parquet_version v2, row_group_size 122880"

# `draw(a, b, n)`: an even whole number from 0 to n - 1 that depends on the two keys only.
PRELUDE = """
create macro draw(a, b, n) as (hash(a * 1000003 + b) % n)::bigint;
create macro village_of(h) as '/1/2/3/' || (1000 + h // 6400) || '/' || (100000 + h // {village}) || '/';
create macro day(a, b, span) as (date '{as_of}' - draw(a, b, span)::integer);
create table household as select range as household, village_of(range) as village,
  1 + draw(range, 1, 6) as size from range({households});
create table member as select household, village, household * 8 + k as person, k
  from household, unnest(range(size)) as t(k);
"""

TABLES: Mapping[str, str] = {
    "households": """
        select household, village,
          case when draw(household, 2, 100) < 20 then 'lifted' else 'ordinary' end as base_type,
          case draw(household, 3, 400) when 0 then 'unstable' when 1 then 'marginal' when 2 then 'sudden'
            else 'none' end as monitored_kind,
          date '2019-01-01' as registered_on,
          case when draw(household, 4, 100) < 6 then null
            else chr((65 + case when draw(household, 5, 200) < 1 then 3 when draw(household, 5, 200) < 3
              then 2 else draw(household, 6, 2) end)::integer) end as housing_grade,
          case when draw(household, 7, 100) < 5 then null else draw(household, 7, 1000) > 55 end
            as water_safe,
          draw(household, 8, 10) > 1 as toilet,
          (draw(household, 9, 800) / 100)::decimal(9, 2) as cultivated_land_mu,
          draw(household, 10, 50) = 0 as relocated
        from household order by village, household""",
    "persons": """
        select person, household, village, case when k = 0 then 'head' else 'son' end as relation,
          (1 + draw(person, 11, 2))::varchar as sex,
          date '{as_of}' - (draw(person, 12, 31000))::integer as birth_date,
          case when draw(person, 13, 20) = 0 then '' else 'junior' end as education,
          case when draw(person, 14, 5) = 0 then 'primary' else '' end as school_status,
          case when draw(person, 15, 50) = 0 then null else draw(person, 15, 12) = 0 end as chronic,
          case when draw(person, 15, 50) = 0 then null else draw(person, 16, 80) = 0 end as serious,
          case when draw(person, 15, 50) = 0 then null else draw(person, 17, 15) = 0 end as disabled,
          case draw(person, 18, 10) when 0 then null when 1 then 'none' when 2 then 'weak'
            when 3 then 'skilled' else 'ordinary' end as labour_ability,
          draw(person, 19, 3) = 0 as working, draw(person, 20, 100) > 0 as medical_insured,
          draw(person, 21, 100) > 9 as pension_insured
        from member order by village, household, person""",
    "income": """
        select household, village, household * 8 as person,
          list_value('wage', 'crop', 'livestock', 'transfer_dibao', 'transfer_pension', 'property_land',
            'business_expense')[1 + draw(household, 100 + i, 7)] as item,
          (date_trunc('month', date '{as_of}') - to_months((i % 24)::integer))::date as month,
          draw(household, 200 + i, 500000) as amount, 'visit' as stated_by, null::bigint as delivery
        from household, unnest(range(28)) as t(i) order by village, household""",
    "medical_settlement": """
        select household, person, village, 'R' || (person * 8 + i) as receipt_number,
          day(person, 300 + i, 730) as settled_on,
          case draw(person, 310 + i, 10) when 0 then 'inpatient' when 1 then 'chronic' else 'outpatient' end
            as kind,
          'F' || draw(person, 320 + i, 40) as facility, draw(person, 330 + i, 900000) as total,
          draw(person, 340 + i, 500000) as basic_paid, 0::bigint as serious_paid, 0::bigint as relief_paid,
          draw(person, 350 + i, 60000) * (1 + 20 * (draw(person, 310 + i, 100) = 0)::integer) as self_paid,
          draw(person, 360 + i, 500) = 0 as serious_illness, 1::bigint as delivery, (person * 8 + i) as row
        from member, unnest(range(8)) as t(i) order by village, household, person""",
    "medical_enrolment": """
        select household, person, village, 2026::bigint as year, 'resident' as scheme,
          draw(person, 20, 100) > 0 as paid, false as subsidised, 2::bigint as delivery, person as row
        from member order by village, household, person""",
    "dibao_tekun": """
        select household, person, village, 'dibao_rural' as scheme, day(person, 401, 900) as started_on,
          null::date as ended_on, 40000::bigint as amount_month, 1::bigint as persons,
          3::bigint as delivery, person as row
        from member where draw(person, 400, 40) = 0 order by village, household, person""",
    "disability_card": """
        select household, person, village, (1 + draw(person, 411, 7))::varchar as category,
          (1 + draw(person, 412, 4))::varchar as grade, day(person, 413, 3000) as issued_on,
          4::bigint as delivery, person as row
        from member where draw(person, 410, 16) = 0 order by village, household, person""",
    "school_enrolment": """
        select household, person, village,
          case when draw(person, 421, 300) = 0 then 'left' else 'enrolled' end as status,
          list_value('primary', 'junior', 'senior', 'vocational', 'college')[1 + draw(person, 422, 5)]
            as stage,
          'S' as school, false as boarding, draw(person, 423, 1200000) as own_cost_year,
          5::bigint as delivery, person as row
        from member where draw(person, 420, 5) = 0 order by village, household, person""",
    "housing_appraisal": """
        select household, household * 8 as person, village,
          list_value('A', 'B', 'B', 'B', 'C', 'D')[1 + draw(household, 431, 6)] as grade,
          day(household, 432, 1500) as appraised_on, null::date as remedied_on,
          6::bigint as delivery, household as row
        from household where draw(household, 430, 20) = 0 order by village, household""",
    "water_supply": """
        select distinct village, date '{as_of}' - 40 as outage_from, null::date as outage_to,
          draw(household, 441, 60) as short_days, 'drought' as reason, 7::bigint as delivery, household as row
        from household where household % {village} = 0 and draw(household, 440, 20) = 0 order by village""",
    "off_farm_work": """
        select household, person, village,
          case when draw(person, 451 + i, 30) = 0 then 'unemployed' else 'working' end as status,
          (date_trunc('month', date '{as_of}') - to_months(i::integer))::date as month,
          100000 + draw(person, 460 + i, 700000) as wage, 'outside' as place,
          8::bigint as delivery, person * 12 + i as row
        from member, unnest(range(12)) as t(i) where draw(person, 450, 4) = 0
        order by village, household, person""",
    "disaster_event": """
        select household, person, village, day(person, 471, 400) as happened_on, 'flood' as kind,
          draw(person, 472, 3000000) as loss, draw(person, 473, 5) = 0 as house_damaged, false as injured,
          9::bigint as delivery, person as row
        from member where draw(person, 470, 300) = 0 order by village, household, person""",
    "vehicle": """
        select household, person, village, 'car' as vehicle_kind, day(person, 481, 4000) as registered_on,
          draw(person, 482, 20000000) as price, 'private' as use, '123' as number_tail,
          10::bigint as delivery, person as row
        from member where draw(person, 480, 15) = 0 order by village, household, person""",
    "business_registration": """
        select household, person, village, 'self_employed' as role, 'open' as status,
          day(person, 491, 4000) as registered_on, draw(person, 492, 50000000) as capital,
          11::bigint as delivery, person as row
        from member where draw(person, 490, 60) = 0 order by village, household, person""",
    "death": """
        select household, person, village, day(person, 501, 700) as died_on, 12::bigint as delivery,
          person as row
        from member where draw(person, 500, 250) = 0 order by village, household, person""",
}

FEEDS = [name for name in TABLES if name not in {"households", "persons", "income"}]

COVERAGE = """
select feed, village, date '2024-01-01' as covered_from, (date '{as_of}' + 1) as covered_until,
  date '{as_of}' as delivered_on
from (select distinct village from household), unnest({feeds}) as t(feed)
-- one village in fifty waits for a department's file: its figures must come out as unknown
where draw(split_part(village, '/', 6)::bigint, length(feed), 50) > 0 order by feed, village"""


def generate(folder: Path, households: int) -> dict[str, list[Path]]:
    """Write the tables below `folder` unless they are there; returns the files per table."""
    paths = {name: folder / f"{name}.parquet" for name in [*TABLES, "coverage"]}
    if not all(path.exists() for path in paths.values()):
        folder.mkdir(parents=True, exist_ok=True)
        names = {"as_of": AS_OF, "households": households, "village": HOUSEHOLDS_A_VILLAGE, "feeds": FEEDS}
        with duckdb.connect() as connection:
            connection.execute(f"set memory_limit = '6GB'; set temp_directory = '{folder}/spill'")
            connection.execute(PRELUDE.format(**names))
            for name, query in [*TABLES.items(), ("coverage", COVERAGE)]:
                sql = f"copy ({query.format(**names)}) to '{paths[name]}.unfinished' ({LAYOUT})"
                connection.execute(sql)
                Path(f"{paths[name]}.unfinished").rename(paths[name])
    return {name: [path] for name, path in paths.items()}


def villages(households: int) -> dict[str, str]:
    """The 12-digit code of each village path."""
    count = -(-households // HOUSEHOLDS_A_VILLAGE)
    found = {}
    for number in range(count):
        township = number * HOUSEHOLDS_A_VILLAGE // 6400
        path = f"/1/2/3/{1000 + township}/{100000 + number}/"
        found[path] = f"991205{100 + township % 300:03d}{200 + number % 800:03d}"
    return found
