"""What bytes become: calls, however they arrive, and answers, however many leave together."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.app import create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.fast_transport import FastHttpProtocol
from tests.wire import Clients, quiet, request, token_of

API = "/api/rest/v1"
JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/vnd.akeneo.collection+json"}


REQUESTS: Sequence[tuple[str, str, bytes, Mapping[str, str]]] = (
    ("GET", f"{API}/locales?limit=1", b"", {}),
    ("GET", f"{API}/products/%C3%A9", b"", {}),
    ("GET", f"{API}/channels", b"", {"X-Note": "other lines"}),
    ("GET", f"{API}/channels", b"", {"Accept": "text/html"}),
    ("HEAD", f"{API}/channels", b"", {}),
    ("GET", "/api/nothing#here", b"", {}),
    ("GET", f'{API}/products?search={{"enabled":[]}}', b"", {}),
    ("GET", "/openapi", b"", {}),
    ("PATCH", f"{API}/categories/new", b'{"labels":{"en_US":"New"}}', JSON),
    ("PATCH", f"{API}/categories/new", b'{"labels":{"en_US":"Old"}}', JSON),
    ("POST", f"{API}/categories", b'{"code":"new"}', JSON),
    ("POST", f"{API}/categories", b"{", JSON),
    ("PATCH", f"{API}/categories", b'{"code":"a"}\n{"code":"b"}', LINES),
    ("DELETE", f"{API}/products/none", b"", {}),
    ("GET", f"{API}/locales", b"", {"Expect": "100-continue"}),
    ("PATCH", f"{API}/categories/c", b"{}", {**JSON, "Content-Type": "application/json; charset=utf-8"}),
)


Asked = tuple[str, str, bytes, Mapping[str, str]]
Cut = Callable[[list[bytes]], list[bytes]]


async def conversation(asked: Sequence[Asked], cut: Cut, *, crowd: bool = False) -> tuple[bytes, list[Any]]:
    """What comes back, and the journal. `cut`: calls into packets. `crowd`: another client is connected."""
    app = create_app(Settings(catalog="minimal", clock="frozen"))
    token, clients = token_of(app), Clients(app)
    others = [clients.connect() for _ in range(crowd)]
    protocol, line = clients.connect()
    for data in cut([request(method, path, token, body, headers) for method, path, body, headers in asked]):
        protocol.data_received(data)
        await quiet()
    assert not any(other.written for _, other in others)
    journal = app.sandboxes.default.journal
    entries = [journal.json(entry, None) for entry in journal.after(0)]
    kept = ("method", "path", "query", "status", "request_headers", "body", "response_bytes", "limit", "in_flight")
    return bytes(line.written), [[entry[name] for name in kept] for entry in entries]


def in_two(calls: list[bytes]) -> list[bytes]:
    """The long way: no call arrives whole."""
    return [half for call in calls for half in (call[:-1], call[-1:])]


@given(
    st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=6),
    st.lists(st.integers(0, 4000), max_size=6),
    st.booleans(),
)
def test_calls_are_answered_the_same_however_their_bytes_arrive(few: list[Asked], cuts: list[int], crowd: bool) -> None:
    def anywhere(calls: list[bytes]) -> list[bytes]:
        together = b"".join(calls)
        places = sorted({0, *(cut for cut in cuts if cut < len(together)), len(together)})
        return [together[start:end] for start, end in pairwise(places)]

    # The lines of a call are known when it comes again.
    asked = [*few, *few]
    expected = asyncio.run(conversation(asked, in_two))
    assert len(expected[1]) == len(asked)
    assert asyncio.run(conversation(asked, list, crowd=crowd)) == expected
    assert asyncio.run(conversation(asked, anywhere, crowd=crowd)) == expected


Then = Callable[[FastHttpProtocol], None]


def ends_its_side(protocol: FastHttpProtocol) -> None:
    protocol.eof_received()
    protocol.transport.close()


def sends_rubbish(protocol: FastHttpProtocol) -> None:
    protocol.data_received(b"rubbish\r\n\r\n")


def sees_the_server_end(protocol: FastHttpProtocol) -> None:
    protocol.shutdown()


def is_idle_for_long(protocol: FastHttpProtocol) -> None:
    # As when another call takes longer than that: alarms ring before the answers leave.
    protocol.alarm.wait(0)
    protocol.alarm.look()


def asks_for_the_way_of_uvicorn(protocol: FastHttpProtocol) -> None:
    protocol.data_received(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")


@pytest.mark.parametrize(
    ("then", "behind"),
    [
        (ends_its_side, b""),
        (sends_rubbish, b"HTTP/1.1 400 Bad Request\r\n"),
        (sees_the_server_end, b""),
        (is_idle_for_long, b""),
        (asks_for_the_way_of_uvicorn, b"HTTP/1.1 200 OK\r\nContent-Length:"),
    ],
)
def test_an_answer_that_waits_for_others_leaves_before_anything_else(then: Then, behind: bytes) -> None:
    async def talk() -> tuple[bytes, bytes]:
        app = create_app(Settings(catalog="minimal"))
        clients, call = Clients(app), request("GET", f"{API}/locales", token_of(app))
        (protocol, line), (_, other) = clients.connect(), clients.connect()
        protocol.data_received(call)
        await quiet()
        first = bytes(line.written)
        line.written.clear()
        protocol.data_received(call)
        assert not line.written, "it waits"
        then(protocol)
        await quiet()
        assert not other.written
        return first, bytes(line.written)

    first, rest = asyncio.run(talk())
    length = len(first)
    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert rest[:length].partition(b"Date: ")[0] == first.partition(b"Date: ")[0]
    assert rest[:length].endswith(b"}")
    assert rest[length:].startswith(behind) if behind else rest[length:] == b""


def test_answers_of_many_clients_leave_together_in_the_order_of_their_calls() -> None:
    async def talk() -> list[int]:
        app = create_app(Settings(catalog="minimal"))
        clients, call = Clients(app), request("GET", f"{API}/locales", token_of(app))
        connected = [clients.connect() for _ in range(5)]
        order: list[int] = []
        for number, (protocol, line) in enumerate(connected):
            line.write = lambda data, number=number: order.append(number)  # type: ignore[method-assign, misc]
            protocol.data_received(call)
        assert order == []
        await quiet()
        return order

    assert asyncio.run(talk()) == [0, 1, 2, 3, 4]


def test_a_call_that_waits_goes_on_in_a_coroutine() -> None:
    """From Python 3.12 on, tasks take nothing else."""

    async def talk() -> list[bool]:
        app = create_app(Settings(catalog="minimal"))
        protocol, line = Clients(app).connect()
        call = request("PATCH", f"{API}/categories/new", token_of(app), b"{}", JSON)
        protocol.data_received(call[:-1])
        tasks = [inspect.iscoroutine(task.get_coro()) for task in protocol.tasks]
        protocol.data_received(call[-1:])
        await quiet()
        assert line.written.startswith(b"HTTP/1.1 201 Created\r\n")
        return tasks

    assert asyncio.run(talk()) == [True]


def test_an_answer_that_has_waited_long_leaves_before_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that calls that take long keep nobody waiting one after another."""
    now = [0.0]
    monkeypatch.setattr("mock_akeneo.fast_transport.monotonic", lambda: now[0])

    async def talk() -> list[bool]:
        app = create_app(Settings(catalog="minimal"))
        clients, call = Clients(app), request("GET", f"{API}/locales", token_of(app))
        (first, line), *others = (clients.connect() for _ in range(3))
        first.data_received(call)
        left = []
        for (other, _), seconds in zip(others, (0.0005, 0.001), strict=True):
            now[0] += seconds
            other.data_received(call)
            left.append(bool(line.written))
        await quiet()
        return left

    assert asyncio.run(talk()) == [False, True]


