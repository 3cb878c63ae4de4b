"""A peer: commercetools-mock, the mock of another shop system's API, which keeps what is written.

It is measured at its best: without authentication, with only 100 products, read by id (by key it searches).
Source: README.md and src/services/abstract.ts of the npm package `@labdigital/commercetools-mock`
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

from scripts.benchmarks.load import NUMBER, Call, Lane, request
from scripts.benchmarks.processes import Server

PACKAGE: Final = "@labdigital/commercetools-mock"
SCRIPT: Final = Path(__file__).parent / "peers" / "commercetools_mock.mjs"

_PRODUCTS: Final = "/bench/products"
_ATTRIBUTES: Final = 14  # a product of about 3 KB: its data is answered twice, as current and staged


def command(folder: Path, port: int) -> list[str]:
    return ["node", str(SCRIPT), str(folder), str(port)]


def fill(server: Server) -> list[str]:
    """Creates 100 products; gives their ids."""
    chance = random.Random(1)
    names = [f"attribute-{number:02}" for number in range(_ATTRIBUTES)]
    with httpx.Client(base_url=server.base_url, timeout=60) as api:
        definitions = [
            {"name": name, "label": {"en": name}, "isRequired": False, "type": {"name": "text"}} for name in names
        ]
        kind = {"key": "lamp", "name": "lamp", "description": "lamp", "attributes": definitions}
        api.post("/bench/product-types", json=kind).raise_for_status()
        ids = []
        for number in range(100):
            values = [{"name": name, "value": f"{chance.getrandbits(160):040x}"} for name in names]
            draft = {
                "key": f"product-{number}",
                "productType": {"typeId": "product-type", "key": "lamp"},
                "name": {"en": f"lamp {number}"},
                "slug": {"en": f"lamp-{number}"},
                "masterVariant": {"sku": f"sku-{number}", "attributes": values},
                "publish": True,
            }
            answer = api.post(_PRODUCTS, json=draft)
            answer.raise_for_status()
            ids.append(str(answer.json()["id"]))
    return ids


def _headers(server: Server, **more: str) -> dict[str, str]:
    host, port = server.address
    return {"Host": f"{host}:{port}", "Accept": "application/json", **more}


def get_one(server: Server, ids: list[str], connections: int) -> Call:
    headers = _headers(server)
    return Call([Lane(request("GET", f"{_PRODUCTS}/{key}", headers)) for key in ids[:connections]], 200)


def list_of_products(server: Server, ids: list[str], connections: int) -> Call:
    del ids
    asked = request("GET", f"{_PRODUCTS}?limit=100", _headers(server))
    return Call([Lane(asked) for _ in range(connections)], 200)


def update(server: Server, ids: list[str], connections: int) -> Call:
    """Changes the name. An update names the version that it changes, which grows by one with each change."""
    headers = _headers(server, **{"Content-Type": "application/json"})
    number = NUMBER.decode()
    action: dict[str, Any] = {"action": "changeName", "name": {"en": f"lamp {number}"}, "staged": False}
    body = b'{"version":' + NUMBER + b',"actions":' + orjson.dumps([action]) + b"}"
    lanes = []
    with httpx.Client(base_url=server.base_url, timeout=60) as api:
        for key in ids[:connections]:
            version = api.get(f"{_PRODUCTS}/{key}").raise_for_status().json()["version"]
            lanes.append(Lane(request("POST", f"{_PRODUCTS}/{key}", headers, body), first=version, pad=" "))
    return Call(lanes, 200)


def post_token(server: Server, ids: list[str], connections: int) -> Call:
    del ids
    headers = _headers(server, Authorization="Basic YmVuY2g6YmVuY2g=")
    asked = request("POST", "/oauth/token?grant_type=client_credentials", headers)
    return Call([Lane(asked) for _ in range(connections)], 200)


CALLS: Final = {
    "GET one": get_one,
    "list of 100": list_of_products,
    "PATCH one": update,
    "token POST": post_token,
}
