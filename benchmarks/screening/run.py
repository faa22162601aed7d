"""Time and memory of a full run, as ratios measured in one go. `python benchmarks/screening/run.py --help`.

Every figure is a process of its own, so that peak memory is that of one way alone. The slow ways are measured
at the sizes where they end in reasonable time.

`full` is what a run computes: every indicator of the rulebook, those of the household page included.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import population  # noqa: E402  (beside this file)

WAYS = ["scan", "full", "per_rule", "pandas", "python"]
LARGEST = {"pandas": 100_000, "python": 10_000, "per_rule": 1_000_000}


def measured(way: str, households: int, folder: Path) -> dict[str, Any]:
    """Run one way in this process; its seconds, CPU seconds, peak memory and what it found."""
    import yardsticks

    from qianshao.rules.engines import duckdb as engine
    from qianshao.rules.parameters import zones

    rulebook = shipped_rulebook()
    files = population.generate(folder / str(households), households)
    areas = zones(rulebook, population.villages(households), population.AS_OF)
    pa.array([0])  # pyarrow imports pandas here if it is there; only this benchmark brings it along
    began, used = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory(dir=folder) as out:
        if way == "scan":
            found = yardsticks.scan(rulebook, files)
        elif way == "full":
            result = engine.evaluate(rulebook, files, population.AS_OF, areas, Path(out))
            found = sum(count["hit"] for count in result.counts.values())
        elif way == "per_rule":
            found = yardsticks.one_query_per_rule(rulebook, files, population.AS_OF, areas, Path(out))
        elif way == "pandas":
            import pandas_rules

            frame = pandas_rules.hits(rulebook, files, population.AS_OF, areas[0].resolved)
            found = int(frame.drop(columns=["household", "village"]).to_numpy().sum())
        else:
            found = yardsticks.row_by_row(rulebook, files, population.AS_OF, areas)
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - used,
        "peak_mib": peak_mib(),
        "found": found,
        "rules": len(areas[0].resolved.rules),
        "indicators": len(rulebook.indicators),
    }


def peak_mib() -> float:
    """The most memory that this program held. `getrusage` would count that of its parent's as well."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def shipped_rulebook() -> Any:
    """The national rulebook over the shipped contracts."""
    os.environ.setdefault("QIANSHAO_DATA", tempfile.mkdtemp(prefix="qianshao-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qianshao.web.settings")
    import django

    django.setup()
    from qianshao.screening.rulebooks import current

    return current()


def in_a_process(way: str, households: int, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", way, "--sizes", str(households), "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def compared(households: int, folder: Path, ways: list[str], repeats: int) -> None:
    """Print a table of one size. Of each way the fastest of `repeats` counts; they take turns."""
    ways = [way for way in ways if households <= LARGEST.get(way, households)]
    best: dict[str, dict[str, Any]] = {}
    for turn in range(repeats):
        for way in ways:
            if turn and way not in ("scan", "full"):
                continue
            result = in_a_process(way, households, folder)
            if way not in best or result["seconds"] < best[way]["seconds"]:
                best[way] = result
    full, pure = best["full"], best["scan"]
    print(
        f"\n{households:,} households, {pure['found']:,} rows, {full['indicators']} indicators, "
        f"{full['rules']} live rules, {full['found']:,} hits"
    )
    print(f"{'way':<10}{'seconds':>10}{'CPU s':>10}{'peak MiB':>10}{'x scan':>9}{'x full':>9}")
    for way, result in best.items():
        print(
            f"{way:<10}{result['seconds']:>10.2f}{result['cpu']:>10.2f}{result['peak_mib']:>10.0f}"
            f"{result['seconds'] / pure['seconds']:>9.1f}{result['seconds'] / full['seconds']:>9.1f}"
        )
        if way in ("per_rule", "python") and result["found"] != full["found"]:
            raise SystemExit(f"{way} found {result['found']} hits, the full run {full['found']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of households, by comma")
    parser.add_argument("--folder", type=Path, help="where the tables are kept; else a temporary folder")
    parser.add_argument("--ways", default=",".join(WAYS), help="which ways, by comma")
    parser.add_argument("--repeats", type=int, default=3, help="turns of scan and full run")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measured(chosen.one, int(chosen.sizes), chosen.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="qianshao-bench-") as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for size in chosen.sizes.split(","):
            population.generate(folder / size, int(size))
            compared(int(size), folder, chosen.ways.split(","), chosen.repeats)


if __name__ == "__main__":
    main()
