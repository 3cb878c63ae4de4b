"""How the bytes of a connection become calls, and answers bytes: uvicorn's protocol, made right where it is not."""

from __future__ import annotations

import logging
import socket
import struct
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from types import SimpleNamespace
from typing import Any, Final

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from mock_akeneo.core.gateways import WEB_PAGE, web_server_page
from mock_akeneo.core.headers import capitalised_head
from mock_akeneo.request_parser import Refused, RequestParser

HEAD_SECONDS: Final = 20.0  # for a head to come. Source: httpd: docs/manual/mod/mod_reqtimeout.html
SILENCE_SECONDS: Final = 20.0  # for more of a body. Source: the same
LINGER_SECONDS: Final = 2.0  # for the client to close after the last answer, so that it can read that
CALLS_AHEAD: Final = 100  # so many calls of one connection may wait for their turn before it is read no more

# What belongs to uvicorn and is promised by nobody; a test compares it with the version that is installed.
PROTOCOL_NAMES: Final = frozenset({
    "client", "connections", "cycle", "flow", "loop", "parser", "pipeline", "server_state", "tasks",
    "timeout_keep_alive", "timeout_keep_alive_task", "transport", "on_body", "on_headers_complete",
    "on_message_complete", "on_response_complete", "shutdown", "timeout_keep_alive_handler", "_start_asgi_task",
})  # fmt: skip
CYCLE_NAMES: Final = frozenset({
    "body", "disconnected", "flow", "keep_alive", "message_event", "more_body", "receive", "response_complete",
    "response_started", "run_asgi", "scope", "send", "transport",
})  # fmt: skip

_RESET: Final = struct.pack("ii", 1, 0)  # linger for no second: closing sends RST and drops what was not sent

_WHY: Final = {
    400: "what was sent is no HTTP, or has a header field too long or too many",
    408: "the rest of a call did not come in time",
    414: "the request line is too long",
}

_log = logging.getLogger("mock_akeneo")


def has_arrived(transport: Any) -> bool:
    """Whether there are bytes on a connection that nobody has read yet."""
    sock = transport.get_extra_info("socket")
    with DefaultSelector() as selector:
        selector.register(sock.fileno(), EVENT_READ)
        return bool(selector.select(0))


class Cycle(RequestResponseCycle):
    """A call and its answer, whose header names have capitals. `protocol`: of its connection."""

    protocol: HttpProtocol

    async def send(self, message: Any) -> None:
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if message["type"] == "http.response.start" and not self.response_started:
            wire: Any = self.transport
            told: Any = message
            if self.keep_alive and self.protocol.max_calls:
                told = {**message, "headers": [*message.get("headers", ()), *self.protocol.fields()]}
            self.transport = SimpleNamespace(write=lambda head: wire.write(capitalised_head(head)))  # type: ignore[assignment]
            try:
                await super().send(told)
            finally:
                self.transport = wire
        elif self.keep_alive or message.get("more_body") or self.disconnected:
            await super().send(message)
        else:
            self.keep_alive = True  # else uvicorn closes, and the client may lose the answer
            await super().send(message)
            self.protocol.end()

    async def receive(self) -> Any:
        if self.more_body and not (self.body or self.disconnected or self.response_complete):
            self.protocol.wait(SILENCE_SECONDS)
        return await super().receive()


