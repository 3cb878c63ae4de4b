"""How long a request line and a body may be, who may fill memory, and what the journal tells of what is refused."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.journal.journal import Entry
from mock_akeneo.rest.bounds import too_large
from tests.wire import token_of

API = "/api/rest/v1"
TOKEN = "/api/oauth/v1/token"
JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/vnd.akeneo.collection+json"}
PAGE = (
    b'<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>414 Request-URI Too Long</title>\n'
    b"</head><body>\n<h1>Request-URI Too Long</h1>\n</body></html>\n"
)
MIB = 1 << 20


def app_with(**settings: Any) -> App:
    return create_app(Settings(catalog="minimal", **settings))


def ask(
    app: App, method: str, path: str, headers: Mapping[str, str] = {}, content: Any = None, *, known: bool = True
) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {token_of(app)}"} if known else {}

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as api:
            return await api.request(method, path, headers={**bearer, **headers}, content=content)

    return asyncio.run(asked())


def last(app: App) -> Entry:
    *_, entry = app.sandboxes.default.journal
    return entry


async def chunks(number: int, size: int = 1 << 16) -> AsyncIterator[bytes]:
    for _ in range(number):
        yield b" " * size


def at_most(size: int) -> Iterator[tuple[str, int]]:
    """Targets whose request line has so many bytes, and one more."""
    for more in (0, 1):
        path = f"{API}/locales?x="
        yield path + "a" * (size - len(f"GET {path} HTTP/1.1") + more), 414 if more else 200


@pytest.mark.parametrize(("bound", "size"), [(None, 8190), (200, 200)])
def test_a_request_line_may_have_so_many_bytes(bound: int | None, size: int) -> None:
    app = app_with() if bound is None else app_with(max_request_line=bound)
    for target, status in at_most(size):
        answer = ask(app, "GET", target)
        assert answer.status_code == status
        assert (last(app).status, last(app).connection) == (status, "mock_connection")
    assert answer.content == PAGE
    assert answer.headers["Content-Type"] == "text/html; charset=iso-8859-1"
    assert last(app).nth is None, "the limits and faults do not know it"
    assert ask(app_with(max_request_line=0), "GET", target).status_code == 200


def test_a_fault_may_strike_by_the_length_of_the_request_line() -> None:
    app = app_with()
    told = {"operation": "locales.list", "kind": "status", "status": 503, "match": {"longer_than": 100}}
    assert ask(app, "POST", "/_mock/v1/faults", JSON, httpx.Response(200, json=told).content).status_code == 201
    assert [ask(app, "GET", target).status_code for target, _ in at_most(100)] == [200, 503]


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("path", [f"{API}/products", f"{API}/media-files", f"{API}/nothing"])
def test_a_larger_body_is_refused_as_the_platform_does(path: str, known: bool, announced: bool) -> None:
    app = app_with(max_body=1000)
    content = b" " * 1001 if announced else chunks(10, 900)
    answer = ask(app, "POST", path, {"Content-Type": "multipart/form-data; boundary=x"}, content, known=known)
    if path.endswith("media-files") and not (announced or known):
        assert answer.status_code == 401  # nobody has looked at its body
        return
    problem = too_large()
    assert (answer.status_code, answer.content) == (403, problem.content()[1])
    assert (last(app).status, last(app).connection) == (403, "mock_connection" if known else None)
    assert last(app).request_bytes >= 1001


def test_a_body_of_the_greatest_size_is_read() -> None:
    app = app_with(max_body=1000)
    assert ask(app, "POST", f"{API}/products", JSON, b"{}".ljust(1000)).status_code == 422
    assert ask(app_with(max_body=0), "POST", f"{API}/products", JSON, b"{}".ljust(2 * MIB)).status_code == 422


@pytest.mark.parametrize("known", [True, False])
def test_only_a_known_caller_may_fill_memory(known: bool) -> None:
    app = app_with()
    ask(app, "GET", f"{API}/locales")
    tracemalloc.start()
    try:
        answer = ask(app, "PATCH", f"{API}/products", LINES, chunks(32, MIB // 4), known=known)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == (200 if known else 401)
    assert (peak > 6 * MIB) is known
    assert (last(app).request_bytes, len(last(app).body)) == (8 * MIB, 4096)
    assert last(app).body_sha256 is not None


@pytest.mark.parametrize(("size", "status"), [(300, 422), (301, 413), (5 * MIB, 413)])
def test_the_token_route_reads_no_more_than_tells_that_it_is_too_much(size: int, status: int) -> None:
    app = app_with()
    sent = []

    async def body() -> AsyncIterator[bytes]:
        for at in range(0, size, 100):
            sent.append(at)
            yield b"{}".ljust(min(100, size - at)) if not at else b" " * min(100, size - at)

    answer = ask(app, "POST", TOKEN, JSON, body(), known=False)
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["message"] == "Request content exceeded the maximum allowed size of 300 bytes"
        assert len(sent) <= 5
    assert last(app).request_bytes == min(size, 301)
