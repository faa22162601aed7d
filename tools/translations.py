"""Translations: `compile` the .mo files, `check` that none is missing, `update` from the sources.

The source language is English; zh-Hans must be complete or the build fails.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/qianshao"
CATALOGUE = SOURCE / "locale/zh_Hans/LC_MESSAGES/django.po"


def compile_catalogues() -> None:
    import polib

    for po in SOURCE.glob("locale/*/LC_MESSAGES/*.po"):
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))


def extracted() -> set[tuple[str | None, str]]:
    """(context, message) of every string that the sources and templates hand to gettext."""
    import polib

    with tempfile.TemporaryDirectory() as temporary:
        locale = Path(temporary) / "locale"
        (locale / "zh_Hans/LC_MESSAGES").mkdir(parents=True)
        # Django's own extractor reads the template tags; it needs a tree with a locale folder beside it.
        tree = Path(temporary) / "tree"
        subprocess.run(["cp", "-r", str(SOURCE), str(tree)], check=True)
        for mo in tree.glob("locale/**/django.*"):
            mo.unlink()
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "-v0"],
            cwd=tree,
            check=True,
        )
        made = tree / "locale/zh_Hans/LC_MESSAGES/django.po"
        if not made.exists():
            return set()
        return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(made)) if not entry.obsolete}


def check() -> None:
    import polib

    catalogue = {(e.msgctxt, e.msgid): e for e in polib.pofile(str(CATALOGUE))}
    missing = sorted(extracted() - catalogue.keys(), key=str)
    faults = [f"not in the catalogue: {message!r}" for _, message in missing]
    faults += [f"not translated: {e.msgid!r}" for e in catalogue.values() if not e.translated() or e.fuzzy]
    for entry in catalogue.values():
        wanted = set(re.findall(r"%\(\w+\)\w|\{\w+\}", entry.msgid))
        if entry.msgstr and wanted != set(re.findall(r"%\(\w+\)\w|\{\w+\}", entry.msgstr)):
            faults.append(f"other figures in the translation of {entry.msgid!r}")
    if faults:
        raise SystemExit("zh-Hans is not complete (make fix adds the missing entries):\n" + "\n".join(faults))


def update() -> None:
    import polib

    catalogue = polib.pofile(str(CATALOGUE))
    found = extracted()
    for entry in list(catalogue):
        if (entry.msgctxt, entry.msgid) not in found:
            catalogue.remove(entry)
    known = {(e.msgctxt, e.msgid) for e in catalogue}
    for context, message in sorted(found - known, key=str):
        catalogue.append(polib.POEntry(msgctxt=context, msgid=message))
    catalogue.sort(key=lambda e: e.msgid)
    catalogue.save()


if __name__ == "__main__":
    {"compile": compile_catalogues, "check": check, "update": update}[sys.argv[1]]()
