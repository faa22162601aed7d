"""Linkage in ratios: exact linking against a bare look-up, and how well candidates find planted errors.

.venv/bin/python benchmarks/linkage/run.py [--rows 100000] [--register 12000] [--each 20] [--seed 7]
"""

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from qianshao.linkage.candidates import candidates  # noqa: E402
from qianshao.linkage.exact import exact  # noqa: E402
from qianshao.linkage.identity_numbers import parse  # noqa: E402
from qianshao.linkage.people import Person, Stated  # noqa: E402
from tests.linkage import planted  # noqa: E402
from tests.linkage.measure import find, measure  # noqa: E402

REPEATS = 3


def main() -> None:
    asked = arguments()
    people = planted.register(asked.register, asked.seed)
    exact_against_lookup(people, asked.rows)
    rows = planted.rows(people, asked.each, asked.seed + 4)
    found = find(people, rows)
    print(measure(found, rows).report())
    candidates_against_exact(people, [row.stated for row in rows if found.verdicts[row.stated.key].doubtful])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000, help="rows that are linked by number")
    parser.add_argument("--register", type=int, default=12_000, help="people in the register")
    parser.add_argument("--each", type=int, default=20, help="rows per kind of planted error")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def exact_against_lookup(people: Sequence[Person], rows: int) -> None:
    """Every row has a right number; what is paid beyond finding it is reading and judging it."""
    by_number: dict[str | None, list[Person]] = defaultdict(list)
    for person in people:
        by_number[person.number].append(person)
    stated = [
        Stated(at, one.number, one.name, one.birth_date, one.sex, one.village)
        for at, one in enumerate(people[place % len(people)] for place in range(rows))
    ]
    bare = seconds(lambda: [by_number[row.number] for row in stated])
    reading = seconds(lambda: [parse(row.number) for row in stated])
    judging = seconds(lambda: [exact(row, by_number[parse(row.number).text]) for row in stated])
    print(f"exact linking of {rows:,} rows: {judging / bare:.0f} times a dictionary look-up of each number,")
    print(f"  {judging / reading:.1f} times the reading of each number; {rows / judging:,.0f} rows a second")


def candidates_against_exact(people: Sequence[Person], doubtful: Sequence[Stated]) -> None:
    """The first call pays for imports; what it costs per doubtful row is seen by doubling them."""
    once = seconds(lambda: candidates(doubtful, people))
    twice = [*doubtful, *(Stated(row.key + 10**6, row.number, row.name, row.birth_date) for row in doubtful)]
    print(f"candidates of {len(doubtful)} doubtful among {len(people):,}: {once:.2f} s in this run,")
    print(f"  {seconds(lambda: candidates(twice, people)) / once:.2f} times that for twice as many")


def seconds(work: Callable[[], object]) -> float:
    def once() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return statistics.median(once() for _ in range(REPEATS))


if __name__ == "__main__":
    main()
