"""Whatever JSON is sent, the answer is one of the PIM's: never a 500, and nothing is half done."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_akeneo.app import App
from mock_akeneo.resources import RESOURCES
from mock_akeneo.rest.resource import Resource
from tests.answers import COLLECTION

WRITABLE = [resource for resource in RESOURCES if "update" in resource.endpoints]
NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
# Codes that lead somewhere, and texts that lead nowhere.
TEXTS = st.sampled_from(
    [
        "sku", "a_text", "a_metric", "other", "attributeGroupA", "master", "categoryA", "ecommerce", "tablet", "en_US",
        "EUR", "familyA", "pim_catalog_metric", "pim_catalog_identifier", "pim_catalog_number", "Length", "METER", "",
        "2020-01-01", "0", "1e400", "-5", "/[a-z]+/",
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | st.text(max_size=5)
MEMBERS = st.sampled_from(["level", "axes", "attributes", "code", "data_type", "en_US", "ecommerce", "a_metric", "x"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4), max_leaves=8
)
ANYTHING = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)


def _path(resource: Resource) -> str:
    path = resource.path.replace("{attributeCode}", "a_multi_select").replace("{familyCode}", "familyA")
    return path.removeprefix("/api/rest/v1")


@pytest.mark.parametrize("resource", WRITABLE, ids=lambda resource: resource.name)
@ANYTHING
@given(data=st.data())
def test_no_body_breaks_a_write(technical: httpx.Client, technical_app: App, resource: Resource, data: Any) -> None:
    names = st.sampled_from([*resource.shape, "x"])
    sent = data.draw(st.dictionaries(names, VALUES, max_size=6) | VALUES)
    path = _path(resource)
    existing = technical.get(f"{path}?limit=1").json()["_embedded"]["items"][0]["code"]
    content, headers = json.dumps(sent).encode(), {"Content-Type": "application/json"}
    created = technical.post(path, content=content, headers=headers)
    assert created.status_code in (201, 400, 404, 422), created.text
    for code in ("new", existing):
        before = technical.get(f"{path}/{code}").content
        answer = technical.patch(f"{path}/{code}", content=content, headers=headers)
        assert answer.status_code in (201, 204, 400, 404, 422), answer.text
        shown = technical.get(f"{path}/{code}")
        if answer.status_code in (201, 204):
            assert shown.status_code == 200, shown.text
        else:
            assert shown.content == before
    line = json.dumps({"code": "another", **sent} if isinstance(sent, dict) else sent).encode()
    lines = technical.patch(path, content=line, headers={"Content-Type": COLLECTION})
    assert lines.status_code == 200, lines.text
    assert technical.get(f"{path}?limit=100").status_code == 200
    technical_app.sandboxes.default.catalog.reset()


@ANYTHING
@given(
    sent=st.lists(st.dictionaries(st.sampled_from(["code", "labels", "units", "standard_unit_code"]), VALUES) | VALUES)
)
def test_no_body_breaks_measurement_families(technical: httpx.Client, technical_app: App, sent: Any) -> None:
    answer = technical.patch("/measurement-families", json=sent)
    assert answer.status_code in (200, 400), answer.text
    assert technical.get("/measurement-families").status_code == 200
    technical_app.sandboxes.default.catalog.reset()


FILTERS = st.sampled_from(["code", "updated", "type", "enabled", "parent", "is_root", "has_products", "x"])
ENTRIES = st.fixed_dictionaries(
    {}, optional={"operator": st.sampled_from(["=", "IN", ">", "x"]) | VALUES, "value": VALUES}
)
SEARCHES = st.dictionaries(FILTERS, st.lists(ENTRIES | VALUES, max_size=2) | VALUES, max_size=2) | VALUES


@pytest.mark.parametrize("path", ["attributes", "attribute-groups", "families", "categories", "locales", "currencies"])
@ANYTHING
@given(search=SEARCHES.map(json.dumps) | st.text(max_size=10))
def test_no_search_breaks_a_list(technical: httpx.Client, path: str, search: str) -> None:
    answer = technical.get(f"/{path}", params={"search": search})
    assert answer.status_code in (200, 400, 422), answer.text


def test_codes_are_found_as_the_database_compares_them(api: httpx.Client) -> None:
    """Source: recorded from a real PIM; tests/core/test_collation.py has the pairs."""
    assert api.get("/api/rest/v1/categories/m\u00e1ster%20").json()["code"] == "master"
    assert (
        api.post(
            "/api/rest/v1/products", json={"identifier": "stra\u00dfe", "categories": ["MA\u0301STER"]}
        ).status_code
        == 201
    )
    taken = api.post("/api/rest/v1/products", json={"identifier": "STRASSE"}).json()
    assert taken["errors"][0]["message"] == "The STRASSE identifier is already used for another product."
    # A single product is found alike, but its answer is then matched letter by letter.
    assert api.get("/api/rest/v1/products/strasse").status_code == 404
    assert api.get("/api/rest/v1/products/stra\u00dfe").json()["categories"] == ["master"]
    assert api.delete("/api/rest/v1/products/Strasse\u200b").status_code == 204
