"""What the versions of the PIM show and find that others do not: the one that Akeneo runs, and those before 7.0.

Source: apidocs: content/rest-api/filter.md, content/concepts/{products,target-market-settings}.md
"""

from __future__ import annotations

import json
from urllib.parse import quote

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.json_types import Json
from tests.resources.reading import ROOT, TOP, connected, links, names, one, searched, uuid, values

A_TEXT: Json = {"type": "pim_catalog_text", "group": "other"}

# What only the PIM that Akeneo runs shows


def test_values_tell_their_attribute_types_and_symbols(saas: httpx.Client) -> None:
    body = saas.get("products/Top").json()
    types = {"sku": "identifier", "photo": "image", "text_l": "text", "text_s": "text", "textarea_ls": "textarea"}
    wanted = {
        code: [{**value, "attribute_type": f"pim_catalog_{types.get(code, code)}"} for value in entries]
        for code, entries in TOP["values"].items()
    }
    wanted["metric"][0]["data"] = {"amount": "1.5000", "unit": "KILOGRAM", "symbol": "kg"}
    assert body == {**TOP, "values": wanted, "metadata": {"workflow_status": "working_copy"}}


def test_what_was_read_may_be_sent_back(saas: httpx.Client) -> None:
    for path in ("products/Top", "products/variant", "product-models/deep"):
        before = saas.get(path).json()
        assert saas.patch(path, json=before).status_code == 204
        assert saas.get(path).json() == before


def test_a_product_link_that_names_an_identifier_is_shown_with_the_uuid(saas: httpx.Client) -> None:
    assert saas.post("attributes", json={**A_TEXT, "code": "link", "type": "pim_catalog_product_link"}).is_success
    sent = {"values": {"link": one({"type": "product", "identifier": "top"})}}
    assert saas.patch("products/lonely", json=sent).status_code == 204
    wanted = one({"type": "product", "id": uuid(1)}, attribute_type="pim_catalog_product_link")
    assert saas.get("products/lonely").json()["values"]["link"] == wanted


def test_measurements_are_converted_for_a_channel(saas: httpx.Client) -> None:
    assert saas.patch("channels/shop", json={"conversion_units": {"metric": "GRAM"}}).status_code == 204
    shown = values(saas.get("products?scope=shop&attributes=metric&convert_measurements=true"))
    kilos = {"amount": "1.5000", "unit": "KILOGRAM", "symbol": "kg"}
    grams = {"amount": "1500.0000", "unit": "GRAM", "symbol": "g"}
    type_ = {"attribute_type": "pim_catalog_metric"}
    assert shown["metric"] == [
        *one(kilos, **type_),
        *one(grams, "en_US", "shop", **type_),
        *one(grams, "fr_FR", "shop", **type_),
    ]
    assert values(saas.get("products?scope=shop&attributes=metric"))["metric"] == one(kilos, **type_)


RULES = {
    "metric_l": "MILLIGRAM",
    "pim_config_family_rules": {
        "Weight": {
            "en_US": {"unit": "POUND", "decimal_places_strategy": "round", "decimal_places": 2},
            "fr_FR": {"unit": "KILOGRAM", "decimal_places_strategy": "trim"},
        }
    },
    "pim_config_attribute_locale_rules": {
        "metric_l": {"fr_FR": {"unit": "GRAM", "decimal_places_strategy": "round", "decimal_places": 1}},
        "metric_s": {"fr_FR": "GRAM"},
    },
}


