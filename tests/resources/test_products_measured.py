"""Small rules of writing products that a real PIM was heard to keep, beside those of the recorded exchanges."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.resources.shop import error, invalid, value


def patch(api: httpx.Client, code: str, **body: object) -> httpx.Response:
    return api.patch(f"/products/{code}", json=body)


@pytest.fixture(autouse=True)
def models(shop_api: httpx.Client) -> None:
    for body in (
        {"code": "test", "family_variant": "familyVariantA1"},
        {"code": "amor", "parent": "test", "values": {"a_simple_select": value("optionB")}},
    ):
        assert shop_api.post("/product-models", json=body).status_code == 201


def shown(api: httpx.Client, code: str) -> dict[str, Any]:
    values: dict[str, Any] = api.get(f"/products/{code}").json()["values"]
    return {name: [{k: e[k] for k in ("locale", "scope", "data")} for e in entries] for name, entries in values.items()}


@pytest.mark.parametrize(
    ("code", "first", "again"),
    [
        ("a_text", "5", 5),
        ("a_text", "1", True),
        ("a_number_float", "5", "5.00000000000000001"),
        ("a_simple_select", "optionA", "OPTIONA"),
        ("a_multi_select", ["optionA", "optionB"], ["OPTIONB", "optionA"]),
    ],
)
def test_an_update_does_not_look_at_what_it_takes_for_no_change(
    shop_api: httpx.Client, code: str, first: object, again: object
) -> None:
    assert patch(shop_api, "new", values={code: value(first)}).status_code == 201
    before = shop_api.get("/products/new").json()
    assert patch(shop_api, "new", values={code: value(again)}).status_code == 204
    assert shop_api.get("/products/new").json() == before


def test_a_channel_in_another_letter_case_is_read_back_under_its_own_code(shop_api: httpx.Client) -> None:
    """Prices are not: they are looked up by the channel as it was sent."""
    about = {"type": "pim_catalog_price_collection", "group": "other", "scopable": True, "decimals_allowed": True}
    assert shop_api.post("/attributes", json={"code": "a_scopable_price", **about}).status_code == 201
    price = [{"amount": "1.00", "currency": "EUR"}]
    sent = {
        "a_localized_and_scopable_text_area": value("x", "en_US", "TABLET"),
        "a_scopable_price": value(price, None, "TABLET"),
    }
    refused = patch(shop_api, "other", values={"a_localized_and_scopable_text_area": value("x", "EN_US", "tablet")})
    assert refused.status_code == 422
    assert patch(shop_api, "new", values=sent).status_code == 201
    kept = {"a_localized_and_scopable_text_area": value("x", "en_US", "tablet"), "sku": value("new")}
    assert shown(shop_api, "new") == kept
    # What is there under the own code comes later in the order of the database.
    changed = {"a_localized_and_scopable_text_area": value("y", "en_US", "TABLET")}
    assert patch(shop_api, "new", values=changed).status_code == 204
    assert shown(shop_api, "new") == kept


def test_a_variant_without_family_is_told_beside_other_faults(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products", json={"identifier": "new", "parent": "amor", "family": None})
    empty = 'Attribute "a_yes_no" cannot be empty, as it is defined as an axis for this entity'
    family = 'The family cannot be "null" because your product with the new identifier is a variant product.'
    assert answer.json() == invalid(error("attribute", empty), error("quantified_associations.family", family))


def test_the_family_of_a_model_may_be_repeated_in_any_letter_case(shop_api: httpx.Client) -> None:
    assert shop_api.patch("/product-models/amor", json={"family": "FAMILYa"}).status_code == 204


def test_of_products_and_product_uuids_the_first_name_counts(shop_api: httpx.Client) -> None:
    """Source: pim: .../ExternalApi/UpdateProductByUuidController.php (`formatAssociatedProductUuids`)"""
    one, other, own = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))
    for uuid in (one, other):
        assert shop_api.post("/products-uuid", json={"uuid": uuid}).status_code == 201
    links = {"X_SELL": {"products": [one], "product_uuids": [other]}}
    assert shop_api.patch(f"/products-uuid/{own}", json={"associations": links}).status_code == 201
    assert shop_api.get(f"/products-uuid/{own}").json()["associations"]["X_SELL"]["products"] == [one]
