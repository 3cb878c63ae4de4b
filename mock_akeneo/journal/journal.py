"""The journal: every call to the API and its answer, oldest first, bounded by number and bytes.

An entry is cheap to write: it keeps what the call had at hand. What costs (redaction, `leaks`, `repeats`) is made
when it is read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from mock_akeneo.core.clock import iso
from mock_akeneo.core.json_types import Json
from mock_akeneo.journal.secrets import Secrets

MAX_ENTRIES: Final = 10_000
MAX_BYTES: Final = 50_000_000
EXCERPT_BYTES: Final = 4_096
# What an entry weighs besides its excerpt and headers, roughly.
_ENTRY_BYTES: Final = 700

Headers = Sequence[tuple[bytes, bytes]]


class Entry:
    """One call. Times: `at` in sandbox seconds, `received` and `answered` in monotonic seconds."""

    __slots__ = (
        "answered", "at", "body", "body_sha256", "client_gone", "connection", "fault", "headers", "id", "in_flight",
        "items", "limit", "lines", "method", "moved", "nth", "operation", "path", "query", "queued_ms", "received",
        "request_bytes", "response_bytes", "status", "token_id", "user",
    )  # fmt: skip

    id: int

    def __init__(self, method: str, path: str, query: bytes, headers: Headers, received: float, at: float) -> None:
        self.method, self.path, self.query, self.headers = method, path, query, headers
        self.received, self.at = received, at
        self.answered = 0.0
        self.operation: str | None = None
        self.connection: str | None = None
        self.user: str | None = None
        self.token_id: str | None = None
        self.nth: int | None = None
        self.request_bytes = 0
        self.body = b""
        self.body_sha256: str | None = None
        self.status: int | None = None
        self.response_bytes = 0
        self.items: Sequence[str] | None = None
        self.lines: Sequence[Json] | None = None
        self.limit: Json | None = None
        self.queued_ms = 0.0
        self.in_flight = 0
        self.fault: str | None = None
        self.moved: Sequence[str] = ()
        self.client_gone = False

    @property
    def weight(self) -> int:
        return _ENTRY_BYTES + len(self.body) + 60 * len(self.items or ()) + 90 * len(self.lines or ())


class Journal:
    """The calls of one sandbox. `dropped`: how many had to go because the bounds were reached."""

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

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def add(self, entry: Entry) -> None:
        """Takes a call that has been answered."""
        entry.id = self._next
        self._next += 1
        self._entries.append(entry)
        self._bytes += entry.weight
        while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            self._bytes -= self._entries.popleft().weight
            self.dropped += 1
        for tell in self.listeners:
            tell(entry)

    def clear(self) -> int:
        """Forgets all calls; how many there were. Numbers go on."""
        count = len(self._entries)
        self._entries.clear()
        self._bytes = 0
        self.dropped = 0
        return count

    def entries(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        connection: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        limit: int | None = None,
        cursor: int = 0,
    ) -> list[Json]:
        """The calls as JSON, oldest first: those after the id `cursor` that fit, `limit` at most."""
        earlier: dict[tuple[object, ...], int] = {}
        found: list[Json] = []
        for entry in self._entries:
            same = (entry.connection, entry.method, entry.path, entry.query, entry.body_sha256)
            repeats = earlier.get(same)
            earlier[same] = entry.id
            if (
                entry.id > cursor
                and (since is None or entry.at >= since)
                and (until is None or entry.at < until)
                and (connection is None or entry.connection == connection)
                and (operation is None or entry.operation == operation)
                and (status is None or entry.status == status)
            ):
                found.append(self._json(entry, repeats))
                if limit is not None and len(found) == limit:
                    break
        return found

    def get(self, id_: int) -> Json | None:
        return next((entry for entry in self.entries(cursor=id_ - 1, limit=1) if entry["id"] == id_), None)

    def _json(self, entry: Entry, repeats: int | None) -> Json:
        secrets = self._secrets
        query = entry.query.decode("utf-8", "replace")
        path = entry.path
        headers = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in entry.headers]
        body = entry.body.decode("utf-8", "replace")
        return {
            "id": entry.id,
            "at": iso(entry.at),
            "received_ms": round(entry.received * 1000, 3),
            "answered_ms": round(entry.answered * 1000, 3),
            "sandbox": self._sandbox,
            "connection": entry.connection,
            "user": entry.user,
            "token_id": entry.token_id,
            "method": entry.method,
            "path": secrets.redacted(path),
            "query": secrets.redacted(query),
            "operation": entry.operation,
            "nth": entry.nth,
            "request_headers": {name: secrets.header(name, value) for name, value in headers},
            "request_bytes": entry.request_bytes,
            "body_sha256": entry.body_sha256,
            "body": secrets.redacted(body) if body else None,
            "leaks": list(self._leaks(entry, path, query, headers, body)),
            "repeats": repeats,
            "status": entry.status,
            "response_bytes": entry.response_bytes,
            "items": None if entry.items is None else list(entry.items),
            "lines": None if entry.lines is None else list(entry.lines),
            "limit": entry.limit,
            "queued_ms": round(entry.queued_ms, 3),
            "in_flight": entry.in_flight,
            "fault": entry.fault,
            "moved": list(entry.moved),
            "client_gone": entry.client_gone,
            "trace": next((value for name, value in headers if name == "traceparent"), None),
        }

    def _leaks(
        self, entry: Entry, path: str, query: str, headers: Sequence[tuple[str, str]], body: str
    ) -> Iterator[str]:
        """Places where one of our secrets or tokens stood and must not: all but `Authorization` and token bodies."""
        stands_in: Callable[[Any], bool] = self._secrets.stands_in
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
