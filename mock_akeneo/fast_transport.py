"""Short cuts for many calls, on top of the protocol that is right without them.

A call that comes in one packet with lines that are known is not parsed, one that need not wait gets no task, and
answers of the same turn of the loop leave together. What is rare goes the long way.
"""

from __future__ import annotations

import asyncio
import re
import types
from collections.abc import Coroutine, Generator
from functools import cached_property, partial
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from mock_akeneo.core.clock import monotonic
from mock_akeneo.cycle import Cycle
from mock_akeneo.transport import HttpProtocol

Headers = list[tuple[bytes, bytes]]


_COPIED_BYTES: Final = 1 << 16  # a body so small is copied behind its head sooner than it is handed over apart
_PATIENCE: Final = 0.001  # seconds for which an answer may wait for others to leave with it

_PLAIN_LINE: Final = re.compile(
    rb"(GET|POST|PATCH|DELETE) (/api/[\w/.~%&=,:;@!$'()*+|-]*)(?:\?([\w/.~%&=,:;@!$'()*+|?\[\]{}\"-]*))? HTTP/1\.1"
)
_MAX_LINE: Final = 8190
_OUT_OF_THE_ORDINARY: Final = frozenset((b"transfer-encoding", b"upgrade", b"expect"))
_MAX_HEADS: Final = 1000
_MAX_HEAD_BYTES: Final = 4096


