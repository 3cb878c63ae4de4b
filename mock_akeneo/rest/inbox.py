"""What a client sends: its body, and that it has gone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class ClientGone(Exception):
    """The client closed the connection before it was answered."""


class Inbox:
    """The messages of one call. Who waits learns that the client has gone; parts of a body that come are kept."""

    __slots__ = ("_kept", "_receive")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: deque[Message] = deque()

    async def __call__(self) -> Message:
        return self._kept.popleft() if self._kept else await self._receive()

    async def gone(self) -> None:
        """Returns when the client has closed the connection."""
        while True:
            message = await self._receive()
            self._kept.append(message)
            if message["type"] == "http.disconnect":
                return

    async def pause(self, seconds: float) -> None:
        """Waits so many real seconds. Raises `ClientGone` as soon as the client has gone."""
        await self._wait((), seconds)

    async def until(self, over: asyncio.Future[None]) -> None:
        """Waits until something is over. Raises `ClientGone` as soon as the client has gone."""
        await self._wait((over,), None)

    async def _wait(self, others: tuple[asyncio.Future[None], ...], seconds: float | None) -> None:
        gone = asyncio.ensure_future(self.gone())
        try:
            await asyncio.wait((gone, *others), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise ClientGone
        finally:
            gone.cancel()


async def read(receive: Receive) -> bytes:
    """The whole body. Raises `ClientGone`."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts = [body]
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        parts.append(message.get("body", b""))
    return b"".join(parts)
