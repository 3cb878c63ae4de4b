"""pyakeneo 1.1.0 (PyPI) at work on the demo shop.

It renews its token by its own clock, asks for products and product models with `search_after` by itself, and splits a
collection only after a 413.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import pytest
import requests
from pyakeneo.client import Client

from mock_akeneo.core.json_types import Json
from mock_akeneo.server import Server
from tests.clients.outcomes import SACKS, UNFIT_FOR_PATHS, ask, bare, calls, held, lines, sack, sacks, said

ALL = {"limit": 100}


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    settings = server.settings
    client = Client(server.base_url, settings.client_id, settings.secret, settings.username, settings.password)
    yield client
    client._session.auth.session.close()
    client._session.close()


def options(client: Client) -> Iterable[Json]:
    selects = [a["code"] for a in client.attributes.fetch_list(ALL) if a["type"].endswith("select")]
    return chain.from_iterable(client.attributes.options(code).fetch_list(ALL) for code in selects)


def variants(client: Client) -> Iterable[Json]:
    families = [family["code"] for family in client.families.fetch_list(ALL)]
    return chain.from_iterable(client.families.variants(code).fetch_list(ALL) for code in families)


LISTS: dict[str, Callable[[Client], Iterable[Json]]] = {
    "association_types": lambda client: client.association_types.fetch_list(ALL),
    "attribute_groups": lambda client: client.attribute_groups.fetch_list(ALL),
    "attribute_options": options,
    "attributes": lambda client: client.attributes.fetch_list(ALL),
    "categories": lambda client: client.categories.fetch_list(ALL),
    "channels": lambda client: client.channels.fetch_list(ALL),
    "currencies": lambda client: client.currencies.fetch_list(ALL),
    "families": lambda client: client.families.fetch_list(ALL),
    "family_variants": variants,
    "locales": lambda client: client.locales.fetch_list(ALL),
    "measurement_families": lambda client: client.measure_families.fetch_list(ALL),
    "media_files": lambda client: client.media_files.fetch_list(ALL),
    "product_models": lambda client: client.product_models.fetch_list(ALL),
    "products": lambda client: client.products.fetch_list(ALL),
}


def test_it_logs_in_with_its_first_call_and_keeps_its_token(client: Client, server: Server) -> None:
    assert [item["code"] for item in client.channels.fetch_list()] == ["ecommerce", "print"]
    assert client.channels.fetch_item("print")["category_tree"] == "print_catalog"
    assert calls(server) == ["token 200", "channels.list 200", "channels.get 200"]


@pytest.mark.parametrize("resource", LISTS)
def test_it_lists_all_there_is_of(client: Client, server: Server, resource: str) -> None:
    assert said(server, resource, LISTS[resource](client)) == held(server, resource)
    assert {call.split()[1] for call in calls(server)} == {"200"}


def test_it_goes_from_page_to_page_by_the_links(client: Client, server: Server) -> None:
    assert len(list(client.attributes.fetch_list({"limit": 20, "with_count": True}))) == len(held(server, "attributes"))
    assert calls(server) == ["token 200", *4 * ["attributes.list 200"]]


def test_it_creates_a_structure_and_a_product_on_it(client: Client, server: Server) -> None:
    client.attribute_groups.create_item({"code": "straps"})
    client.attributes.create_item({"code": "buckle", "type": "pim_catalog_simpleselect", "group": "straps"})
    client.attributes.options("buckle").create_item({"code": "snap", "attribute": "buckle"})
    client.categories.create_item({"code": "straps", "parent": "master"})
    client.association_types.create_item({"code": "STRAP_OF"})
    client.families.create_item({"code": "straps", "attributes": ["sku", "buckle", "name"]})
    level = {"level": 1, "axes": ["buckle"], "attributes": ["sku", "buckle"]}
    client.families.variants("straps").create_item({"code": "by_buckle", "variant_attribute_sets": [level]})
    values = {"buckle": [{"locale": None, "scope": None, "data": "snap"}]}
    client.products.create_item({"identifier": "strap", "family": "straps", "categories": ["straps"], "values": values})
    created = (
        "attribute_groups",
        "attributes",
        "attribute_options",
        "categories",
        "association_types",
        "families",
        "family_variants",
        "products",
    )
    assert calls(server) == ["token 200", *(f"{resource}.create 201" for resource in created)]
    assert ask(server, "families/straps/variants/by_buckle")["variant_attribute_sets"] == [level]
    product = ask(server, "products/strap")
    assert (product["family"], product["categories"]) == ("straps", ["straps"])
    assert bare(product["values"]) == {**values, "sku": [{"locale": None, "scope": None, "data": "strap"}]}


def test_it_creates_product_models_and_a_variant_below(client: Client, server: Server) -> None:
    """It takes a product model for something with an identifier: the code has to be given beside the body."""
    model = {"code": "sack", "family": "backpacks", "family_variant": "backpacks_color"}
    client.product_models.create_item(model)
    values = {"name": [{"locale": "fr_FR", "scope": None, "data": "Sac"}]}
    location = client.product_models.update_create_item({"values": values}, "sack")
    assert location == f"{server.base_url}/api/rest/v1/product-models/sack"
    color = {"color": [{"locale": None, "scope": None, "data": "moss"}]}
    client.products.create_item({"identifier": "sack-moss", "parent": "sack", "values": color})
    assert calls(server)[1:] == ["product_models.create 201", "product_models.update 204", "products.create 201"]
    shown = client.product_models.fetch_item("sack")
    assert {name: shown[name] for name in model} == model
    variant = client.products.fetch_item("sack-moss")
    assert (variant["family"], variant["parent"]) == ("backpacks", "sack")
    dry = {"waterproof": [{"locale": None, "scope": None, "data": False}]}  # the default of the attribute
    assert bare(shown["values"]) == {**values, **dry}
    sku = {"sku": [{"locale": None, "scope": None, "data": "sack-moss"}]}
    assert bare(variant["values"]) == {**values, **dry, **color, **sku}


def test_it_upserts_150_products_in_two_collections_after_a_413(client: Client, server: Server) -> None:
    assert client.products.update_create_list(SACKS) == lines(201, 150)
    assert calls(server) == ["token 200", "products.update_list 413", *2 * ["products.update_list 200"]]
    assert sacks(server) == SACKS


def test_it_upserts_what_is_there_already_and_nothing_changes(client: Client, server: Server) -> None:
    client.products.update_create_list(SACKS)
    before = ask(server, "products/sack-007")
    assert client.products.update_create_list(SACKS) == lines(204, 150)
    assert ask(server, "products/sack-007") == before


def test_it_iterates_all_products_with_search_after(client: Client, server: Server) -> None:
    client.products.update_create_list(SACKS)
    known = [item["identifier"] for item in held(server, "products")]
    asked = len(calls(server))
    assert sorted(item["identifier"] for item in client.products.fetch_list(ALL)) == sorted(
        known + [item["identifier"] for item in SACKS]
    )
    assert calls(server)[asked:] == 4 * ["products.list 200"]


def test_it_gets_each_product_by_an_identifier_that_can_stand_in_a_path(client: Client, server: Server) -> None:
    """It puts the identifier into the path as it is: a PIM hears of no `#`, no `?`, and a slash for `%2F`."""
    identifiers = [product["identifier"] for product in held(server, "products")]
    plain = [identifier for identifier in identifiers if identifier not in UNFIT_FOR_PATHS]
    assert [client.products.fetch_item(identifier)["identifier"] for identifier in plain] == plain
    for identifier in UNFIT_FOR_PATHS:
        with pytest.raises(requests.HTTPError, match="404"):
            client.products.fetch_item(identifier)


def test_it_hands_over_why_a_line_was_refused(client: Client, server: Server) -> None:
    refused = {"identifier": "sack-001", "family": "no_such_family"}
    statuses = client.products.update_create_list([sack(0), refused, sack(2)])
    assert [status["status_code"] for status in statuses] == [201, 422, 201]
    assert statuses[1]["message"].startswith("The no_such_family family does not exist in your PIM.")
    assert sacks(server) == [sack(0), sack(2)]


def test_it_changes_one_product_and_deletes_it(client: Client, server: Server) -> None:
    client.products.create_item(sack(1))
    location = client.products.update_create_item({"identifier": "sack-001", "enabled": False})
    assert location == f"{server.base_url}/api/rest/v1/products/sack-001"
    assert ask(server, "products/sack-001")["enabled"] is False
    client.products.delete_item("sack-001")
    assert sacks(server) == []
    assert calls(server)[1:] == ["products.create 201", "products.update 204", "products.delete 204"]


def test_it_searches(client: Client, server: Server) -> None:
    search: dict[str, Any] = {"family": [{"operator": "IN", "value": ["tents"]}]}
    found = client.products.fetch_list({"search": search, **ALL})
    assert said(server, "products", found) == [p for p in held(server, "products") if p["family"] == "tents"]


def test_it_cannot_upload_or_download_media(client: Client, server: Server) -> None:
    """Its upload sends JSON, which a PIM refuses too; its download is not written."""
    with pytest.raises(requests.HTTPError, match="415"):
        client.media_files.create_item({"file": "image.png"})
    code = held(server, "media_files")[0]["code"]
    assert (
        client.media_files.fetch_item(code)["original_filename"] == held(server, "media_files")[0]["original_filename"]
    )
    with pytest.raises(NotImplementedError):
        client.media_files.download(code)
    assert calls(server) == ["token 200", "media_files.create 415", "media_files.get 200"]


def test_its_list_ends_early_and_says_nothing_when_a_page_is_refused(client: Client, server: Server) -> None:
    """It takes any answer that is no success for the end of the list: a token that ends in mid-list costs the rest."""
    server.call(server.sandbox.after, "attributes.list", 2, server.sandbox.expire, "expire_tokens")
    assert len(list(client.attributes.fetch_list({"limit": 20}))) == 40
    assert calls(server) == ["token 200", *2 * ["attributes.list 200"], "attributes.list 401"]
