"""A run's work: the snapshot, the engine's pass over it, and what that means for the warnings before.

It writes files only, below the data folder; nothing of it counts before the run's last transaction names it.
"""

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from qianshao.failpoints import failpoint
from qianshao.feeds.facts import deliveries
from qianshao.feeds.uncounted import uncounted
from qianshao.places.readers import village_codes
from qianshao.registry.facts import AsOf
from qianshao.rules.engines import duckdb as engine
from qianshao.rules.engines.results import Result
from qianshao.rules.parameters import Resolved, resolve, zones
from qianshao.rules.rulebook import Rulebook
from qianshao.screening import rulebooks, snapshot
from qianshao.screening.actions.warnings import left_open
from qianshao.screening.findings import Law, read
from qianshao.screening.gaps import Gap, gaps
from qianshao.screening.matching import Matched, OpenWarning, match
from qianshao.screening.models import Run
from qianshao.screening.readers.runs import last_done
from qianshao.screening.sources import tables

Meter = Callable[[str, int], None]

# A table of the snapshot that the engine does not read: it only bars the clearing of warnings (ADR 0005).
UNCOUNTED = "uncounted"
UNCOUNTED_ROWS = pa.schema([("feed", pa.string()), ("household", pa.int64())])


@dataclass(frozen=True)
class Evaluated:
    """What a run found. `manifest` holds all that repeating it needs; `digest` is over the canonical rows of
    indicators, outcomes and warnings."""

    matched: list[Matched]
    gaps: dict[Gap, int]
    manifest: dict[str, Any]
    result: Result
    digest: str
    folder: str


def evaluate(run: Run, meter: Meter) -> Evaluated:
    """Take a snapshot of what is known at the run's moment about its day, and judge it."""
    meter("snapshot", 0)
    data = Path(settings.DATA)
    rulebook = rulebooks.current()
    as_of, started = AsOf(run.as_of, run.known_at), _started_from(run)
    with snapshot.one_moment():
        found = tables(as_of) | {UNCOUNTED: _uncounted(run, started)}
        spoken = _spoken(as_of)
    manifest = _manifest(run, rulebook, snapshot.write(found, data), spoken) | started
    folder = f"runs/{run.pk}"
    meter("evaluate", 35)
    return _judge(run, rulebook, manifest, folder, meter)


def repeat(run: Run, folder: Path) -> str:
    """Compute a finished run again from what its manifest names, into `folder`; returns the digest, which is
    the run's own if the result is the same. Raises `NoLongerRepeatable`."""
    missing = snapshot.missing(run.manifest["snapshot"], Path(settings.DATA))
    if missing:
        raise NoLongerRepeatable(missing)
    rulebook = rulebooks.kept(run.manifest["rulebook"])
    return _judge(run, rulebook, run.manifest, str(folder), lambda phase, per_cent: None).digest


