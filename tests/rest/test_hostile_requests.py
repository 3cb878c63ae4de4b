"""No request breaks the server: whatever its path, query, headers and body hold, it gets an answer of a PIM."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.resources.coverage import EMULATED
from mock_akeneo.rest.openapi import PARAMETERS
from mock_akeneo.server import Server
from tests.conftest import client

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STATUSES = {200, 201, 204, 301, 400, 401, 403, 404, 405, 406, 413, 415, 422, 501}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
# Names that mean something somewhere, so that a check behind the first is reached.
NAMES = st.sampled_from(
    ["code", "labels", "values", "attributes", "family", "parent", "categories", "identifier", "uuid", "type", "group",
     "associations", "quantified_associations", "units", "locales", "currencies", "category_tree", "conversion_units",
     "attribute_requirements", "variant_attribute_sets", "sort_order", "search", "limit", "page", "with_count",
     "pagination_type", "search_after", "scope", "table_configuration", "allowed_extensions", "number_min", "date_min"]
)  # fmt: skip
OBJECTS = st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=5)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


BODIES = st.one_of(
    st.binary(max_size=200),
    JSON.map(_json),
    OBJECTS.map(_json),
    st.lists(OBJECTS, max_size=3).map(lambda lines: b"\n".join(_json(line) for line in lines)),
    st.integers(0, 3000).map(lambda depth: b'{"values":' + b"[" * depth + b"]" * depth + b"}"),
    st.integers(0, 1200).map(lambda depth: b'{"a":' * depth + b"1" + b"}" * depth),
)
CODES = st.text(min_size=1, max_size=10) | st.sampled_from(["a", "sku", "en_US", "USD", "ecommerce", "master", "other"])
QUERIES = st.binary(max_size=60) | st.dictionaries(
    st.sampled_from(list(PARAMETERS)), st.just("true") | st.text(max_size=20) | JSON.map(json.dumps), max_size=3
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs.items()).encode("utf-8", "surrogatepass"))
TYPES = st.sampled_from(
    [
        b"application/json",
        b"application/vnd.akeneo.collection+json",
        b"multipart/form-data; boundary=x",
        b"application/x-www-form-urlencoded",
    ]
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"host", b"accept", b"content-type", b"x-forwarded-host", b"x-forwarded-proto", b"forwarded",
                         b"authorization", b"referer", b"x-mock-sandbox", b"traceparent", b"cookie"]),
        st.binary(max_size=30),
    ),
    max_size=3,
)  # fmt: skip
MORE = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def paths(draw: st.DrawFn) -> str:
    """Mostly paths of operations, with any text in the place of the codes."""
    template = draw(st.sampled_from([operation.template for operation in EMULATED]))
    while "{" in template:
        head, _, rest = template.partition("{")
        template = head + draw(CODES).replace("{", "") + rest.partition("}")[2]
    return template if draw(st.integers(0, 9)) else draw(st.text(max_size=30))


@pytest.fixture(scope="module")
def errors() -> Iterator[list[str]]:
    """What is logged as an error; a test clears it."""
    told: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: told.append(handler.format(record))  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    yield told
    logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def app() -> App:
    """With something of each kind under the code `a`, so that updates find it."""
    app = create_app(Settings(catalog="minimal", clock="frozen"))
    with client(app) as api:
        select = {"code": "a", "type": "pim_catalog_simpleselect", "group": "other"}
        axis = {"level": 1, "axes": ["a"], "attributes": ["sku"]}
        for path, body in (
            ("attributes", select),
            ("attributes/a/options", {"code": "a"}),
            ("families", {"code": "a", "attributes": ["sku", "a"]}),
            ("families/a/variants", {"code": "a", "variant_attribute_sets": [axis]}),
            ("association-types", {"code": "a"}),
            ("categories", {"code": "a"}),
            ("product-models", {"code": "a", "family_variant": "a"}),
            ("products", {"identifier": "a"}),
        ):
            assert api.post(f"/api/rest/v1/{path}", json=body).status_code == 201
    return app


@pytest.fixture(scope="module")
def token(app: App) -> bytes:
    sandbox = app.sandboxes.default
    connection = next(iter(sandbox.connections.by_code.values()))
    token: str = sandbox.issue(connection, connection)["access_token"]
    return b"Bearer " + token.encode()


def answer(app: App, scope: dict[str, Any], body: bytes) -> tuple[int, bytes]:
    sent: list[Any] = []
    waiting = [{"type": "http.request", "body": body}]

    async def receive() -> Any:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start = sent[0]
    assert all(b"\n" not in value and b"\r" not in value for name, value in start["headers"])
    return int(start["status"]), b"".join(message.get("body", b"") for message in sent[1:])


@MORE
@given(
    method=st.sampled_from(METHODS), path=paths(), query=QUERIES, headers=HEADERS, type_=TYPES, body=BODIES,
    known=st.integers(0, 9),
)  # fmt: skip
def test_any_request_gets_an_answer_of_a_pim(
    app: App, token: bytes, errors: list[str],
    method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], type_: bytes, body: bytes, known: int,
) -> None:  # fmt: skip
    if known:
        headers = [*headers, (b"authorization", token), (b"content-type", type_)]
    if path.startswith("/_mock"):
        return
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query, "scheme": "http",
        "headers": headers, "server": ("127.0.0.1", 8080), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    errors.clear()
    status, text = answer(app, scope, body)
    assert errors == []
    assert status in STATUSES
    if method == "HEAD" or status in (201, 204):
        assert text == b""
    elif status >= 400:
        told = json.loads(text)
        assert told["code"] == status
        assert isinstance(told["message"], str)


@pytest.mark.parametrize("member", ["values", "associations", "quantified_associations", "labels", "categories"])
@pytest.mark.parametrize("path", ["products/a", "product-models/a", "families/a", "categories/a"])
def test_a_list_of_nothings_in_the_place_of_an_object_is_no_server_error(app: App, path: str, member: str) -> None:
    with client(app) as api:
        assert api.patch(f"/api/rest/v1/{path}", json={member: [None]}).status_code < 500


@pytest.mark.parametrize("levels", [250, 300, 500, 600, 1100])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "measurement-families", '[{"code": @}]'),
        ("PATCH", "products/a", '{"values": @}'),
        ("PATCH", "families/a", '{"labels": {"en_US": @}}'),
        ("POST", "attributes", '{"code": @}'),
        ("POST", "products-uuid/search", '{"search": @}'),
    ],
)
def test_nesting_is_no_server_error(app: App, method: str, path: str, body: str, levels: int) -> None:
    with client(app) as api:
        sent = body.replace("@", "[" * levels + "]" * levels)
        told = api.request(method, f"/api/rest/v1/{path}", content=sent, headers={"Content-Type": "application/json"})
        assert told.status_code < 500
        if levels > 512:
            assert (told.status_code, told.json()["message"]) == (400, "Invalid json message received")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal")) as running:
        yield running


@st.composite
def request_lines(draw: st.DrawFn) -> bytes:
    method, version = draw(st.sampled_from([*METHODS, "FOO", "get"])), draw(st.sampled_from(["1.0", "1.1", "2", ""]))
    target = draw(paths()).encode("utf-8", "surrogatepass") + b"?" + draw(QUERIES)
    return b"%b %b HTTP/%b" % (method.encode(), target, version.encode())


@settings(max_examples=200, deadline=None)
@given(
    head=st.binary(max_size=80) | request_lines(),
    lines=st.lists(st.binary(max_size=40), max_size=2),
    headers=HEADERS,
    body=BODIES,
)
def test_any_bytes_on_a_socket_get_an_answer_or_are_hung_up_on(
    server: Server, errors: list[str], head: bytes, lines: list[bytes], headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    errors.clear()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        sock.sendall(
            b"\r\n".join([head, *lines, *map(b": ".join, headers), b"Content-Length: %d" % len(body), b"", body])
        )
        sock.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while chunk := sock.recv(65536):
                received += chunk
        except ConnectionResetError:
            pass
    assert errors == []
    if received:
        assert received.startswith(b"HTTP/1.1 ")
        assert not received.startswith(b"HTTP/1.1 500")


def test_the_server_still_answers_after_all_that(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        sock.sendall(b"GET /api/rest/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 OK")
