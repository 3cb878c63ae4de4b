"""A call as an operation sees it, and the answer it gives."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any, Final, NamedTuple

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.headers import CONTENT_TYPE, JSON, LOCATION, NO_CACHE, OF_JSON, OF_NO_CONTENT, VARY, Header
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.problems import INVALID_JSON, Problem
from mock_akeneo.core.query_strings import parameters
from mock_akeneo.journal.journal import Entry
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.webhooks.event import Event


class Answer(NamedTuple):
    """Status, body and headers (without `Content-Length` and `Date`, which the gateway adds).

    `stream`: chunks instead of `body`, of `length` bytes in all.
    """

    status: int
    body: bytes = b""
    headers: tuple[Header, ...] = ()
    stream: AsyncGenerator[bytes, None] | None = None
    length: int = 0


def json_answer(body: bytes) -> Answer:
    return Answer(200, body, OF_JSON)


NO_CONTENT: Final = Answer(204, b"", OF_NO_CONTENT)


def located(status: int, url: str) -> Answer:
    """201 or 204 of what now lies at `url`. A 201 names a content type, though it has no content."""
    return Answer(status, b"", (*(OF_JSON if status == 201 else OF_NO_CONTENT), (LOCATION, url.encode())))


def problem_answer(problem: Problem) -> Answer:
    """The one place that turns a refusal into bytes."""
    content_type, body = problem.content()
    if content_type is None:
        return Answer(problem.status, body, tuple(problem.headers))
    headers = ((CONTENT_TYPE, content_type), *problem.headers)
    # What is no JSON was said by a layer in front of the PIM.
    return Answer(problem.status, body, (*headers, VARY, NO_CACHE) if content_type == JSON[1] else headers)


class Call:
    """One request on its way through one sandbox.

    `base`: `http://host`, as the client asked. `params`: what the path's placeholders stood for. `json`: the
    decoded body of a call announced as `application/json`. `receive`: for bodies that are not read ahead.
    `target`: the path as the client wrote it, not decoded.
    `catalog`: the sandbox's, or as a late search index shows it. `events`: what is to be told of it when it is kept.
    """

    __slots__ = (
        "_query", "base", "body", "catalog", "connection", "entry", "events", "headers", "json", "method", "params",
        "path", "query_string", "receive", "sandbox", "target", "user",
    )  # fmt: skip

    def __init__(
        self,
        sandbox: Sandbox,
        method: str,
        path: str,
        query_string: bytes,
        headers: dict[bytes, bytes],
        entry: Entry,
    ) -> None:
        self.sandbox, self.method, self.path, self.headers = sandbox, method, path, headers
        self.catalog: Catalog = sandbox.catalog
        self.query_string, self.entry = query_string, entry
        self.params: tuple[str, ...] = ()
        self.body = b""
        self.json: Any = None
        self.base = self.target = b""
        self.connection: Connection | None = None
        self.user: Connection | None = None
        self.events: Sequence[Event] = ()
        self.receive: Callable[[], Any] | None = None
        self._query: dict[str, str] | None = None

    @property
    def query(self) -> dict[str, str]:
        """The query parameters as PHP reads them: of the same name the last counts."""
        if self._query is None:
            self._query = parameters(self.query_string)
        return self._query

    def commit(self) -> None:
        """Keeps what it has written, and tells of it. Raises `NotKept`: then it has written nothing."""
        self.sandbox.commit()
        if self.events:
            self.sandbox.webhooks.take(self.events)

    def payload(self) -> Json:
        """The JSON object of the body. A JSON array counts as an object with the keys `0`, `1` …, as in PHP."""
        data = self.json
        if data is None and self.body:
            try:
                data = loads(self.body)
            except ValueError:
                data = None
        if isinstance(data, dict):
            return data
        if isinstance(data, list):
            return {str(position): value for position, value in enumerate(data)}
        raise Problem(400, INVALID_JSON)
