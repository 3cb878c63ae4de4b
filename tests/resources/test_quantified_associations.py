"""`quantified_associations` of products and product models.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/QuantifiedAssociations/
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.core.json_types import Json
from tests.resources.shop import documented, error, invalid

BAD = 'Property "quantified_associations" expects an array with valid data, '


@pytest.fixture(autouse=True)
def catalog(shop_api: httpx.Client) -> None:
    for identifier in ("garden_table_set", "chair", "table"):
        shop_api.post("/products", json={"identifier": identifier})
    shop_api.post("/product-models", json={"code": "umbrella", "family_variant": "familyVariantA1"})


def link(api: httpx.Client, given: object) -> httpx.Response:
    return api.patch("/products/garden_table_set", json={"quantified_associations": given})


def links(api: httpx.Client) -> Json:
    shown: Json = api.get("/products/garden_table_set").json()["quantified_associations"]
    return shown


def named(identifier: str, quantity: int) -> Json:
    return {"identifier": identifier, "quantity": quantity}


def test_links_carry_their_quantity(shop_api: httpx.Client) -> None:
    given = {"PRODUCT_SET": {"products": [named("chair", 4)], "product_models": [named("umbrella", 1)]}}
    assert link(shop_api, given).status_code == 204
    assert links(shop_api) == given


def test_a_given_list_replaces_that_list(shop_api: httpx.Client) -> None:
    link(shop_api, {"PRODUCT_SET": {"products": [named("chair", 4)], "product_models": [named("umbrella", 1)]}})
    link(shop_api, {"PRODUCT_SET": {"products": [named("table", 1), named("chair", 2)]}, "BUNDLE": {"products": []}})
    assert links(shop_api) == {
        "PRODUCT_SET": {
            "products": [named("table", 1), named("chair", 2)],
            "product_models": [named("umbrella", 1)],
        }
    }
    link(shop_api, {"PRODUCT_SET": {"products": [], "product_models": []}})
    assert links(shop_api) == {}


def test_of_two_names_the_uuid_counts(shop_api: httpx.Client) -> None:
    uuid = shop_api.get("/products/table").json()["uuid"]
    given = {"PRODUCT_SET": {"products": [{"identifier": "chair", "uuid": uuid, "quantity": 3}]}}
    assert link(shop_api, given).status_code == 204
    assert links(shop_api) == {"PRODUCT_SET": {"products": [named("table", 3)], "product_models": []}}


def test_of_two_links_to_the_same_product_the_last_counts(shop_api: httpx.Client) -> None:
    link(shop_api, {"PRODUCT_SET": {"products": [named("chair", 4), named("chair", 5)]}})
    assert links(shop_api) == {"PRODUCT_SET": {"products": [named("chair", 5)], "product_models": []}}


def test_the_order_of_links_says_nothing(shop_api: httpx.Client) -> None:
    link(shop_api, {"PRODUCT_SET": {"products": [named("chair", 4), named("table", 1)]}})
    before = shop_api.get("/products/garden_table_set").json()
    link(shop_api, {"PRODUCT_SET": {"products": [named("table", 1), named("chair", 4)]}})
    assert shop_api.get("/products/garden_table_set").json() == before


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, 'Property "quantified_associations" expects an array as data, "NULL" given.'),
        ({"PACK": "x"}, f'{BAD}"PACK" should contain an array.'),
        ({"PACK": {"products": "x"}}, f'{BAD}"PACK[products]" should contain an array.'),
        ({"PACK": {"products": {"a": 1}}}, f'{BAD}"PACK[products]" should contain an array.'),
        (
            {"PACK": {"products": [{"identifier": "chair"}]}},
            f'{BAD}a quantified association should contain the key "quantity".',
        ),
        ({"PACK": {"products": ["chair"]}}, f'{BAD}a quantified association should contain the key "quantity".'),
        (
            {"PACK": {"products": [{"quantity": 1}]}},
            f'{BAD}a quantified association should contain one of these keys: "identifier" or "uuid".',
        ),
        (
            {"PACK": {"products": [{"identifier": 1, "quantity": 1}]}},
            f"{BAD}a quantified association should contain a valid identifier.",
        ),
        (
            {"PACK": {"products": [{"uuid": "x", "quantity": 1}]}},
            f"{BAD}a quantified association should contain a valid uuid.",
        ),
        (
            {"PACK": {"products": [{"identifier": "chair", "quantity": "3"}]}},
            f"{BAD}a quantified association should contain a valid quantity.",
        ),
        (
            {"PACK": {"products": [{"identifier": "chair", "quantity": 1.5}]}},
            f"{BAD}a quantified association should contain a valid quantity.",
        ),
    ],
)
def test_what_has_the_wrong_form_is_refused(shop_api: httpx.Client, given: object, message: str) -> None:
    answer = link(shop_api, given)
    assert (answer.status_code, answer.json()) == (422, documented(message, "patch_products__code_"))


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        (
            {"UNKNOWN": {"products": [named("chair", 1)]}},
            [
                error(
                    "quantifiedAssociations.UNKNOWN",
                    "This association type doesn't exist. Please make sure it hasn't been deleted in the meantime.",
                )
            ],
        ),
        (
            {"X_SELL": {"products": [named("chair", 1)]}},
            [
                error(
                    "quantifiedAssociations.X_SELL",
                    '"X_SELL" can’t be used for associations with quantities. Please, choose a different association '
                    'type with quantities or use the "associations" property.',
                )
            ],
        ),
        (
            {"PRODUCT_SET": {"groups": [named("groupA", 1)]}},
            [
                error(
                    "quantifiedAssociations.PRODUCT_SET",
                    'The link type "groups" doesn\'t exist. You can only associate products or product models.',
                )
            ],
        ),
        (
            {"PRODUCT_SET": {"products": [named("chair", 1), named("table", 0)]}},
            [
                error(
                    "quantifiedAssociations.PRODUCT_SET.products[1].quantity",
                    '"0" is an invalid quantity. Please, write a value between 1 and 2147483647.',
                )
            ],
        ),
        (
            {"PRODUCT_SET": {"product_models": [named("umbrella", 2_147_483_648)]}},
            [
                error(
                    "quantifiedAssociations.PRODUCT_SET.product_models[0].quantity",
                    '"2147483648" is an invalid quantity. Please, write a value between 1 and 2147483647.',
                )
            ],
        ),
        (
            {"PRODUCT_SET": {"products": [named("a", 1), named("b", 1)], "product_models": [named("c", 1)]}},
            [
                error(
                    "quantifiedAssociations.PRODUCT_SET.products",
                    "The following products don't exist: a, b. "
                    "Please make sure the products haven't been deleted in the meantime.",
                ),
                error(
                    "quantifiedAssociations.PRODUCT_SET.product_models",
                    "The following product models don't exist: c. "
                    "Please make sure the product models haven't been deleted in the meantime.",
                ),
            ],
        ),
    ],
)
def test_what_breaks_a_rule_is_told(shop_api: httpx.Client, given: object, errors: list[Json]) -> None:
    answer = link(shop_api, given)
    assert (answer.status_code, answer.json()) == (422, invalid(*errors))
    assert links(shop_api) == {}


def test_a_type_has_a_hundred_links_at_most(shop_api: httpx.Client) -> None:
    lines = "\n".join(f'{{"identifier":"p{number}"}}' for number in range(100))
    headers = {"content-type": "application/vnd.akeneo.collection+json"}
    shop_api.patch("/products", content=lines.encode(), headers=headers)
    products = [named(f"p{number}", 1) for number in range(100)]
    assert link(shop_api, {"PRODUCT_SET": {"products": products}}).status_code == 204
    answer = link(shop_api, {"PRODUCT_SET": {"product_models": [named("umbrella", 1)]}})
    message = (
        "You've reached the limit of 100 associations. "
        "Please, delete some existing associations before adding new ones."
    )
    assert answer.json() == invalid(error("quantifiedAssociations.PRODUCT_SET", message))
