"""Which transport serves: one of ours, or uvicorn as it is where our parts were not tried with its version."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import uvicorn

from mock_akeneo.core.settings import Settings
from mock_akeneo.rest.leaving import BY_SERVER
from mock_akeneo.throttling.limits import BEHIND_A_WEB_SERVER, KEEP_ALIVE_MAX

TRIED: Final = tuple((0, minor) for minor in range(45, 55))
"""The versions of uvicorn with which the tests of both transports pass."""

STOCK_LACKS: Final = (
    "resets (answered by a head without its body), capitals in header names of the control plane, raw UTF-8 in "
    "targets, --keep-alive-max, bounds of heads, time limits, pages for what is no HTTP: see docs/transport.md"
)

_log = logging.getLogger("mock_akeneo")

Asgi = Callable[..., Any]


def chosen(asked: str, version: str = uvicorn.__version__) -> str:
    """What is served: `asked`, or `stock` with a version of uvicorn that was not tried."""
    major_minor = tuple(int(part) if part.isdigit() else -1 for part in version.split(".")[:2])
    if asked != "stock" and major_minor not in TRIED:
        _log.warning("uvicorn %s was not tried: --transport stock is used, which lacks %s", version, STOCK_LACKS)
        return "stock"
    if asked == "stock":
        _log.warning("--transport stock lacks %s", STOCK_LACKS)
    return asked


def calls_of_a_connection(settings: Settings) -> int:
    """0: without end."""
    if settings.keep_alive_max is not None:
        return settings.keep_alive_max
    return KEEP_ALIVE_MAX if settings.limits in BEHIND_A_WEB_SERVER else 0


def protocol_of(name: str, settings: Settings) -> Any:
    """What uvicorn makes a connection of: `h11`, or something that is called like a class."""
    if name == "stock":
        return "h11"
    max_calls = calls_of_a_connection(settings)
    if name == "plain":
        from mock_akeneo.transport import HttpProtocol

        return partial(HttpProtocol, max_calls=max_calls)
    from mock_akeneo.fast_transport import FastHttpProtocol, Outbox

    return partial(FastHttpProtocol, Outbox(), max_calls=max_calls)


def behind_stock(app: Asgi) -> Asgi:
    """The application, told that it cannot end a connection."""

    async def told(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "mock_akeneo.connection": BY_SERVER}, receive, send)

    return told
