"""How an answer leaves that a fault has struck: real TCP behaviour on a socket, the errors of httpx without one."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from mock_akeneo.faults._kind import Cut, Drip, Leaving, Reset, Stall
from mock_akeneo.rest.inbox import ClientGone, Inbox, Message

Send = Callable[[Message], Awaitable[None]]

# Linger for no second: closing sends RST at once and drops what has not been sent.
_RESET: Final = struct.pack("ii", 1, 0)


def seen(leaving: Leaving, status: int, length: int) -> tuple[int | None, int]:
    """What a client can get of an answer: its status (None: nothing at all) and how many bytes of the body."""
    match leaving:
        case Reset() | Stall():
            return None, 0
        case Cut():
            return status, len(cut(leaving, length))
        case Drip():
            return status, length


def cut(leaving: Cut, length: int) -> range:
    """The positions of the bytes that come."""
    return range(min(length, length // 2 if leaving.bytes is None else leaving.bytes))


async def leave(
    leaving: Leaving,
    start: Message,
    body: bytes,
    *,
    over: Callable[[], None],
    inbox: Inbox,
    send: Send,
    transport: asyncio.Transport | None,
) -> None:
    """Sends what the client is to get. `over`: to be called in the turn in which the client can know that it is over.

    `start`: status and headers of the whole body. `transport`: of the connection; None: there is no socket.
    Raises `ClientGone`.
    """
    match leaving:
        case Reset():
            over()
            await _reset(inbox, transport)
        case Stall():
            await _stall(inbox, transport, over)
        case Cut():
            kept = body[: len(cut(leaving, len(body)))]
            over()
            await send(start)
            await send({"type": "http.response.body", "body": kept, "more_body": True})
            await _close(len(kept), len(body), inbox, transport)
        case Drip(bytes=size, seconds=seconds):
            await send(start)
            last = max(0, len(body) - 1) // size * size
            for position in range(0, last, size):
                piece = body[position : position + size]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await inbox.pause(seconds)
            over()
            await send({"type": "http.response.body", "body": body[last:]})


async def _reset(inbox: Inbox, transport: asyncio.Transport | None) -> None:
    if transport is None:
        import httpx  # of an application without a socket only: the server need not wait for it

        raise httpx.ReadError("the connection was reset by a fault")
    abort(transport)
    # The server would answer in the place of an application that ends before the connection is gone.
    await inbox.gone()


def abort(transport: asyncio.Transport) -> None:
    """Closes the connection by RST."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()


async def _stall(inbox: Inbox, transport: asyncio.Transport | None, over: Callable[[], None]) -> None:
    if transport is None:
        import httpx

        over()
        raise httpx.ReadTimeout("a fault never answers")
    await inbox.gone()
    raise ClientGone


async def _close(sent: int, told: int, inbox: Inbox, transport: asyncio.Transport | None) -> None:
    if transport is None:
        import httpx

        raise httpx.RemoteProtocolError(
            f"peer closed connection without sending complete message body (received {sent} bytes, expected {told})"
        )
    transport.close()
    await inbox.gone()
