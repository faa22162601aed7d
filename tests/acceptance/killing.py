"""Ending a process in the middle of its work at a moment drawn by chance, and saying in which phase."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.acceptance.county import County

# The moments at which work is durable, each with the events that the same transaction wrote.
DURABLE = {
    "delivery.received": {"deliveries.receive"},
    "delivery.staged": {"deliveries.stage"},
    "delivery.finished": {"deliveries.finish", "deliveries.refuse"},
    "registry.village_applied": {
        "households.apply_village",
        "members.apply_village",
        "income.apply_village",
    },
    "linking.naming_candidates": {"links.find_candidates"},
    "run.committed": {"runs.finish"},
}
LOOK_EVERY = 0.001
LATER_AT_MOST = 0.003
PATIENCE = 300
# How many moments a demo may be further than its last durable one says, and how many are left at the end.
NEAR, BEFORE_THE_END = 3, 4


@dataclass(frozen=True)
class Kill:
    """A kill: in which phase it came, after which place of the way, and how long after that was reached."""

    phase: str
    place: int
    seconds: float


class Killer:
    """Kills a demo again and again on its way through a folder. `way`: the moments of an undisturbed one."""

    def __init__(self, county: County, log: Path, way: Sequence[str], rng: Random) -> None:
        self.county, self.log, self.way, self.rng = county, log, way, rng
        self.kills: list[Kill] = []
        self.log.touch()

    def kill_in(self, part: int, parts: int) -> Kill:
        """Kill it once in one of so many equal parts of its way, if it can be in a phase not killed yet."""
        whole = len(self.way) - BEFORE_THE_END
        places = range(part * whole // parts, (part + 1) * whole // parts)
        killed = {kill.phase for kill in self.kills}
        fresh = [place for place in places if phase_of(self.way[place]) not in killed]
        self._kill_at(self.rng.choice(fresh or places))
        return self.kills[-1]

    def report(self) -> str:
        """The kills one by one, and their phases."""
        phases = Counter(kill.phase for kill in self.kills)
        lines = [f"moment {k.place} + {1000 * k.seconds:.1f} ms: {k.phase}" for k in self.kills]
        return "\n".join([*lines, f"{len(self.kills)} kills in {len(phases)} phases: {dict(phases)}\n"])

    def _kill_at(self, place: int) -> None:
        """Let the demo go on until the phase at this place of its way is reached, at times some ms longer."""
        wanted = phase_of(self.way[place])
        near = len(self._lines()) + max(0, place - self._behind_us() - NEAR)
        process = self._start()
        until = time.monotonic() + PATIENCE
        while wanted not in map(phase_of, self._lines()[near:]) and process.poll() is None:
            assert time.monotonic() < until, f"{wanted} is never reached"
            time.sleep(LOOK_EVERY)
        seconds = self.rng.uniform(0, LATER_AT_MOST) if self.rng.random() < 0.5 else 0.0
        time.sleep(seconds)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, f"ended by itself before moment {place}, {wanted}"
        self.kills.append(Kill(phase_of(self._lines()[-1]), place, seconds))

    def _behind_us(self) -> int:
        """How many moments of the way will not come again."""
        if "access_auditevent" not in self.county.tables():
            return 0
        events = Counter(action for (action,) in self.county.rows("select action from access_auditevent"))
        places = [0]
        for moment, actions in DURABLE.items():
            held = [place for place, name in enumerate(self.way, start=1) if name == moment]
            places += held[: sum(events[action] for action in actions)][-1:]
        return max(places)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.county.command(*self.county.demo),
            env=self.county.environment(QIANSHAO_FAILPOINT_LOG=str(self.log)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _lines(self) -> list[str]:
        return self.log.read_text().splitlines()


def phase_of(moment: str) -> str:
    """The tables of a snapshot are kept one by one in the same phase."""
    return moment.partition(".kept.")[0] if moment.startswith("snapshot.") else moment
