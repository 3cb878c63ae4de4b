"""A call and its answer, as uvicorn has them: with capitals in header names, and with an end that loses nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mock_akeneo.core.headers import capitalised_head

SILENCE_SECONDS: Final = 20.0  # for more of a body. Source: httpd: docs/manual/mod/mod_reqtimeout.html


class Cycle(RequestResponseCycle):
    """A call and its answer, whose header names have capitals. `protocol`: of its connection."""

    protocol: Any

    async def send(self, message: Any) -> None:
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if message["type"] == "http.response.start" and not self.response_started:
            headers, wire = list(message.get("headers", ())), self.transport
            if not any(name.lower() == b"connection" for name, _ in headers):
                headers += self.fields()
            told: Any = {**message, "headers": headers}
            capitals: Any = SimpleNamespace(write=lambda head: wire.write(capitalised_head(head)))
            self.transport = capitals
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
            self.protocol.alarm.wait(SILENCE_SECONDS)
        return await super().receive()

    def fields(self) -> list[tuple[bytes, bytes]]:
        """What an answer says of its connection."""
        if not self.keep_alive:
            return [(b"Connection", b"close")]
        if not self.protocol.max_calls:
            return []
        left = self.protocol.max_calls - self.protocol.calls + 1
        told = b"timeout=%d, max=%d" % (self.protocol.timeout_keep_alive, left)
        return [(b"Keep-Alive", told), (b"Connection", b"Keep-Alive")]

    def forsake(self) -> None:
        """Nothing more is sent, and nothing received."""
        if not self.response_complete:
            self.disconnected = True
            self.message_event.set()
