"""A sandbox: one isolated PIM with its own catalog, connections, tokens, clock, limits, faults and journal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict
from functools import partial

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.collection import Collection as Documents
from mock_akeneo.catalog.disk import Disk, NotKept
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.operations import matches
from mock_akeneo.core.settings import Settings
from mock_akeneo.core.versions import RELEASES
from mock_akeneo.faults.faults import Faults
from mock_akeneo.journal.journal import Entry, Journal
from mock_akeneo.journal.secrets import Secrets
from mock_akeneo.oauth.connections import Connection, Connections
from mock_akeneo.oauth.tokens import Token, Tokens
from mock_akeneo.sandbox.keeping import KEPT_CONNECTION, KEPT_SUBSCRIPTION, KEPT_TOKEN, Keeping
from mock_akeneo.sandbox.past import Past
from mock_akeneo.sandbox.snapshots import Snapshot
from mock_akeneo.throttling.limiter import Limiter
from mock_akeneo.throttling.limits import Limits
from mock_akeneo.throttling.service import Service
from mock_akeneo.throttling.service_times import NONE
from mock_akeneo.webhooks.subscriptions import Subscription
from mock_akeneo.webhooks.webhooks import Webhooks

_log = logging.getLogger("mock_akeneo")


class Move:
    """Something done once, after the nth matching call was answered and before the next is looked at."""

    __slots__ = ("act", "left", "name", "operation")

    def __init__(self, operation: str, nth: int, act: Callable[[], object], name: str) -> None:
        self.operation, self.left, self.act, self.name = operation, nth, act, name


class Sandbox:
    """All state of one PIM. `start`: what it looked like when it was made, for `reset`."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        limits: Limits,
        *,
        bearers: dict[bytes, Token] | None = None,
        clients: dict[str, Connection] | None = None,
        catalog: Catalog | None = None,
        clock: Clock | None = None,
        chance: Chance | None = None,
        secrets: Secrets | None = None,
    ) -> None:
        self.name, self.settings = name, settings
        self.clock = clock or Clock.parse(settings.clock, settings.time_zone)
        self.chance = chance or Chance()
        self.catalog = catalog or Catalog(self.clock, index_lag=settings.index_lag)
        # Of all sandboxes of a server: what is a secret of one must not show in the journal of another.
        self.secrets = secrets or Secrets()
        self.connections = Connections(name, self.chance, clients)
        self.tokens = Tokens(
            self.clock,
            self.chance,
            {} if bearers is None else bearers,
            access_seconds=settings.token_lifetime,
        )
        self.limiter = Limiter(limits.rules or (), self.clock)
        self.service = Service(limits.service_time or NONE, self.clock, settings.seed)
        self.faults = Faults(self.clock)
        self.past = Past(self.catalog, self.faults, self.clock)
        self.journal = Journal(name, self.secrets)
        self.webhooks = Webhooks(self.clock, f"AkeneoPIM/{RELEASES[settings.pim_version]['version']}")
        self.counts: dict[str, int] = {}
        self.moves: list[Move] = []
        # The keys of products that lists have served while moves wait, in this order.
        self.served: dict[str, None] = {}
        # How many scenarios were played since the start.
        self.plays = 0
        self.snapshots: dict[str, Snapshot] = {}
        self.pim_version = self.catalog.pim_version = settings.pim_version
        self._start_limits = Limits(self.limiter.limits, self.service.time)
        self._start_clock = settings.clock
        self._start_connections: tuple[Json, ...] | None = None
        self._start_subscriptions: tuple[Subscription, ...] = ()
        # Of the port that belongs to it alone.
        self.base_url: str | None = None
        # With a data folder.
        self.keeping: Keeping | None = None

    # What outsiders do to it

    def limit(self, limits: Limits, *, anew: bool = False, seed: int | None = None) -> None:
        """Other limits from now on. `anew`: all windows start anew; `seed`: of the service times."""
        if limits.rules is not None:
            (self.limiter.start_anew if anew else self.limiter.replace)(limits.rules)
        if limits.service_time is not None:
            self.service.set(limits.service_time, seed)

    def restart_clock(self, start: Clock) -> None:
        """The clock becomes as `start` is, backwards too; who waited for it is let go."""
        self.clock.restart(start)
        self.service.let_go()
        self.tokens.clock_restarted()

    def add_connection(self, connection: Connection) -> None:
        self.connections.add(connection)
        self.changed(connection)

    def changed(self, connection: Connection) -> None:
        """Its secrets are known as such from now on, and it is kept."""
        self.secrets.add(connection.secret, self.name)
        self.secrets.add(connection.password, self.name)
        self._keep(KEPT_CONNECTION, connection.code, connection.row())

    def issue(self, connection: Connection, user: Connection) -> Json:
        return self.tokens.issue(connection, user)

    # What is kept

    def keep_in(self, disk: Disk) -> Keeping:
        """Keeps catalog, connections, subscriptions and tokens in a data folder from now on."""
        self.keeping = Keeping(disk, self.name, self.catalog, self._put_back, self._in_order)
        self.tokens.noted = partial(self._keep, KEPT_TOKEN)
        return self.keeping

    def _keep(self, kind: str, key: str, row: Json | None) -> None:
        if self.keeping is not None:
            self.keeping.keep(kind, key, row)

    def commit(self) -> None:
        """Keeps what has changed; to be called before an answer leaves. Raises `NotKept`: all is as it was before."""
        if self.keeping is not None:
            self.keeping.commit()

    def take_back(self) -> None:
        """Is as it was at the last commit, where it is kept: for what broke off halfway."""
        if self.keeping is not None:
            self.keeping.take_back()

    def _put_back(self, kind: str, key: str, row: Json | None) -> None:
        if kind == KEPT_CONNECTION:
            known = self.connections.by_code.get(key)
            if known is not None and (row is None or row["client_id"] != known.client_id):
                self.connections.remove(key)
                known = None
            if known is not None and row is not None:
                known.become(row)
            elif row is not None:
                self.connections.add(Connection.from_row(row, self.name))
        elif kind == KEPT_SUBSCRIPTION:
            self.webhooks.put_back(key, None if row is None else Subscription(**row))
        else:
            self.tokens.put_back(key, row, self.connections.by_code)

    def _in_order(self, kind: str, keys: Iterable[str]) -> None:
        if kind == KEPT_CONNECTION:
            self.connections.put_in_order(keys)
        elif kind == KEPT_SUBSCRIPTION:
            self.webhooks.put_in_order(keys)
        else:
            self.tokens.put_in_order()

    def revoke(self, connection: str | None = None, kind: str = "both") -> int:
        return self.tokens.revoke(connection, kind)

    def expire(self, connection: str | None = None, kind: str = "access") -> int:
        return self.tokens.expire(connection, kind)

    def regenerate_secret(self, connection: Connection) -> str:
        """A new secret; the tokens of the client end with the old one."""
        secret = self.connections.regenerate_secret(connection)
        self.changed(connection)
        self.revoke(connection.code)
        return secret

    def regenerate_password(self, connection: Connection) -> str:
        """A new password; the tokens of the connection end with the old one."""
        password = self.connections.regenerate_password(connection)
        self.changed(connection)
        self.revoke(connection.code)
        return password

    def remove_connection(self, connection: Connection) -> None:
        self.revoke(connection.code)
        self.connections.remove(connection.code)
        self._keep(KEPT_CONNECTION, connection.code, None)

    def subscribe(self, subscription: Subscription) -> None:
        """Tells it of events from now on. Raises `LimitOfSubscriptions`."""
        self.webhooks.subscribe(subscription)
        self.secrets.add(subscription.secret, self.name)
        self._keep(KEPT_SUBSCRIPTION, subscription.id, asdict(subscription))

    def unsubscribe(self, id_: str) -> None:
        self.webhooks.unsubscribe(id_)
        self._keep(KEPT_SUBSCRIPTION, id_, None)

    def after(self, operation: str, nth: int, act: Callable[[], object], name: str = "move") -> Move:
        """Does `act` once, after the nth call of `operation` (name, glob, `@pull`, `@push`) was answered."""
        move = Move(operation, nth, act, name)
        self.moves.append(move)
        return move

    def answered(self, entry: Entry) -> tuple[str, ...]:
        """Called once for each call that the limits let in, as it ends: plays the moves that waited; their names."""
        operation = entry.operation
        assert operation is not None
        if entry.items and entry.status == 200 and matches("@pull", operation):
            self.served.update(dict.fromkeys(entry.items))
        done = []
        for move in [m for m in self.moves if matches(m.operation, operation)]:
            move.left -= 1
            if move.left <= 0:
                self.moves.remove(move)
                done.append(move.name)
                try:
                    move.act()
                    self.commit()
                except NotKept as problem:
                    _log.error("the move %s was not made: %s", move.name, problem.message)
                except Exception:  # the call that it waited for was answered all the same
                    self.take_back()
                    _log.exception("the move %s failed", move.name)
        return tuple(done)

    def count(self, operation: str) -> int:
        """The number of this call among those of its operation that the limits let in."""
        number = self.counts[operation] = self.counts.get(operation, 0) + 1
        return number

    # Going back

    def mark(self) -> None:
        """What there is now is what `reset` goes back to."""
        self.catalog.mark()
        self.faults.mark()
        self._start_connections = self._rows()
        self._start_subscriptions = tuple(self.webhooks.subscriptions.values())

    def snapshot(self) -> Snapshot:
        subscriptions = tuple(self.webhooks.subscriptions.values())
        return Snapshot(self.clock.now(), self.catalog.snapshot(), self._rows(), subscriptions)

    def restore(self, snapshot: Snapshot, keep: Collection[str] = ()) -> None:
        """Catalog, connections and subscriptions of a snapshot, less what `keep` names.

        Connections that survive keep their tokens; subscriptions go with connections.
        """
        if "catalog" not in keep:
            self.catalog.restore(snapshot.documents)
            self.past.clear()
        if "connections" not in keep:
            self._bring_back(snapshot.connections, snapshot.subscriptions)
        self.commit()

    def take(self, catalog: Catalog, documents: Mapping[str, Documents] | None = None) -> None:
        """Holds what another catalog holds, or those of its documents; the start stays the start."""
        self.catalog.media.take(catalog.media)
        self.catalog.restore(catalog.snapshot() if documents is None else documents)
        self.past.clear()
        self.commit()

    def _rows(self) -> tuple[Json, ...]:
        return tuple(connection.row() for connection in self.connections.by_code.values())

    def _bring_back(self, rows: Iterable[Json], subscriptions: Iterable[Subscription]) -> None:
        """Has these connections and subscriptions, and no others."""
        for id_ in list(self.webhooks.subscriptions):
            self.unsubscribe(id_)
        for subscription in subscriptions:
            self.subscribe(subscription)
        wanted = {row["code"]: row for row in rows}
        for connection in list(self.connections.by_code.values()):
            row = wanted.get(connection.code)
            if row is None or row["client_id"] != connection.client_id:
                self.remove_connection(connection)
        for code, row in wanted.items():
            known = self.connections.by_code.get(code)
            if known is None:
                self.add_connection(Connection.from_row(row, self.name))
            elif known.row() != row:
                known.become(row)
                self.changed(known)
        self.connections.put_in_order(wanted)

    def reset(self, keep: Collection[str] = ()) -> None:
        """Back to the mark and to the start of clock, limits, faults, journal; ends tokens. Less what `keep` names."""
        if "catalog" not in keep:
            self.catalog.reset()
            self.past.clear()
        if "connections" not in keep and self._start_connections is not None:
            self._bring_back(self._start_connections, self._start_subscriptions)
        if "tokens" not in keep:
            self.revoke()
        # What is kept comes first: if that fails, nothing else is reset either.
        self.commit()
        if "limits" not in keep:
            self.limit(self._start_limits, anew=True)
        if "clock" not in keep:
            self.restart_clock(Clock.parse(self._start_clock))
        if "journal" not in keep:
            self.journal.clear()
            self.webhooks.clear()
        if "faults" not in keep:
            self.faults.start_anew()
            self.moves.clear()
            self.served.clear()
        self.plays = 0
        self.counts.clear()

    def close(self) -> None:
        """Nobody knows it any more: what points back at it is let go, so that it is freed with its last call."""
        for connection in list(self.connections.by_code.values()):
            self.remove_connection(connection)
        self.restart_clock(self.clock)
        self.moves.clear()
        self.journal.close()
        self.secrets.forget(self.name)
        self.catalog.close()
