"""Access and refresh tokens, and how long they live on the sandbox's clock.

Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/tests/integration/Controller/Token/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.clock import Clock, iso
from mock_akeneo.core.json_types import Json
from mock_akeneo.oauth.connections import Connection

REFRESH_TOKEN_SECONDS: Final = 1_209_600
KINDS: Final = ("access", "refresh", "both")


class Token:
    """One token. `id` is stable and says nothing of `value`; `user` is the connection whose user logged in."""

    __slots__ = ("connection", "expires_at", "id", "kind", "user", "value")

    def __init__(
        self, id_: str, kind: str, value: str, connection: Connection, user: Connection, expires_at: float
    ) -> None:
        self.id, self.kind, self.value = id_, kind, value
        self.connection, self.user, self.expires_at = connection, user, expires_at


class Tokens:
    """The tokens of one sandbox.

    `bearers` maps the whole header value `Bearer <token>` to its token: one look-up a call. It is handed in, so
    that the sandboxes of a server share one and a token leads to its sandbox. An expired token stays known: the
    PIM says of it that it has expired, and its connection is still counted by the limits.
    """

    def __init__(self, clock: Clock, chance: Chance, bearers: dict[bytes, Token], *, access_seconds: int) -> None:
        self._clock, self._chance, self._bearers = clock, chance, bearers
        self.access_seconds = access_seconds
        self._ids = count(1)
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}

    def issue(self, connection: Connection, user: Connection) -> Json:
        """A new pair, as the token endpoint answers it. Earlier pairs stay valid."""
        now = self._clock.now()
        number = next(self._ids)
        access = Token(f"access-{number}", "access", self._chance.token(), connection, user, now + self.access_seconds)
        refresh = Token(
            f"refresh-{number}",
            "refresh",
            self._chance.token(),
            connection,
            user,
            now + REFRESH_TOKEN_SECONDS,
        )
        self._access[access.value] = access
        self._refresh[refresh.value] = refresh
        self._bearers[b"Bearer " + access.value.encode()] = access
        return {
            "access_token": access.value,
            "expires_in": self.access_seconds,
            "token_type": "bearer",
            "scope": None,
            "refresh_token": refresh.value,
        }

    def access(self, value: str) -> Token | None:
        return self._access.get(value)

    def use_refresh(self, value: str, connection: Connection) -> Token | None:
        """Takes the refresh token out of use. None when unknown, expired, or of another client (not consumed)."""
        token = self._refresh.get(value)
        if token is None or token.connection is not connection or token.expires_at <= self._clock.now():
            return None
        del self._refresh[value]
        return token

    def __iter__(self) -> Iterator[Token]:
        yield from self._access.values()
        yield from self._refresh.values()

    def body(self) -> list[Json]:
        """What the control plane shows; never the tokens themselves."""
        now = self._clock.now()
        return [
            {
                "id": token.id,
                "kind": token.kind,
                "connection": token.connection.code,
                "username": token.user.username,
                "expires_at": iso(token.expires_at),
                "expired": token.expires_at <= now,
            }
            for token in self
        ]

    def _chosen(self, connection: str | None, kind: str) -> list[Token]:
        if kind not in KINDS:
            raise ValueError(f'"kind" is one of {", ".join(KINDS)}, not "{kind}"')
        return [
            token
            for token in self
            if kind in ("both", token.kind)
            # Tokens die with the secret of their client and with the password of their user.
            and (connection is None or connection in (token.connection.code, token.user.code))
        ]

    def expire(self, connection: str | None = None, kind: str = "access") -> int:
        """Lets live tokens end now, as if their time had come; how many."""
        now = self._clock.now()
        chosen = [token for token in self._chosen(connection, kind) if token.expires_at > now]
        for token in chosen:
            token.expires_at = now
        return len(chosen)

    def revoke(self, connection: str | None = None, kind: str = "both") -> int:
        """Deletes tokens: they are unknown from now on; how many."""
        chosen = self._chosen(connection, kind)
        for token in chosen:
            self._remove(token)
        return len(chosen)

    def _remove(self, token: Token) -> None:
        if token.kind == "access":
            del self._access[token.value]
            del self._bearers[b"Bearer " + token.value.encode()]
        else:
            del self._refresh[token.value]

    def rows(self) -> list[Json]:
        """For keeping: all there is to a token."""
        return [
            {"id": t.id, "kind": t.kind, "value": t.value, "connection": t.connection.code, "user": t.user.code,
             "expires_at": t.expires_at}
            for t in self
        ]  # fmt: skip

    def load(self, rows: list[Json], connections: Mapping[str, Connection]) -> None:
        """Takes kept tokens back, of the connections that there are still."""
        highest = 0
        for row in rows:
            highest = max(highest, int(row["id"].rpartition("-")[2]))
            self._take(row, connections)
        self._ids = count(highest + 1)

    def _take(self, row: Json, connections: Mapping[str, Connection]) -> None:
        if row["connection"] not in connections or row["user"] not in connections:
            return
        token = Token(
            row["id"], row["kind"], row["value"], connections[row["connection"]], connections[row["user"]],
            row["expires_at"],
        )  # fmt: skip
        if token.kind == "access":
            self._access[token.value] = token
            self._bearers[b"Bearer " + token.value.encode()] = token
        else:
            self._refresh[token.value] = token

    def put_back(self, id_: str, row: Json | None, connections: Mapping[str, Connection]) -> None:
        """Has a token as it was; None: there was none."""
        known = next((token for token in self if token.id == id_), None)
        if known is None and row is not None:
            self._take(row, connections)
        elif known is not None and row is not None:
            known.expires_at = row["expires_at"]
        elif known is not None:
            self._remove(known)

    def put_in_order(self) -> None:
        """As they were issued."""
        for held in (self._access, self._refresh):
            ordered = sorted(held.values(), key=lambda token: int(token.id.rpartition("-")[2]))
            held.clear()
            held.update((token.value, token) for token in ordered)
