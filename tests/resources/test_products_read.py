"""Products are read one by one and in pages, with what is asked for besides.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/
"""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from mock_akeneo.core.json_types import Json
from tests.resources.reading import (
    DOWNLOAD,
    NO_LINKS,
    PHOTO,
    ROOT,
    THEN,
    TOP,
    connected,
    links,
    names,
    one,
    searched,
    started,
    uuid,
    values,
)

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
        "axis": one("a"),
        "multiselect": one(["a", "c"]),
        "photo": one(PHOTO, _links=DOWNLOAD),
        "sku": one("variant"),
        "date": one("2020-02-01T00:00:00+00:00"),
        "text": one("level 1"),
        "twist": one(True),
        "number": one("2.0000"),
        "number_l": one("3.0000", "fr_FR"),
    },
    "created": THEN,
    "updated": THEN,
    "associations": {
        "PACK": {"products": ["Top", "a b/ü"], "product_models": ["deep", "flat"], "groups": ["first", "second"]}
    },
    "quantified_associations": {
        "SET": {
            # The root's come first; of several quantities the lowest level's counts.
            "product_models": [{"identifier": "flat", "quantity": 3}],
            "products": [{"identifier": "Top", "quantity": 7}, {"identifier": "a b/ü", "quantity": 9}],
        }
    },
}
IDENTIFIERS = ["a b/ü", "lonely", "Top", "variant", "zz"]


# One


def test_a_product_is_shown_by_its_identifier(reading: httpx.Client) -> None:
    answer = reading.get("products/Top")
    assert (answer.status_code, answer.json()) == (200, TOP)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("query", ["", "?scope=shop&locales=en_US,fr_FR", "?attributes=sku,text,number,axis"])
def test_members_stand_in_the_order_of_the_database(reading: httpx.Client, query: str) -> None:
    """Of the values, of the places of each, and of what variants inherit between their own."""
    for shown, whole in (
        (values(reading.get(f"products{query}"), name["identifier"]), name) for name in (TOP, VARIANT)
    ):
        assert list(shown) == [code for code in whole["values"] if code in shown]
        for code, entries in shown.items():
            assert entries == [entry for entry in whole["values"][code] if entry in entries]


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
