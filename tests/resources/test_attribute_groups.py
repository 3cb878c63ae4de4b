"""Attribute groups over HTTP.

Source: pim: tests/back/Pim/Structure/EndToEnd/AttributeGroup/ExternalApi/
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import body, broken, malformed, problem

IN_B = [
    "a_metric", "a_metric_without_decimal", "a_metric_negative", "a_number_float", "a_number_float_very_decimal",
    "a_number_float_negative", "a_number_integer", "a_number_integer_negative", "a_simple_select",
    "a_localizable_image", "a_scopable_image", "a_localizable_scopable_image", "a_simple_select_color",
    "a_simple_select_size",
]  # fmt: skip


def test_a_group_shows_its_attributes_as_they_were_created(technical: httpx.Client) -> None:
    """pim: GetAttributeGroupEndToEnd.php; their sort orders differ."""
    assert technical.get("/attribute-groups/attributeGroupB").json() == {
        "code": "attributeGroupB",
        "sort_order": 2,
        "attributes": IN_B,
        "labels": {"en_US": "Attribute group B", "fr_FR": "Groupe d'attribut B"},
    }
    in_a = technical.get("/attribute-groups/attributeGroupA").json()["attributes"]
    assert in_a == [
        "sku", "a_date", "a_file", "an_image", "a_price", "a_price_without_decimal", "a_ref_data_multi_select",
        "a_ref_data_simple_select", "a_text", "a_regexp", "a_text_area", "a_yes_no", "a_scopable_price",
        "a_localized_and_scopable_text_area",
    ]  # fmt: skip


def test_a_new_group_needs_no_more_than_a_code(technical: httpx.Client) -> None:
    answer = technical.patch("/attribute-groups/new", json={})
    assert answer.status_code == 201
    assert answer.headers["location"] == "http://localhost/api/rest/v1/attribute-groups/new"
    blank = {"code": "new", "sort_order": 0, "attributes": [], "labels": {}}
    assert technical.get("/attribute-groups/new").json() == blank


def test_named_attributes_come_into_the_group_and_those_left_out_go_to_other(technical: httpx.Client) -> None:
    sent = {"attributes": ["a_metric", "a_text"]}
    assert technical.patch("/attribute-groups/attributeGroupB", json=sent).status_code == 204
    assert technical.get("/attribute-groups/attributeGroupB").json()["attributes"] == ["a_metric", "a_text"]
    assert technical.get("/attribute-groups/other").json()["attributes"] == [
        code for code in IN_B if code != "a_metric"
    ]
    moved = technical.get("/attributes/a_text").json()
    assert (moved["group"], moved["group_labels"]["en_US"]) == ("attributeGroupB", "Attribute group B")


def test_attributes_of_the_group_other_are_not_taken(technical: httpx.Client) -> None:
    assert technical.patch("/attribute-groups/other", json={"attributes": ["a_text"]}).status_code == 204
    assert technical.get("/attributes/a_text").json()["group"] == "attributeGroupA"


def test_a_move_of_an_attribute_is_seen_from_both_sides(technical: httpx.Client) -> None:
    assert technical.patch("/attributes/a_metric", json={"group": "attributeGroupC"}).status_code == 204
    assert "a_metric" in technical.get("/attribute-groups/attributeGroupC").json()["attributes"]
    assert technical.get("/attribute-groups/attributeGroupB").json()["attributes"] == IN_B[1:]


def test_a_change_of_the_labels_is_seen_at_the_attributes(technical: httpx.Client) -> None:
    assert technical.get("/attributes/sku").json()["group_labels"]["en_US"] == "Attribute group A"
    assert technical.patch("/attribute-groups/attributeGroupA", json={"labels": {"en_US": "A"}}).status_code == 204
    assert technical.get("/attributes/sku").json()["group_labels"]["en_US"] == "A"


def test_an_unknown_group_is_not_found(technical: httpx.Client) -> None:
    assert body(technical.get("/attribute-groups/x")) == problem(404, 'Attribute group "x" does not exist.')


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (
            {"attributes": ["x"]},
            'Property "attributes" expects a valid attribute code. The attribute does not exist, "x" given.',
        ),
        ({"attributes": None}, 'Property "attributes" expects an array as data, "NULL" given.'),
        ({"labels": None}, 'Property "labels" expects an array as data, "NULL" given.'),
        (
            {"attributes": [[]]},
            'Property "attributes" expects an array with valid data, one of the "attributes" values is not a scalar.',
        ),
        ({"sort_order": []}, 'Property "sort_order" expects a scalar as data, "array" given.'),
        ({"extra": 1}, 'Property "extra" does not exist.'),
    ],
)
def test_data_of_the_wrong_form_is_told_with_a_link(technical: httpx.Client, sent: Any, message: str) -> None:
    assert body(technical.post("/attribute-groups", json=sent)) == malformed(message, "post_attribute_groups")
    refused = body(technical.patch("/attribute-groups/attributeGroupA", json=sent))
    assert refused == malformed(message, "patch_attribute_groups__code_")


@pytest.mark.parametrize(
    ("sent", "violations"),
    [
        ({}, [("code", "This value should not be blank.")]),
        ({"code": "OTHER"}, [("code", "This value is already used.")]),
        ({"code": "a b"}, [("code", "Attribute group code may contain only letters, numbers and underscores")]),
        ({"code": "a" * 101}, [("code", "This value is too long. It should have 100 characters or less.")]),
        ({"code": "x", "sort_order": "foo"}, [("sort_order", "This value should be of type numeric.")]),
        ({"code": "x", "sort_order": -1}, [("sort_order", "This value should be greater than or equal to 0.")]),
        ({"code": "x", "sort_order": 1.2}, [("sort_order", "This value should not be a decimal.")]),
        (
            {"code": "x", "labels": {"foo": "x", "en_US": "a" * 101}},
            [
                ("labels", 'The locale "foo" does not exist.'),
                ("translations[1].label", "This value is too long. It should have 100 characters or less."),
            ],
        ),
    ],
)
def test_broken_rules_are_told(technical: httpx.Client, sent: Any, violations: list[tuple[str, str]]) -> None:
    assert body(technical.post("/attribute-groups", json=sent)) == broken(*violations)


def test_a_group_keeps_its_code(technical: httpx.Client) -> None:
    refused = technical.patch("/attribute-groups/attributeGroupA", json={"code": "a-b"})
    assert body(refused) == broken(
        ("code", "This property cannot be changed."),
        ("code", "Attribute group code may contain only letters, numbers and underscores"),
    )


def test_there_are_at_most_a_thousand_groups(technical: httpx.Client) -> None:
    """Updates stay possible. The apostrophe is a typographic one."""
    for number in range(996):
        assert technical.patch(f"/attribute-groups/g{number}", json={}).status_code == 201
    message = "You’ve reached the limit of 1000 attribute groups"
    assert body(technical.post("/attribute-groups", json={"code": "last"})) == broken(("", message))
    assert technical.patch("/attribute-groups/g1", json={"sort_order": 5}).status_code == 204


def test_an_integer_beyond_64_bits_becomes_one_as_phps_floats_do(api: httpx.Client) -> None:
    body = '{"code": "far", "sort_order": 12869182457190687337447686144}'
    answer = api.post("/api/rest/v1/attribute-groups", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201, answer.text
    assert api.get("/api/rest/v1/attribute-groups/far").json()["sort_order"] == -1661603962127646720
