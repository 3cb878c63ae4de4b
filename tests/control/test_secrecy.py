"""No secret in any output: each is planted in each place of a call, in each spelling, and looked for everywhere."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_akeneo.app import App, create_app
from mock_akeneo.cli.journal import told as told_on_a_line
from mock_akeneo.control.requests import Stream
from mock_akeneo.core.settings import Settings
from mock_akeneo.journal.journal import EXCERPT_BYTES, Filter
from tests.asgi import AsgiTransport
from tests.conftest import client

ADMIN: Final = "an operator's own admin token: 1/2?"
GRANTED: Final = {
    "grant_type": "password", "username": "mock_user", "password": "mock_password",
    "client_id": "1_mock_client", "client_secret": "mock_secret",
}  # fmt: skip


class House:
    """A server with all kinds of secrets, of two sandboxes."""

    def __init__(self) -> None:
        self.app: App = create_app(Settings(catalog="minimal", clock="frozen", host="0.0.0.0", admin_token=ADMIN))
        default = self.app.sandboxes.default
        self.api = client(self.app)
        self.control = httpx.Client(
            transport=AsgiTransport(self.app), base_url="http://localhost", headers={"Authorization": f"Bearer {ADMIN}"}
        )
        other = self.control.post("/_mock/v1/sandboxes", json={"name": "other"}).json()
        subscribed = self.control.post("/_mock/v1/webhooks/subscriptions", json={"url": "http://127.0.0.1:9/"}).json()
        odd = default.connections.create("odd", secret='pa"ss\\wörd/+& =?', password="überall'geheim%41")
        default.add_connection(odd)
        pair = self.api.post("/api/oauth/v1/token", json=GRANTED).json()
        self.secrets: dict[str, str] = {
            "secret": "mock_secret",
            "password": "mock_password",
            "admin token": ADMIN,
            "secret of another sandbox": other["secret"],
            "password of another sandbox": other["password"],
            "webhook secret": subscribed["secret"],
            "odd secret": odd.secret,
            "odd password": odd.password,
            "access token": pair["access_token"],
            "refresh token": pair["refresh_token"],
        }

    def forget(self) -> None:
        self.app.sandboxes.default.journal.clear()

    def outputs(self) -> Iterator[tuple[str, str]]:
        """All that tells of the calls so far."""
        get = self.control.get
        listed = get("/_mock/v1/requests", params={"limit": 10_000})
        assert listed.status_code == 200
        yield "list", listed.text
        yield "lines", get("/_mock/v1/requests", params={"format": "ndjson"}).text
        yield "archive", get("/_mock/v1/requests.har").text
        yield "stream", asyncio.run(self._stream())
        yield "metrics", get("/_mock/v1/metrics").text
        yield "dashboard", get("/_mock/").text
        for entry in listed.json()["items"]:
            yield "detail", get(f"/_mock/v1/requests/{entry['id']}").text
            yield "terminal", told_on_a_line(entry)

    async def _stream(self) -> str:
        sent: list[bytes] = []

        async def send(message: Any) -> None:
            sent.append(message.get("body", b""))

        async def receive() -> Any:
            await asyncio.sleep(0)
            return {"type": "http.disconnect"}

        await Stream(self.app.sandboxes.default.journal, Filter(), 0)({}, receive, send)
        return b"".join(sent).decode()


def readings(text: str) -> Iterator[str]:
    """What anybody may read there who decodes it."""
    plain = text
    for _ in range(3):
        plain = unquote(re.sub(r"\\+u([0-9a-f]{4})", lambda f: chr(int(f[1], 16)), plain))
        bare = re.sub(r'\\+(["/\\])', r"\1", plain)
        yield from (plain, bare, bare.replace("+", " "), _latin(bare))
    whole = re.sub(r"(?<=[A-Za-z0-9+/]{60})(\\n|\n)", "", bare)
    for run in set(re.findall(r"[A-Za-z0-9+/_-]{10,}", whole)):
        for start in range(4):
            signs = run[start:].replace("-", "+").replace("_", "/")
            inside = b64decode(signs[: len(signs) // 4 * 4])
            yield inside.decode("utf-8", "replace")
            yield inside.decode("latin-1")
            yield unquote(inside.decode("utf-8", "replace"))


def _latin(text: str) -> str:
    """Where UTF-8 was taken for Latin-1."""
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def legible(secrets: Mapping[str, str], outputs: Sequence[tuple[str, str]]) -> list[str]:
    """Which secret is read in which output."""
    whole = "\n".join({text for _, text in outputs})
    if not any(secret in reading for reading in readings(whole) for secret in secrets.values()):
        return []
    return [
        f"{which} in {name}: {text[:1000]}"
        for name, text in outputs
        for which, secret in secrets.items()
        if any(secret in reading for reading in readings(text))
    ]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    made = House()
    yield made
    made.api.close()
    made.control.close()


Spelled = Callable[[str], str]


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


SPELLINGS: Final[dict[str, Spelled]] = {
    "plain": str,
    "url": lambda s: quote(s, safe=""),
    "form": quote_plus,
    "all of it encoded": lambda s: "".join(f"%{byte:02x}" for byte in s.encode()),
    "every second sign": lambda s: "".join(
        c if n % 2 else f"%{ord(c):02X}" if c.isascii() else quote(c) for n, c in enumerate(s)
    ),
    "encoded twice": lambda s: quote("".join(f"%{byte:02X}" for byte in s.encode()), safe=""),
    "json": lambda s: json.dumps(s)[1:-1],
    "json in json": lambda s: json.dumps(json.dumps(s))[1:-1],
    "code points": lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    "base64": _base64,
    "base64 for URLs": lambda s: urlsafe_b64encode(s.encode()).decode(),
    "base64 of Latin-1": lambda s: b64encode(s.encode("latin-1")).decode(),
    "base64 of id:secret": lambda s: _base64(f"1_mock_client:{s}"),
    "base64 at 1": lambda s: _base64(f"x{s} and more"),
    "base64 at 2": lambda s: _base64(f"xy{s} and more"),
    "base64 of the URL's": lambda s: _base64(f"id:{quote(s, safe='')}"),
    "base64 in JSON of PHP": lambda s: _base64(f"??{s}").replace("/", "\\/"),
    "base64 in a URL": lambda s: quote(_base64(f"id:{s}"), safe=""),
    "base64 in lines": lambda s: "\\n".join(wrap(_base64("x" * 70 + s + "y" * 60), 76)),
}

Plant = Callable[[httpx.Client, str], object]
PRODUCTS: Final = "/api/rest/v1/products"
LINES: Final = {"Content-Type": "application/vnd.akeneo.collection+json"}


def _raw(text: str) -> str:
    """As a query string that encodes nothing, but what a request line cannot hold."""
    return quote(text, safe="%/:=&?+\"'\\!~()*,;@$[]{}|^`<>#")


def _header(text: str) -> bytes:
    return text.encode("utf-8").replace(b"\n", b" ")


PLACES: Final[dict[str, Plant]] = {
    "path": lambda api, s: api.get(f"{PRODUCTS}/{quote(s, safe='')}"),
    "unknown path": lambda api, s: api.get(f"/api/rest/v1/prodcts/{quote(s, safe='')}"),
    "query": lambda api, s: api.get(f"{PRODUCTS}?limit={quote(s, safe='')}"),
    "raw query": lambda api, s: api.get(PRODUCTS, extensions={"target": f"{PRODUCTS}?x={_raw(s)}".encode()}),
    "name in query": lambda api, s: api.get(f"{PRODUCTS}?{quote(s, safe='')}=1"),
    "search": lambda api, s: api.get(PRODUCTS, params={"search": json.dumps({s: [{"operator": "=", "value": s}]})}),
    "locale": lambda api, s: api.get(PRODUCTS, params={"locales": s, "scope": s, "attributes": s}),
    "header": lambda api, s: api.get(PRODUCTS, headers=[(b"X-Debug", _header(s))]),
    "scheme": lambda api, s: api.get(PRODUCTS, headers=[(b"Authorization", _header(s))]),
    "scheme of two words": lambda api, s: api.get(PRODUCTS, headers=[(b"Authorization", _header(f"{s} x"))]),
    "cookie": lambda api, s: api.get(PRODUCTS, headers=[(b"Cookie", _header(f"a={s}"))]),
    "content type": lambda api, s: api.post(PRODUCTS, headers=[(b"Content-Type", _header(s))], content=b"{}"),
    "body": lambda api, s: api.post(PRODUCTS, json={"identifier": s, "values": {s: [{"data": s}]}}),
    "raw body": lambda api, s: api.post(PRODUCTS, content=s.encode()),
    "body of no JSON": lambda api, s: api.post(PRODUCTS, content=f'{{"identifier":"{s}"'.encode()),
    "line": lambda api, s: api.patch(PRODUCTS, content=json.dumps({"identifier": s, "family": s}), headers=LINES),
    "family": lambda api, s: api.get(f"/api/rest/v1/families/{quote(s, safe='')}"),
    "token body": lambda api, s: api.post("/api/oauth/v1/token", json={**GRANTED, "client_id": s, "scope": s}),
    "form": lambda api, s: api.post("/api/oauth/v1/token", data={**GRANTED, "username": s}),
}


class Logs(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"


@pytest.fixture
def logs() -> Iterator[Logs]:
    handler, logger = Logs(), logging.getLogger("mock_akeneo")
    logger.addHandler(handler)
    logger.propagate = False
    yield handler
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_of_this_server_is_read_nowhere(house: House, spelling: str, logs: Logs) -> None:
    house.forget()
    planted = [SPELLINGS[spelling](secret) for secret in house.secrets.values()]
    turn = list(SPELLINGS).index(spelling)
    for number, plant in enumerate(PLACES.values()):
        # Some of them, others with each spelling: every secret comes to every place.
        for text in (planted[(number + turn + step) % len(planted)] for step in (0, 3, 7)):
            plant(house.api, text)
    for text in planted:
        logging.getLogger("mock_akeneo").error("%s could not be answered", text)
    assert legible(house.secrets, [*house.outputs(), ("log", logs.text)]) == []


@settings(max_examples=40)
@given(
    secret=st.sampled_from(["mock_password", 'pa"ss\\wörd/+& =?', ADMIN]),
    ways=st.lists(st.integers(0, 3), min_size=8, max_size=8),
    around=st.tuples(st.text(max_size=5), st.text(max_size=5)),
    whole=st.sampled_from(["plain", "base64", "base64 in a URL", "json"]),
)
def test_nor_however_its_signs_are_spelled(
    house: House, secret: str, ways: list[int], around: tuple[str, str], whole: str
) -> None:
    def spelled(sign: str, way: int) -> str:
        code = "".join(f"%{byte:02X}" for byte in sign.encode())
        return (sign, code, code.replace("%", "%25"), f"\\u{ord(sign):04x}")[way]

    house.forget()
    mixed = "".join(spelled(sign, ways[number % len(ways)]) for number, sign in enumerate(secret))
    text = SPELLINGS[whole](around[0] + (secret if whole.startswith("base64") else mixed) + around[1])
    house.api.post(PRODUCTS, content=json.dumps({"identifier": text}, ensure_ascii=False).encode("utf-8", "replace"))
    assert legible({"it": secret}, [("list", house.control.get("/_mock/v1/requests").text)]) == []


def body_of(house: House, body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """What the journal shows of a body."""
    house.forget()
    house.api.post(PRODUCTS, content=body, headers=headers)
    shown: str = house.control.get("/_mock/v1/requests").json()["items"][0]["body"]
    return shown


UNKNOWN: Final = "hunter2"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ('{"password":"hunter2"}', '{"password":"***"}'),
        ('{"Password" : "hunter2", "a": 1}', '{"Password" : "***", "a": 1}'),
        ('{"clientSecret":"hun\\"ter2"}', '{"clientSecret":"***"}'),
        ('{"client-secret":["hunter2"]}', '{"client-secret":["***"]}'),
        ('{"pass\\u0077ord":"hun\\"ter2"}', '{"pass\\u0077ord":"***"}'),
        ("{'access_token': u'hunter2'}", "{'access_token': u'***'}"),
        ('{"secret":42,"enabled":true}', '{"secret":***,"enabled":true}'),
        ('{"token":null,"secret":""}', '{"token":null,"secret":"***"}'),
        ('{"password":"hunter2', '{"password":"***'),
        ('{"log":"{\\"password\\":\\"hun\\\\\\"ter2\\",\\"a\\":1}"}', '{"log":"{\\"password\\":\\"***\\",\\"a\\":1}"}'),
        ("grant_type=password&password=hunter2&a=1", "grant_type=password&password=***&a=1"),
        ("PASSWORD=hunter2", "PASSWORD=***"),
        ("%70assword=hunter2%26x&a=1", "%70assword=***&a=1"),
        ("user%5Bpassword%5D=hunter2&a=1", "user%5Bpassword%5D=***&a=1"),
        ("next=%2Fa%3Faccess_token%3Dhunter2&a=1", "next=%2Fa%3Faccess_token%3D***&a=1"),
        ("search=%7B%22password%22%3A%22hunter2%22%7D", "search=%7B%22password%22%3A%22***%22%7D"),
        ('password="hunter2 hunter2" a', "password=*** a"),
        ("http://me:hunter2@pim.example/x", "http://me:***@pim.example/x"),
        (
            'Content-Disposition: form-data; name="password"\r\nContent-Type: text/plain\r\n\r\nhunter2\r\n--x',
            'Content-Disposition: form-data; name="password"\r\nContent-Type: text/plain\r\n\r\n***\r\n--x',
        ),
    ],
)
def test_what_is_called_a_secret_is_hidden_whatever_it_is(house: House, sent: str, shown: str) -> None:
    assert body_of(house, sent.encode()) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer hunter2", "Bearer ***"),
        ("Authorization", "hunter2", "***"),
        ("Authorization", "hunter2 Bearer", "***"),
        ("Proxy-Authorization", "Basic hunter2", "Basic ***"),
        ("Cookie", "BAPID=hunter2", "***"),
        ("X-PIM-TOKEN", "hunter2", "***"),
        ("X-Api-Key", "hunter2", "***"),
        ("X-Auth", "hunter2", "***"),
        ("My-Secret", "hunter2", "***"),
        ("Referer", "http://x/?access_token=hunter2", "http://x/?access_token=***"),
        ("X-Request-Id", "5f0c54a8-3d1e-4b0a-9a35-0c8d1a2b3c4d", "5f0c54a8-3d1e-4b0a-9a35-0c8d1a2b3c4d"),
    ],
)
def test_a_header_that_carries_a_secret_is_hidden_whatever_it_is(
    house: House, name: str, value: str, shown: str
) -> None:
    house.forget()
    house.api.get("/api/rest/v1/families/none", headers={name: value})
    [(_, listed), *_] = outputs = list(house.outputs())
    assert json.loads(listed)["items"][0]["request_headers"][name.lower()] == shown
    assert "hunter2" not in "".join(text for _, text in outputs)


@pytest.mark.parametrize("spelling", ["plain", "all of it encoded", "base64", "base64 at 1", "json"])
@pytest.mark.parametrize("which", ["secret", "access token", "odd password"])
def test_nothing_is_left_of_a_secret_that_the_end_of_an_excerpt_cuts(house: House, which: str, spelling: str) -> None:
    secret = house.secrets[which]
    text = SPELLINGS[spelling](secret)
    for kept in range(len(text) // 2, len(text), 7):
        body = "n=" + " " * (EXCERPT_BYTES - kept - 2) + text + " "
        shown = body_of(house, body.encode())
        assert legible({which: secret[: len(secret) // 3]}, [("body", shown)]) == [], kept


def test_what_is_no_secret_is_shown_as_it_was_sent(house: House) -> None:
    body = (
        b'{"identifier":"mock","values":{"url":[{"data":"https://x.example/a?b=%41&c=\\u00e9"}],"sha":[{"data":"'
        + b"0123456789abcdef" * 4
        + b'"}]},"groups":["secrets","bearer"],"user":"mock_user"}\n{"a":"C:\\\\temp\\"x\\""}'
    )
    assert body_of(house, body) == body.decode()


def test_a_short_secret_is_hidden_by_place_alone(house: House) -> None:
    default = house.app.sandboxes.default
    default.add_connection(default.connections.create("short", secret="abc", password="red"))
    assert body_of(house, b'{"color":"red","password":"red"}') == '{"color":"red","password":"***"}'
    default.remove_connection(default.connections.by_code["short"])


def test_the_secrets_of_a_sandbox_are_forgotten_with_it(house: House) -> None:
    made = house.control.post("/_mock/v1/sandboxes", json={"name": "brief"}).json()
    before = len(house.app.sandboxes.secrets.needles)
    assert body_of(house, f'{{"x":"{made["secret"]}"}}'.encode()) == '{"x":"***"}'
    house.control.delete("/_mock/v1/sandboxes/brief")
    assert len(house.app.sandboxes.secrets.needles) < before
