"""akeneo-cli 1.0.10 (PyPI) at work on the demo shop.

One call for each verb, whatever the resource; it renews its token by its own clock, never splits a collection, and
looks for libmagic when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.server import Server
from tests.clients.outcomes import GIF, SACKS, UNFIT_FOR_PATHS, ask, bare, calls, held, lines, sack, sacks, said

akeneo_cli = pytest.importorskip("akeneo_cli.client", reason="akeneo-cli needs libmagic", exc_type=ImportError)
exceptions = pytest.importorskip("akeneo_cli.exceptions")

LEAVES_FILES_OPEN = "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"


@pytest.fixture
def client(server: Server) -> Any:
    settings = server.settings
    client = akeneo_cli.AkeneoClient(server.base_url, settings.client_id, settings.secret)
    return client.login(settings.username, settings.password)


def every(client: Any, *path: str, limit: int = 100) -> list[Json]:
    found: list[Json] = client.get(*path, all=True, filters={"limit": limit})["json"]["_embedded"]["items"]
    return found


def options(client: Any) -> list[Json]:
    selects = [a["code"] for a in every(client, "attributes") if a["type"].endswith("select")]
    return [option for code in selects for option in every(client, "attributes", code, "options")]


def variants(client: Any) -> list[Json]:
    families = [family["code"] for family in every(client, "families")]
    return [variant for code in families for variant in every(client, "families", code, "variants")]


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
    "measurement_families": lambda client: client.get("measurement-families")["json"],
    "media_files": lambda client: every(client, "media-files"),
    "product_models": lambda client: every(client, "product-models"),
    "products": lambda client: every(client, "products"),
}


@pytest.mark.parametrize("resource", LISTS)
def test_it_lists_all_there_is_of(client: Any, server: Server, resource: str) -> None:
    """Its lists go by page numbers: with `search_after` they lack the `current_page` that it wants to drop."""
    assert said(server, resource, LISTS[resource](client)) == held(server, resource)
    assert {call.split()[1] for call in calls(server)} == {"200"}


def test_it_drops_a_page_number_that_search_after_does_not_have(client: Any, server: Server) -> None:
    """So `all=True` reads all there is and then fails."""
    with pytest.raises(KeyError, match="current_page"):
        client.get("products", all=True, filters={"limit": 100, "pagination_type": "search_after"})
    assert calls(server) == ["token 200", *2 * ["products.list 200"]]


def test_it_gets_each_product_by_an_identifier_that_can_stand_in_a_path(client: Any, server: Server) -> None:
    """It puts the identifier into the path as it is: a PIM hears of no `#`, no `?`, and a slash for `%2F`."""
    identifiers = [product["identifier"] for product in held(server, "products")]
    plain = [identifier for identifier in identifiers if identifier not in UNFIT_FOR_PATHS]
    assert [client.get("products", identifier)["json"]["identifier"] for identifier in plain] == plain
    assert len(identifiers) - len(plain) == len(UNFIT_FOR_PATHS)
    for identifier in UNFIT_FOR_PATHS:
        with pytest.raises(exceptions.Akeneo_NotFound):
            client.get("products", identifier)


def test_it_logs_in_once(client: Any, server: Server) -> None:
    assert len(every(client, "attributes", limit=20)) == len(held(server, "attributes"))
    assert calls(server) == ["token 200", *4 * ["attributes.list 200"]]


def test_it_creates_a_structure_and_a_product_on_it(client: Any, server: Server) -> None:
    client.post("attributes", None, data={"code": "buckle", "type": "pim_catalog_simpleselect", "group": "other"})
    client.post("attributes", "buckle", "options", data={"code": "snap", "attribute": "buckle"})
    client.post("families", None, data={"code": "straps", "attributes": ["sku", "buckle", "name"]})
    values = {"buckle": [{"locale": None, "scope": None, "data": "snap"}]}
    created = client.post("products", None, data={"identifier": "strap", "family": "straps", "values": values})
    assert created["headers"]["Location"] == f"{server.base_url}/api/rest/v1/products/strap"
    resources = ("attributes", "attribute_options", "families", "products")
    assert calls(server) == ["token 200", *(f"{resource}.create 201" for resource in resources)]
    assert bare(ask(server, "products/strap")["values"])["buckle"] == values["buckle"]


def test_it_upserts_150_products_in_the_collections_it_is_given(client: Any, server: Server) -> None:
    """It hands the lines of the answer over as text."""
    answers = [client.bulk("products", data=SACKS[start : start + 100])["body"] for start in (0, 100)]
    assert [loads(line) for answer in answers for line in answer.split("\n")] == lines(201, 150)
    assert calls(server) == ["token 200", *2 * ["products.update_list 200"]]
    assert sacks(server) == SACKS


def test_it_raises_when_a_collection_is_too_large(client: Any, server: Server) -> None:
    with pytest.raises(exceptions.Akeneo_RequestException, match="ERROR 413 PATCH"):
        client.bulk("products", data=SACKS)
    assert calls(server) == ["token 200", "products.update_list 413"]
    assert sacks(server) == []


def test_it_iterates_all_products(client: Any, server: Server) -> None:
    for start in (0, 100):
        client.bulk("products", data=SACKS[start : start + 100])
    asked = len(calls(server))
    known = [item["identifier"] for item in held(server, "products")]
    assert sorted(item["identifier"] for item in every(client, "products")) == sorted(
        known + [item["identifier"] for item in SACKS]
    )
    assert calls(server)[asked:] == 4 * ["products.list 200"]


def test_it_changes_one_product_and_deletes_it(client: Any, server: Server) -> None:
    client.post("products", None, data=sack(1))
    client.patch("products", "sack-001", data={"enabled": False})
    assert client.get("products", "sack-001")["json"]["enabled"] is False
    client.delete("products", "sack-001")
    with pytest.raises(exceptions.Akeneo_NotFound):
        client.get("products", "sack-001")
    operations = ("create 201", "update 204", "get 200", "delete 204", "get 404")
    assert calls(server) == ["token 200", *(f"products.{operation}" for operation in operations)]


@pytest.mark.filterwarnings(LEAVES_FILES_OPEN)
def test_it_writes_product_models_and_their_files(client: Any, server: Server, tmp_path: Path) -> None:
    model = {"code": "sack", "family": "backpacks", "family_variant": "backpacks_color"}
    client.post("product-models", None, data=model)
    values = {"name": [{"locale": "fr_FR", "scope": None, "data": "Sac"}]}
    client.patch("product-models", "sack", data={"values": values})
    shown = client.get("product-models", "sack")["json"]
    assert {name: shown[name] for name in model} == model
    assert bare(shown["values"])["name"] == values["name"]
    (tmp_path / "sack.gif").write_bytes(GIF)
    client.put_product_file("sack", "banner", str(tmp_path / "sack.gif"), "fr_FR", "ecommerce", is_model=True)
    [file] = bare(client.get("product-models", "sack")["json"]["values"])["banner"]
    assert (file["locale"], file["scope"]) == ("fr_FR", "ecommerce")
    assert ask(server, f"media-files/{file['data']}")["size"] == len(GIF)
    client.delete("product-models", "sack")
    assert calls(server) == [
        "token 200",
        "product_models.create 201",
        "product_models.update 204",
        "product_models.get 200",
        "media_files.create 201",
        "product_models.get 200",
        "product_models.delete 204",
    ]


@pytest.mark.filterwarnings(LEAVES_FILES_OPEN)
def test_it_uploads_a_file_of_a_product_and_downloads_it(client: Any, server: Server, tmp_path: Path) -> None:
    """It leaves the file open, and sends its whole path and three stray text fields named `file` with it.

    A download is handed over as text, so that one cannot have the bytes of an image.
    """
    file = tmp_path / "sewing guide.txt"
    file.write_text("Left over right.")
    client.post("products", None, data=sack(1))
    answer = client.put_product_file("sack-001", "warranty", str(file))
    code = answer["headers"]["Location"].partition("/media-files/")[2]
    assert calls(server) == ["token 200", "products.create 201", "media_files.create 201"]
    assert bare(ask(server, "products/sack-001")["values"])["warranty"] == [
        {"locale": None, "scope": None, "data": code}
    ]
    assert client.get("media-files", code)["json"]["original_filename"] == file.name
    assert client.get("media-files", code, "download")["body"] == file.read_text()
