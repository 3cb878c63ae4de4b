"""How an answer leaves that a fault has struck: real TCP behaviour on a socket, the errors of httpx without one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from mock_akeneo.core.headers import CONTENT_LENGTH
from mock_akeneo.faults._kind import Cut, Drip, Leaving, Reset, Stall
from mock_akeneo.rest.inbox import ClientGone, Inbox, Message

Send = Callable[[Message], Awaitable[None]]


class ConnectionEnd(Protocol):
    """Ends a connection under an answer that is not whole; what is sent then goes nowhere."""

    def close(self) -> None:
        """What was sent arrives."""

    def reset(self) -> None:
        """By RST."""


class _ByServer:
    """The server does not give its connections away: it closes one when an answer stays incomplete."""

    def close(self) -> None: ...

    reset = close


BY_SERVER: Final[ConnectionEnd] = _ByServer()


# The beginning of an answer whose body is missing.
_NOTHING: Final[Message] = {"type": "http.response.start", "status": 502, "headers": [(CONTENT_LENGTH, b"1")]}


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
    connection: ConnectionEnd | None,
) -> None:
    """Sends what the client is to get. `over`: to be called in the turn in which the client can know that it is over.

    `start`: status and headers of the whole body. `connection`: None: there is no socket. Raises `ClientGone`.
    """
    match leaving:
        case Reset():
            over()
            if connection is BY_SERVER:
                await send(start if start["status"] else _NOTHING)
            _reset(connection)
        case Stall():
            await _stall(inbox, connection, over)
        case Cut():
            kept = body[: len(cut(leaving, len(body)))]
            over()
            await send(start)
            await send({"type": "http.response.body", "body": kept, "more_body": True})
            _close(len(kept), len(body), connection)
        case Drip(bytes=size, seconds=seconds):
            await send(start)
            last = max(0, len(body) - 1) // size * size
            for position in range(0, last, size):
                piece = body[position : position + size]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await inbox.pause(seconds)
            over()
            await send({"type": "http.response.body", "body": body[last:]})


def _reset(connection: ConnectionEnd | None) -> None:
    if connection is None:
        import httpx  # of an application without a socket only: the server need not wait for it

        raise httpx.ReadError("the connection was reset by a fault")
    connection.reset()


async def _stall(inbox: Inbox, connection: ConnectionEnd | None, over: Callable[[], None]) -> None:
    if connection is None:
        import httpx

        over()
        raise httpx.ReadTimeout("a fault never answers")
    await inbox.gone()
    raise ClientGone


def _close(sent: int, told: int, connection: ConnectionEnd | None) -> None:
    if connection is None:
        import httpx

        raise httpx.RemoteProtocolError(
            f"peer closed connection without sending complete message body (received {sent} bytes, expected {told})"
        )
    connection.close()
