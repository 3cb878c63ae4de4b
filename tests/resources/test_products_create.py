"""POST /products.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/CreateProductEndToEnd.php
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.core.json_types import Json
from tests.resources.shop import associations, documented, error, invalid, value, value_error

NO_IDENTIFIER = {
    "code": 422,
    "message": "Validation failed. The identifier field is required for this endpoint. If you want to manipulate "
    "products without identifiers, please use products-uuid endpoints.",
    "_links": {"documentation": {"href": "http://api.akeneo.com/api-reference.html#post_products_uuid"}},
}
NOW = "2026-01-01T00:00:00+00:00"


def without_uuid(answer: httpx.Response) -> Json:
    body: Json = answer.json()
    del body["uuid"]
    return body


def test_a_product_of_an_identifier_alone_gets_the_defaults(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products", json={"identifier": "foo"})
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == "http://localhost/api/rest/v1/products/foo"
    assert without_uuid(shop_api.get("/products/foo")) == {
        "identifier": "foo",
        "enabled": True,
        "family": None,
        "categories": [],
        "groups": [],
        "parent": None,
        "values": {"sku": value("foo")},
        "created": NOW,
        "updated": NOW,
        "associations": associations(),
        "quantified_associations": {},
    }


def test_every_property_of_a_product_is_kept(shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "bar"})
    answer = shop_api.post(
        "/products",
        json={
            "identifier": "foo",
            "enabled": False,
            "family": "FAMILYa",
            "categories": ["categoryB", "master", "categoryB"],
            "groups": ["groupB", "GROUPA"],
            "values": {"a_text": value("text"), "a_yes_no": value(True), "sku": value("ignored")},
            "associations": {"PACK": {"products": ["bar"], "groups": ["groupB"]}},
            "created": "2014-06-14T13:12:50+02:00",
            "updated": "2014-06-14T13:12:50+02:00",
            "metadata": {"workflow_status": "working_copy"},
            "quality_scores": [],
            "completenesses": [],
        },
    )
    assert answer.status_code == 201
    assert without_uuid(shop_api.get("/products/foo")) == {
        "identifier": "foo",
        "enabled": False,
        "family": "familyA",
        "categories": ["categoryB", "master"],
        "groups": ["groupA", "groupB"],
        "parent": None,
        "values": {"a_text": value("text"), "a_yes_no": value(True), "sku": value("foo")},
        "created": NOW,
        "updated": NOW,
        "associations": associations(PACK={"products": ["bar"], "groups": ["groupB"]}),
        "quantified_associations": {},
    }


def test_the_location_escapes_what_a_path_segment_must(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products", json={"identifier": "a b/c+d%e"})
    assert answer.headers["location"] == "http://localhost/api/rest/v1/products/a%20b/c+d%25e"


def test_values_outside_of_the_family_are_kept(shop_api: httpx.Client) -> None:
    body = {"identifier": "foo", "family": "familyA1", "values": {"a_number_float": value(12.5)}}
    assert shop_api.post("/products", json=body).status_code == 201
    assert shop_api.get("/products/foo").json()["values"]["a_number_float"] == value("12.5000")


def test_booleans_of_the_family_get_their_defaults_everywhere(shop_api: httpx.Client) -> None:
    body = {
        "identifier": "foo",
        "family": "family_with_defaults",
        "values": {"a_scopable_yes_no": value(True, scope="tablet")},
    }
    shop_api.post("/products", json=body)
    assert shop_api.get("/products/foo").json()["values"] == {
        "sku": value("foo"),
        "a_default_yes_no": value(True),
        "a_scopable_yes_no": [*value(True, scope="tablet"), *value(False, scope="ecommerce")],
    }


def test_an_update_gives_no_defaults(shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "foo"})
    shop_api.patch("/products/foo", json={"family": "family_with_defaults"})
    assert shop_api.get("/products/foo").json()["values"] == {"sku": value("foo")}


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        ["identifier"],
        {"identifier": None},
        {"identifier": ""},
        {"identifier": "  "},
        {"values": {"sku": value("foo")}},
    ],
)
def test_without_an_identifier_a_product_is_refused(shop_api: httpx.Client, body: object) -> None:
    answer = shop_api.post("/products", json=body)
    assert (answer.status_code, answer.json()) == (422, NO_IDENTIFIER)


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"12", b'"foo"', b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(shop_api: httpx.Client, body: bytes) -> None:
    answer = shop_api.post("/products", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, {"code": 400, "message": "Invalid json message received"})


def test_an_identifier_that_is_no_text_is_refused(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products", json={"identifier": 123})
    expected = documented('Property "sku" expects a string as data, "integer" given.', "post_products")
    assert (answer.status_code, answer.json()) == (422, expected)


def test_a_used_identifier_is_refused_in_any_letter_case(shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "simple"})
    answer = shop_api.post("/products", json={"identifier": "SIMPLE"})
    message = "The SIMPLE identifier is already used for another product."
    assert (answer.status_code, answer.json()) == (422, invalid(error("identifier", message)))


SEPARATORS = "This field should not contain any comma or semicolon or leading/trailing space"
LINE_BREAK = "This field should not contain any line break"


@pytest.mark.parametrize(
    ("identifier", "messages"),
    [
        ("a,b", [SEPARATORS]),
        ("a;b", [SEPARATORS]),
        (" a", [SEPARATORS]),
        ("a ", [SEPARATORS]),
        ("a\nb", [LINE_BREAK]),
        ("foo\n", [LINE_BREAK]),
        ("\nfoo", [SEPARATORS, LINE_BREAK]),
        (
            "x" * 256,
            ["The sku attribute must not contain more than 255 characters. The submitted value is too long."],
        ),
    ],
)
def test_the_form_of_an_identifier_is_checked(shop_api: httpx.Client, identifier: str, messages: list[str]) -> None:
    answer = shop_api.post("/products", json={"identifier": identifier})
    assert (answer.status_code, answer.json()) == (422, invalid(*(error("identifier", m) for m in messages)))


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("foo", 1, 'Property "foo" does not exist.'),
        ("_links", {}, 'Property "_links" does not exist.'),
        ("enabled", None, 'Property "enabled" expects a boolean as data, "NULL" given.'),
        ("enabled", "true", 'Property "enabled" expects a boolean as data, "string" given.'),
        ("enabled", 2, 'Property "enabled" expects a boolean as data, "integer" given.'),
        ("enabled", [], 'Property "enabled" expects a scalar as data, "array" given.'),
        ("family", "foo", "The foo family does not exist in your PIM."),
        ("family", [], 'Property "family" expects a scalar as data, "array" given.'),
        ("family", 12, 'Property "family" expects a string as data, "integer" given.'),
        ("categories", ["foo"], "The foo category does not exist in your PIM."),
        ("categories", "master", 'Property "categories" expects an array as data, "string" given.'),
        ("categories", None, 'Property "categories" expects an array as data, "NULL" given.'),
        (
            "categories",
            [[]],
            'Property "categories" expects an array with valid data, one of the categories is not a scalar.',
        ),
        (
            "categories",
            [1],
            'Property "categories" expects an array with valid data, one of the category codes is not a string, '
            '"integer" given.',
        ),
        ("groups", ["foo"], 'Property "groups" expects a valid group code. The group does not exist, "foo" given.'),
        ("groups", 1.5, 'Property "groups" expects an array as data, "double" given.'),
        ("groups", [{}], 'Property "groups" expects an array with valid data, one of the groups is not a scalar.'),
        (
            "groups",
            [None],
            'Property "groups" expects an array with valid data, one of the group codes is not a string, "NULL" given.',
        ),
        (
            "parent",
            "foo",
            'Property "parent" expects a valid parent code. The parent product model does not exist, "foo" given.',
        ),
        ("uuid", "122345", "This is not a valid UUID."),
        ("values", "text", "This value should be of type array|(Traversable&ArrayAccess)."),
        ("values", False, "This value should be of type array|(Traversable&ArrayAccess)."),
        ("values", [1], 'Property "0" expect to be an array'),
        ("uuid", [], "This value should be of type string."),
    ],
)
def test_a_property_of_the_wrong_form_is_refused(
    shop_api: httpx.Client, name: str, given: object, message: str
) -> None:
    answer = shop_api.post("/products", json={"identifier": "new", name: given})
    assert (answer.status_code, answer.json()) == (422, documented(message, "post_products"))
    assert shop_api.get("/products/new").status_code == 404


def test_variant_groups_are_a_thing_of_the_past(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products", json={"foo": 1, "identifier": "new", "variant_group": "tshirts"})
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "code": 422,
            "message": 'Property "variant_group" does not exist anymore. Check the link below to understand why.',
            "_links": {"documentation": {"href": "http://api.akeneo.com/documentation/products-with-variants.html"}},
        },
    )


@pytest.mark.parametrize(("given", "kept"), [(0, False), ("0", False), (1, True), ("1", True), (False, False)])
def test_enabled_takes_phps_words_for_it(shop_api: httpx.Client, given: object, kept: bool) -> None:
    shop_api.post("/products", json={"identifier": "foo", "enabled": given})
    assert shop_api.get("/products/foo").json()["enabled"] is kept


FORMAT = " Check the expected format on the API documentation."


@pytest.mark.parametrize(
    ("attribute", "entries", "message"),
    [
        ("a_text", "foo", 'Property "a_text" expect to be an array'),
        ("a_text", None, 'Property "a_text" expects an array as data, "NULL" given.'),
        ("a_text", ["foo"], 'Property "a_text" expect to be an array of array'),
        ("a_text", {"locale": None, "data": "x"}, 'Property "a_text" expect to be an array of array'),
        (
            "a_metric",
            {"locale": None, "scope": None, "data": None},
            'Property "a_metric" expects an array with valid data, one of the values is not an array.',
        ),
        (
            "a_text",
            [{"locale": None, "scope": None}],
            'Property "a_text" expects an array with the key "data".' + FORMAT,
        ),
        ("a_text", [{"scope": None, "data": 1}], 'Property "a_text" expects an array with the key "locale".' + FORMAT),
        ("a_text", [{"locale": None, "data": 1}], 'Property "a_text" expects an array with the key "scope".' + FORMAT),
        (
            "a_text",
            [{"locale": 12, "scope": None, "data": "x"}],
            'Property "a_text" expects an array with the key "locale" as string.' + FORMAT,
        ),
        (
            "a_text",
            [{"locale": None, "scope": [], "data": "x"}],
            'Property "a_text" expects an array with the key "scope" as string.' + FORMAT,
        ),
        (
            "a_price",
            value(None),
            'The data format sent for the "a_price" attribute is wrong. Please, fill in one value per amount field.',
        ),
        ("a_price", value([{"amount": 1, "currency": "EUR", "x": 1}]), "This field was not expected."),
        (
            "a_yes_no",
            value(1),
            "The a_yes_no attribute requires a boolean value (true or false) as data, a integer was detected.",
        ),
        (
            "a_text",
            [*value("a"), *value("b")],
            'You cannot update the same product value on the "a_text" attribute twice, with the same scope and locale.',
        ),
        ("foo", value("x"), "The foo attribute does not exist in your PIM."),
        (
            "a_text",
            value("x", scope="ecommerce"),
            "The a_text attribute requires neither a channel (ecommerce was detected) nor a locale "
            "(nothing was detected).",
        ),
        (
            "a_localized_text",
            value("x"),
            "The a_localized_text attribute does not require a value per channel (nothing was detected) but requires "
            "a value per locale (nothing was detected).",
        ),
        (
            "a_scopable_yes_no",
            value(True, locale="en_US"),
            "The a_scopable_yes_no attribute requires a value per channel (nothing was detected) but does not require "
            "a value per locale (en_US was detected).",
        ),
        (
            "a_localized_and_scopable_text_area",
            value("x", locale="en_US"),
            "The a_localized_and_scopable_text_area attribute requires a value per channel (nothing was detected) "
            "and a locale (en_US was detected).",
        ),
    ],
)
def test_values_of_the_wrong_form_are_refused(
    shop_api: httpx.Client, attribute: str, entries: object, message: str
) -> None:
    answer = shop_api.post("/products", json={"identifier": "new", "values": {attribute: entries}})
    assert (answer.status_code, answer.json()) == (422, documented(message, "post_products"))


def test_the_first_wrong_property_hides_the_rest(shop_api: httpx.Client) -> None:
    body = {"identifier": "new", "foo": 1, "family": "unknown", "values": {"a_text": value(12)}}
    answer = shop_api.post("/products", json=body)
    assert answer.json() == documented('Property "foo" does not exist.', "post_products")


def test_an_unknown_parent_is_told_first(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products", json={"identifier": "new", "foo": 1, "parent": "unknown"})
    message = 'Property "parent" expects a valid parent code. The parent product model does not exist, "unknown" given.'
    assert answer.json() == documented(message, "post_products")


def test_values_of_every_kind_that_break_rules_are_told_together(shop_api: httpx.Client) -> None:
    values = {
        "a_text": value("x" * 201),
        "a_simple_select": value("unknown"),
        "a_localized_text": value("x", locale="xx_XX"),
        "a_scopable_yes_no": value(True, scope="unknown"),
        "a_localized_and_scopable_text_area": value("x", "fr_FR", "ecommerce"),
        "a_number_integer": value(-3),
    }
    answer = shop_api.post("/products", json={"identifier": "a,b", "values": values})
    errors = answer.json().pop("errors")
    assert answer.status_code == 422
    assert sorted(errors, key=str) == sorted(
        [
            value_error("The unknown value is not in the a_simple_select attribute option list.", "a_simple_select"),
            value_error(
                "The a_scopable_yes_no attribute requires a value per channel. "
                "The unknown channel (scope) must exist in your PIM",
                "a_scopable_yes_no",
                scope="unknown",
            ),
            value_error(
                "The a_localized_text attribute requires a valid locale. The xx_XX locale does not exist.",
                "a_localized_text",
                locale="xx_XX",
            ),
            value_error(
                "The a_localized_and_scopable_text_area attribute requires a valid locale. "
                "The fr_FR locale is not bound to the ecommerce channel.",
                "a_localized_and_scopable_text_area",
                "fr_FR",
                "ecommerce",
            ),
            error("identifier", SEPARATORS),
            value_error(
                "The a_text attribute must not contain more than 200 characters. The submitted value is too long.",
                "a_text",
            ),
            value_error(
                "The a_number_integer attribute requires an equal or greater than 0 value.", "a_number_integer"
            ),
        ],
        key=str,
    )


def test_a_wrong_value_hides_a_used_identifier(shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "foo"})
    answer = shop_api.post("/products", json={"identifier": "foo", "values": {"a_regexp": value("abc")}})
    message = "The a_regexp attribute must match the following regular expression: /^[0-9]+$/."
    assert answer.json() == invalid(value_error(message, "a_regexp"))


@pytest.mark.parametrize(
    ("code", "stored", "sent", "told"),
    [
        ("a_unique_number", "12.5", 12.50, "12.5"),
        ("a_unique_number", 12, "12", "12"),
        ("a_unique_date", "2020-02-02T10:00:00Z", "2020-02-02", "2020-02-02"),
    ],
)
def test_a_unique_number_or_date_of_another_product_is_refused(
    shop_api: httpx.Client, code: str, stored: object, sent: object, told: str
) -> None:
    shop_api.post("/products", json={"identifier": "one", "values": {code: value(stored)}})
    answer = shop_api.post("/products", json={"identifier": "two", "values": {code: value(sent)}})
    message = (
        f"The {code} attribute can not have the same value more than once. "
        f"The {told} value is already set on another product."
    )
    assert answer.json() == invalid(value_error(message, code))


def test_a_unique_value_of_another_product_is_refused_in_any_letter_case(shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "one", "values": {"a_unique_text": value("Foo"), "ean": value("1")}})
    body = {"identifier": "two", "values": {"a_unique_text": value("fOO"), "ean": value("1")}}
    answer = shop_api.post("/products", json=body)
    text = (
        "The a_unique_text attribute can not have the same value more than once. "
        "The fOO value is already set on another product."
    )
    ean = "The 1 value is already set on another product for the ean identifier attribute."
    assert answer.json() == invalid(value_error(text, "a_unique_text"), error("identifier", ean))


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        (None, 'The "Content-Type" header is missing. "application/json" has to be specified as value.'),
        ("text/plain", '"text/plain" in "Content-Type" header is not valid. Only "application/json" is allowed.'),
    ],
)
def test_another_content_type_is_refused(shop_api: httpx.Client, content_type: str | None, message: str) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = shop_api.post("/products", content=b'{"identifier":"foo"}', headers=headers)
    assert (answer.status_code, answer.json()) == (415, {"code": 415, "message": message})
