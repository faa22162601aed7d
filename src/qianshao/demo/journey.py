"""The example county's way from files to warnings. Broken off anywhere, it goes on where it stopped."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings

from qianshao.access import audit
from qianshao.access.demo_users import PREFIX, create_demo_users
from qianshao.access.installation import prepare, write_whole
from qianshao.access.roles import COUNTY_OFFICER
from qianshao.access.scope import EVERYWHERE
from qianshao.demo.calendar import LAST_DAY
from qianshao.demo.county import generate
from qianshao.demo.evaluation import Evaluation, evaluate, read_truth
from qianshao.failpoints import failpoint
from qianshao.places.models import Area
from qianshao.refusals import Refused
from qianshao.registry.models import Household
from qianshao.screening.actions.holds import hold
from qianshao.screening.export import as_records
from qianshao.screening.intake import take_in
from qianshao.screening.readers.holds import in_force
from qianshao.words import Text

WRITING = Text("写各部门的文件", "Writing the departments' files")
PREPARING = Text("准备数据目录", "Preparing the data folder")
OTHER_COUNTY = Text(
    "目录 {folder} 里是另一个示例县（{held}）", "The folder {folder} holds another example county ({held})"
)
IN_USE = Text("目录 {folder} 里已有别的资料", "The folder {folder} is in use for something else")
OTHER_RIGHT = Text("换一个 --data 目录，或先删掉它", "Choose another --data folder, or remove this one first")

RULEBOOK = "rulebook"

# The files take about a tenth of the way, the intake the rest.
WRITTEN = 0.1


@dataclass(frozen=True)
class Step:
    """What is being done, and the share of the way behind us."""

    words: Text
    share: float


def travel(*, households: int, seed: int, progress: Callable[[Step], None]) -> Path:
    """Write the county, take its files in, screen its days; returns the data folder.

    Raises `Refused` where the folder holds another county, or anything else.
    """
    data = Path(settings.DATA)
    progress(Step(PREPARING, 0.0))
    prepare()
    _write(data, households, seed, progress)
    settings.TODAY = LAST_DAY  # time stands still there from the start, whatever the machine's clock says
    take_in(
        data / "files",
        by=audit.SYSTEM,
        progress=lambda words, share: progress(Step(words, WRITTEN + share * (1 - WRITTEN))),
    )
    _people()
    _holds(data)
    return data


def county(data: Path) -> Evaluation:
    """How well the warnings found the hidden troubles."""
    return evaluate(read_truth(data / "truth.json"), as_records(EVERYWHERE))


def _write(data: Path, households: int, seed: int, progress: Callable[[Step], None]) -> None:
    wanted = {"households": households, "seed": seed}
    note = data / "county.json"
    held = json.loads(note.read_text()) if note.exists() else _begin(data, wanted)
    if held["county"] != wanted:
        raise Refused(OTHER_COUNTY.format(folder=data, held=held["county"]), OTHER_RIGHT)
    if held["written"]:
        return
    progress(Step(WRITING, 0.01))
    shutil.rmtree(data / "files", ignore_errors=True)  # of a demo that broke off while writing
    generate(data, households=households, seed=seed)
    failpoint("demo.written")
    # The county's own limits lie over the national rulebook; `scan` finds them among the files.
    for folder in (data / "files" / RULEBOOK, data / RULEBOOK):
        shutil.copytree(str(files("qianshao") / "rulebook" / "example-county"), folder, dirs_exist_ok=True)
    write_whole(note, json.dumps({"county": wanted, "written": True}))


def _begin(data: Path, county: Mapping[str, int]) -> dict[str, Any]:
    """Mark the folder as an example county's before anything is written to it."""
    if (data / "files").exists() or (data / RULEBOOK).exists() or Area.objects.exists():
        raise Refused(IN_USE.format(folder=data), OTHER_RIGHT)
    begun = {"county": county, "written": False}
    write_whole(data / "county.json", json.dumps(begun))
    return begun


def _people() -> None:
    village = Area.objects.filter(level="village").order_by("path").first()
    if village is None or village.parent is None or village.parent.parent is None:
        raise RuntimeError("the example county has villages in townships of a county")
    create_demo_users(
        county=village.parent.parent,
        township=village.parent,
        village=village,
        today=LAST_DAY,
        by=audit.SYSTEM,
    )


def _holds(data: Path) -> None:
    """The warnings that an officer of the county has set aside."""
    for case in json.loads((data / "named.json").read_text(encoding="utf-8"))["households"]:
        held = case["hold"]
        if held is None or in_force(LAST_DAY).filter(household__number=case["household"]).exists():
            continue
        hold(
            household=Household.objects.get(number=case["household"]),
            cause=held["cause"],
            until=date.fromisoformat(held["until"]),
            reason=held["reason"]["zh"],
            by=PREFIX + COUNTY_OFFICER,
        )