@pytest.mark.parametrize(
    ("attribute", "stored", "shown"),
    [
        (
            "metric",
            one("2"),
            [*one("2.0000 KILOGRAM"), *one("4.41 POUND", "en_US", "shop"), *one("2 KILOGRAM", "fr_FR", "shop")],
        ),
        (
            "metric_s",
            one("2.5", None, "shop"),
            [
                *one("2.5000 KILOGRAM", None, "shop"),
                *one("5.51 POUND", "en_US", "shop"),
                *one("2500.0000 GRAM", "fr_FR", "shop"),
            ],
        ),
        (
            "metric_l",
            [*one("2", "en_US"), *one("0.01234", "fr_FR")],
            [*one("2000000.0000 MILLIGRAM", "en_US"), *one("12.3 GRAM", "fr_FR")],
        ),
        (
            "metric_ls",
            [*one("5", "en_US", "shop"), *one("100", "fr_FR", "shop")],
            [*one("11.02 POUND", "en_US", "shop"), *one("100 KILOGRAM", "fr_FR", "shop")],
        ),
    ],
)
def test_measurements_are_converted_by_the_rule_that_says_most(
    saas: httpx.Client, attribute: str, stored: list[Json], shown: list[Json]
) -> None:
    """The attribute's for the locale, else the attribute's, else its measurement family's for the locale."""
    assert saas.patch("channels/shop", json={"conversion_units": RULES}).status_code == 204
    sent = [{**value, "data": {"amount": value["data"], "unit": "KILOGRAM"}} for value in stored]
    assert saas.patch("products/Top", json={"values": {attribute: sent}}).status_code == 204
    entries = values(saas.get(f"products?scope=shop&attributes={attribute}&convert_measurements=true"))[attribute]
    told = [{**entry, "data": f"{entry['data']['amount']} {entry['data']['unit']}"} for entry in entries]
    assert told == [{**value, "attribute_type": "pim_catalog_metric"} for value in shown]


def test_a_locale_without_a_rule_has_no_converted_measurement(saas: httpx.Client) -> None:
    rules = {"pim_config_family_rules": {"Weight": {"fr_FR": "GRAM"}}}
    assert saas.patch("channels/shop", json={"conversion_units": rules}).status_code == 204
    path = "products?scope=shop&attributes=metric&convert_measurements=true"
    grams = {"amount": "1500.0000", "unit": "GRAM", "symbol": "g"}
    entries = values(saas.get(path))["metric"]
    assert [(entry["locale"], entry["data"]["unit"]) for entry in entries] == [(None, "KILOGRAM"), ("fr_FR", "GRAM")]
    assert entries[1]["data"] == grams
    assert len(values(saas.get(f"{path}&locales=en_US"))["metric"]) == 1


@pytest.mark.parametrize("path", ["products", "products-uuid", "product-models"])
def test_measurements_are_converted_for_a_channel_only(saas: httpx.Client, path: str) -> None:
    answer = saas.get(f"{path}?convert_measurements=true")
    message = 'The parameter "scope" is mandatory when "convert_measurements" is "true".'
    assert (answer.status_code, answer.json()) == (422, {"code": 422, "message": message})


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"family": {"operator": "IN CHILDREN", "value": ["WIDE"]}}, ["Top", "variant"]),
        ({"family": {"operator": "NOT IN CHILDREN", "value": ["wide", "bare"]}}, ["a b/ü", "lonely"]),
        # Its product model was updated later than itself.
        ({"updated_including_linked_entities": {"operator": ">", "value": "2025-06-01 10:00:00"}}, ["variant"]),
        (
            {
                "updated_including_linked_entities": {"operator": "<", "value": "2025-06-02 00:00:00"},
                "updated_including_linked_type": {"operator": "IN", "value": ["asset", "reference_entity_record"]},
            },
            ["a b/ü", "lonely", "Top", "zz"],
        ),
    ],
)
def test_products_are_found_by_what_no_installed_version_knows(
    saas: httpx.Client, conditions: dict[str, Json], found: list[str]
) -> None:
    assert names(saas.get("products", params=searched(**conditions))) == found


LINKED = {"updated_including_linked_entities": {"operator": "SINCE LAST N DAYS", "value": 7}}


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        (
            {"family": {"operator": "IN CHILDREN", "value": "wide"}},
            'Property "family" expects an array as data, "string" given.',
        ),
        (
            {"family": {"operator": "NOT IN CHILDREN", "value": ["nope"]}},
            'Object "family" with code "nope" does not exist',
        ),
        (
            {"updated_including_linked_entities": {"operator": "NOT EMPTY"}},
            'Filter on property "updated_including_linked_entities" is not supported or does not support operator '
            '"NOT EMPTY"',
        ),
        (
            {"updated_including_linked_type": {"operator": "IN", "value": ["asset"]}},
            'Property "updated_including_linked_type" cannot be used without the property '
            '"updated_including_linked_entities".',
        ),
        (
            {**LINKED, "updated_including_linked_type": {"operator": "IN", "value": ["asset", "product"]}},
            'Property "updated_including_linked_type" expects values among "asset", "reference_entity_record".',
        ),
        (
            {**LINKED, "updated_including_linked_type": {"operator": "IN", "value": "asset"}},
            'Property "updated_including_linked_type" expects an array as data, "string" given.',
        ),
    ],
)
def test_their_values_are_checked(saas: httpx.Client, conditions: dict[str, Json], message: str) -> None:
    answer = saas.get("products", params=searched(**conditions))
    assert (answer.status_code, answer.json()) == (422, {"code": 422, "message": message})


