"""Categories over HTTP.

Source: pim: src/Akeneo/Category/back/tests/EndToEnd/ExternalApi/
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.chance import derived_uuid
from mock_akeneo.core.json_types import Json
from mock_akeneo.sandbox.sandbox import Sandbox
from tests.answers import body, broken, codes, malformed, problem
from tests.conftest import version

TREE = ["master", "categoryA", "categoryA1", "categoryA2", "categoryB", "categoryC", "master_china"]


def test_a_list_goes_tree_by_tree_and_depth_first(technical: httpx.Client) -> None:
    assert codes(technical.get("/categories")) == TREE
    pages = [codes(technical.get(f"/categories?limit=2&page={page}")) for page in (1, 2, 3, 4)]
    assert pages == [TREE[:2], TREE[2:4], TREE[4:6], TREE[6:]]


def test_a_category_is_shown_with_the_labels_of_all_locales(technical: httpx.Client) -> None:
    sent = {"labels": {"es_ES": "A", "en_US": ""}}
    assert technical.patch("/categories/categoryB", json=sent).status_code == 204
    assert technical.get("/categories/categoryA").json() == {
        "code": "categoryA",
        "parent": "master",
        "updated": "2016-06-14T13:12:50+02:00",
        "labels": {"en_US": "Category A", "fr_FR": "Catégorie A"},
    }
    assert technical.get("/categories/categoryB").json()["labels"] == {"es_ES": "A"}
    with version("6.0") as old:
        assert old.patch("/categories/categoryB", json=sent).status_code == 204
        assert old.get("/categories/categoryB").json()["labels"] == {}


def test_position_counts_from_one_among_siblings_when_asked(technical: httpx.Client) -> None:
    items = technical.get("/categories?with_position=true").json()["_embedded"]["items"]
    assert [item["position"] for item in items] == [1, 1, 1, 2, 2, 3, 1]
    assert technical.get("/categories/categoryC?with_position=true").json()["position"] == 3
    assert "position" not in technical.get("/categories/categoryC?with_position=false").json()
    with version("6.0") as old:
        assert "position" not in old.get("/categories/categoryC?with_position=true").json()


def test_enriched_values_are_an_object_when_asked(technical: httpx.Client) -> None:
    assert technical.get("/categories/categoryC?with_enriched_attributes=true").json()["values"] == {}
    assert "values" not in technical.get("/categories/categoryC").json()


def test_values_are_merged_one_by_one_and_null_removes_one(technical: httpx.Client) -> None:
    """apidocs: content/swagger/ (categories); keys as pim: .../Attribute/Value/AbstractValue.php writes them."""
    description = f"description|{derived_uuid('category attribute description')}"
    shown = f"shown|{derived_uuid('category attribute shown')}"
    english, french = f"{description}|ecommerce|en_US", f"{description}|ecommerce|fr_FR"

    def text(data: str | None, locale: str) -> Json:
        return {"data": data, "channel": "ecommerce", "locale": locale, "attribute_code": "description"}

    def told(data: Any, kind: str, name: str, channel: str | None, locale: str | None) -> Json:
        return {"data": data, "type": kind, "channel": channel, "locale": locale, "attribute_code": name}

    sent = {"values": [text("<p>Old</p>", "en_US"), {"data": False, "attribute_code": "shown"}]}
    assert technical.patch("/categories/categoryA", json=sent).status_code == 204
    sent = {"values": [text("Vieux", "fr_FR"), text("New", "en_us"), {"data": None, "attribute_code": "shown"}]}
    assert technical.patch("/categories/categoryA", json=sent).status_code == 204
    values = enriched(technical, "categoryA")["values"]
    assert values == {
        english: told("New", "textarea", description, "ecommerce", "en_US"),
        french: told("Vieux", "textarea", description, "ecommerce", "fr_FR"),
    }
    # What GET shows is taken again, also by another category, and changes nothing.
    assert technical.patch("/categories/categoryA", json={"values": values}).status_code == 204
    assert technical.patch("/categories/categoryB", json={"values": values}).status_code == 204
    assert enriched(technical, "categoryA")["values"] == enriched(technical, "categoryB")["values"] == values
    refused = technical.patch(
        "/categories/categoryB", json={"values": [{"data": True, "attribute_code": "description"}]}
    )
    message = 'Property "values" expects a string as data, "boolean" given.'
    assert body(refused) == malformed(message, "patch_categories__code_")
    sent = {"values": [{"data": True, "attribute_code": "shown"}]}
    assert technical.patch("/categories/categoryB", json=sent).status_code == 204
    assert enriched(technical, "categoryB")["values"][shown] == told(True, "boolean", shown, None, None)


def test_a_tree_keeps_what_it_asks_of_products(technical: httpx.Client) -> None:
    sent = {"validations": {"only_leaves": True}, "channel_requirements": ["tablet", "ecommerce"]}
    assert technical.patch("/categories/master", json=sent).status_code == 204
    assert enriched(technical, "master")["channel_requirements"] == ["tablet", "ecommerce"]
    assert "channel_requirements" not in technical.get("/categories/master").json()
    refused = technical.patch("/categories/categoryA", json=sent)
    text = "This property is only applicable to a root category."
    assert body(refused) == broken(("validations", text), ("channel_requirements", text))


def test_a_pim_without_enriched_categories_knows_nothing_of_them() -> None:
    with version("7.0") as old:
        for name in ("values", "validations", "channel_requirements"):
            message = f'Property "{name}" does not exist.'
            assert body(old.post("/categories", json={name: []})) == malformed(message, "post_categories")
        assert "values" not in enriched(old, "categoryA")


def enriched(pim: httpx.Client, code: str) -> Json:
    told: Json = pim.get(f"/categories/{code}?with_enriched_attributes=true").json()
    return told


def test_a_new_category_comes_last_among_its_siblings(technical: httpx.Client) -> None:
    answer = technical.post("/categories", json={"code": "aaa", "parent": "master"})
    assert answer.headers["location"] == "http://localhost/api/rest/v1/categories/aaa"
    assert technical.get("/categories/aaa?with_position=true").json() == {
        "code": "aaa",
        "parent": "master",
        "updated": "2026-01-01T00:00:00+00:00",
        "labels": {},
        "position": 4,
    }
    assert codes(technical.get("/categories")) == [*TREE[:6], "aaa", "master_china"]


def test_a_moved_category_takes_its_own_with_it_and_comes_last(technical: httpx.Client) -> None:
    assert technical.patch("/categories/categoryA", json={"parent": "categoryC"}).status_code == 204
    assert technical.post("/categories", json={"code": "new", "parent": "categoryC"}).status_code == 201
    assert technical.patch("/categories/categoryB", json={"parent": "categoryC"}).status_code == 204
    moved = ["categoryC", "categoryA", "categoryA1", "categoryA2", "new", "categoryB"]
    assert codes(technical.get("/categories")) == ["master", *moved, "master_china"]
    assert technical.get("/categories/categoryA").json()["updated"] == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_parent_a_category_is_a_root(technical: httpx.Client, nothing: str | None) -> None:
    assert technical.patch("/categories/categoryA", json={"parent": nothing}).status_code == 204
    assert technical.get("/categories/categoryA").json()["parent"] is None
    # Roots stand in the order in which they were created, whenever they became roots.
    expected = ["master", "categoryB", "categoryC", "categoryA", "categoryA1", "categoryA2", "master_china"]
    assert codes(technical.get("/categories")) == expected


@pytest.mark.parametrize("parent", ["categoryA", "categoryA1"])
def test_a_category_does_not_come_under_itself_or_its_own(technical: httpx.Client, parent: str) -> None:
    refused = technical.patch("/categories/categoryA", json={"parent": parent})
    assert body(refused) == problem(422, "Cannot set child as parent to node: 2")


def test_a_tree_in_use_is_not_moved(technical: httpx.Client) -> None:
    """pim: CategoryUpdater; the users of a PIM work in its first tree."""
    users = malformed("You can't move a category tree linked to a user.", "patch_categories__code_")
    assert body(technical.patch("/categories/master", json={"parent": "master_china"})) == users
    channels = malformed("You can't move a category tree linked to a channel.", "patch_categories__code_")
    assert body(technical.patch("/categories/master_china", json={"parent": "master"})) == channels
    assert technical.post("/categories", json={"code": "free"}).status_code == 201
    assert technical.patch("/categories/free", json={"parent": "master"}).status_code == 204


def test_the_order_of_siblings_outlives_a_snapshot(technical: httpx.Client, technical_app: App) -> None:
    assert technical.patch("/categories/categoryA", json={"parent": "categoryC"}).status_code == 204
    expected = codes(technical.get("/categories"))
    sandbox: Sandbox = technical_app.sandboxes.default
    sandbox.catalog.restore(sandbox.catalog.snapshot())
    assert codes(technical.get("/categories")) == expected


def test_an_unknown_category_is_not_found(technical: httpx.Client) -> None:
    assert body(technical.get("/categories/x")) == problem(404, 'Category "x" does not exist.')


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (
            {"parent": "x"},
            'Property "parent" expects a valid category code. The category does not exist, "x" given.',
        ),
        ({"parent": []}, 'Property "parent" expects a scalar as data, "array" given.'),
        ({"labels": None}, 'Property "labels" expects an array as data, "NULL" given.'),
        (
            {"labels": {"en_US": []}},
            'Property "labels" expects an array with valid data, one of the labels is not a scalar.',
        ),
        ({"updated": "2020-01-01T00:00:00+00:00"}, 'Property "updated" does not exist.'),
        ({"position": 1}, 'Property "position" does not exist.'),
        ({"values": None}, 'Property "values" expects an array as data, "NULL" given.'),
        ({"values": ["x"]}, 'Property "values" expects an array of objects as data.'),
        ({"values": [{"data": "x"}]}, 'Property "values" expects an array with the key "attribute_code".'),
        ({"values": [{"attribute_code": "x"}]}, 'Property "values" expects an array with the key "data".'),
        (
            {"values": [{"attribute_code": 1, "data": "x"}]},
            'Property "attribute_code" expects a string as data, "integer" given.',
        ),
        (
            {"values": [{"attribute_code": "|x", "data": "y"}]},
            'Property "attribute_code" does not expect an empty value.',
        ),
        (
            {"values": [{"attribute_code": "x", "data": 1}]},
            'Property "values" expects a string as data, "integer" given.',
        ),
        (
            {"values": [{"attribute_code": "x", "data": "y", "channel": "z"}]},
            'Property "values" expects a valid channel code. The channel does not exist, "z" given.',
        ),
        (
            {"values": [{"attribute_code": "x", "data": "y", "channel": []}]},
            'Property "channel" expects a scalar as data, "array" given.',
        ),
        (
            {"values": [{"attribute_code": "x", "data": "y", "locale": "z"}]},
            'Property "values" expects a valid locale code. The locale does not exist, "z" given.',
        ),
        (
            {"values": [{"attribute_code": "x", "data": {"file_path": "none.png"}}]},
            'Property "values" expects a valid media file. The media file does not exist, "none.png" given.',
        ),
        ({"validations": None}, 'Property "validations" expects an array as data, "NULL" given.'),
        ({"validations": [1]}, 'Property "0" does not exist.'),
        ({"validations": {"x": 1}}, 'Property "x" does not exist.'),
        (
            {"validations": {"only_leaves": "x"}},
            'Property "only_leaves" expects a boolean as data, "string" given.',
        ),
        (
            {"channel_requirements": ["x"]},
            'Property "channel_requirements" expects a valid channel code. The channel does not exist, "x" given.',
        ),
    ],
)
def test_data_of_the_wrong_form_is_told_with_a_link(technical: httpx.Client, sent: Any, message: str) -> None:
    """What GET shows cannot be sent back: `updated` is an unknown property."""
    assert body(technical.post("/categories", json=sent)) == malformed(message, "post_categories")
    refused = body(technical.patch("/categories/categoryA", json=sent))
    assert refused == malformed(message, "patch_categories__code_")


@pytest.mark.parametrize(
    ("sent", "violations"),
    [
        ({}, [("code", "This value should not be blank.")]),
        ({"code": "MASTER"}, [("code", "This value is already used.")]),
        ({"code": "a-b"}, [("code", "Category code may contain only letters, numbers and underscores")]),
        ({"code": "ab\n"}, [("code", "Category code may not contain line-feed characters")]),
        ({"code": "a" * 101}, [("code", "This value is too long. It should have 100 characters or less.")]),
        (
            {"code": "x", "labels": {"en_US": "a" * 101, "foo": "x"}},
            [
                ("translations[0].label", "This value is too long. It should have 100 characters or less."),
                ("labels", 'The locale "foo" does not exist.'),
            ],
        ),
    ],
)
def test_broken_rules_are_told(technical: httpx.Client, sent: Any, violations: list[tuple[str, str]]) -> None:
    assert body(technical.post("/categories", json=sent)) == broken(*violations)


def test_a_category_keeps_its_code(technical: httpx.Client) -> None:
    refused = technical.patch("/categories/categoryA", json={"code": "other"})
    assert body(refused) == broken(("code", "This property cannot be changed."))


def test_a_category_without_the_right_is_refused_with_the_overall_text(
    technical: httpx.Client, technical_app: App
) -> None:
    """01 section 4: since categories are a package of their own."""
    connection = next(iter(technical_app.sandboxes.default.connections.by_code.values()))
    role = connection.role
    connection.role = role - {"pim_api_category_list"}
    try:
        told = problem(403, "You are not allowed to access the web API.")
        assert body(technical.get("/categories")) == told
    finally:
        connection.role = role
