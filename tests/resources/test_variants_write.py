"""Variant products: levels, axes, conversions from and to simple products.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/VariantProduct/ExternalApi/
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.json_types import Json
from tests.resources.shop import associations, documented, error, invalid, value

POST, PATCH = "post_products", "patch_products__code_"
LATER = "2026-01-01T00:01:00+00:00"
EURO = value([{"amount": "50.00", "currency": "EUR"}])


@pytest.fixture(autouse=True)
def catalog(shop: App, shop_api: httpx.Client) -> None:
    """The root test with amor (optionB) and apollon (optionA) below, variant amor_yes; made a minute ago."""
    root = {"a_price": EURO, "a_number_float": value("12.5")}
    for body in (
        {"code": "test", "family_variant": "familyVariantA1", "values": root, "categories": ["categoryA"]},
        {"code": "amor", "parent": "test", "values": {"a_simple_select": value("optionB")}, "categories": ["master"]},
        {"code": "apollon", "parent": "test", "values": {"a_simple_select": value("optionA")}},
        {"code": "other", "family_variant": "familyVariantA2"},
    ):
        assert shop_api.post("/product-models", json=body).status_code == 201
    body = {
        "identifier": "amor_yes",
        "parent": "amor",
        "categories": ["categoryB"],
        "values": {"a_yes_no": value(True)},
    }
    assert shop_api.post("/products", json=body).status_code == 201
    shop_api.post("/products", json={"identifier": "friend"})
    shop.sandboxes.default.clock.advance(60)


def shown(api: httpx.Client, identifier: str = "amor_yes") -> Json:
    body: Json = api.get(f"/products/{identifier}").json()
    return body


def patch(api: httpx.Client, identifier: str = "amor_yes", /, **body: object) -> httpx.Response:
    return api.patch(f"/products/{identifier}", json=body)


INHERITED = {"a_price": EURO, "a_number_float": value("12.5000"), "a_simple_select": value("optionB")}


def test_a_variant_has_the_family_of_its_parent_and_shows_what_it_inherits(shop_api: httpx.Client) -> None:
    body = shown(shop_api)
    assert (body["family"], body["parent"], body["groups"]) == ("familyA", "amor", [])
    assert body["categories"] == ["categoryA", "categoryB", "master"]
    assert body["values"] == {**INHERITED, "sku": value("amor_yes"), "a_yes_no": value(True)}


def test_values_of_upper_levels_are_dropped_without_a_word(shop_api: httpx.Client) -> None:
    values = {"a_yes_no": value(False), "a_simple_select": value("optionA"), "a_price": value([])}
    body = {"identifier": "new", "parent": "amor", "family": "familyA", "values": values}
    assert shop_api.post("/products", json=body).status_code == 201
    assert shown(shop_api, "new")["values"] == {**INHERITED, "sku": value("new"), "a_yes_no": value(False)}


def test_what_get_returned_can_be_sent_back(shop_api: httpx.Client) -> None:
    before = shown(shop_api)
    assert shop_api.patch("/products/amor_yes", json=before).status_code == 204
    assert shown(shop_api) == before


def test_patch_creates_a_variant(shop_api: httpx.Client) -> None:
    answer = patch(shop_api, "new", parent="AMOR", values={"a_yes_no": value(False)})
    assert (answer.status_code, answer.headers["location"]) == (201, "http://localhost/api/rest/v1/products/new")
    assert shown(shop_api, "new")["parent"] == "amor"


def test_a_blank_parent_makes_a_simple_product_of_the_familys_values(shop_api: httpx.Client) -> None:
    values = {"a_text": value("x"), "a_number_float": value(1)}
    body = {"identifier": "new", "parent": "", "family": "familyA1", "values": values}
    assert shop_api.post("/products", json=body).status_code == 201
    product = shown(shop_api, "new")
    assert (product["parent"], product["values"]) == (None, {"sku": value("new"), "a_text": value("x")})


@pytest.mark.parametrize("order", [("family", "parent"), ("parent", "family")])
def test_a_variant_without_family_is_refused(shop_api: httpx.Client, order: tuple[str, str]) -> None:
    given = {"family": None, "parent": "amor"}
    answer = patch(shop_api, **{name: given[name] for name in order})
    message = 'The family cannot be "null" because your product with the amor_yes identifier is a variant product.'
    assert (answer.status_code, answer.json()) == (422, invalid(error("family", message)))


def test_a_variant_of_another_family_is_refused(shop_api: httpx.Client) -> None:
    answer = patch(shop_api, family="familyA1")
    assert answer.json() == invalid(error("family", "The variant product family must be the same than its parent"))


SKU = 'Cannot set the property "sku" to this entity as it is not in the attribute set'
ROOT = (
    'The variant product cannot have product model "test" as parent, '
    "(this product model can only have other product models as children)"
)


def test_a_parent_of_the_wrong_level_is_refused(shop_api: httpx.Client) -> None:
    values = {"a_simple_select": value("optionB"), "a_yes_no": value(True)}
    answer = shop_api.post("/products", json={"identifier": "new", "parent": "test", "values": values})
    assert answer.json() == invalid(error("parent", ROOT), error("attribute", SKU))


def test_an_empty_axis_is_told_before_a_parent_of_the_wrong_level(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products", json={"identifier": "new", "parent": "test"})
    empty = 'Attribute "a_simple_select" cannot be empty, as it is defined as an axis for this entity'
    assert answer.json() == invalid(error("attribute", empty), error("parent", ROOT), error("attribute", SKU))


def test_only_the_first_empty_axis_is_told(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products", json={"identifier": "new", "parent": "other"})
    empty = 'Attribute "a_simple_select" cannot be empty, as it is defined as an axis for this entity'
    assert answer.json() == invalid(error("attribute", empty))


def test_a_combination_of_axis_values_is_taken_once(shop_api: httpx.Client) -> None:
    body = {"identifier": "new", "parent": "amor", "values": {"a_yes_no": value(True)}}
    answer = shop_api.post("/products", json=body)
    message = (
        'Cannot set value "1" for the attribute axis "a_yes_no" on variant product "new", '
        'as the variant product "amor_yes" already has this value'
    )
    assert (answer.status_code, answer.json()) == (422, invalid(error("attribute", message)))
    assert shop_api.post("/products", json={**body, "parent": "apollon"}).status_code == 201


def test_a_combination_of_two_axes_names_both(shop_api: httpx.Client) -> None:
    values = {"a_simple_select": value("optionA"), "a_yes_no": value(False)}
    patch(shop_api, "first", parent="other", values=values)
    answer = patch(shop_api, "second", parent="other", values=values)
    message = (
        'Cannot set value "[optionA],0" for the attribute axis "a_simple_select,a_yes_no" on variant product "second", '
        'as the variant product "first" already has this value'
    )
    assert answer.json() == invalid(error("attribute", message))


def test_a_measurement_as_axis_is_told_with_four_decimals(shop_api: httpx.Client) -> None:
    shop_api.post("/product-models", json={"code": "size", "family_variant": "sizes"})
    values = {"a_metric": value({"amount": 10, "unit": "kilowatt"})}
    patch(shop_api, "first", parent="size", values=values)
    answer = patch(shop_api, "second", parent="size", values=values)
    message = (
        'Cannot set value "10.0000 KILOWATT" for the attribute axis "a_metric" on variant product "second", '
        'as the variant product "first" already has this value'
    )
    assert answer.json() == invalid(error("attribute", message))


def test_variants_without_identifier_are_named_by_uuid(shop_api: httpx.Client) -> None:
    one, two = "9ba2d8c0-3b4a-4f0e-8a5e-0c7a1c5d2e01", "9ba2d8c0-3b4a-4f0e-8a5e-0c7a1c5d2e02"
    body = {"parent": "apollon", "values": {"a_yes_no": value(True)}}
    assert shop_api.post("/products-uuid", json={"uuid": one, **body}).status_code == 201
    answer = shop_api.post("/products-uuid", json={"uuid": two, **body})
    message = (
        f'Cannot set value "1" for the attribute axis "a_yes_no" on variant product "{two}", '
        f'as the variant product "{one}" already has this value'
    )
    assert answer.json() == invalid(error("attribute", message))


def test_lines_see_the_combinations_of_earlier_lines(shop_api: httpx.Client) -> None:
    line = '{"identifier":"%s","parent":"apollon","values":{"a_yes_no":[{"locale":null,"scope":null,"data":false}]}}'
    answer = shop_api.patch(
        "/products",
        content=f"{line % 'one'}\n{line % 'two'}".encode(),
        headers={"content-type": "application/vnd.akeneo.collection+json"},
    )
    assert [b'"status_code":201' in one for one in answer.content.split(b"\n")] == [True, False]


def test_two_texts_tell_of_an_unknown_attribute(shop_api: httpx.Client) -> None:
    body = {"identifier": "new", "parent": "amor", "values": {"foo": value("x")}}
    answer = shop_api.post("/products", json=body)
    assert answer.json() == documented('Property "foo" does not exist.', POST)
    answer = patch(shop_api, values={"foo": value("x")})
    assert answer.json() == documented("The foo attribute does not exist in your PIM.", PATCH)


# Moving


def test_a_variant_may_move_below_another_model_of_its_family_variant(shop_api: httpx.Client) -> None:
    answer = patch(shop_api, parent="apollon")
    assert answer.status_code == 204
    body = shown(shop_api)
    assert (body["parent"], body["values"]["a_simple_select"]) == ("apollon", value("optionA"))
    assert patch(shop_api, "new", parent="amor", values={"a_yes_no": value(True)}).status_code == 201


def test_a_variant_does_not_move_to_another_family_variant(shop_api: httpx.Client) -> None:
    answer = patch(shop_api, parent="other")
    message = (
        'New parent "other" of variant product "amor_yes" must have the same family variant "familyVariantA1" '
        "than the previous parent"
    )
    assert answer.json() == documented(message, PATCH)


# Simple to variant


@pytest.fixture
def simple(shop_api: httpx.Client) -> str:
    body = {
        "identifier": "simple",
        "family": "familyA",
        "categories": ["categoryA2"],
        "groups": ["groupA"],
        "values": {"a_yes_no": value(False), "a_text": value("dropped"), "a_text_area": value("kept")},
        "associations": {"PACK": {"products": ["friend"]}},
    }
    assert shop_api.post("/products", json=body).status_code == 201
    return "simple"


def test_a_parent_makes_a_variant_of_a_simple_product(shop_api: httpx.Client, simple: str) -> None:
    answer = patch(shop_api, simple, parent="amor")
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == "http://localhost/api/rest/v1/products/simple"
    body = shown(shop_api, simple)
    assert (body["parent"], body["family"], body["groups"]) == ("amor", "familyA", ["groupA"])
    assert body["categories"] == ["categoryA", "categoryA2", "master"]
    assert body["values"] == {
        **INHERITED,
        "sku": value("simple"),
        "a_yes_no": value(False),
        "a_text_area": value("kept"),
    }
    assert body["associations"] == associations(PACK={"products": ["friend"]})


def test_a_conversion_in_a_batch_is_a_201_too(shop_api: httpx.Client, simple: str) -> None:
    answer = shop_api.patch(
        "/products",
        content=b'{"identifier":"simple","parent":"amor"}',
        headers={"content-type": "application/vnd.akeneo.collection+json"},
    )
    assert answer.json() == {"line": 1, "identifier": "simple", "status_code": 201}


def test_a_product_without_family_takes_that_of_its_parent(shop_api: httpx.Client) -> None:
    assert patch(shop_api, "friend", parent="amor", values={"a_yes_no": value(False)}).status_code == 201
    assert shown(shop_api, "friend")["family"] == "familyA"


def test_an_unknown_model_is_told_plainly(shop_api: httpx.Client, simple: str) -> None:
    answer = patch(shop_api, simple, parent="mayonnaise", variant_group="x", foo=1)
    message = 'The given product model "mayonnaise" does not exist'
    assert (answer.status_code, answer.json()) == (422, {"code": 422, "message": message})


def test_a_conversion_needs_the_axis(shop_api: httpx.Client, simple: str) -> None:
    answer = patch(shop_api, simple, parent="amor", values={"a_yes_no": value(None)})
    empty = 'Attribute "a_yes_no" cannot be empty, as it is defined as an axis for this entity'
    assert answer.json() == invalid(error("attribute", empty))
    assert shown(shop_api, simple)["parent"] is None


def test_a_conversion_to_another_family_is_refused(shop_api: httpx.Client) -> None:
    body = {"identifier": "simple", "family": "familyA1"}
    shop_api.post("/products", json=body)
    answer = patch(shop_api, "simple", parent="amor", values={"a_yes_no": value(False)})
    assert answer.json() == invalid(error("family", "The variant product family must be the same than its parent"))


def test_by_uuid_a_conversion_is_a_204_and_refuses_values_of_upper_levels(shop_api: httpx.Client, simple: str) -> None:
    uuid = shown(shop_api, simple)["uuid"]
    answer = shop_api.patch(f"/products-uuid/{uuid}", json={"parent": "amor"})
    message = 'Cannot set the property "a_text" to this entity as it is not in the attribute set'
    assert answer.json() == invalid(error("attribute", message))
    shop_api.patch(f"/products-uuid/{uuid}", json={"values": {"a_text": value(None)}})
    assert shop_api.patch(f"/products-uuid/{uuid}", json={"parent": "amor"}).status_code == 204
    unknown = shop_api.patch(f"/products-uuid/{uuid}", json={"parent": "mayonnaise"})
    assert unknown.json() == documented(
        'Property "parent" expects a valid parent code. The parent product model does not exist, "mayonnaise" given.',
        "patch_products_uuid__uuid_",
    )


# Variant to simple


def test_a_null_parent_makes_a_simple_product_of_all_it_has_inherited(shop_api: httpx.Client) -> None:
    quantified = {"PRODUCT_SET": {"products": [{"identifier": "friend", "quantity": 2}]}}
    links = {"PACK": {"products": ["friend"], "groups": ["groupB"]}}
    shop_api.patch("/product-models/test", json={"associations": links, "quantified_associations": quantified})
    before = shown(shop_api)
    answer = patch(shop_api, parent=None, values={"a_price": value([]), "a_text": value("x")})
    assert answer.status_code == 204
    values = {**before["values"], "a_text": value("x")}
    del values["a_price"]
    assert shown(shop_api) == {**before, "parent": None, "values": values, "updated": LATER}
    shop_api.delete("/product-models/test")
    assert shown(shop_api)["associations"] == associations(PACK={"products": ["friend"], "groups": ["groupB"]})
    assert patch(shop_api, "new", parent="other").status_code == 422


def test_a_blank_parent_is_no_conversion(shop_api: httpx.Client) -> None:
    answer = patch(shop_api, parent="")
    assert answer.json() == documented('Property "parent" cannot be modified, "" given.', PATCH)


# Links and categories beside inherited ones


def test_an_inherited_link_is_not_kept_twice(shop_api: httpx.Client) -> None:
    shop_api.patch("/product-models/test", json={"associations": {"PACK": {"products": ["friend"]}}})
    patch(shop_api, associations={"PACK": {"products": ["friend"]}})
    assert shown(shop_api)["associations"] == associations(PACK={"products": ["friend"]})
    shop_api.patch("/product-models/test", json={"associations": {"PACK": {"products": []}}})
    assert shown(shop_api)["associations"] == associations()


def test_an_inherited_link_cannot_be_taken_away_below(shop_api: httpx.Client) -> None:
    shop_api.patch("/product-models/test", json={"associations": {"PACK": {"products": ["friend"]}}})
    patch(shop_api, associations={"PACK": {"products": []}})
    assert shown(shop_api)["associations"] == associations(PACK={"products": ["friend"]})


def test_an_own_quantity_hides_the_inherited_one(shop_api: httpx.Client) -> None:
    def quantified(quantity: int) -> Json:
        return {"PRODUCT_SET": {"products": [{"identifier": "friend", "quantity": quantity}], "product_models": []}}

    shop_api.patch("/product-models/test", json={"quantified_associations": quantified(2)})
    patch(shop_api, quantified_associations=quantified(2))
    shop_api.patch("/product-models/test", json={"quantified_associations": quantified(3)})
    assert shown(shop_api)["quantified_associations"] == quantified(3)
    patch(shop_api, quantified_associations=quantified(5))
    assert shown(shop_api)["quantified_associations"] == quantified(5)


def test_an_inherited_category_is_not_kept_twice(shop_api: httpx.Client) -> None:
    assert patch(shop_api, categories=["categoryB", "master"]).status_code == 204
    assert shown(shop_api)["updated"] == "2026-01-01T00:00:00+00:00"
    shop_api.patch("/product-models/amor", json={"categories": []})
    assert shown(shop_api)["categories"] == ["categoryA", "categoryB"]


# Delete


def test_a_deleted_variant_gives_its_combination_free(shop_api: httpx.Client) -> None:
    assert shop_api.delete("/products/AMOR_YES").status_code == 204
    message = "The amor_yes product does not exist in your PIM or you do not have permission to access it."
    again = shop_api.delete("/products/amor_yes")
    assert (again.status_code, again.json()) == (404, {"code": 404, "message": message})
    assert patch(shop_api, "new", parent="amor", values={"a_yes_no": value(True)}).status_code == 201