def test_families_of_models_are_not_searched_by_their_children(saas: httpx.Client) -> None:
    answer = saas.get("product-models", params=searched(family={"operator": "IN CHILDREN", "value": []}))
    message = 'Filter on property "family" is not supported or does not support operator "IN CHILDREN"'
    assert (answer.status_code, answer.json()["message"]) == (422, message)


@pytest.mark.parametrize("path", ["products", "products-uuid", "product-models"])
@pytest.mark.parametrize("name", ["readiness", "readiness_by_channel"])
def test_a_search_by_readiness_says_that_it_is_not_emulated(saas: httpx.Client, path: str, name: str) -> None:
    condition = {"operator": "ALL READY", "scope": "shop", "locales": ["en_US"], "readiness_code": "any"}
    answer = saas.get(path, params=searched(**{name: condition}))
    because = "is not emulated by mock-akeneo (readiness of the Enterprise Edition); see /_mock/v1/coverage"
    assert (answer.status_code, answer.json()) == (501, {"code": 501, "message": f'The filter "{name}" {because}'})


def test_an_attribute_may_have_the_code_of_what_is_not_emulated(saas: httpx.Client) -> None:
    assert saas.post("attributes", json={"code": "readiness", **A_TEXT}).status_code == 201
    assert names(saas.get("products", params=searched(readiness={"operator": "=", "value": "x"}))) == []


def test_an_attribute_with_the_code_of_a_field_has_the_operators_that_the_field_lacks(saas: httpx.Client) -> None:
    assert saas.post("attributes", json={"code": "created", **A_TEXT}).status_code == 201
    assert saas.patch("products/lonely", json={"values": {"created": one("by hand")}}).status_code == 204
    assert names(saas.get("products", params=searched(created={"operator": "CONTAINS", "value": "HAND"}))) == ["lonely"]
    assert names(saas.get("products", params=searched(created={"operator": ">", "value": "2025-06-01 10:00:00"}))) == []


@pytest.mark.parametrize("path", ["products", "products/Top", "products-uuid", f"products-uuid/{uuid(1)}"])
def test_readiness_is_not_shown_but_said_to_be_not_emulated(saas: httpx.Client, path: str) -> None:
    because = "is not emulated by mock-akeneo (readiness of the Enterprise Edition); see /_mock/v1/coverage"
    answer = saas.get(path, params={"with_readiness": "detailed"})
    assert (answer.status_code, answer.json()["message"]) == (501, f'The parameter "with_readiness" {because}')
    answer = saas.post("products-uuid/search", json={"with_readiness": "scores_only"})
    assert (answer.status_code, answer.json()["message"]) == (501, f'The parameter "with_readiness" {because}')


def test_share_links_are_not_emulated_where_there_are_assets(saas: httpx.Client) -> None:
    plain = saas.get("products/Top").json()
    assert saas.get("products/Top?with_asset_share_links=true").json() == plain
    images = {"code": "images", "type": "pim_catalog_asset_collection", "group": "other"}
    assert saas.post("attributes", json={**images, "reference_data_name": "images"}).status_code == 201
    answer = saas.get("products/Top?with_asset_share_links=true")
    because = "is not emulated by mock-akeneo (the Asset Manager of the Enterprise Edition); see /_mock/v1/coverage"
    assert (answer.status_code, answer.json()["message"]) == (501, f'The parameter "with_asset_share_links" {because}')
    assert saas.get("products/Top?with_asset_share_links=false").json() == plain


def test_links_of_saas_repeat_all_that_is_shown_besides(saas: httpx.Client) -> None:
    """As the documentation shows links of product models."""
    asked = "with_quality_scores=true&convert_measurements=true&with_workflow_execution_statuses=true"
    paging = "?page=1&with_count=false&pagination_type=page&limit=10"
    for path in ("product-models", "products", "products-uuid"):
        more = "&with_root_parent=true" if path == "products-uuid" else ""
        answer = saas.get(f"{path}?scope=shop&with_root_parent=true&{asked}")
        assert links(answer)["self"] == f"{ROOT}/{path}{paging}&scope=shop&{asked}{more}"


