"""An example county worked on by the real command line in processes of its own, and looked at from outside.

With QIANSHAO_DATABASE set each county has a database of its own on that server, else its SQLite file.
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SERVER = os.environ.get("QIANSHAO_DATABASE", "")

# What the environment of whoever runs the tests must not change.
OWN = {"DJANGO_SETTINGS_MODULE", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "LC_ALL", "LC_MESSAGES", "TZ"}


@dataclass(frozen=True)
class County:
    """The data folder of an example county, made or still to be made."""

    data: Path
    households: int
    seed: int = 7

    def make(self, **environment: str) -> "County":
        """Run the demo, which must succeed, and keep what it said."""
        environment |= {"QIANSHAO_FAILPOINT_LOG": str(self._moments)}
        ended = self.run(*self.demo, **environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        self._said.write_text(json.dumps([ended.stdout, ended.stderr]))
        return self

    @property
    def demo(self) -> tuple[str, ...]:
        """The command that makes it, or goes on with it."""
        return ("demo", "--households", str(self.households), "--seed", str(self.seed), "--no-serve")

    @property
    def said(self) -> list[str]:
        """What the demo printed, as its result and beside it."""
        said: list[str] = json.loads(self._said.read_text())
        return said

    @property
    def moments(self) -> list[str]:
        """The moments of its making at which something became durable, or was about to."""
        return self._moments.read_text().splitlines()

    def command(self, *arguments: str | Path) -> list[str]:
        """The command line with this data folder; `scan` alone has one of its own."""
        ours = [] if arguments[0] == "scan" else ["--data", str(self.data)]
        return [sys.executable, "-m", "qianshao", *map(str, arguments), *ours]

    def environment(self, **more: str) -> dict[str, str]:
        """What its processes see."""
        kept = {k: v for k, v in os.environ.items() if k not in OWN and not k.startswith("QIANSHAO_")}
        ours = {"LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1", "COLUMNS": "200"}
        ours |= {"QIANSHAO_DATABASE": self._database} if SERVER else {}
        return kept | ours | more

    def run(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever comes of it."""
        command = self.command(*arguments)
        return subprocess.run(command, env=self.environment(**environment), capture_output=True, text=True)

    def warnings(self, **environment: str) -> str:
        """The warnings as JSON, as they are printed."""
        ended = self.run("warnings", "--format", "json", **environment)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    @property
    def files(self) -> Path:
        """The files of its departments."""
        return self.data / "files"

    def content(self, name: str) -> dict[str, Any]:
        """What the generator wrote beside them: `truth.json`, `named.json`."""
        read: dict[str, Any] = json.loads((self.data / name).read_text(encoding="utf-8"))
        return read

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the system of record, read without writing anything."""
        if SERVER:
            import psycopg

            with psycopg.connect(self._database) as server:
                server.read_only = True
                return server.execute(query).fetchall()  # type: ignore[call-overload]
        with closing(sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True, timeout=20)) as file:
            return file.execute(query).fetchall()

    def tables(self) -> list[str]:
        """The names of all its tables; none as long as it was not begun."""
        if not SERVER and not self._file.exists():
            return []
        server = "select tablename from pg_tables where schemaname = 'public'"
        file = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        return sorted(name for (name,) in self.rows(server if SERVER else file))

    @property
    def _file(self) -> Path:
        return self.data / "qianshao.sqlite3"

    @property
    def _said(self) -> Path:
        return self.data.with_name(f"{self.data.name}.said")

    @property
    def _moments(self) -> Path:
        return self.data.with_name(f"{self.data.name}.moments")

    @cached_property
    def _database(self) -> str:
        """The address of its database, which is made where it is missing."""
        import psycopg

        name = "county_" + "_".join(self.data.parts[-3:]).replace("-", "_").lower()
        with psycopg.connect(SERVER, autocommit=True) as server:
            held = server.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
            if held is None:
                server.execute(f'create database "{name}"')  # type: ignore[call-overload]
        return urlsplit(SERVER)._replace(path=f"/{name}").geturl()
