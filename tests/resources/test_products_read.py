"""Products are read one by one, in pages and by the search with a body, as every version of the PIM shows them.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.json_types import Json
from tests.resources.reading import DOWNLOAD, PHOTO, ROOT, THEN, connected, one, started, uuid

A_TEXT: Json = {"type": "pim_catalog_text", "group": "other"}
NO_LINKS: Json = {"PACK": {"products": [], "product_models": [], "groups": []}}
TOP: Json = {
    "uuid": uuid(1),
    "identifier": "Top",
    "enabled": True,
    "family": "wide",
    "categories": ["leaf", "sheet"],
    "groups": ["first", "second"],
    "parent": None,
    "values": {
        "sku": one("Top"),
        "text": one("Kite"),
        "text_l": [*one("Kite", "en_US"), *one("Cerf-volant", "fr_FR")],
        "text_s": [*one("for the shop", scope="shop"), *one("for print", scope="print")],
        "textarea_ls": [*one("Long", "en_US", "print"), *one("Lang", "fr_FR", "shop")],
        "metric": one({"amount": "1.5000", "unit": "KILOGRAM"}),
        "simpleselect": one("a"),
        "multiselect": one(["B", "c"]),
        "photo": one(PHOTO, _links=DOWNLOAD),
    },
    "created": THEN,
    "updated": THEN,
    "associations": NO_LINKS,
    "quantified_associations": {},
}
NAMELESS: Json = {
    "uuid": uuid(3),
    "enabled": True,
    "family": "narrow",
    "categories": [],
    "groups": [],
    "parent": None,
    "values": {"text": one("nameless")},
    "created": THEN,
    "updated": THEN,
    "associations": NO_LINKS,
    "quantified_associations": {},
}
VARIANT: Json = {
    "uuid": uuid(4),
    "identifier": "variant",
    "enabled": True,
    "family": "wide",
    "categories": ["left", "right", "sheet"],
    "groups": [],
    "parent": "deep/1",
    "values": {
        "sku": one("variant"),
        "twist": one(True),
        "date": one("2020-02-01T00:00:00+00:00"),
        "axis": one("a"),
        "text": one("level 1"),
        "number_l": one("3.0000", "fr_FR"),
        "number": one("2.0000"),
        "multiselect": one(["a", "c"]),
        "photo": one(PHOTO, _links=DOWNLOAD),
    },
    "created": THEN,
    "updated": THEN,
    "associations": {
        "PACK": {"products": ["Top", "a b/ü"], "product_models": ["deep", "flat"], "groups": ["first", "second"]}
    },
    "quantified_associations": {
        "SET": {
            # The root's come first; of several quantities the lowest level's counts.
            "products": [{"identifier": "Top", "quantity": 7}, {"identifier": "a b/ü", "quantity": 9}],
            "product_models": [{"identifier": "flat", "quantity": 3}],
        }
    },
}
IDENTIFIERS = ["a b/ü", "lonely", "Top", "variant", "zz"]


def names(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return [item.get("identifier") for item in answer.json()["_embedded"]["items"]]


def links(answer: httpx.Response) -> dict[str, str]:
    return {name: link["href"] for name, link in answer.json()["_links"].items()}


def values(answer: httpx.Response, identifier: str = "Top") -> Json:
    found: Json = next(item for item in answer.json()["_embedded"]["items"] if item["identifier"] == identifier)
    shown: Json = found["values"]
    return shown


def searched(**conditions: object) -> dict[str, str]:
    return {"search": json.dumps({name: [condition] for name, condition in conditions.items()})}


# One


def test_a_product_is_shown_by_its_identifier(reading: httpx.Client) -> None:
    answer = reading.get("products/Top")
    assert (answer.status_code, answer.json()) == (200, TOP)
    assert answer.headers["content-type"] == "application/json"


def test_a_product_is_shown_by_its_uuid_in_any_letter_case(reading: httpx.Client) -> None:
    answer = reading.get(f"products-uuid/{uuid(3).upper()}")
    assert (answer.status_code, answer.json()) == (200, NAMELESS)


def test_a_variant_shows_what_it_inherits(reading: httpx.Client) -> None:
    assert reading.get("products/variant").json() == VARIANT


def test_by_uuid_links_are_uuids(reading: httpx.Client) -> None:
    body = reading.get(f"products-uuid/{uuid(4)}").json()
    wanted = {name: member for name, member in VARIANT.items() if name != "identifier"}
    wanted["associations"] = {"PACK": {**VARIANT["associations"]["PACK"], "products": [uuid(1), uuid(2)]}}
    wanted["quantified_associations"] = {
        "SET": {
            **VARIANT["quantified_associations"]["SET"],
            "products": [{"uuid": uuid(1), "quantity": 7}, {"uuid": uuid(2), "quantity": 9}],
        }
    }
    assert body == wanted


def test_a_linked_product_without_identifier_is_null(reading: httpx.Client) -> None:
    path = f"products-uuid/{uuid(5)}"
    assert reading.patch(path, json={"associations": {"PACK": {"products": [uuid(1), uuid(3)]}}}).status_code == 204
    assert reading.get("products/lonely").json()["associations"]["PACK"]["products"] == [None, "Top"]
    assert reading.get(path).json()["associations"]["PACK"]["products"] == [uuid(3), uuid(1)]


@pytest.mark.parametrize("identifier", ["a b/ü", "a%20b%2F%C3%BC"])
def test_an_identifier_may_hold_anything(reading: httpx.Client, identifier: str) -> None:
    assert reading.get(f"products/{identifier}").json()["identifier"] == "a b/ü"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("products/top", 'Product "top" does not exist or you do not have permission to access it.'),
        ("products/no/such", 'Product "no/such" does not exist or you do not have permission to access it.'),
        (
            f"products-uuid/{uuid(99).upper()}",
            f'Product "{uuid(99).upper()}" does not exist or you do not have permission to access it.',
        ),
        ("products-uuid/Top", f'No route found for "GET {ROOT}/products-uuid/Top"'),
    ],
)
def test_what_is_not_there_is_not_found(reading: httpx.Client, path: str, message: str) -> None:
    answer = reading.get(path)
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "message": message})


# Pages


def test_a_page_by_number_links_its_neighbours(reading: httpx.Client) -> None:
    answer = reading.get("products?limit=2&page=2&with_count=true")
    assert answer.json() == {
        "_links": {
            name: {"href": f"{ROOT}/products?page={page}&with_count=true&pagination_type=page&limit=2"}
            for name, page in (("self", 2), ("first", 1), ("previous", 1), ("next", 3))
        },
        "current_page": 2,
        "items_count": 5,
        "_embedded": {
            "items": [
                {"_links": {"self": {"href": f"{ROOT}/products/Top"}}, **TOP},
                {"_links": {"self": {"href": f"{ROOT}/products/variant"}}, **VARIANT},
            ]
        },
    }


def test_a_page_by_cursor_leads_to_the_next(reading: httpx.Client) -> None:
    answer = reading.get("products-uuid?pagination_type=search_after&limit=1&with_count=true", params=None)
    start = f"{ROOT}/products-uuid?with_count=true&pagination_type=search_after&limit=1"
    assert links(answer) == {"self": start, "first": start, "next": f"{start}&search_after={uuid(1)}"}
    assert answer.json().keys() == {"_links", "_embedded"}
    answer = reading.get(f"{start}&search_after={uuid(2)}")
    assert answer.json()["_embedded"]["items"] == [
        {"_links": {"self": {"href": f"{ROOT}/products-uuid/{uuid(3)}"}}, **NAMELESS}
    ]
    assert links(answer)["self"] == f"{start}&search_after={uuid(2)}"


def test_products_come_in_order_of_their_identifiers_in_lower_case(reading: httpx.Client) -> None:
    answer = reading.get("products?with_count=true")
    assert names(answer) == IDENTIFIERS
    assert (answer.json()["items_count"], answer.json()["current_page"]) == (5, 1)
    assert "next" not in links(answer)


def test_a_full_last_page_leads_to_an_empty_one(reading: httpx.Client) -> None:
    following = links(reading.get("products?limit=5"))["next"]
    answer = reading.get(following)
    assert (answer.json()["_embedded"]["items"], answer.json()["current_page"]) == ([], 2)
    assert list(links(answer)) == ["self", "first", "previous"]
    following = links(reading.get("products?limit=5&pagination_type=search_after"))["next"]
    answer = reading.get(following)
    assert (answer.json()["_embedded"]["items"], list(links(answer))) == ([], ["self", "first"])


@pytest.mark.parametrize(
    ("cursor", "found"),
    [("LONELY", ["Top", "variant", "zz"]), ("lonelz", ["Top", "variant", "zz"]), ("", IDENTIFIERS)],
)
def test_a_cursor_need_not_exist(reading: httpx.Client, cursor: str, found: list[str]) -> None:
    answer = reading.get(f"products?pagination_type=search_after&search_after={cursor}")
    assert names(answer) == found
    assert links(answer)["self"].endswith(f"&search_after={cursor}")


def test_a_cursor_survives_writes(reading: httpx.Client) -> None:
    following = links(reading.get("products?pagination_type=search_after&limit=2"))["next"]
    assert reading.delete("products/lonely").status_code == 204
    assert reading.post("products", json={"identifier": "b"}).status_code == 201
    assert reading.post("products", json={"identifier": "m"}).status_code == 201
    assert names(reading.get(following)) == ["m", "Top"]


def test_links_repeat_what_was_asked_in_the_order_of_the_pim(reading: httpx.Client) -> None:
    answer = reading.get(
        "products",
        params={
            "with_completenesses": "true",
            "with_quality_scores": "false",
            "attributes": "text,text_l",
            "locales": "en_US,fr_FR",
            "search_locale": "en_US",
            "search_scope": "shop",
            "scope": "shop",
            "mine": "1",
            "with_attribute_options": "true",
            "search": '{"enabled":[{"operator":"=","value":true}], "text":[{"operator": "!=", "value": "é/ü"}]}',
        },
    )
    search = (
        "%7B%22enabled%22:%5B%7B%22operator%22:%22%3D%22,%22value%22:true%7D%5D,"
        "%22text%22:%5B%7B%22operator%22:%22!%3D%22,%22value%22:%22%5Cu00e9%5C/%5Cu00fc%22%7D%5D%7D"
    )
    assert links(answer)["self"] == (
        f"{ROOT}/products?page=1&with_count=false&pagination_type=page&limit=10&search={search}&scope=shop"
        "&search_scope=shop&locales=en_US,fr_FR&attributes=text,text_l&with_attribute_options=true"
        "&with_completenesses=true"
    )


def test_an_empty_search_is_left_out_of_links(reading: httpx.Client) -> None:
    for search in ("{}", "[]"):
        assert "search" not in links(reading.get("products", params={"search": search}))["self"]


# What of the values is shown, and what besides


def test_scope_leaves_the_values_and_the_tree_of_a_channel(reading: httpx.Client) -> None:
    answer = reading.get("products?scope=print")
    assert names(answer) == ["Top", "variant"]
    assert values(answer) == {
        **{name: TOP["values"][name] for name in ("sku", "text", "metric", "simpleselect", "multiselect", "photo")},
        "text_l": one("Kite", "en_US"),
        "text_s": one("for print", scope="print"),
        "textarea_ls": one("Long", "en_US", "print"),
    }


def test_a_search_for_categories_takes_the_place_of_the_tree(reading: httpx.Client) -> None:
    query = {"scope": "print", **searched(categories={"operator": "UNCLASSIFIED", "value": []})}
    assert names(reading.get("products", params=query)) == ["a b/ü", "lonely"]


def test_locales_leave_their_values(reading: httpx.Client) -> None:
    shown = values(reading.get("products?locales=fr_FR"))
    assert shown == {
        **TOP["values"],
        "text_l": one("Cerf-volant", "fr_FR"),
        "textarea_ls": one("Lang", "fr_FR", "shop"),
    }


def test_attributes_leave_their_values_and_all_products(reading: httpx.Client) -> None:
    answer = reading.get("products?attributes=text,text_s&scope=shop")
    assert values(answer) == {"text": one("Kite"), "text_s": one("for the shop", scope="shop")}
    assert values(reading.get("products?attributes=text_s"), "lonely") == {}
    # Looked up in any letter case, but taken as written.
    assert values(reading.get("products?attributes=TEXT")) == {}


def test_inherited_values_are_selected_too(reading: httpx.Client) -> None:
    answer = reading.get("products?attributes=number,twist,number_l&locales=en_US")
    assert values(answer, "variant") == {"twist": one(True), "number": one("2.0000")}


def test_options_come_with_their_labels(reading: httpx.Client) -> None:
    labelled = {
        "simpleselect": one(
            "a", linked_data={"attribute": "simpleselect", "code": "a", "labels": {"en_US": "Option a"}}
        ),
        "multiselect": one(
            ["B", "c"],
            linked_data={code: {"attribute": "multiselect", "code": code, "labels": []} for code in ("B", "c")},
        ),
    }
    assert reading.get("products/Top?with_attribute_options=true").json() == {
        **TOP,
        "values": {**TOP["values"], **labelled},
    }
    answer = reading.get("products?with_attribute_options=true&attributes=simpleselect,multiselect")
    assert values(answer) == labelled
    assert reading.get("products/Top?with_attribute_options=1").json() == TOP


# Of 9 (shop, en_US: less `french`, which is French only) required attributes.
COMPLETENESSES = [
    {"scope": "print", "locale": "en_US", "data": 40},
    {"scope": "shop", "locale": "en_US", "data": 57},
    {"scope": "shop", "locale": "fr_FR", "data": 50},
]


def test_completeness_is_told_for_each_channel_and_locale(reading: httpx.Client) -> None:
    assert reading.get("products/Top?with_completenesses=true").json() == {**TOP, "completenesses": COMPLETENESSES}
    assert reading.get("products/lonely?with_completenesses=true").json()["completenesses"] == []
    answer = reading.get("products?with_completenesses=true&scope=shop")
    top = next(item for item in answer.json()["_embedded"]["items"] if item["identifier"] == "Top")
    assert top["completenesses"] == COMPLETENESSES[1:]
    answer = reading.get("products?with_completenesses=true&locales=en_US")
    top = next(item for item in answer.json()["_embedded"]["items"] if item["identifier"] == "Top")
    assert top["completenesses"] == COMPLETENESSES[:2]


def test_completeness_follows_product_family_channel_and_models(reading: httpx.Client) -> None:
    def told(identifier: str, place: int) -> int:
        of = reading.get(f"products/{identifier}?with_completenesses=true").json()["completenesses"]
        percentage: int = of[place]["data"]
        return percentage

    price = [{"amount": 1, "currency": "EUR"}]
    assert told("Top", 0) == 40
    assert reading.patch("products/Top", json={"values": {"price_collection": one(price)}}).status_code == 204
    assert told("Top", 0) == 60
    # A price counts only in every currency of the channel.
    assert told("Top", 1) == 57
    assert reading.patch("channels/shop", json={"currencies": ["EUR"]}).status_code == 204
    assert told("Top", 1) == 71
    requirements = {"attribute_requirements": {"print": ["sku", "text"]}}
    assert reading.patch("families/wide", json=requirements).status_code == 204
    assert told("Top", 0) == 100
    assert told("variant", 0) == 100
    assert reading.patch("product-models/deep%2F1", json={"values": {"text": one(None)}}).status_code == 204
    assert told("variant", 0) == 50


def test_quality_is_a_letter_for_each_channel_and_locale(reading: httpx.Client) -> None:
    letters = [{**one, "data": letter} for one, letter in zip(COMPLETENESSES, "EEE", strict=True)]
    assert reading.get("products/Top?with_quality_scores=true").json() == {**TOP, "quality_scores": letters}
    assert reading.get("products/zz?with_quality_scores=true").json()["quality_scores"] == [
        {"scope": one["scope"], "locale": one["locale"], "data": "A"} for one in COMPLETENESSES
    ]


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
    assert saas.get("products-uuid", params=body).status_code == 200


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


# The search index


def test_lists_and_searches_see_a_write_only_after_the_lag(reading_folder: Path) -> None:
    app = started(reading_folder, pim_version="7.0", index_lag=5)
    clock = app.sandboxes.default.clock
    with connected(app) as api:
        enabled = searched(enabled={"operator": "=", "value": True})
        assert names(api.get("products", params=enabled)) == ["lonely", "Top", "variant", "zz"]
        assert api.patch("products/Top", json={"enabled": False}).status_code == 204
        assert api.post("products", json={"identifier": "new"}).status_code == 201
        assert api.delete("products/zz").status_code == 204
        changed = {"values": {"text": one("changed")}}
        assert api.patch("product-models/deep%2F1", json=changed).status_code == 204
        by_text = searched(text={"operator": "=", "value": "changed"})

        assert api.get("products/Top").json()["enabled"] is False
        assert api.get("products/new").status_code == 200
        assert api.get("products/zz").status_code == 404
        assert api.get("products/variant").json()["values"]["text"] == one("changed")
        for seconds in (0, 4.9):
            clock.advance(seconds)
            assert names(api.get("products", params=enabled)) == ["lonely", "Top", "variant", "zz"]
            assert names(api.get("products")) == IDENTIFIERS
            assert names(api.get("products", params=by_text)) == []
            assert values(api.get("products?attributes=text"), "variant") == {"text": one("level 1")}
        clock.advance(0.1)
        assert names(api.get("products", params=enabled)) == ["lonely", "new", "variant"]
        assert names(api.get("products")) == ["a b/ü", "lonely", "new", "Top", "variant"]
        assert names(api.get("products", params=by_text)) == ["variant"]
        assert values(api.get("products?attributes=text"), "variant") == {"text": one("changed")}
