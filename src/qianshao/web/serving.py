"""`qianshao serve`: the web server and the worker as child processes; either is started again if it dies."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from qianshao.refusals import Refused
from qianshao.words import Text

PAUSE = 0.2  # seconds between two looks at the children
RESTART = 1.0  # seconds before a child that died is started again
PATIENCE = 10.0  # seconds that a child has to end by itself
START = 30.0  # seconds until the server must answer
PR_SET_PDEATHSIG = 1
THREADS = 4


class Stopped(Exception):
    """Somebody ended the serving."""


def serve(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until SIGTERM or SIGINT. Raises `Refused` without a prepared folder and for a port in use."""
    from django.conf import settings

    if not settings.KEY_FILE.exists() or not settings.SECRET_FILE.exists():
        raise Refused(
            Text("数据文件夹还没有准备好", "The data folder is not prepared"),
            Text("先运行 qianshao init", "Run qianshao init first"),
        )
    _must_be_free(host, port)
    commands = {"web": web_command(host, port), "worker": [sys.executable, "-m", "qianshao.work.worker"]}
    environment = os.environ | {
        "QIANSHAO_DATA": str(settings.DATA),
        "QIANSHAO_KEY_FILE": str(settings.KEY_FILE),
        "DJANGO_SETTINGS_MODULE": "qianshao.web.settings",
    }
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            children[name] = _start(command, environment)
        _announce(host, port)
        while True:
            time.sleep(PAUSE)
            for name, child in children.items():
                if child.poll() is not None:
                    print(f"{name} ended with {child.returncode}; starting it again", file=sys.stderr)  # noqa: T201
                    _kill_group(child)
                    time.sleep(RESTART)
                    children[name] = _start(commands[name], environment)
    except Stopped:
        pass
    finally:
        _end(list(children.values()))


def web_command(host: str, port: int) -> list[str]:
    """Granian with one process: SQLite has one writer, and threads share the static files in memory."""
    options = {"--interface": "wsgi", "--host": host, "--port": str(port), "--log-level": "warning"}
    options |= {"--workers": "1", "--blocking-threads": str(THREADS)}
    # Its own child may miss a signal while it starts; without a limit Granian would wait for it for ever.
    options |= {"--workers-kill-timeout": "5"}
    named = [word for option in options.items() for word in option]
    named += ["--no-ws", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *named, "qianshao.web.wsgi:application"]


def _must_be_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                Text("不能在 {host}:{port} 上服务", "Cannot serve on {host}:{port}").format(
                    host=host, port=port
                ),
                Text("换一个端口：--port 8001", "Choose another port: --port 8001"),
            ) from error


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=environment, preexec_fn=_die_with_parent)  # noqa: S603


def _die_with_parent() -> None:
    # Own group: Ctrl+C reaches the parent alone, which then ends its children in order. And where the kernel
    # can, children end even when the parent is killed.
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _announce(host: str, port: int) -> None:
    """Say the address once the server answers."""
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    until = time.monotonic() + START
    while time.monotonic() < until:
        try:
            socket.create_connection((reach, port), timeout=1).close()
            break
        except OSError:
            time.sleep(PAUSE)
    shown = f"[{host}]" if ":" in host else host
    print(f"前哨 Qianshao: http://{shown}:{port}/  (Ctrl+C ends it)", flush=True)  # noqa: T201


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + PATIENCE
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, until - time.monotonic()))
        _kill_group(child)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """End what a child left behind: a web server that was killed leaves its own child, and that the port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
