import time
from pathlib import Path
from typing import Any

from qianshao.words import Text
from qianshao.work.kinds import Report, kind


@kind("test.slow", label=Text("慢活", "Slow work"))
def slow(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Append a line to a file, then wait until another file exists."""
    begun, go_on = Path(payload["begun"]), Path(payload["go_on"])
    with begun.open("a") as file:
        file.write("begun\n")
    report(Text("一半", "Half"), 0.5)
    while not go_on.exists():
        time.sleep(0.02)
    return {"ended": True}
