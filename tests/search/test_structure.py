"""The `search` parameter of the structure's lists.

Source: 01 section 6.4; pim: tests/back/Pim/Structure/EndToEnd/*/ExternalApi/List*EndToEnd.php,
tests/back/Channel/EndToEnd/Locale/ExternalApi/FilterLocaleEndToEnd.php
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.answers import body, codes, problem
from tests.conftest import version


def _found(api: httpx.Client, path: str, search: Any) -> list[str]:
    return codes(api.get(path, params={"search": json.dumps(search), "limit": "100"}))


def _only(operator: str, value: Any) -> list[dict[str, Any]]:
    return [{"operator": operator, "value": value}]


@pytest.mark.parametrize(
    ("path", "search", "expected"),
    [
        ("/attributes", {"code": _only("IN", ["a_text", "SKU", "nope"])}, ["a_text", "sku"]),
        ("/attributes", {"type": _only("IN", ["pim_catalog_boolean", "pim_catalog_date"])}, ["a_date", "a_yes_no"]),
        ("/attributes", {"is_main_identifier": _only("=", True)}, ["sku"]),
        (
            "/attributes",
            {"code": _only("IN", ["a_text", "a_date"]), "type": _only("IN", ["pim_catalog_date"])},
            ["a_date"],
        ),
        ("/attributes", {"code": _only("IN", [])}, []),
        ("/attribute-groups", {"code": _only("IN", ["other"])}, ["other"]),
        ("/families", {"code": _only("IN", ["familyA2"])}, ["familyA2"]),
        ("/families", {"has_products": _only("=", True)}, []),
        ("/categories", {"code": _only("IN", ["categoryA1", "master"])}, ["master", "categoryA1"]),
        ("/categories", {"parent": _only("=", "categoryA")}, ["categoryA1", "categoryA2"]),
        (
            "/categories",
            {"parent": _only("=", "MASTER")},
            ["categoryA", "categoryA1", "categoryA2", "categoryB", "categoryC"],
        ),
        ("/categories", {"is_root": _only("=", True)}, ["master", "master_china"]),
        (
            "/categories",
            {"is_root": _only("=", False), "parent": _only("=", "categoryA")},
            ["categoryA1", "categoryA2"],
        ),
        (
            "/categories",
            {},
            ["master", "categoryA", "categoryA1", "categoryA2", "categoryB", "categoryC", "master_china"],
        ),
        ("/locales", {"enabled": _only("=", True)}, ["de_DE", "en_US", "fr_FR", "zh_CN"]),
    ],
)
def test_all_conditions_hold(technical: httpx.Client, path: str, search: Any, expected: list[str]) -> None:
    assert _found(technical, path, search) == expected


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/attributes", {"type": "pim_catalog_text", "group": "other"}),
        ("/attribute-groups", {}),
        ("/families", {}),
        ("/categories", {}),
    ],
)
def test_changes_are_found_by_their_time(technical: httpx.Client, path: str, sent: Any) -> None:
    """The clock of these tests stands at the first moment of 2026."""
    assert technical.patch(f"{path}/new", json=sent).status_code == 201
    assert "new" in _found(technical, path, {"updated": _only(">", "2025-12-31T23:59:59Z")})
    assert _found(technical, path, {"updated": _only(">", "2026-01-01T01:00:00+01:00")}) == []


def test_families_are_found_by_whether_they_have_products(technical: httpx.Client) -> None:
    assert technical.post("/products", json={"identifier": "one", "family": "familyA3"}).status_code == 201
    assert _found(technical, "/families", {"has_products": _only("=", True)}) == ["familyA3"]
    assert _found(technical, "/families", {"has_products": _only("=", False)}) == ["familyA", "familyA1", "familyA2"]


def test_the_search_counts_and_stays_in_the_links(technical: httpx.Client) -> None:
    search = '{"type":[{"operator":"IN","value":["pim_catalog_metric"]}]}'
    answer = technical.get("/attributes", params={"search": search, "limit": "3", "with_count": "true"}).json()
    encoded = "%7B%22type%22:%5B%7B%22operator%22:%22IN%22,%22value%22:%5B%22pim_catalog_metric%22%5D%7D%5D%7D"
    url = "http://localhost/api/rest/v1/attributes"
    assert answer["items_count"] == 4
    assert answer["_links"] == {
        "self": {"href": f"{url}?page=1&limit=3&with_count=true&search={encoded}"},
        "first": {"href": f"{url}?page=1&limit=3&with_count=true&search={encoded}"},
        "next": {"href": f"{url}?page=2&limit=3&with_count=true&search={encoded}"},
    }
    assert codes(technical.get(answer["_links"]["next"]["href"])) == ["a_metric_without_decimal_negative"]


@pytest.mark.parametrize(
    "path", ["association-types", "channels", "attributes/a_multi_select/options", "measure-families"]
)
def test_other_lists_do_not_look_at_the_parameter(technical: httpx.Client, path: str) -> None:
    answer = technical.get(f"/{path}", params={"search": "no JSON", "limit": "1"})
    assert len(codes(answer)) == 1
    assert answer.json()["_links"]["self"]["href"].endswith("&search=no%20JSON")


def _available(names: str, wrong: str) -> str:
    return f'Available search filters are "{names}" and you tried to search on unavailable filter "{wrong}"'


@pytest.mark.parametrize(
    ("path", "search", "message"),
    [
        ("/attributes", "x", "The search query parameter must be a valid JSON."),
        ("/attributes", "", "The search query parameter must be a valid JSON."),
        ("/categories", "{", "The search query parameter must be a valid JSON: Syntax error"),
        ("/attributes", {"label": []}, _available("code, updated, type, is_main_identifier", "label")),
        ("/attribute-groups", {"type": []}, _available("code, updated", "type")),
        ("/families", {"x": []}, _available("code, updated, has_products", "x")),
        ("/categories", {"x": []}, _available("code, parent, is_root, updated", "x")),
        (
            "/families",
            {"code": _only("=", ["x"])},
            'In order to search on family codes you must use "IN" operator, "=" given.',
        ),
        (
            "/attributes",
            {"code": _only("=", ["x"])},
            'In order to search on attribute codes you must use "IN" operator, "IN" given.',
        ),
        (
            "/attribute-groups",
            {"code": _only("NOT IN", ["x"])},
            'In order to search on attribute group codes you must use "IN" operator, "IN" given.',
        ),
        (
            "/categories",
            {"code": _only("IN", 12)},
            "In order to search on category codes you must send an array of category codes as value, integer given. "
            "This value should be of type iterable.",
        ),
        ("/families", {"code": _only("IN", ["x", 1])}, "This value should be of type string."),
        (
            "/families",
            {"updated": _only("<", "2020-01-01T10:00:00Z")},
            'Searching on the "updated" property require the ">" (greater than) operator, "<" given.',
        ),
        (
            "/attributes",
            {"updated": _only("<", "2020-01-01T10:00:00Z")},
            'Searching on the "updated" property require the ">" (greater than) operator, ">" given.',
        ),
        ("/attributes", {"updated": _only(">", "yesterday")}, "This value is not a valid datetime."),
        ("/attribute-groups", {"updated": _only(">", "2020-02-30T10:00:00Z")}, "This value is not a valid datetime."),
        ("/families", {"updated": _only(">", "2020-01-01 10:00:00")}, "This value is not a valid datetime."),
        (
            "/categories",
            {"updated": _only(">", "yesterday")},
            "This value is not in a valid ISO 8601 standard datetime format",
        ),
        (
            "/attributes",
            {"is_main_identifier": _only("=", "true")},
            'The "is_main_identifier" filter requires a boolean value, and the submitted value is not.',
        ),
        (
            "/families",
            {"has_products": _only("IN", 1)},
            'In order to search on family has_product you must use "=" operator, "IN" given. '
            'The "has_products" filter requires a boolean value, and the submitted value is not.',
        ),
        (
            "/categories",
            {"parent": _only("IN", ["master"])},
            'In order to search on category parent you must use "=" operator, "IN" given. '
            "In order to search on category parent you must send a parent code category as value, string given.",
        ),
        ("/categories", {"parent": _only("=", "nope")}, "Parent code nope does not exist."),
        (
            "/categories",
            {"is_root": _only("IN", True)},
            'In order to search on category is_root you must use "=" operator, "IN" given.',
        ),
        ("/families", {"code": [{"operator": "IN"}]}, "This field is missing."),
        (
            "/families",
            {"code": [{"value": ["x"], "locale": "en_US"}]},
            "This field is missing. This field was not expected.",
        ),
        ("/families", {"code": "x"}, "This value should be of type iterable."),
        ("/families", {"code": ["x"]}, "This value should be of type array|(Traversable&ArrayAccess)."),
    ],
)
def test_a_wrong_search_is_told(technical: httpx.Client, path: str, search: Any, message: str) -> None:
    text = search if isinstance(search, str) else json.dumps(search)
    assert body(technical.get(path, params={"search": text})) == problem(400, message)


def test_older_versions_tell_less_of_categories_that_are_no_json() -> None:
    with version("6.0") as old:
        told = problem(400, "The search query parameter must be a valid JSON.")
        assert body(old.get("/categories", params={"search": "{"})) == told


def test_paging_is_looked_at_before_the_search_but_for_locales(technical: httpx.Client) -> None:
    paging = problem(422, '"x" is not a valid limit number.')
    assert body(technical.get("/families?limit=x&search=x")) == paging
    assert body(technical.get("/locales?limit=x&search=x")) == problem(
        400, "Search query parameter should be valid JSON."
    )


STRUCTURE = (
    'Structure of filter "enabled" should respect this structure: '
    '{"enabled":[{"operator": "my_operator", "value": "my_value"}]}'
)


@pytest.mark.parametrize(
    ("search", "status", "message"),
    [
        ("x", 400, "Search query parameter should be valid JSON."),
        ({"enabled": []}, 422, STRUCTURE),
        ({"enabled": "x"}, 422, STRUCTURE),
        ({"enabled": [{"value": True}]}, 422, 'Operator is missing for the property "enabled".'),
        ({"enabled": _only(1, True)}, 422, 'Operator has to be a string, "integer" given.'),  # type: ignore[arg-type]
        (
            {"enabled": _only("IN", True)},
            422,
            'Filter on property "enabled" is not supported or does not support operator "IN".',
        ),
        ({"x": _only("=", True)}, 422, 'Filter on property "x" is not supported or does not support operator "=".'),
        ({"enabled": [{"operator": "="}]}, 422, 'Value is missing for the property "enabled".'),
        ({"enabled": _only("=", "true")}, 422, 'Filter "enabled" with operator "=" expects a boolean value.'),
    ],
)
@pytest.mark.parametrize("path", ["/locales", "/currencies"])
def test_locales_and_currencies_tell_a_wrong_search_in_words_of_their_own(
    technical: httpx.Client, path: str, search: Any, status: int, message: str
) -> None:
    text = search if isinstance(search, str) else json.dumps(search)
    assert body(technical.get(path, params={"search": text})) == problem(status, message)
