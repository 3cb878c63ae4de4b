"""PATCH /products/{code}: merge, rename, and writes that change nothing.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/PartialUpdateProductEndToEnd.php
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.app import App
from tests.resources.shop import associations, documented, error, invalid, value, value_error

LATER = "2026-01-01T00:01:00+00:00"


@pytest.fixture
def foo(shop: App, shop_api: httpx.Client) -> str:
    """A product with something of everything, made a minute ago."""
    shop_api.post("/products", json={"identifier": "bar"})
    body = {
        "identifier": "foo",
        "family": "familyA",
        "categories": ["categoryA", "master"],
        "groups": ["groupA"],
        "values": {
            "a_text": value("text"),
            "a_multi_select": value(["optionA", "optionB"]),
            "a_number_float": value("10"),
            "a_price": value([{"amount": "1.5", "currency": "EUR"}]),
            "a_metric": value({"amount": 3, "unit": "watt"}),
            "a_yes_no": value(True),
            "a_localized_and_scopable_text_area": [*value("en", "en_US", "tablet"), *value("fr", "fr_FR", "tablet")],
        },
        "associations": {"PACK": {"products": ["bar"], "groups": ["groupA"]}},
    }
    assert shop_api.post("/products", json=body).status_code == 201
    shop.sandboxes.default.clock.advance(60)
    return "foo"


def test_a_product_that_is_not_there_is_created(shop_api: httpx.Client) -> None:
    answer = shop_api.patch("/products/new", json={})
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == "http://localhost/api/rest/v1/products/new"
    assert shop_api.get("/products/new").json()["values"] == {"sku": value("new")}


def test_an_update_answers_204_with_location(shop_api: httpx.Client, foo: str) -> None:
    answer = shop_api.patch("/products/foo", json={"enabled": False})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["location"] == "http://localhost/api/rest/v1/products/foo"


def test_values_are_merged_place_by_place(shop_api: httpx.Client, foo: str) -> None:
    before = shop_api.get("/products/foo").json()["values"]
    values = {
        "a_text": value("new"),
        "a_localized_and_scopable_text_area": value("français", "fr_FR", "tablet"),
        "a_yes_no": value(None),
        "a_price": value([]),
        "a_multi_select": value(["optionB"]),
        "a_date": value("2016-06-13"),
    }
    shop_api.patch("/products/foo", json={"values": values})
    after = shop_api.get("/products/foo").json()["values"]
    del before["a_yes_no"], before["a_price"]
    assert after == {
        **before,
        "a_text": value("new"),
        "a_multi_select": value(["optionB"]),
        "a_date": value("2016-06-13T00:00:00+00:00"),
        "a_localized_and_scopable_text_area": [
            *value("en", "en_US", "tablet"),
            *value("français", "fr_FR", "tablet"),
        ],
    }


def test_lists_are_replaced_and_what_is_not_named_stays(shop_api: httpx.Client, foo: str) -> None:
    before = shop_api.get("/products/foo").json()
    shop_api.patch("/products/foo", json={"categories": ["categoryB"], "groups": []})
    assert shop_api.get("/products/foo").json() == {
        **before,
        "categories": ["categoryB"],
        "groups": [],
        "updated": LATER,
    }


@pytest.mark.parametrize("family", [None, ""])
def test_a_product_can_be_taken_out_of_its_family(shop_api: httpx.Client, foo: str, family: str | None) -> None:
    assert shop_api.patch("/products/foo", json={"family": family}).status_code == 204
    assert shop_api.get("/products/foo").json()["family"] is None


@pytest.mark.parametrize("empty", [{"values": []}, {"values": None}, {"associations": []}, {"values": {"a_text": []}}])
def test_phps_empty_array_is_an_empty_object(shop_api: httpx.Client, foo: str, empty: object) -> None:
    before = shop_api.get("/products/foo").json()
    assert shop_api.patch("/products/foo", json=empty).status_code == 204
    assert shop_api.get("/products/foo").json() == before


def test_a_body_with_another_identifier_renames(shop_api: httpx.Client, foo: str) -> None:
    before = shop_api.get("/products/foo").json()
    shop_api.patch("/products/bar", json={"associations": {"PACK": {"products": ["foo"]}}})
    answer = shop_api.patch("/products/foo", json={"identifier": "renamed", "values": {"sku": value("ignored")}})
    assert answer.status_code == 204
    assert answer.headers["location"] == "http://localhost/api/rest/v1/products/renamed"
    assert shop_api.get("/products/foo").status_code == 404
    after = shop_api.get("/products/renamed").json()
    values = {**before["values"], "sku": value("renamed")}
    assert after == {**before, "identifier": "renamed", "values": values, "updated": LATER}
    assert shop_api.get("/products/bar").json()["associations"]["PACK"]["products"] == ["renamed"]


def test_a_rename_to_a_used_identifier_is_refused(shop_api: httpx.Client, foo: str) -> None:
    answer = shop_api.patch("/products/foo", json={"identifier": "bar"})
    message = "The bar identifier is already used for another product."
    assert (answer.status_code, answer.json()) == (422, invalid(error("identifier", message)))


def test_the_url_in_another_letter_case_rewrites_the_identifier(shop_api: httpx.Client, foo: str) -> None:
    answer = shop_api.patch("/products/FOO", json={})
    assert answer.status_code == 204
    assert answer.headers["location"] == "http://localhost/api/rest/v1/products/FOO"
    assert shop_api.get("/products/FOO").json()["identifier"] == "FOO"


def test_a_new_product_has_the_identifier_of_the_url(shop_api: httpx.Client) -> None:
    answer = shop_api.patch("/products/foo", json={"identifier": "bar"})
    message = 'The identifier "bar" provided in the request body must match the identifier "foo" provided in the url.'
    assert (answer.status_code, answer.json()) == (422, {"code": 422, "message": message})


@pytest.mark.parametrize("identifier", [None, ""])
def test_an_identifier_cannot_be_taken_away(shop_api: httpx.Client, foo: str, identifier: str | None) -> None:
    answer = shop_api.patch("/products/foo", json={"identifier": identifier})
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "code": 422,
            "message": "Validation failed. The identifier field is required for this endpoint. If you want to "
            "manipulate products without identifiers, please use products-uuid endpoints.",
            "_links": {"documentation": {"href": "http://api.akeneo.com/api-reference.html#patch_products_uuid__uuid_"}},
        },
    )  # fmt: skip


def test_a_list_is_no_product(shop_api: httpx.Client, foo: str) -> None:
    answer = shop_api.patch("/products/foo", json=[])
    assert (answer.status_code, answer.json()) == (400, {"code": 400, "message": "Invalid json message received"})


def test_an_unknown_attribute_is_told_before_any_property(shop_api: httpx.Client, foo: str) -> None:
    answer = shop_api.patch("/products/foo", json={"foo": 1, "values": {"unknown": value("x")}})
    assert answer.json() == documented("The unknown attribute does not exist in your PIM.", "patch_products__code_")


def test_an_attribute_given_as_null_is_skipped(shop_api: httpx.Client, foo: str) -> None:
    before = shop_api.get("/products/foo").json()
    assert shop_api.patch("/products/foo", json={"values": {"a_text": None}}).status_code == 204
    assert shop_api.get("/products/foo").json() == before


def test_a_refused_update_changes_nothing(shop_api: httpx.Client, foo: str) -> None:
    before = shop_api.get("/products/foo").json()
    body = {"enabled": False, "categories": [], "values": {"a_text": value("new"), "a_regexp": value("x")}}
    assert shop_api.patch("/products/foo", json=body).status_code == 422
    assert shop_api.get("/products/foo").json() == before


# Writes that change nothing


def test_what_get_returned_can_be_sent_back(shop_api: httpx.Client, foo: str) -> None:
    shown = shop_api.get("/products/foo").json()
    assert shop_api.patch("/products/foo", json=shown).status_code == 204
    assert shop_api.get("/products/foo").json() == shown


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"categories": ["master", "categoryA", "MASTER"]},
        {"groups": ["GROUPA"]},
        {"family": "FAMILYa"},
        {"enabled": "1"},
        {"values": {"a_number_float": value(10.0)}},
        {"values": {"a_multi_select": value(["optionb", "optionA"])}},
        {"values": {"a_price": value([{"amount": 1.5, "currency": "EUR"}])}},
        {"values": {"a_metric": value({"amount": "3.00", "unit": "WATT"})}},
        {"values": {"a_text_area": value(None), "a_date": value("")}},
        {"associations": {"PACK": {"products": ["bar", "bar"]}, "X_SELL": {"groups": []}}},
        {"created": "2000-01-01", "updated": "2000-01-01"},
        {"parent": None},
    ],
)
def test_the_same_by_meaning_changes_nothing(shop_api: httpx.Client, foo: str, body: object) -> None:
    before = shop_api.get("/products/foo").json()
    assert shop_api.patch("/products/foo", json=body).status_code == 204
    assert shop_api.get("/products/foo").json() == before


@pytest.mark.parametrize(
    "body", [{"enabled": False}, {"identifier": "Foo"}, {"groups": []}, {"values": {"a_yes_no": value(False)}}]
)
def test_any_real_change_moves_updated_and_leaves_created(shop_api: httpx.Client, foo: str, body: object) -> None:
    before = shop_api.get("/products/foo").json()
    shop_api.patch("/products/foo", json=body)
    uuid = before["uuid"]
    after = shop_api.get(f"/products-uuid/{uuid}").json()
    assert (after["created"], after["updated"]) == (before["created"], LATER)


def test_values_are_judged_again_when_the_structure_has_changed(shop_api: httpx.Client, foo: str) -> None:
    shop_api.patch("/attributes/a_text", json={"max_characters": 3})
    answer = shop_api.patch("/products/foo", json={"enabled": False})
    message = "The a_text attribute must not contain more than 3 characters. The submitted value is too long."
    assert (answer.status_code, answer.json()) == (422, invalid(value_error(message, "a_text")))


def test_associations_are_merged_type_by_type_and_list_by_list(shop_api: httpx.Client, foo: str) -> None:
    body = {"associations": {"X_SELL": {"products": ["bar"]}, "PACK": {"groups": []}}}
    shop_api.patch("/products/foo", json=body)
    expected = associations(X_SELL={"products": ["bar"]}, PACK={"products": ["bar"]})
    assert shop_api.get("/products/foo").json()["associations"] == expected
