"""Connections to an application without a socket: what is sent to it, in which packets, and what comes back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any
from weakref import finalize

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from mock_akeneo.app import App
from mock_akeneo.fast_transport import FastHttpProtocol, Outbox
from mock_akeneo.transport import HttpProtocol
from mock_akeneo.transports import behind_stock

Make = Callable[..., Any]

PLAIN: Make = HttpProtocol
STOCK: Make = H11Protocol


def fast(**given: Any) -> Make:
    """With an outbox of its own."""
    return partial(FastHttpProtocol, Outbox(), **given)


class Line(asyncio.Transport):
    """A client's end of a connection: what was written to it, and whether it was closed.

    `ended`: the server has said that nothing more comes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.closed = self.ended = self.paused = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._pipe if name == "socket" else super().get_extra_info(name, default)

    @cached_property
    def _pipe(self) -> Pipe:
        return Pipe()

    def write(self, data: Any) -> None:
        assert not self.closed
        assert not self.ended
        self.written += data

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.ended = True

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def arrives(self, data: bytes) -> None:
        """Bytes that nobody has read yet."""
        os.write(self._pipe.end, data)


class Pipe:
    """As much of a socket as is asked whether there is something to read."""

    def __init__(self) -> None:
        self._begin, self.end = os.pipe()
        for descriptor in (self._begin, self.end):
            finalize(self, os.close, descriptor)

    def fileno(self) -> int:
        return self._begin

    def setsockopt(self, *_: object) -> None:
        raise OSError("Bad file descriptor")

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 8000

    def getpeername(self) -> tuple[str, int]:
        return "127.0.0.1", 50000


class Clients:
    """Connections to one application, on one loop."""

    def __init__(self, app: Any, make: Make | None = None, **config: Any) -> None:
        self._make = make or fast()
        served = behind_stock(app) if make is STOCK else app
        self._config = uvicorn.Config(
            served,
            lifespan="off",
            log_config=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            ws="none",
            **config,
        )
        self._state = ServerState()

    def connect(self) -> tuple[Any, Line]:
        protocol, line = self._make(config=self._config, server_state=self._state, app_state={}), Line()
        protocol.connection_made(line)
        return protocol, line


async def quiet() -> None:
    """Until nothing is left to do."""
    for _ in range(20):
        await asyncio.sleep(0)


def token_of(app: App) -> str:
    sandbox = app.sandboxes.default
    connection = next(iter(sandbox.connections.by_client_id.values()))
    return str(sandbox.issue(connection, connection)["access_token"])


def request(method: str, path: str, token: str, body: bytes = b"", headers: Mapping[str, str] = {}) -> bytes:
    told = {"Host": "localhost", "Authorization": f"Bearer {token}", **headers}
    if body and "Transfer-Encoding" not in headers:
        told["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
