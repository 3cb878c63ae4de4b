"""How the bytes of a connection become calls, and answers bytes: uvicorn's protocol with short cuts for many calls.

What is rare goes uvicorn's way: a head in two packets, a body in chunks, a call behind another one, an upgrade.
"""

from __future__ import annotations

import asyncio
import re
import types
from collections.abc import Coroutine, Generator
from functools import cached_property, partial
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from mock_akeneo.core.clock import monotonic

Headers = list[tuple[bytes, bytes]]

_COPIED_BYTES: Final = 1 << 16  # a body so small is copied behind its head sooner than it is handed over apart

_CALLS_AHEAD: Final = 100  # so many calls of one connection may wait for their turn before it is read no more

_PATIENCE: Final = 0.001  # seconds for which an answer may wait for others to leave with it

# A client may offer another protocol with each call, as Java's does with HTTP/2. httptools would take the body of such
# a call for that protocol's first bytes.
_UPGRADE: Final = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)

_PLAIN_LINE: Final = re.compile(
    rb"(GET|POST|PATCH|DELETE) (/api/[\w/.~%&=,:;@!$'()*+|-]*)(?:\?([\w/.~%&=,:;@!$'()*+|?\[\]{}\"-]*))? HTTP/1\.1"
)

_OUT_OF_THE_ORDINARY: Final = frozenset((b"transfer-encoding", b"upgrade", b"expect"))

_MAX_HEADS: Final = 1000
_MAX_HEAD_BYTES: Final = 4096


