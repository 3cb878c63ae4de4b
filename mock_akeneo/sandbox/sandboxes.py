"""All sandboxes of a server. The credentials choose one; what names no known client or token goes to `default`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from typing import Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.collection import Collection
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.settings import Settings
from mock_akeneo.journal.secrets import Secrets
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.oauth.tokens import Token
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.throttling.limits import Limits

DEFAULT: Final = "default"


class NameTaken(ValueError):
    """There is a sandbox of that name."""


def check_name(name: str) -> None:
    """For sandboxes and snapshots, which stand in paths. Raises `ValueError`."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", name):
        raise ValueError(f'"{name}" is no name: use letters, digits, ".", "_" and "-", 100 at most')


class Sandboxes:
    """By name. `bearers` and `clients` lead from a token or a client id to its connection, and so to its sandbox."""

    def __init__(self, settings: Settings, limits: Limits) -> None:
        self.settings, self.limits = settings, limits
        self.by_name: dict[str, Sandbox] = {}
        self.bearers: dict[bytes, Token] = {}
        self.clients: dict[str, Connection] = {}
        self.secrets = Secrets()
        self._numbers = count(1)
        # Of the port that they share, where there is a server.
        self.base_url: str | None = None

    def create(
        self,
        name: str,
        template: Catalog,
        documents: Mapping[str, Collection] | None = None,
        *,
        chance: Chance | None = None,
    ) -> Sandbox:
        """A sandbox with a catalog of its own that shares the bytes of `template`. Raises `ValueError`.

        `documents`: what it holds instead of what `template` holds now.
        """
        check_name(name)
        if name in self.by_name:
            raise NameTaken(f'there is a sandbox "{name}" already')
        clock = Clock.parse(self.settings.clock, self.settings.time_zone)
        sandbox = self.by_name[name] = Sandbox(
            name,
            self.settings,
            self.limits,
            bearers=self.bearers,
            clients=self.clients,
            catalog=template.fork(clock, documents),
            clock=clock,
            chance=chance,
            secrets=self.secrets,
        )
        return sandbox

    def delete(self, name: str) -> None:
        """Frees it: its tokens and clients are unknown from now on."""
        self.by_name.pop(name).close()

    def commit(self) -> None:
        """Keeps what has changed in any of them. Raises `NotKept`."""
        for sandbox in self.by_name.values():
            sandbox.commit()

    def take_back(self) -> None:
        for sandbox in self.by_name.values():
            sandbox.take_back()

    def free_name(self) -> str:
        """`sandbox-1`, `sandbox-2` …"""
        return next(name for number in self._numbers if (name := f"sandbox-{number}") not in self.by_name)

    @property
    def default(self) -> Sandbox:
        return self.by_name[DEFAULT]
