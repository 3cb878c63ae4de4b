"""What a test holds of its sandbox. Everything it does happens on the server's loop, which alone touches the state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.seeding.loader import load
from mock_akeneo.server import Server
from mock_akeneo.throttling.limits import parse_limits

_numbers = count(1)


class ClockHandle:
    def __init__(self, server: Server, sandbox: Sandbox) -> None:
        self._server, self._sandbox = server, sandbox

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.fromtimestamp(self._server.call(self._sandbox.clock.now), UTC)

    def advance(self, seconds: float) -> datetime:
        """Moves forwards, in every mode; gives the new now."""
        return datetime.fromtimestamp(self._server.call(self._sandbox.clock.advance, seconds), UTC)


class LimitsHandle:
    def __init__(self, server: Server, sandbox: Sandbox) -> None:
        self._server, self._sandbox = server, sandbox

    def set(self, limits: str | list[Json]) -> None:
        """A preset or a list of limits, from now on. Raises `ValueError`."""
        self._server.call(self._sandbox.limiter.replace, parse_limits(limits))

    def get(self) -> list[Json]:
        return [limit.to_json() for limit in self._server.call(lambda: self._sandbox.limiter.limits)]

    def usage(self) -> Json:
        """What each limit has counted for whom."""
        return self._server.call(self._sandbox.limiter.usage)


class TokensHandle:
    def __init__(self, server: Server, sandbox: Sandbox) -> None:
        self._server, self._sandbox = server, sandbox

    def expire(self, kind: str = "access") -> int:
        """Lets the live tokens end now; how many. `kind`: access, refresh or both."""
        return self._server.call(lambda: self._sandbox.expire(kind=kind))

    def revoke(self, kind: str = "both") -> int:
        """Makes the tokens unknown; how many."""
        return self._server.call(lambda: self._sandbox.revoke(kind=kind))


class JournalHandle:
    """The calls of the sandbox as JSON, oldest first."""

    def __init__(self, server: Server, sandbox: Sandbox) -> None:
        self._server, self._sandbox = server, sandbox

    def entries(self, **filters: Any) -> list[Json]:
        """`filters`: since, until, connection, operation, status, limit, cursor."""
        return self._server.call(lambda: self._sandbox.journal.entries(**filters))

    def clear(self) -> None:
        self._server.call(self._sandbox.journal.clear)

    def __iter__(self) -> Iterator[Json]:
        return iter(self.entries())

    def __len__(self) -> int:
        return self._server.call(lambda: len(self._sandbox.journal))


class Akeneo:
    """One isolated PIM and the credentials that lead to it."""

    def __init__(self, server: Server, sandbox: Sandbox, connection: Connection, api_key: str) -> None:
        self._server, self._sandbox = server, sandbox
        self.base_url = server.base_url
        self.client_id, self.secret = connection.client_id, connection.secret
        self.username, self.password = connection.username, connection.password
        self.env = {
            "AKENEO_BASE_URL": self.base_url,
            "AKENEO_CLIENT_ID": self.client_id,
            "AKENEO_SECRET": self.secret,
            "AKENEO_USERNAME": self.username,
            "AKENEO_PASSWORD": self.password,
            "AKENEO_API_KEY": api_key,
        }
        self.clock = ClockHandle(server, sandbox)
        self.limits = LimitsHandle(server, sandbox)
        self.tokens = TokensHandle(server, sandbox)
        self.journal = JournalHandle(server, sandbox)

    def close(self) -> None:
        """Frees the sandbox; its credentials lead nowhere from now on."""
        self._server.call(self._server.sandboxes.delete, self._sandbox.name)


@cache
def _template(catalog: str) -> Catalog:
    return load(catalog, Clock())


def fresh(
    server: Server, *, catalog: str | None = None, limits: str | list[Json] | None = None, clock: str | None = None
) -> Akeneo:
    """A new sandbox of `server`: of its own catalog or of `catalog`. Raises `ValueError` with what to write."""
    template = _template(catalog) if catalog else None
    parsed = parse_limits(limits) if limits is not None else None
    start = Clock.parse(clock) if clock else None

    def make() -> Akeneo:
        # The server's own first sandbox is asked for nothing, so its catalog is as it was loaded.
        sandbox = server.sandboxes.create(f"test-{next(_numbers)}", template or server.sandbox.catalog)
        if parsed is not None:
            sandbox.limiter.replace(parsed)
        if start is not None:
            sandbox.clock.restart(start)
        connection = sandbox.connections.create("test_connection", label="Test")
        sandbox.add_connection(connection)
        return Akeneo(server, sandbox, connection, sandbox.issue(connection, connection)["access_token"])

    return server.call(make)