class NoLongerRepeatable(Exception):
    """The snapshot that a run was computed from has been removed since."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"no longer at hand: {', '.join(missing)}")
        self.missing = tuple(missing)


def law_of(manifest: Mapping[str, Any], rulebook: Rulebook, run: Run) -> Law:
    """What a run judged by; parameters resolve for the codes that its villages had."""
    codes = manifest["villages"]

    @cache
    def resolved(village: str) -> Resolved:
        return resolve(rulebook, codes[village], run.as_of)

    return Law(rulebook, run.as_of, resolved)


def _judge(run: Run, rulebook: Rulebook, manifest: dict[str, Any], folder: str, meter: Meter) -> Evaluated:
    data = Path(settings.DATA)
    files = {name: [data / file] for name, file in manifest["snapshot"].items() if name != UNCOUNTED}
    out = data / folder
    shutil.rmtree(out, ignore_errors=True)  # what a killed process left
    result = engine.evaluate(
        rulebook,
        files,
        run.as_of,
        zones(rulebook, manifest["villages"], run.as_of),
        out,
        progress=lambda share: meter("evaluate", 35 + int(share * 45)),
    )
    failpoint("run.evaluated")
    meter("match", 80)
    before, earlier = _before(manifest)
    held = {warning.household for warning in before}
    found = read(out, law_of(manifest, rulebook, run), earlier, held, _kept_uncounted(manifest))
    matched = match(before, found.judgements())
    waiting = gaps(rulebook, out, files["coverage"][0], run.as_of)
    digest = _digest(result.digest, matched)
    return Evaluated(matched, waiting, manifest, result, digest, folder)


def _started_from(run: Run) -> dict[str, int | None]:
    """The runs whose warnings this one is matched with."""
    after = last_done(before=run.as_of)
    instead_of = Run.objects.filter(state="done", as_of=run.as_of).order_by("-pk").first()
    return {"after": after.pk if after else None, "instead_of": instead_of.pk if instead_of else None}


def _uncounted(run: Run, started: Mapping[str, Any]) -> pa.Table:
    """The feeds with a row that did not count and may be about a household with an open warning."""
    warnings, _ = _before(started)
    asked = AsOf(run.as_of, run.known_at, {warning.household for warning in warnings})
    found = uncounted(asked) if asked.households else {}
    rows = [
        {"feed": feed, "household": household} for feed in sorted(found) for household in sorted(found[feed])
    ]
    return pa.Table.from_pylist(rows, schema=UNCOUNTED_ROWS)


def _kept_uncounted(manifest: Mapping[str, Any]) -> dict[int, set[str]]:
    """The same by household, as the snapshot keeps it; older snapshots have no such table."""
    feeds: dict[int, set[str]] = defaultdict(set)
    if UNCOUNTED in manifest["snapshot"]:
        table = pq.read_table(Path(settings.DATA) / manifest["snapshot"][UNCOUNTED])
        for row in table.to_pylist():
            feeds[row["household"]].add(row["feed"])
    return feeds


def _before(manifest: Mapping[str, Any]) -> tuple[list[OpenWarning], Law | None]:
    """The warnings to match with, and by what they were judged.

    They are those that the last run of an earlier day left open, and what an earlier run of the same day
    raised."""
    after = Run.objects.filter(pk=manifest["after"]).first()
    instead_of = Run.objects.filter(pk=manifest["instead_of"]).first()
    warnings = left_open(after)
    if instead_of is not None:
        warnings += left_open(instead_of, raised_on=instead_of.as_of)
    last = instead_of or after
    if last is None:
        return warnings, None
    return warnings, law_of(last.manifest, rulebooks.kept(last.manifest["rulebook"]), last)


def _spoken(as_of: AsOf) -> list[dict[str, Any]]:
    """The deliveries whose rows count."""
    return [
        {"feed": feed, "delivery": d.key, "landed_as": d.landed_as}
        for feed, spoken in sorted(deliveries(as_of).items())
        for d in spoken
    ]


def _manifest(
    run: Run, rulebook: Rulebook, files: Mapping[str, str], spoken: list[dict[str, Any]]
) -> dict[str, Any]:
    rulebooks.keep(rulebook)
    villages = village_codes(run.as_of)
    return {
        "code": version("qianshao"),
        "as_of": run.as_of.isoformat(),
        "known_at": run.known_at.isoformat(),
        "engine": run.engine,
        "rulebook": rulebook.digest,
        "parameters": _parameters(rulebook, villages, run),
        "villages": villages,
        "deliveries": spoken,
        "snapshot": dict(files),
        "snapshot_digest": snapshot.digest(files),
    }


def _parameters(rulebook: Rulebook, villages: Mapping[str, str], run: Run) -> list[dict[str, Any]]:
    """Per zone the values that were chosen, each with the day and area that it was given for."""
    return [
        {
            "villages": len(zone.villages),
            "values": {
                name: {"value": str(v.value), "area": v.area, "valid_from": v.valid_from.isoformat()}
                for name, v in sorted(zone.resolved.chosen.items())
            },
        }
        for zone in zones(rulebook, villages, run.as_of)
    ]


def _digest(result: str, matched: Sequence[Matched]) -> str:
    """Over the engine's digest and every warning, in their order."""
    whole = hashlib.sha256(result.encode())
    for m in matched:
        days = (m.raised_on.isoformat(), m.due_on.isoformat())
        line = [m.household, m.cause, m.status, *days, m.cleared_because, [hit.to_json() for hit in m.hits]]
        whole.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode())
    return whole.hexdigest()
