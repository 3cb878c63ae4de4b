"""Peers that answer examples: they serve the same 100 products, without token, limits or validation.

json-server keeps what is written, in a file; Prism, Mockoon and WireMock answer the same whatever is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import orjson

from scripts.benchmarks import akeneo
from scripts.benchmarks.load import NUMBER, Call, Lane, request
from scripts.benchmarks.processes import Server

_JSON: Final = {"Content-Type": "application/json"}
_ID: Final = akeneo.identifier(0)


def _products() -> list[dict[str, Any]]:
    return [{"id": akeneo.identifier(number), **akeneo.product(number)} for number in range(100)]


def _page() -> dict[str, Any]:
    return {"_embedded": {"items": _products()}}


def _written(folder: Path, name: str, value: object) -> str:
    """The path of a file in `folder` that holds `value` as JSON."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps(value))
    return str(file)


def json_server(folder: Path, port: int) -> list[str]:
    database = _written(folder, "database.json", {"products": _products()})
    return ["node", f"{folder}/node_modules/.bin/json-server", "--quiet", "--port", str(port), database]


def prism(folder: Path, port: int) -> list[str]:
    described = _written(folder, "openapi.json", _openapi())
    program = f"{folder}/node_modules/.bin/prism"
    return ["node", program, "mock", "--port", str(port), "--verboseLevel", "silent", described]


def _openapi() -> dict[str, Any]:
    def answers(example: object) -> dict[str, Any]:
        content = {"application/json": {"schema": {"type": "object"}, "example": example}}
        return {"responses": {"200": {"description": "OK", "content": content}}}

    body = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    one = answers(_products()[0])
    return {
        "openapi": "3.0.3",
        "info": {"title": "products", "version": "1"},
        "paths": {
            "/products": {"get": answers(_page())},
            "/products/{id}": {"parameters": [parameter], "get": one, "patch": {**body, **one}},
        },
    }


def mockoon(folder: Path, port: int) -> list[str]:
    def route(number: int, method: str, endpoint: str, body: object) -> dict[str, Any]:
        answer = {
            "uuid": f"00000000-0000-4000-8000-00000000010{number}",
            "body": orjson.dumps(body).decode(),
            "statusCode": 200,
            "headers": [{"key": "Content-Type", "value": "application/json"}],
            "bodyType": "INLINE",
            "disableTemplating": True,
            "default": True,
        }
        uuid = f"00000000-0000-4000-8000-00000000000{number}"
        return {"uuid": uuid, "type": "http", "method": method, "endpoint": endpoint, "responses": [answer]}

    one = _products()[0]
    routes = [route(1, "get", "products", _page()), route(2, "get", "products/:id", one)]
    routes.append(route(3, "patch", "products/:id", one))
    children = [{"type": "route", "uuid": each["uuid"]} for each in routes]
    environment = {"name": "products", "hostname": "127.0.0.1", "routes": routes, "rootChildren": children}
    data = _written(folder, "products.json", environment)
    program = f"{folder}/node_modules/.bin/mockoon-cli"
    quiet = ("--disable-log-to-file", "--disable-admin-api", "--repair")
    return ["node", program, "start", *quiet, "--port", str(port), "--data", data]


def wiremock(folder: Path, port: int) -> list[str]:
    page = _written(folder, "root/__files/page.json", _page())
    one = _written(folder, "root/__files/one.json", _products()[0])

    def mapping(method: str, path: str, file: str) -> dict[str, Any]:
        answer = {"status": 200, "bodyFileName": Path(file).name, "headers": _JSON}
        return {"request": {"method": method, "urlPathPattern": path}, "response": answer}

    mappings = [mapping("GET", "/products", page)]
    mappings += [mapping(method, "/products/[^/]+", one) for method in ("GET", "PATCH")]
    _written(folder, "root/mappings/products.json", {"mappings": mappings})
    (jar,) = (folder / "node_modules/wiremock/build").glob("wiremock-standalone-*.jar")
    quiet = ("--disable-banner", "--no-request-journal")
    return ["java", "-jar", str(jar), "--port", str(port), "--root-dir", str(folder / "root"), *quiet]


def nothing(server: Server) -> None:
    """What is put in through the API: all is there from the start."""


def _headers(server: Server) -> dict[str, str]:
    host, port = server.address
    return {"Host": f"{host}:{port}", "Accept": "application/json"}


def get_one(server: Server, _: None, connections: int) -> Call:
    asked = request("GET", f"/products/{_ID}", _headers(server))
    return Call([Lane(asked) for _ in range(connections)], 200)


def list_of_products(server: Server, _: None, connections: int) -> Call:
    asked = request("GET", "/products", _headers(server))
    return Call([Lane(asked) for _ in range(connections)], 200)


def list_of_products_by_limit(server: Server, _: None, connections: int) -> Call:
    asked = request("GET", "/products?_limit=100", _headers(server))
    return Call([Lane(asked) for _ in range(connections)], 200)


def patch_one(server: Server, _: None, connections: int) -> Call:
    body = b'{"name":"lamp ' + NUMBER + b'"}'
    lanes = [
        Lane(request("PATCH", f"/products/{akeneo.identifier(lane)}", {**_headers(server), **_JSON}, body))
        for lane in range(connections)
    ]
    return Call(lanes, 200)


CALLS: Final = {"GET one": get_one, "list of 100": list_of_products, "PATCH one": patch_one}
JSON_SERVER_CALLS: Final = {**CALLS, "list of 100": list_of_products_by_limit}
