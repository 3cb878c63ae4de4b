"""The OpenAPI document tells what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.json_types import dumps
from mock_akeneo.core.settings import Settings
from mock_akeneo.core.versions import VERSIONS
from mock_akeneo.resources import operations_of
from mock_akeneo.resources.coverage import EMULATED
from mock_akeneo.resources.openapi import document
from mock_akeneo.rest.operation import COLLECTION_JSON
from tests.asgi import AsgiTransport
from tests.conftest import client

DOCUMENT = document("saas", "http://localhost")
OPERATIONS = {
    one["operationId"]: (method, path, one) for path, item in DOCUMENT["paths"].items() for method, one in item.items()
}
# What placeholders stand for in the demo catalog.
NAMES = {
    "attributes": "sku", "attribute_options": "black", "attribute_groups": "other", "families": "clothing",
    "family_variants": "clothing_color_size", "association_types": "X_SELL", "categories": "clothing",
    "channels": "print", "locales": "en_US", "currencies": "EUR", "measure_families": "Length",
    "products": "bivy-solo", "product_models": "boot-alm",
    "category_media_files": "a/e/7/b/ae7bc80522cd20ae1b39dbdee34a74246623cd44_outdoor.png",
}  # fmt: skip
UNDER = {"attributeCode": "color", "familyCode": "clothing"}


def valid(schema: dict[str, Any], value: Any) -> None:
    """Raises `jsonschema_rs.ValidationError`."""
    root = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": DOCUMENT["components"]}
    jsonschema_rs.validator_for({**root, **schema}).validate(value)


@pytest.fixture(scope="module")
def demo() -> App:
    return create_app(Settings(catalog="demo", clock="frozen"))


@pytest.fixture
def shop(demo: App) -> Iterator[httpx.Client]:
    with client(demo) as connected:
        yield connected
    demo.sandboxes.default.reset()


def path_of(name: str, shop: httpx.Client) -> str:
    """A path of the operation that leads to something in the demo catalog."""
    resource, path = name.partition(".")[0], OPERATIONS[name][1]
    if resource in ("media_files", "products_uuid") and "{" in path:
        listed = shop.get(re.sub(r"/\{.*", "", path) + "?limit=1").json()["_embedded"]["items"][0]
        return re.sub(r"\{\w+\}", listed.get("code") or listed["uuid"], path)
    return re.sub(r"\{(\w+)\}", lambda match: UNDER.get(match[1]) or NAMES[resource], path)


def test_the_server_gives_the_document_with_the_address_it_was_asked_at() -> None:
    app = create_app(Settings(catalog="minimal"))
    with httpx.Client(transport=AsgiTransport(app), base_url="http://pim.example:81") as anybody:
        answer = anybody.get("/openapi.json")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == document("saas", "http://pim.example:81")
        assert anybody.post("/openapi.json").status_code == 404


@pytest.mark.parametrize("version", VERSIONS)
def test_it_holds_what_that_version_answers_and_nothing_else(version: str) -> None:
    told = document(version, "http://localhost")
    names = {one["operationId"] for item in told["paths"].values() for one in item.values()}
    known = {operation.name for operation in operations_of(version)}
    assert names == {operation.name for operation in EMULATED} & known


def test_parameters_come_with_their_versions() -> None:
    def query(version: str, path: str) -> list[str]:
        told = document(version, "")["paths"][f"/api/rest/v1/{path}"]["get"]["parameters"]
        return [parameter["$ref"].rpartition("/")[2] for parameter in told if "$ref" in parameter]

    assert query("saas", "categories") == [
        "search",
        "page",
        "limit",
        "with_count",
        "with_position",
        "with_enriched_attributes",
    ]
    assert query("7.0", "categories") == ["search", "page", "limit", "with_count", "with_position"]
    assert query("6.0", "categories") == ["search", "page", "limit", "with_count"]
    assert "with_completenesses" not in query("5.0", "products")


def test_all_references_lead_somewhere() -> None:
    references = set(re.findall(r"'\$ref': '#/([\w/]+)'", str(DOCUMENT)))
    assert len(references) > 50
    for reference in references:
        found: Any = DOCUMENT
        for part in reference.split("/"):
            found = found[part]
    links = set(re.findall(r"'operationId': '([\w.]+)', 'parameters': {", str(DOCUMENT)))
    assert {"families.get", "families.update", "families.delete", "products_uuid.delete"} <= links <= OPERATIONS.keys()


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row[0] == "get"])
def test_what_the_demo_catalog_answers_is_of_the_schema(shop: httpx.Client, name: str) -> None:
    told = OPERATIONS[name][2]
    queries = ["", "?limit=100&with_count=true"] if name.endswith(".list") else [""]
    flags = [
        parameter["$ref"].rpartition("/")[2] for parameter in told["parameters"] if "with_" in parameter.get("$ref", "")
    ]
    queries.append("?" + "&".join(f"{flag}=true" for flag in flags))
    for query in queries:
        answer = shop.get(path_of(name, shop) + query)
        assert answer.status_code == 200, answer.text
        (type_, content), *_ = told["responses"]["200"]["content"].items()
        if type_ != "*/*":
            assert answer.headers["content-type"] == type_
            valid(content["schema"], answer.json())


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name.endswith(".create") and "media" not in name])
def test_the_example_of_a_new_item_is_taken_by_the_demo_catalog(shop: httpx.Client, name: str) -> None:
    content = OPERATIONS[name][2]["requestBody"]["content"]["application/json"]
    valid(content["schema"], content["example"])
    answer = shop.post(path_of(name, shop), json=content["example"])
    assert answer.status_code == 201, answer.text
    read = shop.get(answer.headers["location"].removeprefix("http://localhost"))
    valid(
        OPERATIONS[name.replace("create", "get")][2]["responses"]["200"]["content"]["application/json"]["schema"],
        read.json(),
    )


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name.endswith(".update_list")])
def test_the_example_of_several_items_gets_the_example_of_an_answer(shop: httpx.Client, name: str) -> None:
    told = OPERATIONS[name][2]
    (type_, sent), *_ = told["requestBody"]["content"].items()
    valid(sent["schema"], sent["example"])
    answer = shop.patch(path_of(name, shop), content=dumps(sent["example"]), headers={"Content-Type": type_})
    assert answer.status_code == 200
    (answered, content), *_ = told["responses"]["200"]["content"].items()
    assert answer.headers["content-type"] == answered
    valid(content["schema"], answer.json())
    if type_ == COLLECTION_JSON:
        assert answer.json() == content["example"]


def test_the_example_of_a_login_logs_in(demo: App) -> None:
    content = OPERATIONS["token"][2]["requestBody"]["content"]["application/json"]
    with httpx.Client(transport=AsgiTransport(demo), base_url="http://localhost") as anybody:
        answer = anybody.post("/api/oauth/v1/token", json=content["example"], auth=("1_mock_client", "mock_secret"))
        valid(OPERATIONS["token"][2]["responses"]["200"]["content"]["application/json"]["schema"], answer.json())
