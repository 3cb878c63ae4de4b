"""What bytes become: the same calls and the same answers on each transport, however the bytes are cut."""

from __future__ import annotations

import ast
import asyncio
import json
import logging
import re
from collections.abc import Sequence
from inspect import getsource
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_akeneo import cycle, fast_transport, transport
from mock_akeneo.transport import HEAD_SECONDS
from mock_akeneo.uvicorn_names import CYCLE_NAMES, PROTOCOL_NAMES
from tests.wire import PLAIN, STOCK, Clients, Line, Make, fast, quiet

OURS = {"plain": PLAIN, "fast": fast()}
both = pytest.mark.parametrize("make", OURS.values(), ids=OURS)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Tells of the call all that an application can know."""
    body, more = b"", scope["method"] not in ("GET", "HEAD")
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]
    query = scope["query_string"].decode()
    told = [scope["method"], scope["path"], query, headers, body.decode("latin-1")]
    content = b"" if scope["method"] == "HEAD" else json.dumps(told).encode()
    answer = [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(content))]
    whole = scope.pop("mock_akeneo.whole", None)
    if whole is not None and whole(200, answer, content):
        return
    await send({"type": "http.response.start", "status": 200, "headers": answer})
    await send({"type": "http.response.body", "body": content})


def in_pieces(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    places = sorted({0, *(cut for cut in cuts if cut < len(stream)), len(stream)})
    return [stream[start:end] for start, end in pairwise(places)]


def answers(make: Make, *packets: tuple[int, bytes], **config: Any) -> list[Line]:
    """What comes back on each connection. `packets`: the number of a connection, and bytes that it sends."""

    async def talk() -> list[Line]:
        clients = Clients(echo, make, **config)
        connected = [clients.connect() for _ in range(max(number for number, _ in packets) + 1)]
        for number, data in packets:
            protocol, line = connected[number]
            if not line.closed:
                protocol.data_received(data)
                await quiet()
        for protocol, _ in connected:
            protocol.connection_lost(ConnectionResetError())
        return [line for _, line in connected]

    return asyncio.run(talk())


def answered(make: Make, *pieces: bytes) -> bytes:
    return bytes(answers(make, *((0, piece) for piece in pieces))[0].written)


UPGRADES = (
    "",
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
    "UPGRADE: h2c\r\nCONNECTION: UPGRADE\r\n",
    "Upgrade: websocket\r\n",
    "connection: keep-alive, upgrade\r\nupgrade: websocket, h2c\r\n",
)
BODIES = (
    ("", b""),
    ("Content-Length: 9\r\n", b'{"a":"b"}'),
    ("Content-Length: 41\r\n", b"GET /smuggled HTTP/1.1\r\nUpgrade: h2c\r\n\r\n\r"),
    ("Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n6;x=y\r\n\r\n\xc3\xa9\r\n\r\n0\r\n\r\n"),
    ("transfer-encoding: chunked\r\n", b"1\r\na\r\n0\r\nAuthorization: Bearer other\r\n\r\n"),
)
TOKEN = "Authorization: Bearer TOKEN\r\n"


def call(method: str, target: str, upgrade: str, framing: tuple[str, bytes], more: str = "", *, first: bool) -> bytes:
    """`first`: whether `Upgrade` stands before the token."""
    lines = (upgrade, TOKEN) if first else (TOKEN, upgrade)
    length, body = framing
    return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{''.join(lines)}{more}{length}\r\n".encode() + body


calls = st.builds(
    call,
    st.sampled_from(("GET", "POST", "PATCH")),
    st.sampled_from(("/api/rest/v1/products?search={}", "/other/%C3%A9", "/api/a")),
    st.sampled_from(UPGRADES),
    st.sampled_from(BODIES),
    st.sampled_from(("", "Expect: 100-continue\r\n", "X-Note: Ã©\r\n")),
    first=st.booleans(),
)
streams = st.lists(calls, min_size=1, max_size=4).map(b"".join)
cuts = st.lists(st.integers(0, 1500), max_size=8)


@given(streams, streams, cuts, cuts, st.randoms(use_true_random=False))
def test_cut_streams_are_answered_as_whole_ones_and_as_by_the_stock_server(
    one: bytes, other: bytes, some: list[int], more: list[int], dice: Any
) -> None:
    expected = [answered(PLAIN, one), answered(PLAIN, other)]
    assert [answered(STOCK, one), answered(STOCK, other)] == expected
    for make in OURS.values():
        left = [in_pieces(one, some), in_pieces(other, more)]
        packets = []
        while any(left):
            number = dice.choice([number for number, pieces in enumerate(left) if pieces])
            packets.append((number, left[number].pop(0)))
        assert [bytes(line.written) for line in answers(make, *packets)] == expected
        assert answered(make, one) == expected[0]


STREAM = b"".join(
    (
        call("POST", "/api/a", UPGRADES[1], BODIES[1], first=True),
        call("POST", "/api/a", UPGRADES[2], BODIES[4], first=False),
        "PATCH /api/café HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\né".encode(),
        b"\r\n",
        call("GET", "/api/a", UPGRADES[4], BODIES[0], first=True),
    )
)


@both
def test_a_stream_may_be_cut_at_every_byte(make: Make) -> None:
    whole = answered(make, STREAM)
    assert whole.count(b"HTTP/1.1 200 OK") == 4
    for cut in range(1, len(STREAM)):
        assert answered(make, STREAM[:cut], STREAM[cut:]) == whole, STREAM[:cut]
    assert answered(make, *(STREAM[at : at + 1] for at in range(len(STREAM)))) == whole


@both
@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/api/é?search=ü", "/api/é", "search=%C3%BC"),
        ("/api/日本", "/api/日本", ""),
    ],
)
def test_a_target_in_raw_utf_8_is_answered(make: Make, target: str, path: str, query: str) -> None:
    head, _, body = answered(make, f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert json.loads(body)[1:3] == [path, query]


@both
@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("http://pim.example/api/a?b=c", ["/api/a", "b=c"]),
        ("http://pim.example", ["/", ""]),
        ("http://pim.example?b=c", ["/", "b=c"]),
        ("*", ["*", ""]),
    ],
)
def test_a_target_may_name_its_host(make: Make, target: str, told: list[str]) -> None:
    body = answered(make, f"OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode()).partition(b"\r\n\r\n")[2]
    assert json.loads(body)[1:3] == told


def test_trailers_are_no_headers() -> None:
    body = answered(PLAIN, call("POST", "/api/a", "", BODIES[4], first=True)).partition(b"\r\n\r\n")[2]
    assert [value for name, value in json.loads(body)[3] if name == "authorization"] == ["Bearer TOKEN"]


# Bounds

FIELD = b"X-Long: %b\r\n"
HEAD = b"GET /api/a HTTP/1.1\r\nHost: a\r\n"


LAST = b"\r\n0\r\n\r\n"


def fields(number: int) -> bytes:
    return b"".join(b"X-%d: a\r\n" % each for each in range(number))


@both
@pytest.mark.parametrize(
    ("stream", "status"),
    [
        (HEAD + FIELD % (b"a" * 8182) + b"\r\n", b"200 OK"),
        (HEAD + FIELD % (b"a" * 8183) + b"\r\n", b"400 Bad Request"),
        (HEAD + b"X-Long: " + b"a" * 9000, b"400 Bad Request"),
        (HEAD + fields(99) + b"\r\n", b"200 OK"),
        (HEAD + fields(100) + b"\r\n", b"400 Bad Request"),
        (b"GET /" + b"a" * 64_000 + b" HTTP/1.1\r\n\r\n", b"200 OK"),
        (b"GET /" + b"a" * 70_000, b"414 Request-URI Too Long"),
        (b"G" * 70_000, b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n" + b"a" * 70_000 + LAST, b"200 OK"),
        (b"rubbish\r\n\r\n", b"400 Bad Request"),
        (b"CONNECT a:443 HTTP/1.1\r\nContent-Length: 1\r\n\r\na", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\nBroken\r\n\r\n", b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"a" * 70_000, b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"a" * 70_000, b"400 Bad Request"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
def test_a_head_has_bounds_and_what_is_no_http_gets_the_page_of_a_web_server(
    make: Make, stream: bytes, status: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for size in (len(stream), 1000, 7 if len(stream) < 20_000 else 997):
        (line,) = answers(make, *((0, stream[at : at + size]) for at in range(0, len(stream), size)))
        head, _, page = bytes(line.written).partition(b"\r\n\r\n")
        status_line, *rest = head.split(b"\r\n")
        newer = status.replace(b"Request-URI", b"URI")  # Python 3.13
        assert status_line in (b"HTTP/1.1 " + status, b"HTTP/1.1 " + newer)
        if not status.startswith(b"200"):
            assert rest == [
                b"Content-Type: text/html; charset=iso-8859-1",
                b"Content-Length: %d" % len(page),
                b"Connection: close",
            ]
            assert b"<h1>%b</h1>" % status[4:] in page
            assert line.ended
            assert [record.levelno for record in caplog.records] == [logging.WARNING]
        caplog.clear()


@both
def test_a_refusal_comes_behind_the_answers_that_are_due(make: Make) -> None:
    stream = call("POST", "/api/a", "", BODIES[1], first=True) + b"rubbish\r\n\r\n"
    for cut in range(1, len(stream)):
        told = answered(make, stream[:cut], stream[cut:])
        assert re.findall(rb"HTTP/1.1 (\d+)", told) == [b"200", b"400"]


# Time


def waited(make: Make, *pieces: bytes, seconds: float, arrives: bytes = b"") -> Line:
    """A connection on which nothing comes for so long."""

    async def talk() -> Line:
        protocol, line = Clients(echo, make).connect()
        now = [0.0]
        for data in pieces:
            protocol.data_received(data)
            await quiet()
        now[0] = protocol.loop.time() + seconds
        protocol.alarm._loop = Clockwork(protocol.loop, now)
        if arrives:
            line.arrives(arrives)
        protocol.alarm.look()
        await quiet()
        protocol.connection_lost(ConnectionResetError())
        return line

    return asyncio.run(talk())


class Clockwork:
    """A loop whose time is told."""

    def __init__(self, loop: asyncio.AbstractEventLoop, now: list[float]) -> None:
        self._loop, self._now = loop, now

    def time(self) -> float:
        return self._now[0]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)


GET = HEAD + b"\r\n"
LATE = HEAD_SECONDS + 1


@both
def test_whoever_sends_a_head_for_ever_is_answered_408(make: Make) -> None:
    for pieces in ((b"G",), (HEAD,), (GET, HEAD), (HEAD, b"X: y\r\n")):
        line = waited(make, *pieces, seconds=LATE)
        assert re.findall(rb"HTTP/1.1 (\d+)", line.written)[-1] == b"408"
        assert line.ended
        assert not waited(make, *pieces, seconds=HEAD_SECONDS - 2).ended


@both
def test_whoever_owes_a_body_for_long_is_answered_408(make: Make) -> None:
    line = waited(make, b"POST /api/a HTTP/1.1\r\nContent-Length: 5\r\n\r\n", b"abc", seconds=LATE)
    assert line.written.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert line.ended


@both
def test_an_idle_connection_is_closed_without_a_word(make: Make) -> None:
    assert waited(make, seconds=LATE).closed
    line = waited(make, GET, seconds=6)
    assert line.closed
    assert line.written.count(b"HTTP/1.1") == 1
    assert not waited(make, GET, seconds=4).closed


@both
def test_a_connection_on_which_bytes_have_arrived_is_not_closed(make: Make) -> None:
    assert not waited(make, GET, seconds=6, arrives=GET).closed
    assert not waited(make, seconds=LATE, arrives=GET).closed


# Keep-alive


@pytest.mark.parametrize("make", [lambda **k: PLAIN(max_calls=3, **k), fast(max_calls=3)], ids=OURS)
def test_a_connection_ends_after_so_many_calls(make: Make) -> None:
    (line,) = answers(make, *((0, GET) for _ in range(5)))
    heads = [head.split(b"\r\n") for head in re.findall(rb"HTTP/1.1 .*?\r\n\r\n", bytes(line.written), re.DOTALL)]
    told = [[field for field in head if re.match(rb"Keep-Alive|Connection", field)] for head in heads]
    assert told == [
        [b"Keep-Alive: timeout=5, max=3", b"Connection: Keep-Alive"],
        [b"Keep-Alive: timeout=5, max=2", b"Connection: Keep-Alive"],
        [b"Connection: close"],
    ]
    assert line.ended


@both
def test_names_of_header_fields_have_capitals(make: Make) -> None:
    async def small(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": [(b"www-authenticate", b"a: b")]})
        await send({"type": "http.response.body", "body": b"HTTP/1.1 x\r\ncontent-type: y"})

    async def talk() -> bytes:
        protocol, line = Clients(small, make).connect()
        protocol.data_received(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        await quiet()
        return bytes(line.written)

    assert asyncio.run(talk()) == (
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: a: b\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
        b"1b\r\nHTTP/1.1 x\r\ncontent-type: y\r\n0\r\n\r\n"
    )


@both
@pytest.mark.parametrize("then", ["reset", "close"])
def test_a_fault_may_end_a_connection_that_has_gone(make: Make, then: str) -> None:
    async def talk() -> bytes:
        protocol, line = Clients(echo, make).connect()
        protocol.data_received(b"POST /api/a HTTP/1.1\r\nContent-Length: 5\r\n\r\n")
        protocol.connection_lost(None)
        getattr(protocol, then)()
        await quiet()
        return bytes(line.written)

    assert asyncio.run(talk()) == b""


# What belongs to uvicorn


def test_what_is_used_of_uvicorn_stands_in_a_list_and_is_there() -> None:
    async def made() -> list[set[str]]:
        protocol, _ = Clients(echo, HttpToolsProtocol).connect()
        protocol.data_received(b"GET / HTTP/1.1\r\n\r\n")
        await quiet()
        return [{*vars(one), *dir(one)} - set(dir(asyncio.Protocol)) for one in (protocol, protocol.cycle)]

    of_protocol, of_cycle = asyncio.run(made())
    nodes = [node for module in (transport, cycle, fast_transport) for node in ast.walk(ast.parse(getsource(module)))]
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    used |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    used |= {node.id for node in nodes if isinstance(node, ast.Name)}
    used -= {name for name in used if name.startswith("__")}
    assert used & (of_protocol | of_cycle) == PROTOCOL_NAMES | CYCLE_NAMES
    assert of_protocol >= PROTOCOL_NAMES
    assert of_cycle >= CYCLE_NAMES
