"""All sandboxes of a server. The credentials choose one; what names no known client or token goes to `default`."""

from __future__ import annotations

import re
from typing import Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.settings import Settings
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.oauth.tokens import Token
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.throttling.limits import Limit

DEFAULT: Final = "default"


class Sandboxes:
    """By name. `bearers` and `clients` lead from a token or a client id to its connection, and so to its sandbox."""

    def __init__(self, settings: Settings, limits: tuple[Limit, ...]) -> None:
        self.settings, self.limits = settings, limits
        self.by_name: dict[str, Sandbox] = {}
        self.bearers: dict[bytes, Token] = {}
        self.clients: dict[str, Connection] = {}

    def create(self, name: str, template: Catalog, *, chance: Chance | None = None) -> Sandbox:
        """A sandbox with a catalog of its own that shares the bytes of `template`. Raises `ValueError`."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", name):
            raise ValueError(f'"{name}" is no name for a sandbox: use letters, digits, ".", "_" and "-"')
        if name in self.by_name:
            raise ValueError(f'there is a sandbox "{name}" already')
        clock = Clock.parse(self.settings.clock)
        sandbox = self.by_name[name] = Sandbox(
            name,
            self.settings,
            self.limits,
            bearers=self.bearers,
            clients=self.clients,
            catalog=template.fork(clock),
            clock=clock,
            chance=chance,
        )
        return sandbox

    def delete(self, name: str) -> None:
        """Frees it: its tokens and clients are unknown from now on."""
        sandbox = self.by_name.pop(name)
        for connection in list(sandbox.connections.by_code.values()):
            sandbox.remove_connection(connection)

    @property
    def default(self) -> Sandbox:
        return self.by_name[DEFAULT]

    def of_client(self, client_id: str) -> Sandbox | None:
        connection = self.clients.get(client_id)
        return None if connection is None else self.by_name.get(connection.sandbox)
