"""The live server on real SQLite, and the browser that looks at it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, connections
from playwright.sync_api import Browser, sync_playwright

from qianshao.access import triggers
from qianshao.access.models import Grant, User
from qianshao.places.actions import AreaRow, import_areas
from qianshao.places.models import Area
from tests.functional.browser import Seen

CHROMIUM = os.environ.get("QIANSHAO_CHROMIUM", "/usr/bin/chromium")
AREAS = {
    "990000000000": "宁州省",
    "991200000000": "河清市",
    "991205000000": "青禾县",
    "991205102000": "云溪镇",
    "991205102201": "上坝村",
    "991205102202": "岩口村",
    "991205103000": "石桥镇",
    "991205103201": "红土村",
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Playwright's own loop would make Django think that it runs in an async context."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def seen(browser: Browser, live_server: object) -> Seen:
    """Opens pages of the live server; see `browser.py`."""
    return Seen(browser, live_server.url)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small example county, made once by the command that visitors use."""
    folder = tmp_path_factory.mktemp("example") / "data"
    command = [sys.executable, "-m", "qianshao", "demo", "--households", "200", "--seed", "7", "--no-serve"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "qianshao.web.settings"}
    subprocess.run([*command, "--data", str(folder)], check=True, env=environment, capture_output=True)
    return folder


@pytest.fixture
def example(
    transactional_db: None, settings: LazySettings, example_folder: Path, tmp_path: Path
) -> dict[str, User]:
    """The example county on the live server, a copy for each test: its ready-made users by role."""
    if connection.vendor != "sqlite":
        pytest.skip("the example county is copied as a SQLite file")
    settings.DATA = tmp_path / "data"
    shutil.copytree(example_folder, settings.DATA)
    connections.close_all()
    with (
        closing(sqlite3.connect(example_folder / "qianshao.sqlite3")) as made,
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as tests,
    ):
        made.backup(tests)
    triggers.remove()  # or else the tables could not be emptied after the test
    settings.DEMO = json.loads((settings.DATA / "demo.json").read_text())
    settings.TODAY = date.fromisoformat(settings.DEMO["today"])
    return {grant.role: grant.user for grant in Grant.objects.select_related("user")}


@pytest.fixture
def county(transactional_db: None) -> dict[str, Area]:
    """青禾县 with two townships and three villages, by name."""
    import_areas([AreaRow(code, name, date(2020, 1, 1)) for code, name in AREAS.items()])
    return {area.name: area for area in Area.objects.all()}


@pytest.fixture
def county_officer(county: dict[str, Area]) -> User:
    """陈晓雯, county officer of the whole county."""
    return officer("chen", "陈晓雯", "county_officer", county["青禾县"])


def officer(username: str, name: str, role: str, area: Area) -> User:
    """A user with one role for one area."""
    user = User.objects.create(username=username, display_name=name, post="农业农村局")
    Grant.objects.create(user=user, role=role, area=area, valid_from=date(2020, 1, 1))
    return user
