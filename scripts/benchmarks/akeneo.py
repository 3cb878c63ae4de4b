"""Our server at work: how it is started and filled, and the calls that are measured."""

from __future__ import annotations

import random
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final

import httpx
import orjson

from scripts.benchmarks import processes
from scripts.benchmarks.load import NUMBER, NUMBER_DIGITS, Call, Lane, request

API: Final = "/api/rest/v1"
TOKEN: Final = "/api/oauth/v1/token"
LINES: Final = 100  # of one collection PATCH
LINES_TYPE: Final = "application/vnd.akeneo.collection+json"

# Limits that count every call and refuse none.
LIMITS: Final = (
    *("--limits", "integration-high-volume"),
    *("--throttle-limit", "1000000000", "--concurrent-connections", "1000", "--when-busy", "reject"),
    *("--service-time", "none"),
    *("--keep-alive-max", "0"),
)

_WORDS: Final = "amber brass bright copper cream dark desk fabric floor frosted glass globe gold lamp".split()  # noqa: SIM905


class RefusedError(Exception):
    """Our server did not take what a measurement needs."""


def serve(*flags: str, name: str = "mock-akeneo", core: int | None = processes.SERVER_CORE) -> processes.Server:
    """`mock-akeneo serve` with the minimal catalog on a free port."""
    command = [sys.executable, "-m", "mock_akeneo", "serve", "--port", "0", "--format", "json"]
    return processes.start(name, [*command, "--catalog", "minimal", *flags], first=API, core=core)


def token(server: processes.Server) -> str:
    """A fresh access token."""
    headers = {"Authorization": _basic(server)}
    answer = httpx.post(f"{server.base_url}{TOKEN}", json=_grant(server), headers=headers)
    if answer.status_code != 200:
        raise RefusedError(f"the token call was answered {answer.status_code}: {answer.text[:300]}")
    return str(answer.json()["access_token"])


def _grant(server: processes.Server) -> dict[str, str]:
    return {
        "grant_type": "password",
        "username": server.ready["username"],
        "password": server.ready["password"],
    }


def _basic(server: processes.Server) -> str:
    return "Basic " + b64encode(f"{server.ready['client_id']}:{server.ready['secret']}".encode()).decode()


def client(server: processes.Server) -> httpx.Client:
    """A client that is logged in."""
    return httpx.Client(
        base_url=server.base_url + API, headers={"Authorization": f"Bearer {token(server)}"}, timeout=60
    )


# What is in the catalog: 40 attributes of six types, a family of them all, products with a value for each.
_TYPES: Final = (
    *(["pim_catalog_text"] * 20),
    *(["pim_catalog_textarea"] * 4),
    *(["pim_catalog_number"] * 6),
    *(["pim_catalog_boolean"] * 4),
    *(["pim_catalog_simpleselect"] * 4),
    *(["pim_catalog_multiselect"] * 2),
)
_OPTIONS: Final = tuple(f"option_{number}" for number in range(10))
ATTRIBUTES: Final = {f"{kind.removeprefix('pim_catalog_')}_{n:02}": kind for n, kind in enumerate(_TYPES)}


def identifier(number: int) -> str:
    return f"product-{number:0{NUMBER_DIGITS}}"


def product(number: int) -> dict[str, Any]:
    """A product of 40 values; the same number gives the same product."""
    chance = random.Random(number)

    def words(several: int) -> str:
        return " ".join(chance.choices(_WORDS, k=several))

    data: dict[str, Callable[[], Any]] = {
        "pim_catalog_text": lambda: words(2),
        "pim_catalog_textarea": lambda: words(10),
        "pim_catalog_number": lambda: chance.randrange(10_000),
        "pim_catalog_boolean": lambda: chance.random() < 0.5,
        "pim_catalog_simpleselect": lambda: chance.choice(_OPTIONS),
        "pim_catalog_multiselect": lambda: sorted(chance.sample(_OPTIONS, 3)),
    }
    return {
        "identifier": identifier(number),
        "family": "lamps",
        "categories": ["master"],
        "values": {code: [{"locale": None, "scope": None, "data": data[kind]()}] for code, kind in ATTRIBUTES.items()},
    }