class Outbox:
    """Answers of one loop that wait until the calls that have arrived with theirs are answered, and leave together.

    Each write wakes a client, and what a processor knows of our code is gone after it: ten calls and then ten writes
    cost a fifth less than ten times a call and a write.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[FastHttpProtocol, bytes]] = []
        self._since = 0.0

    def put(self, protocol: FastHttpProtocol, answer: bytes) -> None:
        if not self._waiting:
            self._since = monotonic()
            protocol.loop.call_soon(self.empty)
        self._waiting.append((protocol, answer))
        protocol.unsent = True

    def empty(self) -> None:
        waiting, self._waiting = self._waiting, []
        for protocol, answer in waiting:
            protocol.unsent = False
            if not protocol.transport.is_closing():
                protocol.transport.write(answer)

    def hurry(self) -> None:
        """Called before each call: one that takes long keeps nobody waiting but for its own time."""
        if self._waiting and monotonic() - self._since > _PATIENCE:
            self.empty()


class Head(NamedTuple):
    """What httptools read from the lines below the first one of a call. `length`: of the body, in bytes."""

    headers: Headers
    length: int


# Clients send the same lines with each call: httptools reads them once. By the bytes of the lines.
_heads: dict[bytes, Head] = {}


class WholeCycle(Cycle):
    """A call whose body has come with its head. What nearly no call needs is made when it is asked for."""

    disconnected = response_started = response_complete = more_body = waiting_for_100_continue = False
    keep_alive = True
    chunked_encoding = None
    expected_content_length = 0
    _taken = False

    def __init__(self, protocol: FastHttpProtocol, scope: Any, body: bytes) -> None:
        self.scope, self.transport, self.flow = scope, protocol.transport, protocol.flow
        self.logger, self.access_logger, self.access_log = protocol.logger, protocol.access_logger, False
        self.default_headers = protocol.server_state.default_headers
        self.on_response = protocol.on_response_complete
        self.protocol, self.sent = protocol, body

    @cached_property
    def message_event(self) -> asyncio.Event:  # type: ignore[override]
        return asyncio.Event()

    @cached_property
    def body(self) -> bytearray:  # type: ignore[override]
        return bytearray()

    async def receive(self) -> Any:
        if self._taken or self.disconnected:
            return await super().receive()
        self._taken = True
        return {"type": "http.request", "body": self.sent, "more_body": False}


class FastHttpProtocol(HttpProtocol):
    """A connection that passes one more thing to the application, and answers at once what it can.

    `mock_akeneo.whole`: see `_whole`; whoever does not take it out of the scope leaves a cycle of references behind.
    """

    # The first call in the bytes that just arrive; those behind it take turns with other connections.
    _arriving = False
    # A call whose body is likely to be in the bytes that just arrive.
    _held: Cycle | None = None
    # The lines below the first one of the call whose bytes just arrive, which nobody has read yet.
    _lines: bytes | None = None
    # An answer of ours is in the outbox. Whatever else is written must come behind it.
    unsent = False

    def __init__(self, outbox: Outbox, **given: Any) -> None:
        super().__init__(**given)
        self._outbox = outbox

    # What arrives

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": "",
            "state": {},
            "mock_akeneo.connection": self,
        }

    def data_received(self, data: bytes) -> None:
        if self.unsent:
            self._outbox.empty()
        else:
            self._outbox.hurry()
        answered = self.answering is None or self.answering.response_complete
        if answered and not (self.ended or self.parser.part or self.parser.size) and self._at_once(data):
            return
        self._arriving = True
        super().data_received(data)
        self._arriving = False
        self._lines = None
        if self._held is not None:
            self._start(self._held)

    def _at_once(self, data: bytes) -> bool:
        """Answers one whole call to the API with lines that are known. False: nothing is done."""
        first = data.find(b"\r\n")
        end = data.find(b"\r\n\r\n", first)
        if first < 0 or end < 0 or first > _MAX_LINE:
            return False
        line = _PLAIN_LINE.fullmatch(data, 0, first)
        if line is None:
            return False
        lines = data[first:end]
        known = _heads.get(lines)
        if known is None:
            self._lines = lines if len(lines) <= _MAX_HEAD_BYTES else None
            return False
        if len(data) - end - 4 != known.length:
            return False
        self.alarm.since = None
        method, target, query = line.groups(b"")
        path = target.decode("ascii")
        scope = self._scope.copy()
        scope["method"] = method.decode("ascii")
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"], scope["query_string"], scope["headers"] = target, query, known.headers
        cycle = self.cycle = self.answering = WholeCycle(self, scope, data[end + 4 :])
        self.calls += 1
        if self.calls == self.max_calls:
            cycle.keep_alive = False
        scope["mock_akeneo.whole"] = partial(self._whole, cycle)
        self._start(cycle)
        return True

    def on_headers_complete(self) -> None:
        lines, self._lines = self._lines, None
        if lines is not None:
            self._learn(lines)
        super().on_headers_complete()

    def _learn(self, lines: bytes) -> None:
        headers = dict(self.headers)
        # A parser may take a bare line feed for the end of a line, and two of them for the end of the head.
        plain = lines.count(b"\n") == lines.count(b"\r\n") == len(self.headers)
        if plain and self.parser.should_keep_alive() and not headers.keys() & _OUT_OF_THE_ORDINARY:
            if len(_heads) >= _MAX_HEADS:
                _heads.clear()
            _heads[lines] = Head(self.headers, int(headers.get(b"content-length", b"0")))

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self._held is not None:
            self._start(self._held)

    def eof_received(self) -> None:
        # The transport closes itself now.
        self._outbox.empty()

    # What is answered

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        scope = cycle.scope
        if not scope["path"].startswith("/api/"):
            super()._start_asgi_task(cycle, app)
            return
        scope["mock_akeneo.whole"] = partial(self._whole, cycle)
        if not self._arriving:
            super()._start_asgi_task(cycle, app)
            return
        self.begin(cycle)
        if scope["method"] == "GET":
            self._start(cycle)
        else:
            self._held = cycle

    def _start(self, cycle: Cycle) -> None:
        """What need not wait needs no task and no other turn of the loop, like an eager task of Python 3.12."""
        self._held, self._arriving = None, False
        answering = cycle.run_asgi(self.app)
        try:
            awaited = answering.send(None)
        except StopIteration:
            return
        task = self.loop.create_task(_rest(answering, awaited))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _whole(self, cycle: Cycle, status: int, headers: Headers, body: bytes) -> bool:
        """Answers with head and body in one write; False: nothing is done, send it as ASGI does.

        uvicorn writes twice, and each write costs a call to the system and wakes the client.
        """
        if cycle.response_started or not cycle.keep_alive or cycle.flow.write_paused:
            return False
        fields = [*headers, *cycle.fields()] if self.max_calls else headers
        lines = [STATUS_LINE[status][:-2], *(b"%b: %b" % field for field in fields)]
        head = b"\r\n".join(lines)
        # A line break in a header would make two of it; uvicorn refuses that in its own words.
        if head.count(b"\n") >= len(lines):
            return False
        if cycle.disconnected:
            return True
        cycle.response_started = cycle.response_complete = True
        if len(body) >= _COPIED_BYTES:
            self.transport.writelines((head, b"\r\n\r\n", body))
        elif len(self.connections) > 1:
            self._outbox.put(self, b"".join((head, b"\r\n\r\n", body)))
        else:
            self.transport.write(b"".join((head, b"\r\n\r\n", body)))
        awaited = cycle.__dict__.get("message_event")
        if awaited is not None:
            awaited.set()
        cycle.on_response()
        return True

    # Nothing overtakes an answer that waits in the outbox.

    def refuse(self, status: int) -> None:
        self._outbox.empty()
        super().refuse(status)

    def end(self) -> None:
        self._outbox.empty()
        super().end()

    def close(self) -> None:
        self._outbox.empty()
        super().close()

    def shutdown(self) -> None:
        self._outbox.empty()
        super().shutdown()

    def waited_too_long(self) -> None:
        # While another call took all that time, an answer may wait for it.
        self._outbox.empty()
        super().waited_too_long()


async def _rest(begun: Coroutine[Any, Any, None], awaited: Any) -> None:
    """The rest of a coroutine that already waits for `awaited`."""
    # A task takes no generator from Python 3.12 on.
    await _steps(begun, awaited)


@types.coroutine
def _steps(begun: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    while True:
        try:
            told = yield awaited
        except BaseException as error:
            step = partial(begun.throw, error)
        else:
            step = partial(begun.send, told)
        try:
            awaited = step()
        except StopIteration:
            return