def test_what_looks_like_a_head_within_a_body_is_left_alone() -> None:
    """Also when the call was refused before its body had come."""
    body = b"first" + b"\r\nUpgrade: h2c\r\n\r\n"

    async def talk() -> bytes:
        app = create_app(Settings(catalog="minimal"))
        protocol, line = Clients(app).connect()
        upload = request(
            "POST", f"{API}/media-files", "none", body, {"Content-Type": "multipart/form-data; boundary=b"}
        )
        protocol.data_received(upload[: -len(body) + 5])
        await quiet()
        assert line.written.startswith(b"HTTP/1.1 401 Unauthorized\r\n")
        line.written.clear()
        protocol.data_received(upload[-len(body) + 5 :])
        protocol.data_received(request("GET", f"{API}/locales", token_of(app)))
        await quiet()
        return bytes(line.written)

    assert asyncio.run(talk()).startswith(b"HTTP/1.1 200 OK\r\n")


def test_only_a_connection_that_was_idle_all_the_time_is_closed_by_its_alarm() -> None:
    async def talk() -> list[bool]:
        app = create_app(Settings(catalog="minimal"))
        call = request("GET", f"{API}/locales", token_of(app))
        protocol, line = Clients(app, timeout_keep_alive=3600).connect()
        closed = []
        for timeout in (3600, 0):
            protocol.data_received(call)
            await quiet()
            protocol.timeout_keep_alive = timeout
            protocol.alarm.wait(timeout)
            protocol.alarm.look()
            closed.append(line.closed)
        protocol.connection_lost(None)
        return closed

    assert asyncio.run(talk()) == [False, True]