def test_the_root_model_is_told_by_uuid(saas: httpx.Client) -> None:
    assert saas.get(f"products-uuid/{uuid(4)}?with_root_parent=true").json()["root_parent"] == "deep"
    assert saas.get(f"products-uuid/{uuid(1)}?with_root_parent=true").json()["root_parent"] is None
    assert "root_parent" not in saas.get("products/variant?with_root_parent=true").json()


def test_a_search_may_have_a_body(saas: httpx.Client) -> None:
    body = {
        "search": json.dumps({"enabled": [{"operator": "=", "value": True}]}),
        "attributes": "text",
        "with_completenesses": True,
        "with_quality_scores__products": True,
    }
    answer = saas.post("products-uuid/search?limit=2&page=2&with_count=true", json=body)
    links_of = {"page": 2, "with_count": "true", "pagination_type": "page", "limit": 2}
    url = f"{ROOT}/products-uuid/search?" + "&".join(f"{name}={value}" for name, value in links_of.items())
    assert answer.status_code == 200
    assert links(answer)["self"] == url
    assert (answer.json()["items_count"], answer.json()["current_page"]) == (5, 2)
    first = answer.json()["_embedded"]["items"][0]
    assert first["_links"] == {"self": {"href": f"{ROOT}/products-uuid/{uuid(4)}"}}
    assert first["values"] == {"text": one("level 1", attribute_type="pim_catalog_text")}
    assert {"completenesses", "quality_scores"} < first.keys()
    assert names(saas.get(links(answer)["first"].replace("/search", ""))) == [None, None]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ('{"search":"x"}', 400, "Search query parameter should be valid JSON."),
        ("{", 400, "Invalid json message received"),
        (
            '{"locales":["en_US"]}',
            422,
            'Property "locales" expects a string as data, "array" given. '
            "Check the expected format on the API documentation.",
        ),
        ('{"attributes":"nope"}', 422, 'Attribute "nope" does not exist.'),
    ],
)
def test_a_wrong_body_of_a_search_is_refused(saas: httpx.Client, body: str, code: int, message: str) -> None:
    answer = saas.post("products-uuid/search", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["message"]) == (code, message)


ENABLED = {"operator": "=", "value": True}


@pytest.mark.parametrize(
    ("attributes", "search", "message"),
    [
        (800, {}, None),
        (801, {}, "You cannot request more than 800 attributes."),
        (1, {"enabled": [ENABLED] * 19, "family": [{"operator": "EMPTY"}]}, None),
        (
            1,
            {"enabled": [ENABLED] * 20, "family": [{"operator": "EMPTY"}]},
            "You cannot search by more than 20 criteria.",
        ),
        (1, {"sku": [{"operator": "IN", "value": ["x"] * 800}]}, None),
        (1, {"sku": [{"operator": "IN", "value": ["x"] * 801}]}, "You cannot search by more than 800 values at once."),
    ],
)
def test_the_body_of_a_search_holds_only_so_much(
    saas: httpx.Client, attributes: int, search: Json, message: str | None
) -> None:
    body = {"attributes": ",".join(["sku"] * attributes), "search": json.dumps(search)}
    answer = saas.post("products-uuid/search", json=body)
    wanted = (200, None) if message is None else (422, message)
    assert (answer.status_code, answer.json().get("message")) == wanted
    # In a URL it is a web server that sets the bound.
    asked = saas.get("products-uuid", params=body)
    assert asked.status_code == (200 if len(asked.request.url.raw_path) < 8_000 else 414)


# Older versions


def test_older_versions_know_no_uuids(old: httpx.Client) -> None:
    assert old.get("products/Top").json() == {name: member for name, member in TOP.items() if name != "uuid"}
    item = old.get("products?limit=1&search=" + quote(searched(identifier={"operator": "=", "value": "top"})["search"]))
    wanted = {"_links": {"self": {"href": f"{ROOT}/products/Top"}}, **TOP}
    assert item.json()["_embedded"]["items"] == [{name: wanted[name] for name in wanted if name != "uuid"}]
    for path in ("products-uuid", f"products-uuid/{uuid(1)}"):
        answer = old.get(path)
        assert (answer.status_code, answer.json()["message"]) == (404, f'No route found for "GET {ROOT}/{path}"')
    answer = old.get("products", params=searched(uuid={"operator": "IN", "value": []}))
    message = 'Filter on property "uuid" is not supported or does not support operator "IN"'
    assert (answer.status_code, answer.json()["message"]) == (422, message)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"text": {"operator": "=", "value": 1}}, 'Property "text" expects a string as data, "integer" given.'),
        (
            {"text_l": {"operator": "EMPTY", "locale": "xx"}},
            'Locale "xx" does not exist or is not activated.',
        ),
        ({}, 'Filter on property "nope" is not supported or does not support operator "="'),
    ],
)
def test_older_versions_meet_an_unknown_property_in_its_turn(
    old: httpx.Client, more: dict[str, Json], message: str
) -> None:
    answer = old.get("products", params=searched(**more, nope={"operator": "="}))
    assert (answer.status_code, answer.json()) == (422, {"code": 422, "message": message})


