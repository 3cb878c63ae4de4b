"""The journal: every call to the API and its answer, oldest first, bounded by number and bytes.

An entry is cheap to write: it keeps what the call had at hand. What costs (redaction, `leaks`, `repeats`) is made
when it is read.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import Final
from urllib.parse import parse_qsl

import orjson

from mock_akeneo.core.clock import iso
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.operations import matches
from mock_akeneo.journal.secrets import Secrets, is_secret

MAX_ENTRIES: Final = 10_000
MAX_BYTES: Final = 50_000_000
EXCERPT_BYTES: Final = 4_096
# What an entry weighs besides its excerpt and headers, roughly.
_ENTRY_BYTES: Final = 700

Headers = Sequence[tuple[bytes, bytes]]
# Stands in no header.
_LINE_END: Final = b"\r\n"


class Entry:
    """One call. Times: `at` in sandbox seconds, `received` and `answered` in monotonic seconds."""

    __slots__ = (
        "answered", "at", "body", "client_gone", "connection", "digest", "fault", "head", "id", "in_flight",
        "items", "limit", "lines", "method", "moved", "not_kept", "nth", "operation", "path", "query", "queued_ms",
        "received", "request_bytes", "response_bytes", "service_ms", "status", "token_id", "user", "weight",
    )  # fmt: skip

    id: int
    weight: int

    def __init__(self, method: str, path: str, query: bytes, headers: Headers, received: float, at: float) -> None:
        self.method, self.path, self.query = method, path, query
        # One block instead of two dozen: thousands of entries are kept, and each that comes lets an old one go.
        self.head = _LINE_END.join(chain.from_iterable(headers))
        self.received, self.at = received, at
        self.answered = 0.0
        self.operation: str | None = None
        self.connection: str | None = None
        self.user: str | None = None
        self.token_id: str | None = None
        self.nth: int | None = None
        self.request_bytes = 0
        self.body = b""
        self.digest: str | None = None
        self.status: int | None = None
        self.response_bytes = 0
        self.items: Sequence[str] | None = None
        self.lines: Sequence[Json] | None = None
        self.limit: Json | None = None
        self.queued_ms = 0.0
        self.service_ms = 0.0
        self.in_flight = 0
        self.fault: str | None = None
        self.moved: Sequence[str] = ()
        # Why nothing of it was kept, where that could not be.
        self.not_kept: str | None = None
        self.client_gone = False

    @property
    def headers(self) -> Headers:
        """As they were sent: names and values, in order."""
        words = self.head.split(_LINE_END)
        return tuple(zip(words[::2], words[1::2], strict=False))

    def nothing_kept(self, reason: str) -> None:
        """All that it did was taken back."""
        self.not_kept, self.items, self.lines = reason, None, None
        if self.operation == "token":
            self.token_id = self.user = None

    @property
    def body_sha256(self) -> str | None:
        """Of the whole body: told with the call (`digest`), or made when asked for, if the whole body is kept."""
        if self.digest is None and self.body and len(self.body) == self.request_bytes:
            self.digest = sha256(self.body).hexdigest()
        return self.digest

    def weigh(self) -> int:
        """The bytes that it keeps, roughly."""
        sent = len(self.query) + len(self.body) + len(self.head)
        return _ENTRY_BYTES + sent + 60 * len(self.items or ()) + 90 * len(self.lines or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which calls: `since` on and before `until` in sandbox time; `operation`: a name, a glob, `@pull` or `@push`.

    `status`: a number, or `4xx`.
    """

    since: float | None = None
    until: float | None = None
    connection: str | None = None
    operation: str | None = None
    status: int | str | None = None

    def fits(self, entry: Entry) -> bool:
        return (
            (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
            and (self.connection is None or entry.connection == self.connection)
            and (self.operation is None or matches(self.operation, entry.operation or ""))
            and (self.status is None or self.status in (entry.status, f"{(entry.status or 0) // 100}xx"))
        )


EVERY_CALL: Final = Filter()


class Totals:
    """What was answered alike: how many calls, and the real seconds that they took in all."""

    __slots__ = ("calls", "seconds")

    def __init__(self) -> None:
        self.calls, self.seconds = 0, 0.0


class Journal:
    """The calls of one sandbox. `dropped`: how many had to go because the bounds were reached.

    `totals`: by operation and status, of all calls ever; neither bounds nor `clear` touch them.
    """

    def __init__(
        self, sandbox: str, secrets: Secrets, *, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES
    ) -> None:
        self._sandbox, self._secrets = sandbox, secrets
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._next = 1
        self.dropped = 0
        self.listeners: list[Callable[[Entry], None]] = []
        self.followers: set[Follower] = set()
        self.totals: dict[tuple[str | None, int | None], Totals] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def add(self, entry: Entry) -> None:
        """Takes a call that has been answered."""
        entry.id = self._next
        self._next += 1
        self._entries.append(entry)
        entry.weight = entry.weigh()
        self._bytes += entry.weight
        total = self.totals.get((entry.operation, entry.status))
        if total is None:
            total = self.totals[entry.operation, entry.status] = Totals()
        total.calls += 1
        total.seconds += entry.answered - entry.received
        while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            self._bytes -= self._entries.popleft().weight
            self.dropped += 1
        for tell in self.listeners:
            tell(entry)
        for follower in self.followers:
            follower.news.set()

    def clear(self) -> int:
        """Forgets all calls; how many there were. Numbers go on."""
        count = len(self._entries)
        self._entries.clear()
        self._bytes = 0
        self.dropped = 0
        return count

    def close(self) -> None:
        """Nobody is told of anything any more."""
        self.listeners.clear()
        for follower in self.followers:
            follower.ended = True
            follower.news.set()
        self.followers.clear()

    def entries(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        connection: str | None = None,
        operation: str | None = None,
        status: int | str | None = None,
        limit: int | None = None,
        cursor: int = 0,
    ) -> list[Json]:
        """The calls as JSON, oldest first: those after the id `cursor` that fit, `limit` at most."""
        which = Filter(since=since, until=until, connection=connection, operation=operation, status=status)
        return list(islice(self.told(which, cursor), limit))

    def told(self, which: Filter = EVERY_CALL, cursor: int = 0, *, last: int | None = None) -> Iterator[Json]:
        """Those that fit of the calls there are now, after the id `cursor`, oldest first. `last`: only the latest."""
        if last is not None:
            latest = islice((entry.id for entry in reversed(self._entries) if which.fits(entry)), last)
            cursor = max(cursor, min(latest, default=self._next) - 1)
        reading = Reading(self)
        for entry in list(self._entries):
            repeats = reading.repeats(entry)
            if entry.id > cursor and which.fits(entry):
                yield self.json(entry, repeats)

    def after(self, id_: int) -> Iterator[Entry]:
        """The entries after an id, oldest first. Ids have no gaps."""
        count = len(self._entries)
        new = min(count, self._next - 1 - id_)
        return islice(self._entries, count - new, None)

    def get(self, id_: int) -> tuple[Entry, Json] | None:
        """A call and its JSON."""
        reading = Reading(self)
        for entry in self._entries:
            repeats = reading.repeats(entry)
            if entry.id == id_:
                return entry, self.json(entry, repeats)
        return None

    def follow(self, after: int | None = None) -> Follower:
        """Reads on from an id, or from now on. Has to be ended."""
        follower = Follower(self, self._next - 1 if after is None else after)
        self.followers.add(follower)
        return follower

    def json(self, entry: Entry, repeats: int | None) -> Json:
        secrets = self._secrets
        query = entry.query.decode("utf-8", "replace")
        path = entry.path
        headers = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in entry.headers]
        body = entry.body.decode("utf-8", "replace")
        items = None if entry.items is None else list(entry.items)
        cut = entry.request_bytes > len(entry.body)
        asked = (path, query, *(word for header in headers if header[0] != "authorization" for word in header), body)
        noted = (entry.connection, entry.user, items, entry.lines, entry.limit, entry.fault, entry.moved)
        # Most calls hold nothing to hide, which one look at all of it shows.
        clean = not (secrets.suspects("\0".join(asked), cut=cut) or secrets.stands_in(orjson.dumps(noted).decode()))
        told = {
            "id": entry.id,
            "at": iso(entry.at),
            "received_ms": round(entry.received * 1000, 3),
            "answered_ms": round(entry.answered * 1000, 3),
            "sandbox": self._sandbox,
            "connection": entry.connection,
            "user": entry.user,
            "token_id": entry.token_id,
            "method": entry.method,
            "path": path if clean else secrets.redacted(path),
            "query": query if clean else secrets.redacted(query),
            "operation": entry.operation,
            "nth": entry.nth,
            "request_headers": {
                name if clean else secrets.redacted(name): value
                if clean and not is_secret(name)
                else secrets.header(name, value)
                for name, value in headers
            },
            "request_bytes": entry.request_bytes,
            "body_sha256": entry.body_sha256,
            "body": (body if clean else secrets.redacted(body, cut=cut)) if body else None,
            "leaks": [] if clean else list(self._leaks(entry, path, query, headers, body)),
            "repeats": repeats,
            "status": entry.status,
            "response_bytes": entry.response_bytes,
            "items": items,
            "lines": None if entry.lines is None else list(entry.lines),
            "limit": entry.limit,
            "queued_ms": round(entry.queued_ms, 3),
            "service_ms": round(entry.service_ms, 3),
            "in_flight": entry.in_flight,
            "fault": entry.fault,
            "moved": list(entry.moved),
            "client_gone": entry.client_gone,
            "trace": next((value for name, value in headers if name == "traceparent"), None),
        }
        return told if clean else secrets.hidden(told)

    def _leaks(
        self, entry: Entry, path: str, query: str, headers: Sequence[tuple[str, str]], body: str
    ) -> Iterator[str]:
        """Places where one of our secrets or tokens stood and must not: all but `Authorization` and token bodies."""
        stands_in = self._secrets.stands_in
        if stands_in(path):
            yield "path"
        for name, value in parse_qsl(query, keep_blank_values=True):
            if stands_in(value) or stands_in(name):
                yield f"query.{name}"
        for name, value in headers:
            if name != "authorization" and stands_in(value):
                yield f"headers.{name}"
        if entry.operation != "token" and body and stands_in(body):
            yield "body"


