"""Product models are read one by one and in pages.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/ProductModel/ExternalApi/
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_akeneo.core.json_types import Json
from tests.resources.reading import DOWNLOAD, LATER, PHOTO, ROOT, THEN, one, uuid

DEEP: Json = {
    "code": "deep",
    "family": "wide",
    "family_variant": "deep",
    "parent": None,
    "categories": ["left"],
    "values": {"number": one("2.0000"), "multiselect": one(["a", "c"]), "photo": one(PHOTO, _links=DOWNLOAD)},
    "created": THEN,
    "updated": THEN,
    "associations": {"PACK": {"products": ["Top"], "product_models": ["flat"], "groups": ["second"]}},
    "quantified_associations": {
        "SET": {
            "products": [{"identifier": "Top", "quantity": 1}, {"identifier": "a b/ü", "quantity": 2}],
            "product_models": [{"identifier": "flat", "quantity": 3}],
        }
    },
}
BELOW: Json = {
    **DEEP,
    "code": "deep/1",
    "parent": "deep",
    "categories": ["left", "right"],
    "values": {**DEEP["values"], "axis": one("a"), "text": one("level 1"), "number_l": one("3.0000", "fr_FR")},
    "updated": LATER,
    "associations": {"PACK": {"products": ["Top", "a b/ü"], "product_models": ["flat"], "groups": ["first", "second"]}},
    "quantified_associations": {
        "SET": {
            "products": [{"identifier": "Top", "quantity": 7}, {"identifier": "a b/ü", "quantity": 2}],
            "product_models": [{"identifier": "flat", "quantity": 3}],
        }
    },
}


def codes(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["_embedded"]["items"]]


def test_a_model_is_shown_by_its_code(reading: httpx.Client) -> None:
    answer = reading.get("product-models/deep")
    assert (answer.status_code, answer.json()) == (200, DEEP)


@pytest.mark.parametrize("path", ["product-models/deep/1", "product-models/deep%2F1"])
def test_a_sub_model_shows_what_it_inherits(reading: httpx.Client, path: str) -> None:
    assert reading.get(path).json() == BELOW


def test_an_empty_model_shows_empty_objects(reading: httpx.Client) -> None:
    body = reading.get("product-models/flat").json()
    assert (body["values"], body["quantified_associations"]) == ({}, {})
    assert body["associations"] == {"PACK": {"products": [], "product_models": [], "groups": []}}


@pytest.mark.parametrize("code", ["DEEP", "deep/2"])
def test_what_is_not_there_is_not_found(reading: httpx.Client, code: str) -> None:
    answer = reading.get(f"product-models/{code}")
    message = f'Product model "{code}" does not exist or you do not have permission to access it.'
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "message": message})


def test_a_page_by_number(reading: httpx.Client) -> None:
    link = f"{ROOT}/product-models?page={{}}&with_count=true&pagination_type=page&limit=1&scope=shop"
    answer = reading.get("product-models?scope=shop&with_quality_scores=true&limit=1&with_count=true&page=2")
    scores = answer.json()["_embedded"]["items"][0].pop("quality_scores")
    assert answer.json()["items_count"] == 2
    body = answer.json()
    del body["_embedded"]["items"][0]["quality_scores"]
    assert body == {
        "_links": {
            name: {"href": link.format(page)}
            for name, page in (("self", 2), ("first", 1), ("previous", 1), ("next", 3))
        },
        "current_page": 2,
        "items_count": 2,
        "_embedded": {"items": [{"_links": {"self": {"href": f"{ROOT}/product-models/deep/1"}}, **BELOW}]},
    }
    assert [(one["scope"], one["locale"]) for one in scores] == [("shop", "en_US"), ("shop", "fr_FR")]


def test_a_page_by_cursor(reading: httpx.Client) -> None:
    answer = reading.get("product-models?pagination_type=search_after&limit=2")
    assert codes(answer) == ["deep", "deep/1"]
    following = answer.json()["_links"]["next"]["href"]
    assert following.endswith("?with_count=false&pagination_type=search_after&limit=2&search_after=deep/1")
    assert codes(reading.get(following)) == ["flat"]


def test_a_model_leaves_out_linked_products_without_identifier(reading: httpx.Client) -> None:
    path = f"products-uuid/{uuid(1)}"
    assert reading.patch(path, json={"values": {"sku": one(None)}}).status_code == 204
    assert reading.get("product-models/deep").json()["associations"]["PACK"]["products"] == []


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"updated": [{"operator": ">", "value": "2025-06-02 09:00:00"}]}, ["deep/1"]),
        ({"identifier": [{"operator": "STARTS WITH", "value": "DEEP"}]}, ["deep", "deep/1"]),
        ({"text": [{"operator": "EMPTY"}]}, []),
        ({"number": [{"operator": "EMPTY"}]}, ["flat"]),
        ({"parent": [{"operator": "NOT EMPTY"}]}, ["deep/1"]),
    ],
)
def test_models_are_searched(reading: httpx.Client, condition: Json, found: list[str]) -> None:
    assert codes(reading.get("product-models", params={"search": json.dumps(condition)})) == found


def test_completeness_of_variants_follows_them(reading: httpx.Client) -> None:
    def complete() -> list[str]:
        of = {"operator": "ALL COMPLETE", "scope": "print", "locale": "en_US"}
        return codes(reading.get("product-models", params={"search": json.dumps({"completeness": [of]})}))

    assert complete() == []
    requirements = {"attribute_requirements": {"print": ["sku", "date"]}}
    assert reading.patch("families/wide", json=requirements).status_code == 204
    assert complete() == ["deep", "deep/1"]
    assert reading.patch("products/variant", json={"values": {"date": one(None)}}).status_code == 204
    assert complete() == []
    assert reading.delete("products/variant").status_code == 204
    assert complete() == []
