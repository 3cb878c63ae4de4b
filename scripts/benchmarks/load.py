"""The client: each connection asks its next question, ready-made bytes, as soon as the last is answered.

It runs in a process and on a core of its own and speaks just enough HTTP/1.1 to find the end of an answer,
so that it is not what is measured.
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, cast

import uvloop

from scripts.benchmarks.processes import CLIENT_CORE, cpu_seconds

NUMBER: Final = b"<number>"  # where the number of a call stands in a request
NUMBER_DIGITS: Final = 9  # always as long, so that Content-Length stays what it is

_BUFFER_BYTES: Final = 1 << 18
_STALL_SECONDS: Final = 30.0
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"


class WrongAnswerError(Exception):
    """An answer was not what the measurement is about: other status, or the connection ended."""


@dataclass(frozen=True)
class Lane:
    """What one connection asks, again and again: `request` with the numbers `first`, `first + 1`, ... in it.

    With `wrap` the numbers begin anew after so many (0, 1, ..., wrap - 1). `pad` fills a number up in front.
    """

    request: bytes
    first: int = 0
    wrap: int = 0
    pad: str = "0"

    def bytes_of(self, number: int) -> bytes:
        if self.wrap:
            number %= self.wrap
        return self.request.replace(NUMBER, f"{number:{self.pad}>{NUMBER_DIGITS}}".encode())


@dataclass(frozen=True)
class Call:
    """One operation of one server: a lane for each connection, and the status that is right."""

    lanes: Sequence[Lane]
    status: int


@dataclass(frozen=True)
class Sample:
    """What one measurement saw. `latencies`: seconds, sorted. CPU: share of one core, 1.0 is busy always."""

    seconds: float
    latencies: array[float]
    client_cpu: float
    server_cpu: float

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu_microseconds(self) -> float:
        """Processor time of the server for one call: what a busy machine changes least."""
        return 1e6 * self.server_cpu * self.seconds / max(1, len(self.latencies))

    def quantile(self, share: float) -> float:
        """Seconds within which `share` of the calls were answered."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def request(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request that keeps its connection. NUMBER may stand in `target` and `body`."""
    length = len(body.replace(NUMBER, b"0" * NUMBER_DIGITS))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method != "GET":
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def pin() -> None:
    """Puts this process on the core that the servers leave alone."""
    if CLIENT_CORE is not None:
        os.sched_setaffinity(0, {CLIENT_CORE})


def measure(address: tuple[str, int], pid: int, call: Call, seconds: float) -> Sample:
    """Asks for `seconds` on all lanes at once. Raises `WrongAnswerError` at an answer of another status."""
    gc.disable()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_measure(address, pid, call, seconds))
    finally:
        gc.enable()
        gc.collect()


async def _measure(address: tuple[str, int], pid: int, call: Call, seconds: float) -> Sample:
    loop = asyncio.get_running_loop()
    run = _Run(expected=str(call.status).encode())
    connections = [_Connection(run, lane) for lane in call.lanes]
    for connection in connections:
        await loop.create_connection(partial(_itself, connection), *address)
    server_cpu, client_cpu = cpu_seconds(pid), time.process_time()
    began = time.perf_counter()
    run.until = began + seconds
    for connection in connections:
        connection.ask()
    try:
        await asyncio.wait_for(asyncio.gather(*(c.done for c in connections)), seconds + _STALL_SECONDS)
    except TimeoutError:
        raise WrongAnswerError(f"a call was not answered for {_STALL_SECONDS:g} s") from None
    finally:
        for connection in connections:
            connection.transport.abort()
    passed = time.perf_counter() - began
    return Sample(
        seconds,
        array("d", sorted(run.latencies)),
        (time.process_time() - client_cpu) / passed,
        (cpu_seconds(pid) - server_cpu) / passed,
    )


def _itself(connection: _Connection) -> _Connection:
    return connection


@dataclass
class _Run:
    """What the connections of one measurement share. `until`: perf_counter, later answers do not count."""

    expected: bytes
    until: float = 0.0
    latencies: array[float] = field(default_factory=lambda: array("d"))


class _Connection(asyncio.BufferedProtocol):
    """One connection in a closed loop. The body of an answer is counted, not kept."""

    transport: asyncio.Transport

    def __init__(self, run: _Run, lane: Lane) -> None:
        self._run, self._lane = run, lane
        self._number = lane.first
        self._next = lane.bytes_of(self._number)
        self._asked = 0.0
        self._buffer = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._filled = 0  # bytes of a head that is not complete yet
        self._missing: int | None = None  # bytes of the body still to come; None while the head is read
        self._chunked = False
        self._tail = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its class

    def ask(self) -> None:
        self._asked = time.perf_counter()
        self.transport.write(self._next)
        self._number += 1
        self._next = self._lane.bytes_of(self._number)  # made while the server works

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        if self._missing is None:
            self._filled += nbytes
            end = self._buffer.find(b"\r\n\r\n", 0, self._filled)
            if end < 0:
                return
            self._read_head(bytes(self._buffer[: end + 2]).lower())
            start, size = end + 4, self._filled - end - 4
            self._filled = 0
        else:
            start, size = 0, nbytes
        if self._chunked:
            self._tail = (self._tail + self._buffer[max(start, start + size - 7) : start + size])[-7:]
            whole = self._tail in (_LAST_CHUNK, _LAST_CHUNK[2:])
        else:
            assert self._missing is not None
            self._missing -= size
            whole = self._missing <= 0
        if whole:
            self._answered()

    def _read_head(self, head: bytes) -> None:
        """Raises nothing: a wrong status ends the measurement through `done`."""
        if head[9:12] != self._run.expected and not self.done.done():
            seen = bytes(self._buffer[: self._filled][:1000]).decode(errors="replace")
            asked = self._lane.bytes_of(self._number - 1).partition(b"\r\n")[0].decode()
            self.done.set_exception(WrongAnswerError(f"{asked} was answered: {seen}"))
        at = head.find(b"\r\ncontent-length:")
        self._missing = int(head[at + 17 : head.index(b"\r\n", at + 17)]) if at >= 0 else 0
        self._chunked = at < 0 and b"\r\ntransfer-encoding: chunked" in head
        self._tail = b""

    def _answered(self) -> None:
        self._missing = None
        if self.done.done():
            return
        now = time.perf_counter()
        if now <= self._run.until:
            self._run.latencies.append(now - self._asked)
            self.ask()
        else:
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(WrongAnswerError(f"the server closed the connection: {exc or 'without a word'}"))
