"""`associations` of products and product models, and what deleting does to them.

Source: pim: tests/back/Pim/Enrichment/Integration/Product/Association/CreateTwoWayAssociationIntegration.php
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.json_types import Json
from tests.resources.shop import associations, documented

ANCHOR = "patch_products__code_"
BAD = 'Property "associations" expects an array with valid data, '


@pytest.fixture(autouse=True)
def catalog(shop: App, shop_api: httpx.Client) -> None:
    """Products one, two, three and models sweat, hat, made a minute ago."""
    for identifier in ("one", "two", "three"):
        shop_api.post("/products", json={"identifier": identifier})
    for code in ("sweat", "hat"):
        shop_api.post("/product-models", json={"code": code, "family_variant": "familyVariantA1"})
    shop.sandboxes.default.clock.advance(60)


def link(api: httpx.Client, **types: Json) -> httpx.Response:
    return api.patch("/products/one", json={"associations": types})


def links(api: httpx.Client, path: str = "/products/one") -> Json:
    shown: Json = api.get(path).json()["associations"]
    return shown


def test_links_are_shown_sorted_and_once(shop_api: httpx.Client) -> None:
    lists = {"products": ["two", "THREE", "two"], "product_models": ["Sweat", "hat"], "groups": ["groupB", "groupA"]}
    assert link(shop_api, x_sell=lists).status_code == 204
    assert links(shop_api) == associations(
        X_SELL={"products": ["three", "two"], "product_models": ["hat", "sweat"], "groups": ["groupA", "groupB"]}
    )


def test_a_list_replaces_the_list_of_that_key_of_that_type(shop_api: httpx.Client) -> None:
    link(shop_api, PACK={"products": ["two"], "groups": ["groupA"]}, UPSELL={"products": ["two"]})
    link(shop_api, PACK={"products": ["three"]})
    assert links(shop_api) == associations(
        PACK={"products": ["three"], "groups": ["groupA"]}, UPSELL={"products": ["two"]}
    )
    link(shop_api, PACK={"products": [], "groups": []})
    assert links(shop_api) == associations(UPSELL={"products": ["two"]})


def test_on_products_they_can_be_given_by_uuid(shop_api: httpx.Client) -> None:
    uuid = shop_api.get("/products/two").json()["uuid"]
    assert link(shop_api, PACK={"product_uuids": [uuid]}).status_code == 204
    assert links(shop_api) == associations(PACK={"products": ["two"]})


def test_what_the_parent_has_is_taken_out(shop_api: httpx.Client) -> None:
    body = {
        "associations": {"PACK": {"products": ["two", "three"]}},
        "parent_associations": {"PACK": {"products": ["two"]}},
    }
    assert shop_api.patch("/products/one", json=body).status_code == 204
    assert links(shop_api) == associations(PACK={"products": ["three"]})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, 'Property "associations" expects an array as data, "NULL" given.'),
        ({"PACK": "x"}, 'Property "associations" expects an array as data, "string" given.'),
        ({"PACK": {"products": "two"}}, 'Property "associations" expects an array as data, "string" given.'),
        ({"PACK": {"products": [{}]}}, f"{BAD}one of the associations is not a scalar."),
        (
            {"UNKNOWN": {"products": []}},
            'Property "associations" expects a valid association type code. '
            'The association type does not exist or is quantified, "UNKNOWN" given.',
        ),
        (
            {"PRODUCT_SET": {"products": ["two"]}},
            'Property "associations" expects a valid association type code. '
            'The association type does not exist or is quantified, "PRODUCT_SET" given.',
        ),
        ({"PACK": {}}, f'{BAD}association format is not valid for the association type "PACK"..'),
        ({"PACK": {"assets": ["x"]}}, f'{BAD}association format is not valid for the association type "PACK"..'),
        ({"PACK": {"products": [1]}}, f'{BAD}association format is not valid for the association type "PACK"..'),
        ({"PACK": {"products": [None]}}, f'{BAD}association format is not valid for the association type "PACK"..'),
        (
            {"PACK": {"products": [], "product_uuids": []}},
            f'{BAD}association format is not valid for the association type "PACK", '
            'only one of "products" or "product_uuids" is expected.',
        ),
        (
            {"PACK": {"products": ["foo"]}},
            "The “associations” property expects a valid product identifier. The foo product does not exist or your "
            "connection does not have permission to access it.",
        ),
        (
            {"PACK": {"product_models": ["foo"]}},
            'Property "associations" expects a valid product model identifier. '
            'The product model does not exist, "foo" given.',
        ),
        (
            {"PACK": {"groups": ["foo"]}},
            'Property "associations" expects a valid group code. The group does not exist, "foo" given.',
        ),
    ],
)
def test_what_is_no_association_is_refused(shop_api: httpx.Client, given: object, message: str) -> None:
    answer = shop_api.patch("/products/one", json={"associations": given})
    assert (answer.status_code, answer.json()) == (422, documented(message, ANCHOR))
    assert links(shop_api) == associations()


# Two-way types


def test_a_two_way_link_of_a_product_is_seen_from_both_sides(shop_api: httpx.Client) -> None:
    link(shop_api, COMPATIBILITY={"products": ["two"], "product_models": ["sweat"], "groups": ["groupA"]})
    back = associations(COMPATIBILITY={"products": ["one"]})
    assert links(shop_api, "/products/two") == back
    assert links(shop_api, "/product-models/sweat") == back


def test_a_two_way_link_of_a_model_is_seen_from_both_sides(shop_api: httpx.Client) -> None:
    body = {"associations": {"COMPATIBILITY": {"products": ["one"], "product_models": ["hat"]}}}
    shop_api.patch("/product-models/sweat", json=body)
    back = associations(COMPATIBILITY={"product_models": ["sweat"]})
    assert links(shop_api) == back
    assert links(shop_api, "/product-models/hat") == back


def test_taking_one_side_of_a_two_way_link_away_takes_the_other(shop_api: httpx.Client) -> None:
    link(shop_api, COMPATIBILITY={"products": ["two", "three"]})
    link(shop_api, COMPATIBILITY={"products": ["three"]})
    assert links(shop_api, "/products/two") == associations()
    shop_api.patch("/products/three", json={"associations": {"COMPATIBILITY": {"products": []}}})
    assert links(shop_api) == associations()


def test_the_other_side_of_a_two_way_link_is_stamped_too(shop_api: httpx.Client) -> None:
    link(shop_api, COMPATIBILITY={"products": ["two"]})
    assert shop_api.get("/products/two").json()["updated"] == "2026-01-01T00:01:00+00:00"
    link(shop_api, PACK={"products": ["three"]})
    assert shop_api.get("/products/three").json()["updated"] == "2026-01-01T00:00:00+00:00"


def test_nothing_is_compatible_with_itself(shop_api: httpx.Client) -> None:
    answer = link(shop_api, COMPATIBILITY={"products": ["one"]})
    expected = {
        "code": 422,
        "message": "A 2-way association only allows two different products or product models to be associated",
        "_links": {
            "documentation": {
                "href": "https://help.akeneo.com/pim/serenity/articles/manage-your-association-types.html"
                "#create-a-2-way-association-type"
            }
        },
    }
    assert (answer.status_code, answer.json()) == (422, expected)
    model = {"associations": {"COMPATIBILITY": {"product_models": ["sweat"]}}}
    assert shop_api.patch("/product-models/sweat", json=model).json() == expected


def test_a_refused_write_links_no_other_side(shop_api: httpx.Client) -> None:
    body = {"associations": {"COMPATIBILITY": {"products": ["two"]}}, "identifier": "a,b"}
    assert shop_api.patch("/products/one", json=body).status_code == 422
    assert links(shop_api, "/products/two") == associations()


# Deleting and renaming what is linked


def test_a_deleted_product_leaves_the_lists_of_others_for_good(shop_api: httpx.Client) -> None:
    uuid = shop_api.get("/products/two").json()["uuid"]
    quantified = {"PRODUCT_SET": {"products": [{"identifier": "two", "quantity": 3}]}}
    body = {"associations": {"PACK": {"products": ["two", "three"]}}, "quantified_associations": quantified}
    shop_api.patch("/products/one", json=body)
    before = shop_api.get("/products/one").json()["updated"]
    shop_api.delete("/products/two")
    # The same uuid again is another product.
    shop_api.post("/products-uuid", json={"uuid": uuid})
    shown = shop_api.get("/products/one").json()
    assert shown["associations"] == associations(PACK={"products": ["three"]})
    assert (shown["quantified_associations"], shown["updated"]) == ({}, before)


def test_a_deleted_model_leaves_the_lists_of_others(shop_api: httpx.Client) -> None:
    quantified = {"PRODUCT_SET": {"product_models": [{"identifier": "hat", "quantity": 3}]}}
    body = {"associations": {"PACK": {"product_models": ["hat", "sweat"]}}, "quantified_associations": quantified}
    shop_api.patch("/products/one", json=body)
    shop_api.delete("/product-models/hat")
    shop_api.post("/product-models", json={"code": "hat", "family_variant": "familyVariantA1"})
    shown = shop_api.get("/products/one").json()
    assert shown["associations"] == associations(PACK={"product_models": ["sweat"]})
    assert shown["quantified_associations"] == {}


def test_a_renamed_model_is_linked_under_its_new_code(shop_api: httpx.Client) -> None:
    quantified = {"PRODUCT_SET": {"product_models": [{"identifier": "hat", "quantity": 3}]}}
    body = {"associations": {"PACK": {"product_models": ["hat"]}}, "quantified_associations": quantified}
    shop_api.patch("/products/one", json=body)
    assert shop_api.patch("/product-models/hat", json={"code": "cap"}).status_code == 204
    shown = shop_api.get("/products/one").json()
    assert shown["associations"] == associations(PACK={"product_models": ["cap"]})
    assert shown["quantified_associations"] == {
        "PRODUCT_SET": {"products": [], "product_models": [{"identifier": "cap", "quantity": 3}]}
    }
