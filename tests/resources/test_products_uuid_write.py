"""Writing products by uuid: what differs from writing them by identifier.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/{Create,PartialUpdate}ProductWithUuid*.php
"""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from tests.resources.shop import associations, documented, error, invalid, value

ONE = "9ba2d8c0-3b4a-4f0e-8a5e-0c7a1c5d2e01"
TWO = "9ba2d8c0-3b4a-4f0e-8a5e-0c7a1c5d2e02"
POST, PATCH = "post_products_uuid", "patch_products_uuid__uuid_"


def test_a_product_without_uuid_gets_one(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products-uuid", json={"values": {"sku": value("foo")}})
    uuid = answer.headers["location"].removeprefix("http://localhost/api/rest/v1/products-uuid/")
    assert (answer.status_code, answer.content, UUID(uuid).version) == (201, b"", 4)
    assert shop_api.get("/products/foo").json()["uuid"] == uuid


def test_a_product_needs_no_identifier(shop_api: httpx.Client) -> None:
    assert shop_api.post("/products-uuid", json={"uuid": ONE}).status_code == 201
    body = shop_api.get(f"/products-uuid/{ONE}").json()
    assert (body["values"], "identifier" in body) == ({}, False)


def test_a_uuid_is_kept_and_told_in_lower_case(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/products-uuid", json={"uuid": ONE.upper()})
    assert answer.headers["location"] == f"http://localhost/api/rest/v1/products-uuid/{ONE}"
    assert shop_api.get(f"/products-uuid/{ONE.upper()}").json()["uuid"] == ONE
    answer = shop_api.patch(f"/products-uuid/{ONE.upper()}", json={"enabled": False})
    assert answer.status_code == 204
    assert answer.headers["location"] == f"http://localhost/api/rest/v1/products-uuid/{ONE}"


def test_a_used_uuid_is_refused(shop_api: httpx.Client) -> None:
    shop_api.post("/products-uuid", json={"uuid": ONE})
    answer = shop_api.post("/products-uuid", json={"uuid": ONE.upper(), "foo": 1})
    message = f"The {ONE.upper()} uuid is already used for another product."
    assert (answer.status_code, answer.json()) == (422, invalid(error("uuid", message)))


def test_a_uuid_of_another_version_is_refused(shop_api: httpx.Client) -> None:
    other = "9ba2d8c0-3b4a-1f0e-8a5e-0c7a1c5d2e01"
    answer = shop_api.post("/products-uuid", json={"uuid": other})
    message = f'The version of the uuid "{other}" should be 4, 1 given.'
    assert answer.json() == invalid(error("uuid", message))


@pytest.mark.parametrize("uuid", ["1234", 12, True, "9ba2d8c03b4a4f0e8a5e0c7a1c5d2e01"])
def test_what_is_no_uuid_is_refused(shop_api: httpx.Client, uuid: object) -> None:
    answer = shop_api.post("/products-uuid", json={"uuid": uuid})
    assert answer.json() == documented("This is not a valid UUID.", POST)


def test_a_path_that_is_no_uuid_has_no_route(shop_api: httpx.Client) -> None:
    answer = shop_api.patch("/products-uuid/1234", json={})
    assert answer.status_code == 404
    assert answer.json()["message"].startswith("No route found for")


@pytest.mark.parametrize(("method", "path", "anchor"), [("POST", "", POST), ("PATCH", f"/{ONE}", PATCH)])
def test_the_member_identifier_does_not_exist(shop_api: httpx.Client, method: str, path: str, anchor: str) -> None:
    answer = shop_api.request(method, f"/products-uuid{path}", json={"identifier": "foo"})
    assert answer.json() == documented('Property "identifier" does not exist.', anchor)
    assert shop_api.request(method, f"/products-uuid{path}", json={"identifier": None}).status_code == 201


@pytest.mark.parametrize("exists", [True, False])
def test_another_uuid_in_the_body_is_refused(shop_api: httpx.Client, exists: bool) -> None:
    if exists:
        shop_api.post("/products-uuid", json={"uuid": ONE})
    answer = shop_api.patch(f"/products-uuid/{ONE}", json={"uuid": TWO})
    message = f'The uuid "{TWO}" provided in the request body must match the uuid "{ONE}" provided in the url.'
    assert (answer.status_code, answer.json()) == (422, {"code": 422, "message": message})


def test_the_identifier_is_a_value_like_others(shop_api: httpx.Client) -> None:
    shop_api.post("/products-uuid", json={"uuid": ONE, "values": {"sku": value("foo")}})
    shop_api.patch(f"/products-uuid/{ONE}", json={"values": {"sku": value("bar")}})
    assert shop_api.get("/products/bar").json()["uuid"] == ONE
    assert shop_api.patch(f"/products-uuid/{ONE}", json={"values": {"sku": value(None)}}).status_code == 204
    assert shop_api.get("/products/bar").status_code == 404
    assert shop_api.get(f"/products-uuid/{ONE}").json()["values"] == {}


def test_a_used_identifier_is_refused(shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "foo"})
    answer = shop_api.post("/products-uuid", json={"values": {"sku": value("FOO")}})
    message = "The FOO identifier is already used for another product."
    assert answer.json() == invalid(error("identifier", message))


def test_products_are_linked_by_uuid(shop_api: httpx.Client) -> None:
    shop_api.post("/products-uuid", json={"uuid": ONE, "values": {"sku": value("foo")}})
    body = {"uuid": TWO, "associations": {"PACK": {"products": [ONE.upper()]}}}
    assert shop_api.post("/products-uuid", json=body).status_code == 201
    assert shop_api.get(f"/products-uuid/{TWO}").json()["associations"] == associations(PACK={"products": [ONE]})


@pytest.mark.parametrize(
    ("linked", "message"),
    [
        (TWO, f'Property "associations" expects a valid product uuid. The product does not exist, "{TWO}" given.'),
        (
            "foo",
            'Property "associations" expects an array with valid data, association format is not valid for the '
            'association type "PACK", "product_uuids" expects an array of valid uuids..',
        ),
    ],
)
def test_an_unknown_product_cannot_be_linked(shop_api: httpx.Client, linked: str, message: str) -> None:
    answer = shop_api.patch(f"/products-uuid/{ONE}", json={"associations": {"PACK": {"products": [linked]}}})
    assert (answer.status_code, answer.json()) == (422, documented(message, PATCH))


def test_what_get_returned_can_be_sent_back(shop_api: httpx.Client) -> None:
    shop_api.post("/products-uuid", json={"uuid": TWO, "values": {"sku": value("bar")}})
    body = {
        "uuid": ONE,
        "family": "familyA",
        "values": {"sku": value("foo"), "a_text": value("x")},
        "associations": {"PACK": {"products": [TWO]}},
        "quantified_associations": {"PRODUCT_SET": {"products": [{"uuid": TWO, "quantity": 2}]}},
    }
    assert shop_api.post("/products-uuid", json=body).status_code == 201
    shown = shop_api.get(f"/products-uuid/{ONE}").json()
    assert shown["quantified_associations"] == {
        "PRODUCT_SET": {"products": [{"uuid": TWO, "quantity": 2}], "product_models": []}
    }
    assert shop_api.patch(f"/products-uuid/{ONE}", json=shown).status_code == 204
    assert shop_api.get(f"/products-uuid/{ONE}").json() == shown
