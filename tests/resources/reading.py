"""What the tests of reading stand on: the shelf with some products, as each version of the PIM shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from mock_akeneo.app import App, create_app
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.settings import Settings
from tests.conftest import client
from tests.search.shelf import write_shelf

ROOT = "http://localhost/api/rest/v1"
THEN = "2025-06-01T10:00:00+00:00"
LATER = "2025-06-02T10:00:00+00:00"
PHOTO = "8/6/d/5/86d5d517bdff522f16ce60b24e06086db0af85f9_Kite.jpg"
DOWNLOAD = {"download": {"href": f"{ROOT}/media-files/{PHOTO}/download"}}


def uuid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def one(data: object, locale: str | None = None, scope: str | None = None, **more: object) -> list[Json]:
    return [{"locale": locale, "scope": scope, "data": data, **more}]


def line(number: int, identifier: str | None, **more: object) -> Json:
    return {"uuid": uuid(number), "identifier": identifier, "created": THEN, "updated": THEN, **more}


MODELS: list[Json] = [
    {
        "code": "deep",
        "family_variant": "deep",
        "parent": None,
        "categories": ["left"],
        "values": {"number": one("2"), "photo": one(PHOTO), "multiselect": one(["c", "a"])},
        "associations": {"PACK": {"products": ["Top"], "product_models": ["flat"], "groups": ["second"]}},
        "quantified_associations": {
            "SET": {
                "products": [{"identifier": "Top", "quantity": 1}, {"identifier": "a b/ü", "quantity": 2}],
                "product_models": [{"identifier": "flat", "quantity": 3}],
            }
        },
        "created": THEN,
        "updated": THEN,
    },
    {
        "code": "deep/1",
        "family_variant": "deep",
        "parent": "deep",
        "categories": ["right"],
        "values": {"axis": one("a"), "text": one("level 1"), "number_l": one("3", "fr_FR")},
        "associations": {"PACK": {"products": ["a b/ü"], "groups": ["first"]}},
        "quantified_associations": {"SET": {"products": [{"identifier": "Top", "quantity": 7}], "product_models": []}},
        "created": THEN,
        "updated": LATER,
    },
    {"code": "flat", "family_variant": "flat", "parent": None, "values": {}, "created": THEN, "updated": THEN},
]
PRODUCTS: list[Json] = [
    line(
        1,
        "Top",
        family="wide",
        categories=["leaf", "sheet"],
        groups=["second", "first"],
        values={
            "text": one("Kite"),
            "text_l": [*one("Kite", "en_US"), *one("Cerf-volant", "fr_FR")],
            "text_s": [*one("for the shop", scope="shop"), *one("for print", scope="print")],
            "textarea_ls": [*one("Long", "en_US", "print"), *one("Lang", "fr_FR", "shop")],
            "metric": one({"amount": "1.5", "unit": "KILOGRAM"}),
            "simpleselect": one("a"),
            "multiselect": one(["c", "B"]),
            "photo": one(PHOTO),
        },
    ),
    line(2, "a b/ü", enabled=False, values={}),
    line(3, None, family="narrow", values={"text": one("nameless")}),
    line(
        4,
        "variant",
        parent="deep/1",
        categories=["left", "sheet"],
        values={"twist": one(True), "date": one("2020-02-01")},
        associations={"PACK": {"products": ["Top"], "product_models": ["deep"]}},
        quantified_associations={"SET": {"products": [{"identifier": "a b/ü", "quantity": 9}], "product_models": []}},
    ),
    line(5, "lonely", values={}, associations={"PACK": {"products": ["Top"]}}),
    line(6, "zz", family="bare", categories=["master"], values={}),
]


NO_LINKS: Json = {"PACK": {"products": [], "product_models": [], "groups": []}}
TOP: Json = {
    "uuid": uuid(1),
    "identifier": "Top",
    "enabled": True,
    "family": "wide",
    "categories": ["leaf", "sheet"],
    "groups": ["first", "second"],
    "parent": None,
    # In the order of the database: some types first, then type by type, by length and letters.
    "values": {
        "simpleselect": one("a"),
        "multiselect": one(["B", "c"]),
        "photo": one(PHOTO, _links=DOWNLOAD),
        "sku": one("Top"),
        "text": one("Kite"),
        "text_l": [*one("Kite", "en_US"), *one("Cerf-volant", "fr_FR")],
        "text_s": [*one("for the shop", scope="shop"), *one("for print", scope="print")],
        "metric": one({"amount": "1.5000", "unit": "KILOGRAM"}),
        "textarea_ls": [*one("Lang", "fr_FR", "shop"), *one("Long", "en_US", "print")],
    },
    "created": THEN,
    "updated": THEN,
    "associations": NO_LINKS,
    "quantified_associations": {},
}


def write_reading(folder: Path) -> Path:
    write_shelf(folder)
    for name, lines in (("product_models", MODELS), ("products", PRODUCTS)):
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(map(dumps, lines)) + b"\n")
    return folder


@contextmanager
def connected(app: App) -> Iterator[httpx.Client]:
    with client(app) as api:
        api.base_url = httpx.URL(ROOT + "/")
        yield api


def started(folder: Path, **settings: object) -> App:
    return create_app(Settings(catalog=str(folder), clock="frozen", **settings))  # type: ignore[arg-type]


def names(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return [item.get("identifier") for item in answer.json()["_embedded"]["items"]]


def links(answer: httpx.Response) -> dict[str, str]:
    return {name: link["href"] for name, link in answer.json()["_links"].items()}


def values(answer: httpx.Response, identifier: str = "Top") -> Json:
    found: Json = next(item for item in answer.json()["_embedded"]["items"] if item["identifier"] == identifier)
    shown: Json = found["values"]
    return shown


def searched(**conditions: object) -> dict[str, str]:
    return {"search": json.dumps({name: [condition] for name, condition in conditions.items()})}