@pytest.mark.parametrize(
    ("path", "name", "operator", "versions"),
    [
        ("products", "text", "IN", ["saas"]),
        ("products", "textarea_ls", "NOT IN", ["saas"]),
        ("products", "parent", "IN", ["saas", "7.0"]),
        ("products", "parent", "=", ["saas", "7.0", "6.0", "5.0"]),
        ("product-models", "parent", "EMPTY", ["saas", "7.0", "6.0"]),
        ("products", "quality_score", "IN", ["saas", "7.0", "6.0"]),
        ("products", "family", "IN CHILDREN", ["saas"]),
    ],
)
def test_an_operator_is_refused_by_the_versions_before_it(
    reading_apps: dict[str, App], path: str, name: str, operator: str, versions: list[str]
) -> None:
    condition = {"operator": operator, "value": [], "scope": "print", "locale": "en_US"}
    answers = {}
    for version, app in reading_apps.items():
        with connected(app) as api:
            answers[version] = api.get(path, params=searched(**{name: condition})).json()
    message = f'Filter on property "{name}" is not supported or does not support operator "{operator}"'
    refused = [version for version, body in answers.items() if body == {"code": 422, "message": message}]
    assert [version for version in answers if version not in refused] == versions
    assert all("_embedded" in answers[version] for version in versions)


@pytest.mark.parametrize(
    ("version", "echoed"),
    [
        ("5.0", "&with_quality_scores=true"),
        ("6.0", "&with_quality_scores=true&with_completenesses=true"),
        ("7.0", "&with_quality_scores=true&with_completenesses=true"),
    ],
)
def test_links_do_not_repeat_what_the_version_does_not_know(
    reading_apps: dict[str, App], version: str, echoed: str
) -> None:
    query = "?with_completenesses=true&with_quality_scores=true&with_workflow_execution_statuses=true"
    paging = "?page=1&with_count=false&pagination_type=page&limit=10"
    with connected(reading_apps[version]) as api:
        assert links(api.get(f"products{query}"))["self"] == f"{ROOT}/products{paging}{echoed}"
        assert links(api.get(f"product-models{query}"))["self"] == f"{ROOT}/product-models{paging}"


@pytest.mark.parametrize(("path", "versions"), [("products/Top", 4), ("product-models/deep", 3), ("product-models", 3)])
def test_version_5_knows_no_quality_scores_of_product_models(
    reading_apps: dict[str, App], path: str, versions: int
) -> None:
    shown = []
    for version, app in reading_apps.items():
        with connected(app) as api:
            body = api.get(f"{path}?with_quality_scores=true").json()
        shown += [version] * ("quality_scores" in body.get("_embedded", {"items": [body]})["items"][0])
    assert shown == ["saas", "7.0", "6.0", "5.0"][:versions]


@pytest.mark.parametrize("name", ["readiness", "updated_including_linked_entities", "updated_including_linked_type"])
def test_installed_versions_know_nothing_of_what_only_saas_finds_by(reading: httpx.Client, name: str) -> None:
    answer = reading.get("products", params=searched(**{name: {"operator": "IN", "value": []}}))
    message = f'"{name}" does not exist or you do not have permission to access it.'
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "message": message})
    plain = reading.get("products/Top").json()
    assert reading.get("products/Top?with_readiness=detailed&with_asset_share_links=true").json() == plain


def test_only_saas_has_the_search_with_a_body(reading: httpx.Client) -> None:
    answer = reading.post("products-uuid/search", json={})
    message = f'No route found for "POST {ROOT}/products-uuid/search"'
    assert (answer.status_code, answer.json()["message"]) == (404, message)
