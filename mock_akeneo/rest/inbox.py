"""What a client sends: its body, within bounds, and that it has gone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

SMALL_BYTES: Final = 1 << 20
"""So much of a body is kept in memory, whoever sends it."""
_CHUNK_BYTES: Final = 1 << 16


class ClientGone(Exception):
    """The client closed the connection before it was answered."""


class _Kept:
    """What came of a body before it was asked for. `read`: bytes that were given since; `whole`: no more comes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._file: SpooledTemporaryFile[bytes] | None = None
        self.length = self.read = 0
        self.gone = self.whole = False

    def add(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            self.gone = True
            return
        self.whole = not message.get("more_body")
        part = message.get("body", b"")
        if not part or self.length > self._most:
            return
        if self._file is None:
            self._file = SpooledTemporaryFile(SMALL_BYTES)  # noqa: SIM115  # `close` closes it
        self._file.seek(self.length)
        self._file.write(part)
        self.length += len(part)

    def next(self) -> Message | None:
        """None: there is nothing that has not been given."""
        if self._file is not None and self.read < self.length:
            self._file.seek(self.read)
            part = self._file.read(_CHUNK_BYTES)
            self.read += len(part)
            return {"type": "http.request", "body": part, "more_body": self.read < self.length or not self.whole}
        if self.whole:
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.disconnect"} if self.gone else None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class Inbox:
    """The messages of one call. Who waits learns that the client has gone.

    Parts of a body that come meanwhile are kept, those above 1 MiB on disk, and above `most` bytes not at all.
    """

    __slots__ = ("_most", "_receive", "kept")

    def __init__(self, receive: Receive, most: int = sys.maxsize) -> None:
        self._receive, self._most = receive, most
        self.kept: _Kept | None = None

    async def __call__(self) -> Message:
        """What was kept, then what comes."""
        kept = None if self.kept is None else self.kept.next()
        return await self._receive() if kept is None else kept

    async def gone(self) -> None:
        """Returns when the client has closed the connection."""
        if self.kept is None:
            self.kept = _Kept(self._most)
        while not self.kept.gone:
            self.kept.add(await self._receive())

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
