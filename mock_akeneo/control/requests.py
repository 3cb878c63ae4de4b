"""The journal: what was asked and answered; as JSON, JSON lines, HTTP Archive, and as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from mock_akeneo import __version__
from mock_akeneo.control.answers import ControlError, answer, as_number, sandbox_of, whole
from mock_akeneo.control.hints import hint
from mock_akeneo.control.way import MOMENT, TEXT, WHOLE
from mock_akeneo.core.clock import moment
from mock_akeneo.core.json_types import Json
from mock_akeneo.journal.curl import curl
from mock_akeneo.journal.har import har_entry, har_head
from mock_akeneo.journal.journal import Filter, Journal

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 10_000
LINES: Final = "application/x-ndjson"
# Calls that are made into text before others have their turn.
_CHUNK: Final = 100
# A stream that has nothing to tell says so, so that both ends notice a broken connection.
_QUIET_SECONDS: Final = 15.0


FILTER: Final = {
    "since": {**MOMENT, "description": "On and after, in sandbox time."},
    "until": {**MOMENT, "description": "Before, in sandbox time."},
    "connection": {**TEXT, "description": "Its code."},
    "operation": {**TEXT, "description": "A name, a glob, @pull or @push."},
    "status": {**TEXT, "pattern": "^([1-5]xx|[0-9]+)$", "description": "429, or all of a kind: 4xx."},
}
PAGE: Final = {
    "limit": {**WHOLE, "minimum": 1, "maximum": MAX_LIMIT},
    "cursor": {**WHOLE, "minimum": 0, "description": "The id behind which to go on: next of the page before."},
}
FORM: Final = {
    "format": {"enum": ["json", "ndjson"]},
    "last": {**WHOLE, "minimum": 0, "maximum": MAX_LIMIT, "description": "Only so many of the latest."},
}


async def requests(request: Request) -> Response:
    journal, cursor = sandbox_of(request).journal, whole(request, "cursor") or 0
    which, limit, last = _filter(request), _limit(request), whole(request, "last")
    if last is not None and last > MAX_LIMIT:
        raise ControlError(422, f'"last" is 0 to {MAX_LIMIT}')
    if _wants_lines(request):
        entries = islice(journal.told(which, cursor, last=last), limit)
        return StreamingResponse(chunks(entries, after=b"\n"), media_type=LINES)
    limit = max(DEFAULT_LIMIT, last or 0) if limit is None else limit
    found = list(islice(journal.told(which, cursor, last=last), limit + 1))
    items = found[:limit]
    following = str(items[-1]["id"]) if len(found) > limit else None
    return answer({"items": items, "next": following, "dropped": journal.dropped})


def _wants_lines(request: Request) -> bool:
    form = request.query_params.get("format")
    if form not in (None, "json", "ndjson"):
        raise ControlError(422, '"format" is json or ndjson')
    return form == "ndjson" or (form is None and LINES in request.headers.get("accept", ""))


def _limit(request: Request) -> int | None:
    limit = whole(request, "limit")
    if limit is not None and not 1 <= limit <= MAX_LIMIT:
        raise ControlError(422, f'"limit" is 1 to {MAX_LIMIT}')
    return limit


def _filter(request: Request) -> Filter:
    query = request.query_params
    return Filter(
        since=_moment(request, "since"),
        until=_moment(request, "until"),
        connection=query.get("connection"),
        operation=query.get("operation"),
        status=_status(query.get("status")),
    )


def _status(given: str | None) -> int | str | None:
    if given is None or (len(given) == 3 and given[0] in "12345" and given[1:] == "xx"):
        return given
    number = as_number(given)
    if number is None:
        raise ControlError(422, f'"status" is a number, or all of a kind as 4xx, not "{given[:50]}"')
    return number


def _moment(request: Request, name: str) -> float | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        # A plus sign of the zone that was not encoded arrives as a blank.
        return moment(given.replace(" ", "+"))
    except ValueError as error:
        raise ControlError(422, str(error)) from None


async def har(request: Request) -> Response:
    journal, base = sandbox_of(request).journal, str(request.base_url).rstrip("/")
    entries = islice(journal.told(_filter(request), whole(request, "cursor") or 0), _limit(request))
    head = orjson.dumps({"log": har_head(__version__)}).removesuffix(b"}}")

    async def archive() -> AsyncIterator[bytes]:
        yield head + b',"entries":['
        async for chunk in chunks((har_entry(entry, base) for entry in entries), between=b","):
            yield chunk
        yield b"]}}"

    return StreamingResponse(archive(), media_type="application/json")


async def chunks(items: Iterable[Json], *, between: bytes = b"", after: bytes = b"") -> AsyncIterator[bytes]:
    """JSON texts, many at once, with turns for other calls."""
    rest, first = iter(items), True
    while texts := [orjson.dumps(item) + after for item in islice(rest, _CHUNK)]:
        yield (b"" if first else between) + between.join(texts)
        first = False
        await asyncio.sleep(0)


async def one_request(request: Request) -> Response:
    given = request.path_params["id"]
    sandbox, id_ = sandbox_of(request), as_number(given)
    found = None if id_ is None else sandbox.journal.get(id_)
    if found is None:
        raise ControlError(404, f'there is no request "{given}" in the journal')
    entry, told = found
    base = str(request.base_url).rstrip("/")
    return answer({**told, "curl": curl(told, base), "hint": hint(entry, sandbox, request.app.state.sandboxes)})


async def clear_requests(request: Request) -> Response:
    return answer({"count": sandbox_of(request).journal.clear()})


async def stream(request: Request) -> Stream:
    """From now on, or from the id behind which a client lost the stream."""
    last = request.headers.get("last-event-id", request.query_params.get("cursor"))
    after = None if last is None else as_number(last)
    if last is not None and after is None:
        raise ControlError(422, f'"cursor" is the id of a request, not "{last[:50]}"')
    return Stream(sandbox_of(request).journal, _filter(request), after)


class Stream:
    """Server-sent events: one for each call as it is answered, `id` and `data` those of the journal.

    A slow reader costs nothing: it reads from the journal itself, so what it misses is what the journal dropped.
    """

    def __init__(self, journal: Journal, which: Filter, after: int | None) -> None:
        self._journal, self._which, self._after = journal, which, after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        follower = self._journal.follow(self._after)
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
            await _say(send, b"retry: 1000\n\n")
            while not gone.done() and not follower.ended:
                for event in _events(follower.new(self._which)):
                    await _say(send, event)
                news = asyncio.ensure_future(follower.news.wait())
                done, _ = await asyncio.wait((news, gone), timeout=_QUIET_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                if not done:
                    await _say(send, b": quiet\n\n")
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            follower.end()
            gone.cancel()


_STREAM_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
]


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


def _events(entries: Iterator[Any]) -> Iterator[bytes]:
    return (b"id: %d\nevent: request\ndata: %b\n\n" % (entry["id"], orjson.dumps(entry)) for entry in entries)
