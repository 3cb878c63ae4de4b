"""akeneo-api-client 1.2.1 (PyPI) at work on the demo shop.

It renews its token after a 401, asks every list for its count, knows products by uuid alone, hands out pages instead of
items, and never splits a collection. It has no part for association types and none for media files. Its `query_params`
have a default that it writes to, so every call here brings its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, Final
from uuid import UUID

import pytest
from akeneo_api_client.akeneo_client import AkeneoClient
from akeneo_api_client.client_builder import ClientBuilder

from mock_akeneo.core.json_types import Json
from mock_akeneo.server import Server
from tests.clients.outcomes import SACKS, ask, bare, calls, held, lines, sacks, said


def by_uuid(number: int, item: Json) -> Json:
    """The product as it is sent by uuid: the identifier is a value."""
    uuid = str(UUID(int=number + 1, version=4))
    return {"uuid": uuid, **{name: value for name, value in item.items() if name != "identifier"}}


BY_UUID: Final = [by_uuid(number, item) for number, item in enumerate(SACKS)]


@pytest.fixture
def client(server: Server) -> AkeneoClient:
    settings = server.settings
    return ClientBuilder(server.base_url).build_authenticated_by_password(
        settings.username, settings.password, settings.client_id, settings.secret
    )


def items(part: Any, *of: str, page_size: int = 100) -> Iterable[Json]:
    return chain.from_iterable(part.all(*of, page_size, {}))


def options(client: AkeneoClient) -> Iterable[Json]:
    selects = [a["code"] for a in items(client.attribute_api) if a["type"].endswith("select")]
    return chain.from_iterable(items(client.attribute_option_api, code) for code in selects)


def variants(client: AkeneoClient) -> Iterable[Json]:
    families = [family["code"] for family in items(client.family_api)]
    return chain.from_iterable(items(client.family_variant_api, code) for code in families)


LISTS: dict[str, Callable[[AkeneoClient], Iterable[Json]]] = {
    "attribute_groups": lambda client: items(client.attribute_group_api),
    "attribute_options": options,
    "attributes": lambda client: items(client.attribute_api),
    "categories": lambda client: items(client.category_api),
    "channels": lambda client: items(client.channel_api),
    "currencies": lambda client: items(client.currency_api),
    "families": lambda client: items(client.family_api),
    "family_variants": variants,
    "locales": lambda client: items(client.locale_api),
    "measurement_families": lambda client: client.measurement_family_api.all(),
    "product_models": lambda client: items(client.product_model_api),
}


def test_it_logs_in_with_its_first_call_and_keeps_its_token(client: AkeneoClient, server: Server) -> None:
    assert client.locale_api.get("fr_FR")["enabled"] is True
    assert client.currency_api.get("CHF")["enabled"] is False
    assert calls(server) == ["token 200", "locales.get 200", "currencies.get 200"]


@pytest.mark.parametrize("resource", LISTS)
def test_it_lists_all_there_is_of(client: AkeneoClient, server: Server, resource: str) -> None:
    assert said(server, resource, LISTS[resource](client)) == held(server, resource)
    assert {call.split()[1] for call in calls(server)} == {"200"}


def test_it_lists_the_former_measure_families_page_by_page(client: AkeneoClient, server: Server) -> None:
    listed = items(client.measure_family_api, page_size=10)
    assert said(server, "measurement_families", listed) == held(server, "measurement_families")
    assert calls(server) == ["token 200", *3 * ["measure_families.list 200"]]


def test_it_creates_a_structure_and_a_product_on_it(client: AkeneoClient, server: Server) -> None:
    client.attribute_group_api.create({"code": "straps"})
    client.attribute_api.create({"code": "buckle", "type": "pim_catalog_simpleselect", "group": "straps"})
    client.attribute_option_api.create("buckle", "snap", {})
    client.category_api.create("straps", {"parent": "master"})
    client.channel_api.create(
        "app", {"category_tree": "master", "locales": ["en_US"], "currencies": ["USD"], "labels": {"en_US": "App"}}
    )
    client.family_api.create({"code": "straps", "attributes": ["sku", "buckle", "name"]})
    level = {"level": 1, "axes": ["buckle"], "attributes": ["sku", "buckle"]}
    client.family_variant_api.upsert("straps", "by_buckle", {"variant_attribute_sets": [level]})
    values = {
        name: [{"locale": None, "scope": None, "data": data}] for name, data in (("buckle", "snap"), ("sku", "s"))
    }
    client.product_uuid_api.create({"family": "straps", "categories": ["straps"], "values": values})
    created = ("attribute_groups", "attributes", "attribute_options", "categories", "channels", "families")
    assert calls(server) == [
        "token 200",
        *(f"{resource}.create 201" for resource in created),
        "family_variants.update 201",
        "products_uuid.create 201",
    ]
    assert ask(server, "families/straps/variants/by_buckle")["variant_attribute_sets"] == [level]
    assert ask(server, "channels/app")["category_tree"] == "master"
    product = ask(server, "products/s")
    assert (product["family"], product["categories"], bare(product["values"])) == ("straps", ["straps"], values)


def test_it_creates_product_models_and_a_variant_below(client: AkeneoClient, server: Server) -> None:
    model = {"code": "sack", "family": "backpacks", "family_variant": "backpacks_color"}
    client.product_model_api.create(model)
    values = {"name": [{"locale": "fr_FR", "scope": None, "data": "Sac"}]}
    assert client.product_model_api.upsert_list([{"code": "sack", "values": values}, {**model, "code": "bag"}]) == [
        {"line": 1, "code": "sack", "status_code": 204},
        {"line": 2, "code": "bag", "status_code": 201},
    ]
    variant = {
        "color": [{"locale": None, "scope": None, "data": "moss"}],
        "sku": [{"locale": None, "scope": None, "data": "sack-moss"}],
    }
    client.product_uuid_api.create({"parent": "sack", "values": variant})
    client.product_model_api.delete("bag")
    assert calls(server)[1:] == [
        "product_models.create 201",
        "product_models.update_list 200",
        "products_uuid.create 201",
        "product_models.delete 204",
    ]
    shown = client.product_model_api.get("sack")
    assert {name: shown[name] for name in model} == model
    dry = {"waterproof": [{"locale": None, "scope": None, "data": False}]}  # the default of the attribute
    assert bare(shown["values"]) == {**values, **dry}
    product = ask(server, "products/sack-moss")
    assert (product["family"], product["parent"]) == ("backpacks", "sack")
    assert bare(product["values"]) == {**values, **dry, **variant}


def test_it_gets_each_product_model_by_its_code_whatever_stands_in_it(client: AkeneoClient, server: Server) -> None:
    codes = [model["code"] for model in held(server, "product_models")]
    assert [client.product_model_api.get(code)["code"] for code in codes] == codes
    assert {"DRESS MARIE", "cap/deich"} < set(codes)


def test_it_upserts_150_products_in_the_collections_it_is_given(client: AkeneoClient, server: Server) -> None:
    answers = [client.product_uuid_api.upsert_list(BY_UUID[start : start + 100]) for start in (0, 100)]
    assert list(chain(*answers)) == lines(201, 150, "uuid", BY_UUID)
    assert calls(server) == ["token 200", *2 * ["products_uuid.update_list 200"]]
    assert sacks(server) == SACKS


def test_it_swallows_the_refusal_of_a_collection_that_is_too_large(client: AkeneoClient, server: Server) -> None:
    """Every refusal but 401 becomes `None` inside the client, which then stumbles over it."""
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'content'"):
        client.product_uuid_api.upsert_list(BY_UUID)
    assert calls(server) == ["token 200", "products_uuid.update_list 413"]
    assert sacks(server) == []


def test_it_iterates_all_products_with_search_after(client: AkeneoClient, server: Server) -> None:
    for start in (0, 100):
        client.product_uuid_api.upsert_list(BY_UUID[start : start + 100])
    asked = len(calls(server))
    found = [item["uuid"] for item in items(client.product_uuid_api)]
    assert sorted(found) == sorted(document.key for document in server.sandbox.catalog["product"])
    assert {item["uuid"] for item in BY_UUID} < set(found)
    assert calls(server)[asked:] == 4 * ["products_uuid.list 200"]


def test_it_changes_one_product_and_deletes_it(client: AkeneoClient, server: Server) -> None:
    client.product_uuid_api.create(BY_UUID[1])
    uuid = BY_UUID[1]["uuid"]
    assert client.product_uuid_api.upsert(uuid, {"enabled": False}).status_code == 204
    assert client.product_uuid_api.get(uuid)["enabled"] is False
    client.product_uuid_api.delete(uuid)
    assert sacks(server) == []
    operations = ("create 201", "update 204", "get 200", "delete 204")
    assert calls(server)[1:] == [f"products_uuid.{operation}" for operation in operations]


def test_it_renews_its_token_in_the_middle_of_a_list_and_misses_nothing(client: AkeneoClient, server: Server) -> None:
    server.call(server.sandbox.after, "attributes.list", 2, server.sandbox.expire, "expire_tokens")
    assert said(server, "attributes", items(client.attribute_api, page_size=20)) == held(server, "attributes")
    assert calls(server) == [
        "token 200",
        *2 * ["attributes.list 200"],
        "attributes.list 401",
        "token 200",
        *2 * ["attributes.list 200"],
    ]


def test_it_cannot_write_measurement_families(client: AkeneoClient, server: Server) -> None:
    """It announces a collection where a PIM takes one JSON array, as `application/json`, and is refused."""
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'content'"):
        client.measurement_family_api.upsert_list([{"code": "Length", "labels": {"en_US": "Length"}}])
    assert calls(server) == ["token 200", "measurement_families.update_list 415"]
