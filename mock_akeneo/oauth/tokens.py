"""Access and refresh tokens, and how long they live on the sandbox's clock.

Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/tests/integration/Controller/Token/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.clock import Clock, iso
from mock_akeneo.core.json_types import Json
from mock_akeneo.oauth.connections import Connection

REFRESH_TOKEN_SECONDS: Final = 1_209_600
# So long it is still told of the tokens of a pair that they have expired, once both have.
KNOWN_SECONDS: Final = 86_400
_SPARE_ENDS: Final = 64
KINDS: Final = ("access", "refresh", "both")


class Token:
    """One token. `id` is stable and says nothing of `value`; `user` is the connection whose user logged in."""

    __slots__ = ("connection", "expires_at", "id", "kind", "user", "value")

    def __init__(
        self, id_: str, kind: str, value: str, connection: Connection, user: Connection, expires_at: float
    ) -> None:
        self.id, self.kind, self.value = id_, kind, value
        self.connection, self.user, self.expires_at = connection, user, expires_at

    def row(self) -> Json:
        """For keeping: all there is to it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "value": self.value,
            "connection": self.connection.code,
            "user": self.user.code,
            "expires_at": self.expires_at,
        }


class Tokens:
    """The tokens of one sandbox.

    `bearers` maps the whole header value `Bearer <token>` to its token: one look-up a call. It is handed in, so
    that the sandboxes of a server share one and a token leads to its sandbox. An expired token stays known for a day
    after its pair has come to an end: the PIM says of it that it has expired, and the limits still count its
    connection. `noted(id, row)` is told of each token that has changed; None: it is gone.
    """

    def __init__(self, clock: Clock, chance: Chance, bearers: dict[bytes, Token], *, access_seconds: int) -> None:
        self._clock, self._chance, self._bearers = clock, chance, bearers
        self.access_seconds = access_seconds
        self.noted: Callable[[str, Json | None], None] | None = None
        self._ids = count(1)
        self._by_id: dict[str, Token] = {}
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        # When a pair goes, by its number, the earliest first. What is told here twice or too early does no harm.
        self._ends: list[tuple[float, int]] = []
        self._alarm: float | None = None

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
        for token in (access, refresh):
            self._add(token)
            self._note(token)
        self._expect_end(number)
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
        self._remove(token, noted=True)
        self._expect_end(number_of(token.id))
        return token

    def __len__(self) -> int:
        return len(self._by_id)

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
            self._note(token)
        for number in {number_of(token.id) for token in chosen}:
            self._expect_end(number)
        return len(chosen)

    def revoke(self, connection: str | None = None, kind: str = "both") -> int:
        """Deletes tokens: they are unknown from now on; how many."""
        chosen = self._chosen(connection, kind)
        for token in chosen:
            self._remove(token, noted=True)
        for number in {number_of(token.id) for token in chosen}:
            self._expect_end(number)
        return len(chosen)

    def _add(self, token: Token) -> None:
        self._by_id[token.id] = token
        if token.kind == "access":
            self._access[token.value] = token
            self._bearers[b"Bearer " + token.value.encode()] = token
        else:
            self._refresh[token.value] = token

    def _remove(self, token: Token, *, noted: bool = False) -> None:
        if noted and self.noted is not None:
            self.noted(token.id, None)
        del self._by_id[token.id]
        if token.kind == "access":
            del self._access[token.value]
            del self._bearers[b"Bearer " + token.value.encode()]
        else:
            del self._refresh[token.value]

    # When a pair goes

    def _pair(self, number: int) -> list[Token]:
        """What there still is of it."""
        both = (self._by_id.get(f"{kind}-{number}") for kind in ("access", "refresh"))
        return [token for token in both if token is not None]

    def _end_of(self, number: int) -> float | None:
        pair = self._pair(number)
        return max(token.expires_at for token in pair) + KNOWN_SECONDS if pair else None

    def _expect_end(self, number: int) -> None:
        """To be called when what a pair is made of has changed."""
        end = self._end_of(number)
        if end is not None:
            heappush(self._ends, (end, number))
        if len(self._ends) > 2 * len(self._by_id) + _SPARE_ENDS:
            # On a clock that stands, none of those that were revoked would ever be met.
            numbers = {number_of(id_) for id_ in self._by_id}
            self._ends = [(end, number) for number in numbers if (end := self._end_of(number)) is not None]
            heapify(self._ends)
        self._set_alarm()

    def _set_alarm(self) -> None:
        if self._ends and (self._alarm is None or self._ends[0][0] < self._alarm):
            self._alarm = self._ends[0][0]
            self._clock.at(self._alarm, self._let_go)

    def _let_go(self) -> None:
        """Forgets the pairs whose time has come."""
        now = self._clock.now()
        while self._ends and self._ends[0][0] <= now:
            _, number = heappop(self._ends)
            end = self._end_of(number)
            if end is not None and end > now:
                heappush(self._ends, (end, number))
            elif end is not None:
                for token in self._pair(number):
                    self._remove(token, noted=True)
        self._alarm = None
        self._set_alarm()

    def clock_restarted(self) -> None:
        """The clock has forgotten what was due."""
        self._alarm = None
        self._set_alarm()

    # Keeping

    def _note(self, token: Token) -> None:
        if self.noted is not None:
            self.noted(token.id, token.row())

    def load(self, rows: list[Json], connections: Mapping[str, Connection]) -> None:
        """Takes kept tokens back, of the connections that there are still."""
        highest = 0
        for row in rows:
            highest = max(highest, number_of(row["id"]))
            if not self._take(row, connections) and self.noted is not None:
                self.noted(row["id"], None)
        self._ids = count(highest + 1)
        self._let_go()

    def _take(self, row: Json, connections: Mapping[str, Connection]) -> bool:
        if row["connection"] not in connections or row["user"] not in connections:
            return False
        connection, user = connections[row["connection"]], connections[row["user"]]
        self._add(Token(row["id"], row["kind"], row["value"], connection, user, row["expires_at"]))
        self._expect_end(number_of(row["id"]))
        return True

    def put_back(self, id_: str, row: Json | None, connections: Mapping[str, Connection]) -> None:
        """Has a token as it was; None: there was none."""
        known = self._by_id.get(id_)
        if known is None and row is not None:
            self._take(row, connections)
        elif known is not None and row is not None:
            known.expires_at = row["expires_at"]
            self._expect_end(number_of(id_))
        elif known is not None:
            self._remove(known)

    def put_in_order(self) -> None:
        """As they were issued."""
        for held in (self._access, self._refresh):
            ordered = sorted(held.values(), key=lambda token: number_of(token.id))
            held.clear()
            held.update((token.value, token) for token in ordered)


def number_of(id_: str) -> int:
    """Of the pair that a token belongs to."""
    return int(id_.rpartition("-")[2])