def structure() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What products stand on, as collection PATCH takes it: path and lines."""
    yield "/attributes", [_attribute(code, kind) for code, kind in ATTRIBUTES.items()]
    for code, kind in ATTRIBUTES.items():
        if kind.endswith("select"):
            options = [{"code": option, "labels": {"en_US": option}} for option in _OPTIONS]
            yield f"/attributes/{code}/options", options
    yield "/families", [{"code": "lamps", "attributes": ["sku", *ATTRIBUTES]}]


def _attribute(code: str, kind: str) -> dict[str, Any]:
    own = {"decimals_allowed": False, "negative_allowed": False} if kind == "pim_catalog_number" else {}
    return {"code": code, "type": kind, "group": "other", "labels": {"en_US": code}, **own}


def fill(server: processes.Server, products: range) -> None:
    """Pushes products through the API, the structure before the first one. Raises `RefusedError`."""
    with client(server) as api:
        if products.start == 0:
            for path, items in structure():
                push(api, path, items)
        for first in range(products.start, products.stop, LINES):
            push(api, "/products", [product(n) for n in range(first, min(first + LINES, products.stop))])


def push(api: httpx.Client, path: str, items: list[dict[str, Any]]) -> None:
    """Collection PATCH, in batches. Raises `RefusedError` with the first line that was not taken."""
    for start in range(0, len(items), LINES):
        lines = b"\n".join(map(orjson.dumps, items[start : start + LINES]))
        answer = api.patch(path, content=lines, headers={"Content-Type": LINES_TYPE})
        if answer.status_code != 200:
            raise RefusedError(f"PATCH {path} was answered {answer.status_code}: {answer.text[:300]}")
        for line in answer.text.splitlines():
            if orjson.loads(line)["status_code"] not in (201, 204):
                raise RefusedError(f"PATCH {path} refused a line: {line[:500]}")


# The calls. Each takes the server, an access token and the connections; each writer has products of its own.
MakeCall = Callable[[processes.Server, str, int], Call]

_fresh_numbers = count(200_000, 200_000)  # values that were never written before


def _headers(server: processes.Server, token: str, content_type: str = "") -> dict[str, str]:
    host, port = server.address
    headers = {"Host": f"{host}:{port}", "Authorization": f"Bearer {token}", "Accept": "application/json"}
    return {**headers, "Content-Type": content_type} if content_type else headers


def _same(asked: bytes, connections: int, status: int) -> Call:
    return Call([Lane(asked) for _ in range(connections)], status)


def get_one(server: processes.Server, token: str, connections: int) -> Call:
    target = f"{API}/products/product-{NUMBER.decode()}"
    asked = request("GET", target, _headers(server, token))
    return Call([Lane(asked, first=lane * 97, wrap=1000) for lane in range(connections)], 200)


def list_of_products(server: processes.Server, token: str, connections: int) -> Call:
    target = f"{API}/products?pagination_type=search_after&limit=100"
    return _same(request("GET", target, _headers(server, token)), connections, 200)


def list_made(server: processes.Server, token: str, connections: int) -> Call:
    """A parameter that nobody knows keeps the page from being one that was made before."""
    target = f"{API}/products?pagination_type=search_after&limit=100&made={NUMBER.decode()}"
    asked = request("GET", target, _headers(server, token))
    return Call([Lane(asked, first=next(_fresh_numbers)) for _ in range(connections)], 200)


def list_of_attributes(server: processes.Server, token: str, connections: int) -> Call:
    return _same(request("GET", f"{API}/attributes?limit=100", _headers(server, token)), connections, 200)


def _change(number: int) -> dict[str, Any]:
    value = {"locale": None, "scope": None, "data": f"lamp {NUMBER.decode()}"}
    return {"identifier": identifier(number), "values": {"text_00": [value]}}


def patch_one(server: processes.Server, token: str, connections: int) -> Call:
    headers = _headers(server, token, "application/json")
    asked = (
        request("PATCH", f"{API}/products/{identifier(lane)}", headers, orjson.dumps(_change(lane)))
        for lane in range(connections)
    )
    return Call([Lane(each, first=next(_fresh_numbers)) for each in asked], 204)


def patch_lines(server: processes.Server, token: str, connections: int) -> Call:
    headers = _headers(server, token, LINES_TYPE)
    bodies = (
        b"\n".join(orjson.dumps(_change(number)) for number in range(lane * LINES, (lane + 1) * LINES))
        for lane in range(connections)
    )
    asked = (request("PATCH", f"{API}/products", headers, body) for body in bodies)
    return Call([Lane(each, first=next(_fresh_numbers)) for each in asked], 200)


def patch_options(server: processes.Server, token: str, connections: int) -> Call:
    options = [{"code": f"lamp_{n}", "labels": {"en_US": f"lamp {NUMBER.decode()}"}} for n in range(LINES)]
    body = b"\n".join(map(orjson.dumps, options))
    target = f"{API}/attributes/{next(a for a in ATTRIBUTES if a.startswith('simpleselect'))}/options"
    asked = request("PATCH", target, _headers(server, token, LINES_TYPE), body)
    return Call([Lane(asked, first=next(_fresh_numbers)) for _ in range(connections)], 200)


def post_token(server: processes.Server, token: str, connections: int) -> Call:
    del token
    host, port = server.address
    headers = {"Host": f"{host}:{port}", "Authorization": _basic(server), "Content-Type": "application/json"}
    return _same(request("POST", TOKEN, headers, orjson.dumps(_grant(server))), connections, 200)


CALLS: Final[dict[str, MakeCall]] = {
    "GET one": get_one,
    "list of 100": list_of_products,
    "list of 100, made anew": list_made,
    "PATCH one": patch_one,
    "PATCH of 100 lines": patch_lines,
    "token POST": post_token,
    "list of 100 attributes": list_of_attributes,
    "PATCH of 100 options": patch_options,
}
