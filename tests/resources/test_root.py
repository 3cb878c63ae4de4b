"""The root of the API and the system information.

Source: 01 section 10; pim: src/Akeneo/Tool/Bundle/ApiBundle/tests/integration/Controller/RootEndpoint*
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.app import App
from tests.answers import body, problem
from tests.asgi import AsgiTransport
from tests.conftest import version

ROOT = "/api/rest/v1"
FIVE = ("list", "create", "partial_update_list", "get", "partial_update")


@pytest.fixture
def anyone(pim: App) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(transport=AsgiTransport(pim), base_url="http://localhost:8080") as connected:
        yield connected


def test_the_root_names_every_route_and_needs_no_token(anyone: httpx.Client) -> None:
    found = anyone.get(ROOT).json()
    assert found["host"] == "http://localhost:8080"
    assert found["authentication"] == {"fos_oauth_server_token": {"route": "/api/oauth/v1/token", "methods": ["POST"]}}
    routes = found["routes"]
    assert routes["pim_api_family_variant_partial_update"] == {
        "route": "/api/rest/v1/families/{familyCode}/variants/{code}",
        "methods": ["PATCH"],
    }
    expected = {
        f"pim_api_{entity}_{verb}"
        for entity in (
            "attribute", "attribute_option", "attribute_group", "family", "family_variant", "association_type",
            "category", "channel",
        )
        for verb in FIVE
    } | {
        "pim_api_locale_list", "pim_api_locale_get", "pim_api_currency_list", "pim_api_currency_get",
        "pim_api_measurement_family_get", "pim_api_measurement_family_create_or_update",
        "legacy_pim_api_measure_family_list", "legacy_pim_api_measure_family_get",
        "pim_api_category_media_file_download",
    }  # fmt: skip
    assert expected <= routes.keys()
    assert all(len(route["methods"]) == 1 for route in routes.values())
    assert not any(route["route"] == ROOT for route in routes.values())


def test_the_root_looks_at_the_accept_header(anyone: httpx.Client) -> None:
    message = '"text/html" in "Accept" header is not valid. Only "application/json" is allowed.'
    assert body(anyone.get(ROOT, headers={"Accept": "text/html"})) == problem(406, message)


def test_the_system_information_tells_version_and_edition(anyone: httpx.Client, api: httpx.Client) -> None:
    found = api.get(f"{ROOT}/system-information").json()
    assert (set(found), found["edition"]) == ({"version", "edition"}, "Serenity")
    assert anyone.get(f"{ROOT}/system-information").status_code == 401


@pytest.mark.parametrize("name", ["7.0", "6.0"])
def test_each_version_tells_its_own(name: str) -> None:
    with version(name) as old:
        found = old.get("/system-information").json()
    assert found["version"].startswith(f"{name}.")


def test_the_oldest_version_has_no_system_information() -> None:
    with version("5.0") as old:
        assert old.get("/system-information").status_code == 404
        routes = old.get("http://localhost/api/rest/v1").json()["routes"]
    assert not [route for route in routes.values() if "system-information" in route["route"]]
    assert not [name for name in routes if name == "pim_api_family_delete"]
