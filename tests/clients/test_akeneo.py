"""akeneo 0.0.1 (PyPI) at work on the demo shop.

Written for Python 2: it imports its own module `version` from the top, so it needs its folder on the path. It never
renews its token, and the content type of its last write stays on for every call that follows.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mock_akeneo.core.json_types import Json
from mock_akeneo.server import Server
from tests.clients.outcomes import GIF, SACKS, UNFIT_FOR_PATHS, ask, calls, held, lines, sack, sacks, said

_package = importlib.util.find_spec("akeneo")
pytestmark = pytest.mark.skipif(_package is None, reason="the package akeneo is not installed")


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    assert _package is not None
    assert _package.submodule_search_locations
    monkeypatch.syspath_prepend(_package.submodule_search_locations[0])
    from akeneo import AkeneoAPI

    settings = server.settings
    with AkeneoAPI(
        server.base_url, settings.client_id, settings.secret, settings.username, settings.password
    ) as client:
        yield client
    logging.getLogger("akeneo_api_client").handlers.clear()  # it adds one for each client


def every(client: Any, path: str) -> list[Json]:
    """It knows no links: the caller counts pages until one is not full."""
    found: list[Json] = []
    while len(found) % 100 == 0:
        page = client.get(path, {"limit": 100, "page": len(found) // 100 + 1})["_embedded"]["items"]
        if not page:
            break
        found += page
    return found


def options(client: Any) -> list[Json]:
    selects = [a["code"] for a in every(client, "attributes") if a["type"].endswith("select")]
    return [option for code in selects for option in every(client, f"attributes/{code}/options")]


def variants(client: Any) -> list[Json]:
    families = [family["code"] for family in every(client, "families")]
    return [variant for code in families for variant in every(client, f"families/{code}/variants")]


LISTS: dict[str, Callable[[Any], list[Json]]] = {
    "association_types": lambda client: every(client, "association-types"),
    "attribute_groups": lambda client: every(client, "attribute-groups"),
    "attribute_options": options,
    "attributes": lambda client: every(client, "attributes"),
    "categories": lambda client: every(client, "categories"),
    "channels": lambda client: every(client, "channels"),
    "currencies": lambda client: every(client, "currencies"),
    "families": lambda client: every(client, "families"),
    "family_variants": variants,
    "locales": lambda client: every(client, "locales"),
    "measurement_families": lambda client: client.get("measurement-families"),
    "media_files": lambda client: every(client, "media-files"),
    "product_models": lambda client: every(client, "product-models"),
    "products": lambda client: every(client, "products"),
}


@pytest.mark.parametrize("resource", LISTS)
def test_it_lists_all_there_is_of(client: Any, server: Server, resource: str) -> None:
    assert said(server, resource, LISTS[resource](client)) == held(server, resource)
    assert {call.split()[1] for call in calls(server)} == {"200"}


def test_it_gets_each_product_by_an_identifier_that_can_stand_in_a_path(client: Any, server: Server) -> None:
    """It puts the identifier into the path as it is: a PIM hears of no `#`, no `?`, and a slash for `%2F`."""
    identifiers = [product["identifier"] for product in held(server, "products")]
    plain = [identifier for identifier in identifiers if identifier not in UNFIT_FOR_PATHS]
    assert [client.get("products", id=identifier)["identifier"] for identifier in plain] == plain
    for identifier in UNFIT_FOR_PATHS:
        with pytest.raises(Exception, match=r"<Response \[404\]>"):
            client.get("products", id=identifier)


def test_it_creates_and_takes_the_success_for_an_error(client: Any, server: Server) -> None:
    """It knows 200, 202 and 204 for success, so every POST raises after it was done."""
    for path, item in (("categories", {"code": "straps", "parent": "master"}), ("products", sack(1))):
        with pytest.raises(Exception, match=r"AkeneoAPIException in POST .* <Response \[201\]>"):
            client.post(path, item)
    assert calls(server) == ["token 200", "categories.create 201", "products.create 201"]
    assert ask(server, "categories/straps")["parent"] == "master"
    assert sacks(server) == [sack(1)]


def test_it_upserts_150_products_in_the_collections_it_is_given(client: Any, server: Server) -> None:
    """A line that tells 201 raises after the whole collection was written; the second time it tells 204."""
    for start in (0, 100):
        with pytest.raises(Exception, match='"status_code":201'):
            client.patch("products", SACKS[start : start + 100])
    assert sacks(server) == SACKS
    answers = [client.patch("products", SACKS[start : start + 100]) for start in (0, 100)]
    assert [line for answer in answers for line in answer] == lines(204, 150)
    assert calls(server) == ["token 200", *4 * ["products.update_list 200"]]
    assert {item["identifier"] for item in SACKS} < {item["identifier"] for item in every(client, "products")}


def test_it_cannot_create_after_a_collection(client: Any, server: Server) -> None:
    """The content type of the collection stays on, and a PIM refuses it."""
    client.patch("categories", [{"code": "master"}])
    with pytest.raises(Exception, match='Only \\\\"application/json\\\\" is allowed'):
        client.post("products", sack(1))
    assert calls(server) == ["token 200", "categories.update_list 200", "products.create 415"]
    assert sacks(server) == []


def test_it_deletes_and_stumbles_over_the_empty_answer(client: Any, server: Server) -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        client.delete("products", held(server, "products")[0]["identifier"])
    assert calls(server) == ["token 200", "products.delete 204"]
    assert len(every(client, "products")) == len(held(server, "products")) - 1


def test_it_searches_with_plain_brackets_and_quotes_in_the_request(client: Any, server: Server) -> None:
    search = {"family": [{"operator": "IN", "value": ["tents"]}]}
    found = client.get("products", {"search": search, "limit": 100})["_embedded"]["items"]
    assert said(server, "products", found) == [p for p in held(server, "products") if p["family"] == "tents"]
    assert client.filter("products", search_by="updated", search_operator=">", search_value=datetime(2020, 1, 1))


def test_it_uploads_an_image_of_a_product(client: Any, server: Server, tmp_path: Path) -> None:
    """The upload raises after it was done, as every POST of it; a download would be read as JSON."""
    code = "pack-tour-30-moss"
    (tmp_path / "moss.gif").write_bytes(GIF)
    about = {"identifier": code, "attribute": "image", "locale": None, "scope": None}
    with (tmp_path / "moss.gif").open("rb") as file, pytest.raises(Exception, match=r"<Response \[201\]>"):
        client.post("media-files", about, file)
    assert calls(server) == ["token 200", "media_files.create 201"]
    kept = ask(server, f"products/{code}")["values"]["image"][0]["data"]
    assert kept.endswith("_moss.gif")
    assert ask(server, f"media-files/{kept}")["size"] == len(GIF)
