"""The application: what joins all rooms. It alone knows them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.control.routes import control_plane
from mock_akeneo.core.settings import Settings
from mock_akeneo.resources import operations_of
from mock_akeneo.rest.gateway import Gateway
from mock_akeneo.rest.routes import Routes
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import DEFAULT, Sandboxes
from mock_akeneo.seeding.start import started
from mock_akeneo.throttling.limits import limits_from, with_overrides

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]


class App:
    """An ASGI application: `/_mock` is the control plane, all else the API.

    Starlette is the shell of the control plane only: its routes are tried one after another, which the API, with
    its many operations, could not afford.
    """

    def __init__(self, settings: Settings, sandboxes: Sandboxes) -> None:
        self.settings, self.sandboxes = settings, sandboxes
        routes = Routes(operations_of(settings.pim_version))
        self._gateway = Gateway(sandboxes, routes, public_url=settings.public_url)
        self._control: Asgi = control_plane(sandboxes)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/_mock"):
            await self._gateway(scope, receive, send)
        else:
            await self._control(scope, receive, send)


def create_app(settings: Settings) -> App:
    """An application with its sandbox `default`. Raises `ValueError` with what to change."""
    limits = with_overrides(
        limits_from(settings.limits),
        throttle_limit=settings.throttle_limit,
        throttle_seconds=settings.throttle_seconds,
        concurrent_connections=settings.concurrent_connections,
        when_busy=settings.when_busy,
    )
    sandboxes = Sandboxes(settings, limits)
    started(sandboxes, DEFAULT, settings)
    return App(settings, sandboxes)


__all__ = ["App", "Catalog", "Sandbox", "create_app"]
