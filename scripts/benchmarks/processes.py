"""Servers as processes: started on one core, ready when they answer, looked at from outside."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

LOGS: Final = Path("build/bench")
READY_SECONDS: Final = 60.0

_affinity = getattr(os, "sched_getaffinity", None)  # only Linux pins
CORES: Final[tuple[int, ...]] = tuple(sorted(_affinity(0))) if _affinity else ()
PINNED: Final = len(CORES) > 1
SERVER_CORE: Final = CORES[0] if PINNED else None
CLIENT_CORE: Final = CORES[-1] if PINNED else None
PINS: Final = f"servers on core {SERVER_CORE}, client on core {CLIENT_CORE}" if PINNED else "not pinned"


class StartError(Exception):
    """A server did not come up; the message holds the end of what it said."""


@dataclass(frozen=True)
class Server:
    """A running server. `ready`: the line that told its address. `start_seconds`: until its first answer."""

    name: str
    process: subprocess.Popen[bytes]
    ready: dict[str, Any]
    start_seconds: float

    @property
    def base_url(self) -> str:
        return str(self.ready["base_url"]).rstrip("/")

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.base_url)
        return parts.hostname or "127.0.0.1", parts.port or 80

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """`kill -9`: the process gets no chance to tidy up."""
        self.process.kill()
        self.process.wait()


def start(
    name: str,
    command: Sequence[str],
    *,
    port: int | None = None,
    first: str = "/",
    core: int | None = SERVER_CORE,
    patience: float = READY_SECONDS,
) -> Server:
    """Runs `command` until its ready line `{"base_url": ...}` is out and it has answered GET `first` somehow.

    With `port`, where it was told to listen, no ready line is waited for; else for `patience` seconds. What it says
    goes to `build/bench/<name>.log`. Raises `StartError`.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name.replace(' ', '-')}.log"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MOCK_AKENEO_")}
    with log.open("wb") as said, on_core(core):
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said if port else subprocess.PIPE,
            stderr=said,
            env=environment,
        )
    try:
        ready = {"base_url": f"http://127.0.0.1:{port}"} if port else _ready_line(process, patience)
        server = Server(name, process, ready, 0.0)
        _wait_for_an_answer(server, first)
        return Server(name, process, ready, time.perf_counter() - began)
    except (OSError, ValueError) as error:
        process.kill()
        process.wait()
        told = log.read_text(errors="replace").strip()[-2000:]
        raise StartError(f"{name} did not start ({error}): {told or 'it said nothing'}") from None
    except BaseException:
        process.kill()
        process.wait()
        raise


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _ready_line(process: subprocess.Popen[bytes], patience: float) -> dict[str, Any]:
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], patience)[0]:
        raise ValueError(f"no ready line within {patience:g} s")
    line = process.stdout.readline()
    if not line:
        raise ValueError("it ended before it was ready")
    ready = orjson.loads(line)
    if not isinstance(ready, dict) or "base_url" not in ready:
        raise ValueError(f"not a ready line: {line[:200]!r}")
    return ready


def _wait_for_an_answer(server: Server, path: str) -> None:
    host, port = server.address
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            with socket.create_connection((host, port), timeout=READY_SECONDS) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                if connection.recv(4096):
                    return
                raise ValueError("it closed the first connection without an answer")
        except ConnectionRefusedError:
            if server.process.poll() is not None:
                raise ValueError("it ended before it was ready") from None
            if time.monotonic() > until:
                raise ValueError(f"nothing listens on port {port} after {READY_SECONDS:g} s") from None
            time.sleep(0.01)


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """What is started meanwhile stays on `core`; nothing happens where processes cannot be pinned."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def resident_bytes(pid: int) -> int:
    """Memory of a process in RAM (RSS)."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except FileNotFoundError:
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
        return int(told.stdout) * 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, all its threads; 0 where the system has no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
