"""A server with one connector, for faults on a real socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.settings import Settings
from mock_akeneo.faults.fault import Fault
from mock_akeneo.faults.plans import Plan
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.server import Server
from mock_akeneo.throttling.limits import parse_limits

LOCALES = "/api/rest/v1/locales"
PRODUCTS = "/api/rest/v1/products"
LINES = {"content-type": "application/vnd.akeneo.collection+json"}


class Pim:
    """A running server, and what a test does to it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        connection = next(iter(server.sandbox.connections.by_code.values()))
        self.connection = connection.code
        self.token: str = server.call(server.sandbox.issue, connection, connection)["access_token"]
        self.api = httpx.Client(base_url=server.base_url, headers=self.headers, timeout=10)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    @property
    def sandbox(self) -> Sandbox:
        return self.server.sandbox

    def plant(self, operation: str, kind: str, **more: Any) -> None:
        fault = Fault.parse({"operation": operation, "kind": kind, **more})
        self.server.call(self.sandbox.faults.plant, fault)

    def plan(self, operation: str, *steps: Any) -> None:
        plan = Plan.parse({"operation": operation, "steps": list(steps)})
        self.server.call(self.sandbox.faults.run, plan)

    def limit(self, *limits: Json) -> None:
        self.server.call(self.sandbox.limit, parse_limits(list(limits)))

    @property
    def journal(self) -> list[Json]:
        return self.server.call(lambda: self.sandbox.journal.entries())

    def in_flight(self) -> int:
        return self.server.call(self.sandbox.limiter.in_flight, self.connection)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Looks at the server's state, turn of its loop by turn, until something holds."""
        until = monotonic() + 60
        while not self.server.call(holds):
            assert monotonic() < until, "it did not come to hold in a minute"

    def call_and_go(self, path: str = LOCALES, body: Json | None = None) -> socket.socket:
        """Sends a request, a POST if it has a body, and gives the socket on which the answer would come."""
        sock = socket.create_connection(("127.0.0.1", self.server.port), timeout=10)
        content = b"" if body is None else dumps(body)
        headers = {"Host": "localhost", **self.headers}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
        method = "GET" if body is None else "POST"
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items()), "", ""])
        sock.sendall(head.encode() + content)
        return sock


@contextmanager
def running_pim(**settings: Any) -> Iterator[Pim]:
    with Server(Settings(port=0, catalog="minimal", **settings)) as server:
        pim = Pim(server)
        with pim.api:
            yield pim


def in_parallel(pim: Pim, clients: int, path: str) -> list[int]:
    """One call of each client, all at the same time."""

    head = "".join(f"{name}: {value}\r\n" for name, value in pim.headers.items())
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n".encode()

    async def one() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", pim.server.port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return int(answer.split(b" ")[1])

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(one() for _ in range(clients)))

    return asyncio.run(all_of_them())
