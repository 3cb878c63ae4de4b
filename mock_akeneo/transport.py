"""How the bytes of a connection become calls, and answers bytes: uvicorn's protocol, made right where it is not."""

from __future__ import annotations

import logging
from typing import Any, Final

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_akeneo.core.alarm import Alarm
from mock_akeneo.core.gateways import WHY, web_server_answer
from mock_akeneo.core.sockets import has_arrived, reset_when_closed
from mock_akeneo.cycle import Cycle
from mock_akeneo.request_parser import Refused, RequestParser

HEAD_SECONDS: Final = 20.0  # for a head to come. Source: httpd: docs/manual/mod/mod_reqtimeout.html
LINGER_SECONDS: Final = 2.0  # for the client to close after the last answer, so that it can read that
CALLS_AHEAD: Final = 100  # so many calls of one connection may wait for their turn before it is read no more


class HttpProtocol(HttpToolsProtocol):
    """One connection. `max_calls`: it ends after so many; 0: never.

    Applications find it in the scope as `mock_akeneo.connection`: they may `reset` and `close` it.
    """

    answering: Any = None  # the cycle of the call whose turn it is, or was
    calls = 0
    head_begun = ended = _stopping = False  # `ended`: nothing is read any more
    _refusal = 0  # a status that is answered behind the calls that came before

    def __init__(self, *, max_calls: int = 0, **given: Any) -> None:
        super().__init__(**given)
        self.max_calls = max_calls
        self.parser: Any = RequestParser(self)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.alarm = Alarm(self.loop, self.waited_too_long)
        self.alarm.wait(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        if self.ended:
            return
        try:
            self.parser.feed_data(data)
        except Refused as refused:
            self.refuse(refused.status)
            return
        if self.parser.in_head and not self.head_begun:
            self.head_begun = True
            self.alarm.wait(HEAD_SECONDS)
        elif self.parser.in_body and self.cycle.response_complete:
            self.alarm.wait(self.timeout_keep_alive)  # for what is left of a body that nobody wanted
        # Who stops reading, as uvicorn does while calls wait for their turn, does not learn that the client has gone.
        if 0 < len(self.pipeline) < CALLS_AHEAD and len(self.cycle.body) < HIGH_WATER_LIMIT:
            self.flow.resume_reading()

    def on_body(self, body: bytes) -> None:
        self.alarm.since = None
        super().on_body(body)

    def on_headers_complete(self) -> None:
        self.alarm.since, self.head_begun = None, False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self.cycle.response_complete:
            self.alarm.wait(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answering is not None:  # uvicorn tells the last call that came, which may be another one
            self.answering.forsake()
        self.alarm.cancel()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self.begin(cycle)
        super()._start_asgi_task(cycle, app)

    def begin(self, cycle: Any) -> None:
        cycle.__class__ = Cycle
        cycle.protocol = cycle.scope["mock_akeneo.connection"] = self
        self.answering = cycle
        self.calls += 1
        if self.calls == self.max_calls:
            cycle.keep_alive = False

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal:
            self._refuse()
        elif not self.head_begun:
            self.alarm.wait(self.timeout_keep_alive)

    def refuse(self, status: int) -> None:
        """Answers as a web server does, behind the answers that are due, and reads no more."""
        logging.getLogger("mock_akeneo").warning(
            "%s: %d, %s: the connection is closed", self.client, status, WHY[status]
        )
        self.ended, self._refusal, self.alarm.since = True, status, None
        if self.parser.in_body and self.pipeline:
            self.pipeline.popleft()  # the call whose body cannot be read
        elif self.parser.in_body:
            self.answering.forsake()
        if self.answering is None or self.answering.response_complete or self.answering.disconnected:
            self._refuse()

    def _refuse(self) -> None:
        if not (self.parser.in_body and self.answering.response_started):
            self.transport.write(web_server_answer(self._refusal))
        self.end()

    def end(self) -> None:
        """Says that nothing more comes, and leaves it to the client to close."""
        self.ended = True
        if self._stopping or not self.transport.can_write_eof():
            self.transport.close()
        elif not self.transport.is_closing():
            self.transport.write_eof()
            self.alarm.wait(LINGER_SECONDS)

    def close(self) -> None:
        """Ends an answer where it is."""
        self.answering.forsake()
        self.transport.close()

    def reset(self) -> None:
        """Ends the connection by RST, if the client has not."""
        self.answering.forsake()
        reset_when_closed(self.transport)
        self.transport.abort()

    def shutdown(self) -> None:
        self._stopping = True
        super().shutdown()

    def waited_too_long(self) -> None:
        if self.transport.is_closing():
            return
        if not self.ended and has_arrived(self.transport):
            self.alarm.wait(0.01)  # it is read in the next turn
        elif not self.ended and (self.head_begun or (self.parser.in_body and not self.cycle.response_complete)):
            self.refuse(408)
        else:
            self.transport.close()