class Outbox:
    """Answers of one loop that wait until the calls that have arrived with theirs are answered, and leave together.

    Each write wakes a client, and what a processor knows of our code is gone after it: ten calls and then ten writes
    cost a fifth less than ten times a call and a write.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Protocol, bytes]] = []
        self._since = 0.0

    def put(self, protocol: Protocol, answer: bytes) -> None:
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


class Cycle(RequestResponseCycle):
    """A call whose body has come with its head. What nearly no call needs is made when it is asked for."""

    disconnected = response_started = response_complete = more_body = waiting_for_100_continue = False
    keep_alive = True
    chunked_encoding = None
    expected_content_length = 0
    _taken = False

    def __init__(self, protocol: Protocol, scope: Any, body: bytes) -> None:
        self.scope, self.transport, self.flow = scope, protocol.transport, protocol.flow
        self.logger, self.access_logger, self.access_log = protocol.logger, protocol.access_logger, False
        self.default_headers = protocol.server_state.default_headers
        self.on_response = protocol.on_response_complete
        self.sent = body

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


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which passes two more things to the application, and answers at once what it can.

    `mock_akeneo.transport`: faults are real TCP behaviour. `mock_akeneo.whole`: see `_whole`; whoever does not take it
    out of the scope leaves a cycle of references behind.
    """

    # The first call in the bytes that just arrive; those behind it take turns with other connections.
    _arriving = False
    # A call whose body is likely to be in the bytes that just arrive.
    _held: RequestResponseCycle | None = None
    _answered: RequestResponseCycle | None = None
    # httptools is in the middle of a call; and of its body.
    _reading = _reading_body = False
    # The lines below the first one of the call whose bytes just arrive, which nobody has read yet.
    _lines: bytes | None = None
    _idle_since: float | None = None
    # An answer of ours is in the outbox. Whatever else is written must come behind it.
    unsent = False

    def __init__(self, outbox: Outbox, **given: Any) -> None:
        super().__init__(**given)
        self._outbox = outbox

    # What arrives

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._scope = {
            "type": "http",
            "asgi": {"version": self.config.asgi_version, "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": "",
            "state": {},
            "mock_akeneo.transport": transport,
        }

    def data_received(self, data: bytes) -> None:
        if self.unsent:
            self._outbox.empty()
        else:
            self._outbox.hurry()
        answered = self._answered is None or self._answered.response_complete
        if answered and not self._reading and self._at_once(data):
            return
        if answered and not self._reading_body and b"pgrade:" in data:
            head, blank, rest = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(b"", head) + blank + rest
        self._arriving = True
        super().data_received(data)
        self._arriving = False
        self._lines = None
        if self._held is not None:
            self._start(self._held)
        # Who stops reading, as uvicorn does while calls wait for their turn, does not learn that the client has gone.
        few = 0 < len(self.pipeline) < _CALLS_AHEAD and len(self.cycle.body) < HIGH_WATER_LIMIT
        if few and not self.transport.is_closing():
            self.flow.resume_reading()

    def _at_once(self, data: bytes) -> bool:
        """Answers one whole call to the API with lines that are known. False: nothing is done."""
        first = data.find(b"\r\n")
        end = data.find(b"\r\n\r\n", first)
        if first < 0 or end < 0:
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
        self._idle_since = None
        method, target, query = line.groups(b"")
        path = target.decode("ascii")
        scope = self._scope.copy()
        scope["method"] = method.decode("ascii")
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"], scope["query_string"], scope["headers"] = target, query, known.headers
        cycle = self.cycle = self._answered = Cycle(self, scope, data[end + 4 :])
        scope["mock_akeneo.whole"] = partial(self._whole, cycle)
        self._start(cycle)
        return True

    def on_message_begin(self) -> None:
        self._reading = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._reading_body = True
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
        self._reading = self._reading_body = False
        super().on_message_complete()
        if self._held is not None:
            self._start(self._held)

    def eof_received(self) -> None:
        # The transport closes itself now.
        self._outbox.empty()

    def connection_lost(self, exc: Exception | None) -> None:
        # uvicorn tells the last call that came, which is another one if the client did not wait for its answers.
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
        super().connection_lost(exc)

    # What is answered

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # The call before it may have been answered since the bytes came.
        self._unset_keepalive_if_required()
        self._answered = cycle
        scope: Any = cycle.scope
        scope["mock_akeneo.transport"] = self.transport
        of_the_api = scope["path"].startswith("/api/")
        if of_the_api:
            scope["mock_akeneo.whole"] = partial(self._whole, cycle)
        if not of_the_api or not self._arriving:
            super()._start_asgi_task(cycle, app)
        elif scope["method"] == "GET":
            self._start(cycle)
        else:
            self._held = cycle

    def _start(self, cycle: RequestResponseCycle) -> None:
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

    def _whole(self, cycle: RequestResponseCycle, status: int, headers: Headers, body: bytes) -> bool:
        """Answers with head and body in one write; False: nothing is done, send it as ASGI does.

        uvicorn writes twice, and each write costs a call to the system and wakes the client.
        """
        lines = [STATUS_LINE[status][:-2], *(b"%b: %b" % header for header in headers)]
        if not cycle.keep_alive:
            lines.append(b"connection: close")
        head = b"\r\n".join(lines)
        # A line break in a header would make two of it; uvicorn refuses that in its own words.
        if head.count(b"\n") >= len(lines) or cycle.response_started or cycle.flow.write_paused:
            return False
        if cycle.disconnected:
            return True
        cycle.response_started = cycle.response_complete = True
        if len(body) >= _COPIED_BYTES:
            self.transport.writelines((head, b"\r\n\r\n", body))
        elif cycle.keep_alive and len(self.connections) > 1:
            self._outbox.put(self, b"".join((head, b"\r\n\r\n", body)))
        else:
            self.transport.write(b"".join((head, b"\r\n\r\n", body)))
        awaited = cycle.__dict__.get("message_event")
        if awaited is not None:
            awaited.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def send_400_response(self, msg: str) -> None:
        self._outbox.empty()
        super().send_400_response(msg)

    def shutdown(self) -> None:
        self._outbox.empty()
        super().shutdown()

    # When nothing happens: one alarm for many calls, where uvicorn sets and takes back one for each.

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle_since = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self._set_alarm(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = None

    def _set_alarm(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        if self._idle_since is None or self.transport.is_closing():
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._set_alarm(left)
        else:
            # While another call took all that time, an answer may wait for it.
            self._outbox.empty()
            self.transport.close()


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