class Reading:
    """Goes through the calls in order and knows those it has met: `repeats` needs the earlier same call."""

    __slots__ = ("_earlier", "journal")

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._earlier: dict[tuple[object, ...], int] = {}

    def repeats(self, entry: Entry) -> int | None:
        """The id of the latest same call that was met."""
        same = (entry.connection, entry.method, entry.path, entry.query, entry.body_sha256)
        repeats = self._earlier.get(same)
        self._earlier[same] = entry.id
        return repeats


class Follower:
    """Reads on as calls come. `news`: set when there is something to read. `ended`: the sandbox is gone."""

    def __init__(self, journal: Journal, after: int) -> None:
        self.news = asyncio.Event()
        self.ended = False
        self._journal, self._last = journal, after
        self._reading = Reading(journal)
        for entry in journal:
            if entry.id <= after:
                self._reading.repeats(entry)

    def new(self, which: Filter = EVERY_CALL) -> Iterator[Json]:
        """The calls since the last time. To be read to its end."""
        self.news.clear()
        for entry in list(self._journal.after(self._last)):
            self._last = entry.id
            repeats = self._reading.repeats(entry)
            if which.fits(entry):
                yield self._journal.json(entry, repeats)

    def end(self) -> None:
        self._journal.followers.discard(self)
