"""What the demo shop holds and what its server was asked: what a client says is compared with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import orjson

from mock_akeneo.core.json_types import Json
from mock_akeneo.server import Server

SHOP: Final = Path(__file__).parents[2] / "fixtures" / "demo"
# What every PIM knows: no file of the shop names it.
_KNOWN: Final = {"currencies": "currency", "locales": "locale", "measurement_families": "measurement_family"}
# Members that read otherwise than the shop's files write them, as products take much from the models above them, and
# family variants are listed under their family; values of categories are read by who asks for them.
_READS_OTHERWISE: Final = {
    "products": ("categories", "associations", "quantified_associations"),
    "product_models": ("categories", "associations", "quantified_associations"),
    "family_variants": ("family",),
    "categories": ("values",),
}
# Identifiers of the shop that lose their way when they are put into a path as they are.
UNFIT_FOR_PATHS: Final = ("%2Fpeg", "part#7", "what?now")
# The connection with which the tests themselves ask.
TESTS: Final = "the_tests"


def held(server: Server, resource: str) -> list[Json]:
    """What the shop's file says of each item, in order of codes; products without identifier left out."""
    if kind := _KNOWN.get(resource):
        return [{"code": document.key} for document in server.sandbox.catalog[kind]]
    lines = [orjson.loads(line) for line in (SHOP / f"{resource}.jsonl").read_bytes().splitlines()]
    for line in lines:
        for name in _READS_OTHERWISE.get(resource, ()):
            line.pop(name, None)
    return sorted((_comparable(line) for line in lines if line.get("identifier") or "code" in line), key=_code)


def said(server: Server, resource: str, items: Iterable[Json]) -> list[Json]:
    """The items of a client in order of codes, each with those members and values alone that `held` has."""
    in_shop = {_code(item): item for item in held(server, resource)}
    return [_cut(item, in_shop.get(_code(item), item)) for item in sorted(map(_comparable, items), key=_code)]


def _code(item: Json) -> tuple[str, str]:
    return item.get("attribute", ""), item.get("identifier") or item["code"]


def _cut(item: Json, like: Json) -> Json:
    cut = {name: item.get(name) for name in like}
    if "values" in like:
        cut["values"] = {attribute: item["values"].get(attribute) for attribute in like["values"]}
    return cut


def _comparable(item: Json) -> Json:
    if "values" in item:
        return {**item, "values": bare(item["values"])}
    if "variant_attribute_sets" in item:  # a PIM has its own order of the attributes of a level
        levels = [{**level, "attributes": sorted(level["attributes"])} for level in item["variant_attribute_sets"]]
        return {**item, "variant_attribute_sets": levels}
    return item


def bare(values: Json) -> Json:
    """Values without what a PIM adds to them: the type of the attribute, the symbol of a unit, the links of a file.

    In an order of ours: a PIM has its own, of channels and locales by length first.
    """
    return {
        attribute: [
            {"locale": value["locale"], "scope": value["scope"], "data": _without_symbol(value["data"])}
            for value in sorted(in_places, key=lambda value: (value["scope"] or "", value["locale"] or ""))
        ]
        for attribute, in_places in values.items()
    }


def _without_symbol(data: Any) -> Any:
    return {name: data[name] for name in data if name != "symbol"} if isinstance(data, dict) else data


def calls(server: Server) -> list[str]:
    """What clients asked and were answered, oldest first: `products.list 200`."""
    entries = server.call(server.sandbox.journal.entries)
    return [f"{entry['operation']} {entry['status']}" for entry in entries if entry["connection"] != TESTS]


def ask(server: Server, path: str, **query: str) -> Any:
    """The JSON of a GET below `/api/rest/v1`, asked without any client."""
    connection = server.sandbox.connections.by_code[TESTS]
    token = server.call(server.sandbox.issue, connection, connection)["access_token"]
    url = f"{server.base_url}/api/rest/v1/{path}?{urlencode(query)}"
    with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"})) as answer:
        return orjson.loads(answer.read())


GIF: Final = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"

# 150 products of our own: more than one collection may hold, and more than a page.


def sack(number: int) -> Json:
    """A product as it is sent and shown: with a localizable text, prices, a switch and a measurement."""
    return {
        "identifier": f"sack-{number:03}",
        "family": "backpacks",
        "categories": ["backpacks"],
        "values": {
            "name": [{"locale": "en_US", "scope": None, "data": f"Sack №{number}"}],
            "price": [{"locale": None, "scope": None, "data": [{"amount": f"{number}.50", "currency": "EUR"}]}],
            "sku": [{"locale": None, "scope": None, "data": f"sack-{number:03}"}],
            "waterproof": [{"locale": None, "scope": None, "data": number % 2 == 0}],
            "weight": [{"locale": None, "scope": None, "data": {"amount": "0.8470", "unit": "KILOGRAM"}}],
        },
    }


SACKS: Final = [sack(number) for number in range(150)]


def lines(status: int, count: int, key: str = "identifier", items: list[Json] = SACKS) -> list[Json]:
    """The answers to the first `count` items, sent in collections of 100."""
    return [{"line": n % 100 + 1, key: item[key], "status_code": status} for n, item in enumerate(items[:count])]


def sacks(server: Server) -> list[Json]:
    """Our products as the server shows them: of each what was sent."""
    search = '{"identifier":[{"operator":"STARTS WITH","value":"sack-"}]}'
    pages = [ask(server, "products", search=search, limit="100", page=page) for page in ("1", "2")]
    items = [item for page in pages for item in page["_embedded"]["items"]]
    return [{name: item[name] for name in SACKS[0]} for item in sorted(map(_comparable, items), key=_code)]