class HttpProtocol(HttpToolsProtocol):
    """One connection. `max_calls`: it ends after so many; 0: never.

    Applications find it in the scope as `mock_akeneo.connection`: they may `reset` and `close` it.
    """

    answering: Any = None  # the cycle of the call whose turn it is, or was
    calls = 0
    since: float | None = None  # when the wait began whose end is the end of the connection; None: nothing is awaited
    _patience = _rings = 0.0
    _head_begun = ended = _stopping = False  # `ended`: nothing is read any more
    _refusal = 0  # a status that is answered behind the calls that came before

    def __init__(self, *, max_calls: int = 0, **given: Any) -> None:
        super().__init__(**given)
        self.max_calls = max_calls
        self.parser: Any = RequestParser(self)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.wait(HEAD_SECONDS)

    # What arrives

    def data_received(self, data: bytes) -> None:
        if self.ended:
            return
        try:
            self.parser.feed_data(data)
        except Refused as refused:
            self.refuse(refused.status)
            return
        if self.parser.in_head and not self._head_begun:
            self._head_begun = True
            self.wait(HEAD_SECONDS)
        elif self.parser.in_body and self.cycle.response_complete:
            self.wait(self.timeout_keep_alive)  # for what is left of a body that nobody wanted
        # Who stops reading, as uvicorn does while calls wait for their turn, does not learn that the client has gone.
        if 0 < len(self.pipeline) < CALLS_AHEAD and len(self.cycle.body) < HIGH_WATER_LIMIT:
            self.flow.resume_reading()

    def on_body(self, body: bytes) -> None:
        self.since = None
        super().on_body(body)

    def on_headers_complete(self) -> None:
        self.since, self._head_begun = None, False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self.cycle.response_complete:
            self.wait(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forsake()  # uvicorn tells the last call that came, which need not be the one that is being answered
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
        super().connection_lost(exc)

    # What is answered

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        cycle.__class__ = Cycle
        self.begin(cycle)
        super()._start_asgi_task(cycle, app)

    def begin(self, cycle: Any) -> None:
        cycle.protocol = cycle.scope["mock_akeneo.connection"] = self
        self.answering = cycle
        self.calls += 1
        if self.calls == self.max_calls:
            cycle.keep_alive = False

    def fields(self) -> list[tuple[bytes, bytes]]:
        """The header fields of an answer that is not the last one."""
        left = b"timeout=%d, max=%d" % (self.timeout_keep_alive, self.max_calls - self.calls + 1)
        return [(b"Keep-Alive", left), (b"Connection", b"Keep-Alive")]

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal:
            self._refuse()
        elif not self._head_begun:
            self.wait(self.timeout_keep_alive)

    @property
    def _owes_body(self) -> bool:
        return self.parser.in_body and not self.cycle.response_complete

    def refuse(self, status: int) -> None:
        """Answers as a web server does, behind the answers that are due, and reads no more."""
        _log.warning("%s: %d %s: the connection is closed", self.client, status, _WHY[status])
        self.ended, self._refusal, self.since = True, status, None
        if self.parser.in_body and self.pipeline:
            self.pipeline.popleft()  # the call whose body cannot be read
        elif self.parser.in_body:
            self._forsake()
        if self.answering is None or self.answering.response_complete or self.answering.disconnected:
            self._refuse()

    def _refuse(self) -> None:
        if not (self.parser.in_body and self.answering.response_started):
            page = web_server_page(self._refusal)
            head = b"Content-Type: %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (WEB_PAGE, len(page))
            self.transport.write(STATUS_LINE[self._refusal] + head + page)
        self.end()

    # How it ends

    def _forsake(self) -> None:
        if self.answering is not None and not self.answering.response_complete:
            self.answering.disconnected = True
            self.answering.message_event.set()

    def end(self) -> None:
        """Says that nothing more comes, and leaves it to the client to close."""
        self.ended = True
        if self._stopping or not self.transport.can_write_eof():
            self.transport.close()
        elif not self.transport.is_closing():
            self.transport.write_eof()
            self.wait(LINGER_SECONDS)

    def close(self) -> None:
        """Ends an answer where it is."""
        self._forsake()
        self.transport.close()

    def reset(self) -> None:
        """Ends the connection by RST, if the client has not."""
        self._forsake()
        sock = self.transport.get_extra_info("socket")
        with suppress(OSError, AttributeError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()

    def shutdown(self) -> None:
        self._stopping = True
        super().shutdown()

    # One alarm for many calls, where uvicorn sets and takes back one for each.

    def wait(self, seconds: float) -> None:
        now = self.since = self.loop.time()
        self._patience = seconds
        if self.timeout_keep_alive_task is None or self._rings > now + seconds:
            self._set_alarm(seconds)

    def _set_alarm(self, seconds: float) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
        self._rings = self.loop.time() + seconds
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        if self.since is None or self.transport.is_closing():
            return
        left = self.since + self._patience - self.loop.time()
        if left > 0:
            self._set_alarm(left)
        elif not self.ended and has_arrived(self.transport):
            self._set_alarm(0.01)  # it is read in the next turn
        elif not self.ended and (self._head_begun or self._owes_body):
            self.refuse(408)
        else:
            self.transport.close()
