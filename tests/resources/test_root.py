"""The root of the API and the system information."""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.app import create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.resources import operations_of
from mock_akeneo.resources.absent import ABSENT
from tests.answers import problem
from tests.conftest import client

ROOT = "/api/rest/v1"
# The routes of each resource, by the last word of their names.
FIVE = {
    "list": ("", "GET"),
    "create": ("", "POST"),
    "partial_update_list": ("", "PATCH"),
    "get": ("/{code}", "GET"),
    "partial_update": ("/{code}", "PATCH"),
}


def test_the_root_needs_no_token_and_tells_where_to_get_one(api: httpx.Client) -> None:
    answer = api.get(ROOT, headers={"Authorization": ""})
    assert answer.status_code == 200
    told = answer.json()
    assert list(told) == ["host", "authentication", "routes"]
    assert told["host"] == "http://localhost"
    assert told["authentication"] == {"fos_oauth_server_token": {"route": "/api/oauth/v1/token", "methods": ["POST"]}}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("attribute", "attributes"),
        ("attribute_option", "attributes/{attributeCode}/options"),
        ("attribute_group", "attribute-groups"),
        ("family", "families"),
        ("family_variant", "families/{familyCode}/variants"),
        ("association_type", "association-types"),
        ("category", "categories"),
        ("channel", "channels"),
        ("product", "products"),
        ("product_model", "product-models"),
    ],
)
def test_routes_are_listed_by_the_names_of_the_pim(api: httpx.Client, name: str, path: str) -> None:
    routes = api.get(ROOT).json()["routes"]
    for word, (suffix, method) in FIVE.items():
        assert routes[f"pim_api_{name}_{word}"] == {"route": f"{ROOT}/{path}{suffix}", "methods": [method]}


def test_routes_like_no_others_are_listed_too(api: httpx.Client) -> None:
    routes = api.get(ROOT).json()["routes"]
    expected = {
        "pim_analytics_external_api_system_info_get": ("system-information", "GET"),
        "pim_api_media_file_download": ("media-files/{code}/download", "GET"),
        "pim_api_category_media_file_download": ("category-media-files/{code}/download", "GET"),
        "pim_api_measurement_family_get": ("measurement-families", "GET"),
        "pim_api_measurement_family_create_or_update": ("measurement-families", "PATCH"),
        "legacy_pim_api_measure_family_list": ("measure-families", "GET"),
        "legacy_pim_api_measure_family_get": ("measure-families/{code}", "GET"),
        "pim_api_product_uuid_delete": ("products-uuid/{uuid}", "DELETE"),
    }
    assert {name: routes[name] for name in expected} == {
        name: {"route": f"{ROOT}/{path}", "methods": [method]} for name, (path, method) in expected.items()
    }


def test_the_root_lists_neither_itself_nor_what_is_not_emulated(api: httpx.Client) -> None:
    listed = {(route["route"], *route["methods"]) for route in api.get(ROOT).json()["routes"].values()}
    assert (ROOT, "GET") not in listed
    assert not listed & {(row.operation.template, row.operation.method) for row in ABSENT}


@pytest.mark.parametrize("version", ["5.0", "6.0", "7.0", "saas"])
def test_the_root_lists_what_the_version_answers(version: str) -> None:
    with client(create_app(Settings(catalog="minimal", pim_version=version))) as api:
        routes = api.get(ROOT).json()["routes"]
    assert set(routes) == {operation.route for operation in operations_of(version) if operation.route}
    assert ("pim_api_product_uuid_list" in routes) is (version in ("7.0", "saas"))
    assert ("pim_api_product_model_delete" in routes) is (version != "5.0")


def test_the_root_looks_at_accept_and_not_at_brackets(api: httpx.Client) -> None:
    answer = api.get(ROOT, headers={"Accept": "application/xml"})
    message = '"application/xml" in "Accept" header is not valid. Only "application/json" is allowed.'
    assert (answer.status_code, answer.json()) == (406, problem(406, message))
    assert api.get(f"{ROOT}?x[]=1").status_code == 200


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("6.0", {"version": "6.0.110", "edition": "CE"}),
        ("7.0", {"version": "7.0.85", "edition": "CE"}),
        ("saas", {"version": "v20260101000000", "edition": "Serenity"}),
    ],
)
def test_system_information_tells_version_and_edition(version: str, expected: dict[str, str]) -> None:
    with client(create_app(Settings(catalog="minimal", pim_version=version))) as api:
        assert api.get(f"{ROOT}/system-information").json() == expected
        assert api.get(f"{ROOT}/system-information", headers={"Authorization": ""}).status_code == 401


def test_a_pim_of_5_0_has_no_system_information() -> None:
    with client(create_app(Settings(catalog="minimal", pim_version="5.0"))) as api:
        answer = api.get(f"{ROOT}/system-information")
        message = f'No route found for "GET http://localhost{ROOT}/system-information"'
        assert (answer.status_code, answer.json()) == (404, problem(404, message))
