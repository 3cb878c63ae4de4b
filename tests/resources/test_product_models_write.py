"""Writing product models.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/ProductModel/ExternalApi/{Create,PartialUpdate}*.php
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.json_types import Json
from tests.resources.shop import documented, error, invalid, value, value_error

POST, PATCH = "post_product_models", "patch_product_models__code_"
NOW, LATER = "2026-01-01T00:00:00+00:00", "2026-01-01T00:01:00+00:00"


@pytest.fixture(autouse=True)
def catalog(shop: App, shop_api: httpx.Client) -> None:
    """Models sweat and hat of two levels with a sub-model sub_sweat, and shoes of one level, made a minute ago."""
    sweat = {"a_price": value([{"amount": "50", "currency": "EUR"}]), "a_number_float": value("12.5")}
    for body in (
        {"code": "sweat", "family_variant": "familyVariantA1", "values": sweat, "categories": ["categoryA"]},
        {"code": "hat", "family_variant": "familyVariantA1"},
        {"code": "shoes", "family_variant": "familyVariantA2"},
        {"code": "sub_sweat", "parent": "sweat", "values": {"a_simple_select": value("optionB")}},
    ):
        assert shop_api.post("/product-models", json=body).status_code == 201
    shop.sandboxes.default.clock.advance(60)


def shown(api: httpx.Client, code: str) -> Json:
    body: Json = api.get(f"/product-models/{code}").json()
    return body


def patch(api: httpx.Client, code: str, /, **body: object) -> httpx.Response:
    return api.patch(f"/product-models/{code}", json=body)


def values_of(api: httpx.Client, code: str) -> Json:
    values: Json = shown(api, code)["values"]
    return values


def test_a_root_model_keeps_what_all_have_in_common(shop_api: httpx.Client) -> None:
    body = {
        "code": "new",
        "family": "familyA",
        "family_variant": "familyVariantA1",
        "categories": ["master"],
        "values": {"a_number_float": value(1), "a_text": value("level 1"), "a_yes_no": value(True)},
        "identifier": "ignored",
        "created": "2014-06-14T13:12:50+02:00",
        "metadata": {},
    }
    answer = shop_api.post("/product-models", json=body)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == "http://localhost/api/rest/v1/product-models/new"
    kept = shown(shop_api, "new")
    assert (kept["family"], kept["family_variant"], kept["parent"]) == ("familyA", "familyVariantA1", None)
    assert (kept["categories"], kept["values"]) == (["master"], {"a_number_float": value("1.0000")})
    assert (kept["created"], kept["updated"]) == (LATER, LATER)


def test_a_sub_model_shows_what_it_inherits(shop_api: httpx.Client) -> None:
    patch(shop_api, "sub_sweat", values={"a_text": value("x"), "a_price": value([])}, categories=["categoryB"])
    body = shown(shop_api, "sub_sweat")
    assert (body["family"], body["family_variant"], body["parent"]) == ("familyA", "familyVariantA1", "sweat")
    assert body["categories"] == ["categoryA", "categoryB"]
    assert body["values"] == {
        "a_price": value([{"amount": "50.00", "currency": "EUR"}]),
        "a_number_float": value("12.5000"),
        "a_simple_select": value("optionB"),
        "a_text": value("x"),
    }


def test_updating_the_root_changes_what_its_sub_model_shows_but_not_its_stamp(shop_api: httpx.Client) -> None:
    patch(shop_api, "sweat", values={"a_number_float": value("15.3")})
    body = shown(shop_api, "sub_sweat")
    assert (body["values"]["a_number_float"], body["updated"]) == (value("15.3000"), NOW)


@pytest.mark.parametrize("code", ["sweat", "sub_sweat"])
def test_what_get_returned_can_be_sent_back(shop_api: httpx.Client, code: str) -> None:
    before = shown(shop_api, code)
    answer = shop_api.patch(f"/product-models/{code}", json=before)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["location"] == f"http://localhost/api/rest/v1/product-models/{code}"
    assert shown(shop_api, code) == before


def test_an_inherited_category_is_not_kept_twice(shop_api: httpx.Client) -> None:
    patch(shop_api, "sub_sweat", categories=["categoryA"])
    patch(shop_api, "sweat", categories=[])
    assert shown(shop_api, "sub_sweat")["categories"] == []


def test_patch_creates_what_is_not_there(shop_api: httpx.Client) -> None:
    answer = patch(shop_api, "new", parent="sweat", values={"a_simple_select": value("optionA")})
    assert (answer.status_code, answer.headers["location"]) == (
        201,
        "http://localhost/api/rest/v1/product-models/new",
    )


# Code


def test_a_model_has_a_code(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/product-models", json={"family_variant": "familyVariantA1"})
    assert (answer.status_code, answer.json()) == (
        422,
        invalid(error("code", "The product model code must not be empty.")),
    )


@pytest.mark.parametrize(("method", "path", "anchor"), [("POST", "", POST), ("PATCH", "/x", PATCH)])
def test_a_code_is_a_text(shop_api: httpx.Client, method: str, path: str, anchor: str) -> None:
    answer = shop_api.request(method, f"/product-models{path}", json={"code": 12})
    assert answer.json() == documented("The code field requires a string.", anchor)


def test_a_used_code_is_refused(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/product-models", json={"code": "SWEAT", "family_variant": "familyVariantA1"})
    assert answer.json() == invalid(error("code", "The same code is already set on another product model."))


@pytest.mark.parametrize(
    ("code", "messages"),
    [
        ("a,b", ["This field should not contain any comma or semicolon or leading/trailing space"]),
        ("a ", ["This field should not contain any comma or semicolon or leading/trailing space"]),
        ("a\nb", ["This field should not contain any line break"]),
        ("x" * 256, ["This value is too long. It should have 255 characters or less."]),
    ],
)
def test_the_form_of_a_code_is_checked(shop_api: httpx.Client, code: str, messages: list[str]) -> None:
    answer = shop_api.post("/product-models", json={"code": code, "family_variant": "familyVariantA1"})
    assert answer.json() == invalid(*(error("code", message) for message in messages))


def test_a_new_model_has_the_code_of_the_url(shop_api: httpx.Client) -> None:
    answer = patch(shop_api, "foo", code="bar", family_variant="familyVariantA1")
    message = 'The code "bar" provided in the request body must match the code "foo" provided in the url.'
    assert (answer.status_code, answer.json()) == (422, {"code": 422, "message": message})


def test_an_update_with_another_code_renames_with_all_that_lies_below(shop_api: httpx.Client) -> None:
    answer = patch(shop_api, "sweat", code="pullover")
    assert (answer.status_code, answer.headers["location"]) == (
        204,
        "http://localhost/api/rest/v1/product-models/pullover",
    )
    assert shop_api.get("/product-models/sweat").status_code == 404
    assert shown(shop_api, "sub_sweat")["parent"] == "pullover"
    assert shop_api.delete("/product-models/pullover").status_code == 204
    assert shop_api.get("/product-models/sub_sweat").status_code == 404


# Family variant and parent


def test_a_model_without_family_variant_is_refused(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/product-models", json={"code": "new", "values": {"a_regexp": value("x")}})
    regexp = "The a_regexp attribute must match the following regular expression: /^[0-9]+$/."
    assert answer.json() == invalid(
        error("family_variant", "The product model family variant must not be empty."),
        value_error(regexp, "a_regexp"),
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"foo": 1}, 'Property "foo" does not exist.'),
        ({"enabled": True}, 'Property "enabled" does not exist.'),
        ({"groups": []}, 'Property "groups" does not exist.'),
        ({"uuid": "x"}, 'Property "uuid" does not exist.'),
        ({"_links": {}}, 'Property "_links" does not exist.'),
        ({"family_variant": None}, 'Property "family_variant" does not expect an empty value.'),
        (
            {"family_variant": "x"},
            'Property "family_variant" expects a valid family variant code. '
            'The family variant does not exist, "x" given.',
        ),
        ({"family": None}, 'Property "family" does not expect an empty value.'),
        (
            {"family_variant": "familyVariantA1", "family": "familyA1"},
            'The family "familyA1" does not match the family of the variant "familyVariantA1".',
        ),
        (
            {"parent": "x"},
            'Property "parent" expects a valid parent code. The product model does not exist, "x" given.',
        ),
        (
            {"parent": "sub_sweat"},
            'Property "parent" expects a valid parent code. '
            'The new parent of the product model must be a root product model, "sub_sweat" given.',
        ),
        (
            {"parent": "sweat", "family_variant": "familyVariantA2"},
            'The parent is not a product model of the family variant "familyVariantA2" but belongs to the family '
            '"familyVariantA1".',
        ),
        ({"categories": ["foo"]}, "The foo category does not exist in your PIM."),
        ({"values": {"foo": value("x")}}, 'Property "foo" does not exist.'),
        (
            {"values": {"a_simple_select": [{"locale": None, "data": "x"}]}, "family_variant": "familyVariantA2"},
            "",
        ),
    ],
)
def test_a_new_model_of_the_wrong_form_is_refused(shop_api: httpx.Client, body: Json, message: str) -> None:
    answer = shop_api.post("/product-models", json={"code": "new", **body})
    if message:
        assert (answer.status_code, answer.json()) == (422, documented(message, POST))
    else:
        # An attribute of another level is dropped before anyone looks at its value.
        assert answer.status_code == 201


@pytest.mark.parametrize(
    ("attribute", "entries", "message"),
    [
        ("a_date", [{"locale": None, "data": "x"}], 'Property "a_date" expects an array with the key "scope".'),
        ("a_date", [{"scope": None, "data": "x"}], 'Property "a_date" expects an array with the key "locale".'),
        ("a_date", [{"scope": None, "locale": None}], 'Property "a_date" expects an array with the key "data".'),
        ("a_date", "x", 'Property "a_date" expects an array as data, "string" given.'),
        ("a_price", value(12), 'Property "a_price" expects an array as data, "integer" given.'),
        ("a_price", value([12]), 'Property "a_price" expects an array of arrays as data.'),
        ("a_price", value([{"currency": "EUR"}]), 'Property "a_price" expects an array with the key "amount".'),
        ("a_price", value([{"amount": 1}]), 'Property "a_price" expects an array with the key "currency".'),
    ],
)
def test_values_of_the_wrong_form_are_refused(
    shop_api: httpx.Client, attribute: str, entries: object, message: str
) -> None:
    answer = patch(shop_api, "sweat", values={attribute: entries})
    assert (answer.status_code, answer.json()) == (422, documented(message, PATCH))


def test_a_boolean_of_a_model_is_told_as_a_value_of_the_wrong_type(shop_api: httpx.Client) -> None:
    body = {"code": "size", "family_variant": "sizes", "values": {"a_yes_no": value("true")}}
    answer = shop_api.post("/product-models", json=body)
    assert answer.json() == documented('Property "a_yes_no" expects a boolean as data, "string" given.', POST)


def test_of_a_value_given_twice_the_last_wins(shop_api: httpx.Client) -> None:
    patch(shop_api, "sweat", values={"a_number_float": [*value("1"), *value("2")]})
    assert values_of(shop_api, "sweat")["a_number_float"] == value("2.0000")


def test_a_price_goes_away_with_null(shop_api: httpx.Client) -> None:
    patch(shop_api, "sweat", values={"a_price": value(None)})
    assert values_of(shop_api, "sweat") == {"a_number_float": value("12.5000")}


@pytest.mark.parametrize(
    ("code", "body", "message"),
    [
        (
            "sweat",
            {"family_variant": "familyVariantA2"},
            'Property "family_variant" cannot be modified, "familyVariantA2" given.',
        ),
        ("sweat", {"family": "familyA1"}, 'Property "family" cannot be modified, "familyA1" given.'),
        ("sweat", {"family": None}, 'Property "family" cannot be modified, "NULL" given.'),
        ("sweat", {"parent": "hat"}, 'Property "parent" cannot be modified, "hat" given.'),
        ("sub_sweat", {"parent": None}, 'Property "parent" cannot be modified, "NULL" given.'),
        (
            "sub_sweat",
            {"parent": "shoes"},
            'Property "parent" expects a valid parent code. '
            'The new parent of the product model must be of the same family variant, "shoes" given.',
        ),
    ],
)
def test_where_a_model_belongs_is_settled(shop_api: httpx.Client, code: str, body: Json, message: str) -> None:
    answer = patch(shop_api, code, **body)
    assert (answer.status_code, answer.json()) == (422, documented(message, PATCH))


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("sweat", {"family_variant": "fAmIlYVaRiAnTA1"}),
        ("sweat", {"family_variant": ""}),
        ("sweat", {"parent": None}),
        ("sub_sweat", {"parent": ""}),
        ("sub_sweat", {"parent": "SWEAT", "family_variant": "familyVariantA1", "family": "familyA"}),
    ],
)
def test_where_a_model_belongs_may_be_said_again(shop_api: httpx.Client, code: str, body: Json) -> None:
    before = shown(shop_api, code)
    assert patch(shop_api, code, **body).status_code == 204
    assert shown(shop_api, code) == before


def test_a_model_of_one_level_has_no_parent(shop_api: httpx.Client) -> None:
    body = {"code": "sub_shoes", "parent": "shoes", "values": {"a_simple_select": value("optionA")}}
    answer = shop_api.post("/product-models", json=body)
    assert answer.json() == invalid(error("parent", 'The product model "sub_shoes" cannot have a parent'))


def test_a_sub_model_may_move_below_another_root(shop_api: httpx.Client) -> None:
    assert patch(shop_api, "sub_sweat", parent="hat").status_code == 204
    assert values_of(shop_api, "sub_sweat") == {"a_simple_select": value("optionB")}
    shop_api.delete("/product-models/sweat")
    assert shown(shop_api, "sub_sweat")["parent"] == "hat"


# Axes

EMPTY = 'Attribute "a_simple_select" cannot be empty, as it is defined as an axis for this entity'


def test_the_axes_of_the_level_have_a_value(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/product-models", json={"code": "new", "parent": "sweat"})
    assert answer.json() == invalid(error("attribute", EMPTY))
    answer = patch(shop_api, "sub_sweat", values={"a_simple_select": value(None)})
    assert answer.json() == invalid(error("attribute", EMPTY))


def test_a_combination_of_axis_values_is_taken_once(shop_api: httpx.Client) -> None:
    body = {"code": "new", "parent": "sweat", "values": {"a_simple_select": value("OPTIONB")}}
    answer = shop_api.post("/product-models", json=body)
    message = (
        'Cannot set value "[OPTIONB]" for the attribute axis "a_simple_select" on product model "new", '
        'as the product model "sub_sweat" already has this value'
    )
    assert (answer.status_code, answer.json()) == (422, invalid(error("attribute", message)))
    assert shop_api.post("/product-models", json={**body, "parent": "hat"}).status_code == 201


def test_an_axis_value_is_free_again_when_its_model_takes_another_or_goes(shop_api: httpx.Client) -> None:
    assert patch(shop_api, "sub_sweat", values={"a_simple_select": value("optionA")}).status_code == 204
    body = {"parent": "sweat", "values": {"a_simple_select": value("optionB")}}
    assert patch(shop_api, "new", **body).status_code == 201
    assert patch(shop_api, "sub_sweat", values=body["values"]).status_code == 422
    shop_api.delete("/product-models/new")
    assert patch(shop_api, "sub_sweat", values=body["values"]).status_code == 204


def test_a_wrong_value_hides_a_combination_that_is_taken(shop_api: httpx.Client) -> None:
    values = {"a_simple_select": value("optionB"), "a_text": value("x" * 201)}
    answer = shop_api.post("/product-models", json={"code": "new", "parent": "sweat", "values": values})
    too_long = "The a_text attribute must not contain more than 200 characters. The submitted value is too long."
    assert answer.json() == invalid(value_error(too_long, "a_text"))


def test_a_new_model_without_code_has_its_values_looked_at(shop_api: httpx.Client) -> None:
    body = {"family_variant": "familyVariantA1", "values": {"a_text": value("x"), "ean": value("1")}}
    answer = shop_api.post("/product-models", json=body)
    assert answer.json() == invalid(
        error("attribute", 'Cannot set the property "a_text" to this entity as it is not in the attribute set'),
        error("attribute", 'Attribute "ean" does not belong to the family "familyA"'),
        error("code", "The product model code must not be empty."),
    )


def test_a_new_model_gets_the_defaults_of_its_level(shop_api: httpx.Client) -> None:
    shop_api.post("/product-models", json={"code": "size", "family_variant": "sizes"})
    assert values_of(shop_api, "size") == {}
    product = {"identifier": "s", "parent": "size", "values": {"a_metric": value({"amount": 1, "unit": "WATT"})}}
    shop_api.post("/products", json=product)
    assert shop_api.get("/products/s").json()["values"]["a_default_yes_no"] == value(True)


# Delete


def test_a_model_goes_with_all_that_lies_below(shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "v", "parent": "sub_sweat", "values": {"a_yes_no": value(True)}})
    answer = shop_api.delete("/product-models/SWEAT")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in ("/product-models/sweat", "/product-models/sub_sweat", "/products/v"):
        assert shop_api.get(path).status_code == 404
    message = 'Product model "sweat" does not exist or you do not have permission to access it.'
    again = shop_api.delete("/product-models/sweat")
    assert (again.status_code, again.json()) == (404, {"code": 404, "message": message})
