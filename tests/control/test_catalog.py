"""The catalog as a whole over the control plane."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.product_document import product_data
from mock_akeneo.core.settings import Settings
from tests.conftest import client

CONTROL = "/_mock/v1"
PRODUCTS = "/api/rest/v1/products"
LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def demo() -> App:
    return create_app(Settings(catalog="demo", clock="frozen"))


def documents(catalog: Catalog) -> dict[str, dict[str, Any]]:
    """All there is, but for the numbers that order categories: only their order counts."""
    found: dict[str, dict[str, Any]] = {}
    for kind, collection in catalog.kinds.items():
        products = kind in ("product", "product_model")
        found[kind] = {one.key: product_data(one.stored) if products else one.data for one in collection}
    categories = sorted(found["category"].values(), key=lambda category: category["place"])
    found["category"] = {
        "siblings": {
            parent: [{**one, "place": None} for one in categories if one["parent"] == parent]
            for parent in {one["parent"] for one in categories} - {None}
        },
        "roots": {one["code"] for one in categories if one["parent"] is None},
    }
    return found


def test_what_is_taken_out_of_one_pim_is_the_same_in_another(demo: App, pim: App) -> None:
    with client(demo) as api:
        answer = api.get(f"{CONTROL}/catalog/export")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    with client(pim) as api:
        counts = api.post(f"{CONTROL}/catalog/import", content=answer.content, headers=LINES).json()
        ours, theirs = pim.sandboxes.default.catalog, demo.sandboxes.default.catalog
        assert documents(ours) == documents(theirs)
        assert counts == {
            "sandbox": "default",
            **{
                kind: len(theirs[kind])
                for kind in ("family", "attribute", "category", "media_file", "product_model", "product")
            },
        }
        # The bytes of media files came along.
        [code, *_] = (one.key for one in theirs["media_file"])
        download = api.get(f"/api/rest/v1/media-files/{code}/download")
        assert download.content == theirs.media.content(code)
        # And go again with a reset.
        api.post(f"{CONTROL}/reset", json={"keep": ["tokens"]})
        assert api.get(PRODUCTS).json()["_embedded"]["items"] == []


def test_a_named_catalog_is_brought_in(api: httpx.Client) -> None:
    assert api.post(f"{CONTROL}/catalog/import", json={"catalog": "demo"}).json()["product"] == 188
    assert api.get(f"{PRODUCTS}?limit=1").json()["_embedded"]["items"]
    assert api.post(f"{CONTROL}/catalog/import", json={"catalog": "minimal"}).json()["product"] == 0


def line(resource: str, body: dict[str, Any], **more: str) -> str:
    return json.dumps({"resource": resource, "body": body, **more}) + "\n"


SKU = line("attribute_groups", {"code": "other"}) + line(
    "attributes",
    {
        "code": "sku",
        "type": "pim_catalog_identifier",
        "group": "other",
        "is_main_identifier": True,
        "useable_as_grid_filter": True,
        "unique": True,
    },
)


@pytest.mark.parametrize(
    ("lines", "detail"),
    [
        ("nonsense", "line 1 is no JSON: "),
        ("[1]", 'line 1: write {"resource": "families", "body": {…}}'),
        ('{"resource":"families","body":5}', 'line 1: the "body" of families is a JSON object'),
        (
            '{"resource":"media_files","body":null,"content":"eA=="}',
            'line 1: the "body" of media_files is a JSON object',
        ),
        (
            '{"resource":"families","body":{"code":' + "[" * 300 + "]" * 300 + "}}",
            "line 1 is no JSON: it is nested deeper than 100 levels",
        ),
        (
            '{"resource":"locales","body":{"code":5}}',
            'locales.jsonl:1: The member "code" is 5, which is no code of a locale.',
        ),
        (SKU + line("familys", {}), 'line 3: there is no resource "familys": did you mean "families"?'),
        (
            SKU + line("families", {"code": "a b"}),
            "families.jsonl:1: code: Family code may contain only letters, numbers and underscores",
        ),
        (
            SKU + line("media_files", {"code": "../../x"}, content=b64encode(b"x").decode()),
            'line 3: "../../x" is no code of a media file',
        ),
        (
            line("attribute_groups", {"code": "other"}),
            "there is no attributes.jsonl, so no main identifier: give one attribute of type pim_catalog_identifier "
            '"is_main_identifier": true',
        ),
    ],
)
def test_lines_that_are_wrong_are_refused_and_change_nothing(api: httpx.Client, lines: str, detail: str) -> None:
    api.post(PRODUCTS, json={"identifier": "kept"})
    refused = api.post(f"{CONTROL}/catalog/import", content=lines, headers=LINES)
    assert refused.status_code == 422
    assert detail in refused.json()["detail"]
    assert [item["identifier"] for item in api.get(PRODUCTS).json()["_embedded"]["items"]] == ["kept"]


@pytest.mark.parametrize(
    "code", ["", "\0", "a\nb", ".", "a/../b", "a//b", "/a", "a\\..\\b", "a" * 256, "é" * 200, 5, None, []]
)
@pytest.mark.parametrize("content", [{}, {"content": "eA=="}])
@pytest.mark.parametrize("resource", ["media_files", "category_media_files"])
def test_what_no_media_file_can_be_called_is_refused(
    api: httpx.Client, resource: str, code: object, content: dict[str, str]
) -> None:
    """A code is the path of a file in a catalog folder too: 255 characters, as in the PIM, 255 bytes a name."""
    body = {"code": code, "original_filename": "x", "mime_type": "text/plain", "size": 1, "extension": "txt"}
    refused = api.post(f"{CONTROL}/catalog/import", content=SKU + line(resource, body, **content), headers=LINES)
    assert refused.status_code == 422
    assert "no code of a" in refused.json()["detail"]


def test_codes_that_cannot_be_files_of_one_folder_are_taken(api: httpx.Client, pim: App) -> None:
    """`a` is a file here and a folder there: contents of lines need no folder."""
    about = {"original_filename": "x", "mime_type": "text/plain", "size": 1, "extension": "txt"}
    lines = [
        line("media_files", {"code": code, **about}, content=b64encode(code.encode()).decode())
        for code in ("a", "a/b", "A" * 255)
    ]
    answer = api.post(f"{CONTROL}/catalog/import", content=SKU + "".join(lines), headers=LINES)
    assert answer.status_code == 200, answer.text
    for code in ("a", "a/b", "A" * 255):
        assert api.get(f"/api/rest/v1/media-files/{code}/download").content == code.encode()


@pytest.mark.parametrize(
    ("path", "told", "detail"),
    [
        (
            "import",
            {"catalog": "a" * 300},
            f'there is no catalog "{"a" * 300}": give demo, minimal, or a folder of JSON lines',
        ),
        ("import", {"catalog": "a\0"}, 'there is no catalog "a\0": give demo, minimal, or a folder of JSON lines'),
        ("import", {}, '"catalog" is a text'),
        ("import", {"catalog": "dmo"}, 'there is no catalog "dmo": give demo, minimal, or a folder of JSON lines'),
        ("generate", {}, '"products" is a number from 1 to 1000000'),
        ("generate", {"products": 0}, '"products" is a number from 1 to 1000000'),
        ("generate", {"products": 1, "seed": "x"}, '"seed" is a whole number'),
    ],
)
def test_what_is_wrong_is_told(api: httpx.Client, path: str, told: dict[str, object], detail: str) -> None:
    refused = api.post(f"{CONTROL}/catalog/{path}", json=told)
    assert (refused.status_code, refused.json()["detail"]) == (422, detail)


def test_generated_products_are_added_the_same_for_the_same_seed(demo: App) -> None:
    with client(demo) as api:
        found = []
        for _ in range(2):
            api.post(f"{CONTROL}/reset", json={"keep": ["tokens"]})
            assert api.post(f"{CONTROL}/catalog/generate", json={"products": 30, "seed": 7}).json()["product"] == 218
            found.append(api.get(f"{PRODUCTS}/gen-000001").json())
        assert found[0] == found[1]
        # They cannot be added twice, and what was begun is undone.
        before = documents(demo.sandboxes.default.catalog)
        refused = api.post(f"{CONTROL}/catalog/generate", json={"products": 40, "seed": 8})
        assert refused.status_code == 422
        assert refused.json()["detail"].startswith("nothing was generated: ")
        assert documents(demo.sandboxes.default.catalog) == before
        api.post(f"{CONTROL}/reset", json={})
