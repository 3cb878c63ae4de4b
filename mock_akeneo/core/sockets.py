"""What asyncio does not say of a socket, or do to it."""

from __future__ import annotations

import socket
import struct
from asyncio import BaseTransport
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from typing import Final

# Linger for no second: closing sends RST at once and drops what has not been sent.
_RESET: Final = struct.pack("ii", 1, 0)


def has_arrived(transport: BaseTransport) -> bool:
    """Whether there are bytes on a connection that nobody has read yet."""
    with DefaultSelector() as selector:
        selector.register(transport.get_extra_info("socket").fileno(), EVENT_READ)
        return bool(selector.select(0))


def reset_when_closed(transport: BaseTransport) -> None:
    """Lets the connection end by RST, if it has not ended."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
