"""The application: what joins all rooms. It alone knows them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, Protocol

from starlette.responses import Response

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.control.answers import PROBLEM_JSON, problem
from mock_akeneo.control.contract import Judge
from mock_akeneo.control.routes import control_plane
from mock_akeneo.core.chance import admin_token
from mock_akeneo.core.headers import CONTENT_TYPE
from mock_akeneo.core.json_types import dumps
from mock_akeneo.core.settings import Settings
from mock_akeneo.core.versions import VERSIONS
from mock_akeneo.journal.logs import keep_out_of_logs
from mock_akeneo.resources import operations_of
from mock_akeneo.rest.addresses import Addresses
from mock_akeneo.rest.gateway import Gateway
from mock_akeneo.rest.guard import Guard, is_loopback
from mock_akeneo.rest.routes import Routes
from mock_akeneo.sandbox.call import Answer
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import DEFAULT, Sandboxes
from mock_akeneo.seeding.start import started
from mock_akeneo.throttling.chosen import chosen

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

OPENAPI_PATH: Final = "/openapi.json"


class Listening(Protocol):
    """A port that was opened for one application."""

    base_url: str

    async def close(self) -> None:
        """Takes no more calls, and drops those that are still being answered."""


class App:
    """An ASGI application: `/_mock` is the control plane, `/openapi.json` tells of the API, all else is the API.

    Starlette is the shell of the control plane only: its routes are tried one after another, which the API, with
    its many operations, could not afford.
    """

    def __init__(self, settings: Settings, sandboxes: Sandboxes) -> None:
        self.settings, self.sandboxes = settings, sandboxes
        self._routes = Routes(operations_of(settings.pim_version))
        self._addresses = Addresses(settings.public_url)
        self._guard = Guard.of(settings)
        self._gateway = Gateway(sandboxes, self._routes, public_url=settings.public_url, guard=self._guard)
        # What the control plane demands of whoever is not on this machine.
        self.admin_token = None if is_loopback(settings.host) else settings.admin_token or admin_token()
        if self.admin_token is not None:
            sandboxes.secrets.add(self.admin_token)
        keep_out_of_logs(sandboxes.secrets)
        self._control: Asgi = control_plane(sandboxes, self, admin_token=self.admin_token)
        # What judges connectors for the control plane: the contract kit, which lies above this floor.
        self.judge: Callable[[], Judge] | None = None
        # How a server serves one more application on a port; None: there is no server.
        self.listen: Callable[[Asgi, int], Awaitable[Listening]] | None = None
        self._ports: dict[str, Listening] = {}

    # A coroutine function, which tools that take any application tell ASGI by.
    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        # Nearly every call is one to the API, which need not go through another coroutine.
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await self._gateway(scope, receive, send)
        else:
            await self._lead(self._gateway, scope, receive, send)

    async def _lead(self, gateway: Gateway, scope: Scope, receive: Any, send: Any, *, of: str | None = None) -> None:
        """`of`: the sandbox of the port."""
        if scope["type"] != "http":
            await self._control(scope, receive, send)
        elif scope["path"].startswith("/_mock"):
            if self._guard is not None and (told := self._guard.refusal(scope)):
                refused = Answer(403, problem(403, told), ((CONTENT_TYPE, PROBLEM_JSON.encode()),))
                await gateway.refuse(refused, scope, send)
            else:
                await self._control({**scope, "mock_akeneo.sandbox": of} if of else scope, receive, send)
        elif (
            scope["path"] == OPENAPI_PATH
            and scope["method"] in ("GET", "HEAD")
            and (self._guard is None or self._guard.refusal(scope) is None)
        ):
            await self._tell(scope, receive, send)
        else:
            await gateway(scope, receive, send)

    async def _tell(self, scope: Scope, receive: Any, send: Any) -> None:
        """The OpenAPI document of the API, with the address under which it was asked."""
        # Nobody should wait for it who only starts a server.
        from mock_akeneo.resources.openapi import document

        url = self._addresses.of(scope, dict(scope["headers"])).decode()
        told = dumps(document(self.settings.pim_version, url))
        await Response(told, media_type="application/json")(scope, receive, send)

    def of(self, sandbox: Sandbox) -> Asgi:
        """The application as a port of one sandbox serves it: every call belongs to that, whatever its credentials."""
        gateway = Gateway(self.sandboxes, self._routes, own=sandbox, guard=self._guard)

        async def own(scope: Scope, receive: Any, send: Any) -> None:
            await self._lead(gateway, scope, receive, send, of=sandbox.name)

        return own

    def end(self) -> None:
        """Ends the streams of all journals: the server is about to end."""
        for sandbox in self.sandboxes.by_name.values():
            sandbox.journal.close()

    def close(self) -> None:
        """Lets go of the data folders, each with one file: the server has ended."""
        for sandbox in self.sandboxes.by_name.values():
            if sandbox.keeping is not None:
                sandbox.keeping.close()

    async def open_port(self, sandbox: Sandbox, port: int) -> str:
        """Opens a port that belongs to one sandbox; its base URL. Raises `ValueError`."""
        if self.listen is None:
            raise ValueError("this application is served on no port, so it cannot open another")
        listening = self._ports[sandbox.name] = await self.listen(self.of(sandbox), port)
        return listening.base_url

    async def close_port(self, sandbox: Sandbox) -> None:
        listening = self._ports.pop(sandbox.name, None)
        if listening is not None:
            await listening.close()


def create_app(settings: Settings, template: Catalog | None = None) -> App:
    """An application with its sandbox `default`. Raises `ValueError` with what to change.

    `template`: the catalog that the settings name, read before; many applications may share its bytes.
    """
    if settings.pim_version not in VERSIONS:
        raise ValueError(f"there is no version {settings.pim_version!r} of the PIM: write one of {', '.join(VERSIONS)}")
    sandboxes = Sandboxes(settings, chosen(settings))
    started(sandboxes, DEFAULT, settings, template)
    return App(settings, sandboxes)


__all__ = ["App", "Catalog", "Sandbox", "create_app"]
