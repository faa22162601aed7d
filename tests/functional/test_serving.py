"""`serve` and its worker as real processes that are killed and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
PREPARE = "from qianshao.access.installation import prepare; prepare()"
ENQUEUE = """
from qianshao.work.actions import enqueue
print(enqueue(kind="test.slow", payload={{"begun": "{0}/begun", "go_on": "{0}/go-on"}}, by="chen").pk)
"""
STATE = "from qianshao.work.models import Job; j = Job.objects.get(); print(j.state, j.progress, j.attempts)"


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition; the limit only keeps a broken build from hanging."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"never: {what}")


class Installation:
    """A prepared data folder with processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "QIANSHAO_DATA": str(folder / "data"),
            "QIANSHAO_KEY_FILE": str(folder / "data.key"),
            "DJANGO_SETTINGS_MODULE": "tests.functional.slow_work.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("QIANSHAO_DATABASE", None)

    def python(self, code: str) -> str:
        """Run code in this installation and return what it prints."""
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def process(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A running process, killed at the end if need be."""
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    made.python(PREPARE)
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(key) for key in listed.read_text().split()] if listed.exists() else []


def serving(port: int) -> list[str]:
    code = f"import django; django.setup(); from qianshao.web.serving import serve; serve(port={port})"
    return ["-c", code]


def test_serving_survives_the_death_of_either_child_and_ends_both(installation: Installation) -> None:
    port = free_port()
    with installation.process(*serving(port)) as served:
        assert served.stdout is not None
        assert f"http://127.0.0.1:{port}/".encode() in served.stdout.readline()
        killed = children(served.pid)
        assert len(killed) == 2
        for child in killed:
            os.kill(child, signal.SIGKILL)
        until(lambda: len(set(children(served.pid)) - set(killed)) == 2, "both were started again")
        until(lambda: answers(port), "an answer after both were killed")
        left = children(served.pid)
        served.send_signal(signal.SIGTERM)
        assert served.wait(PATIENCE) == 0
        assert not any(Path(f"/proc/{child}").exists() for child in left)
        assert not answers(port)


def test_what_is_served_dies_with_its_parent(installation: Installation) -> None:
    port = free_port()
    with installation.process(*serving(port)) as served:
        until(lambda: answers(port), "the first answer")
        served.kill()
        until(lambda: not answers(port), "silence after the kill")


def test_a_port_in_use_and_a_folder_not_prepared_are_refused_in_words(
    installation: Installation, tmp_path: Path
) -> None:
    refusal = (
        "from qianshao.web.serving import serve; from qianshao.refusals import Refused\n"
        "try:\n    serve(port={port})\nexcept Refused as refused:\n    print(refused)"
    )
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert f"Cannot serve on 127.0.0.1:{port}" in installation.python(refusal.format(port=port))
    (tmp_path / "data" / "secret").unlink()
    assert "not prepared" in installation.python(refusal.format(port=port))


def test_a_job_whose_worker_is_killed_is_done_by_the_next_one(
    installation: Installation, tmp_path: Path
) -> None:
    installation.python(ENQUEUE.format(tmp_path))
    worker = ("-m", "qianshao.work.worker")
    begun = tmp_path / "begun"
    with installation.process(*worker):
        until(begun.exists, "the job began")
        until(lambda: installation.python(STATE) == "running 50 1", "its progress was written")
    assert installation.python(STATE) == "running 50 1"
    with installation.process(*worker):
        until(lambda: begun.read_text().count("begun") == 2, "it was taken up again")
        (tmp_path / "go-on").touch()
        until(lambda: installation.python(STATE) == "done 100 2", "it was done")
