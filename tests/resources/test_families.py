"""Families over HTTP.

Source: pim: tests/back/Pim/Structure/EndToEnd/Family/ExternalApi/
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_akeneo.core.json_types import Json
from tests.answers import body, broken, codes, malformed, problem
from tests.conftest import version

FAMILY_A1 = {
    "code": "familyA1",
    "attributes": ["a_date", "a_file", "a_localizable_image", "sku"],
    "attribute_as_label": "sku",
    "attribute_as_image": None,
    "attribute_requirements": {
        "ecommerce": ["a_date", "a_file", "sku"],
        "ecommerce_china": ["sku"],
        "tablet": ["a_file", "a_localizable_image", "sku"],
    },
    "labels": {"en_US": "A family A1"},
}
EVERYWHERE = {"ecommerce": ["sku"], "ecommerce_china": ["sku"], "tablet": ["sku"]}


def test_a_family_is_shown_with_sorted_attributes_and_requirements(technical: httpx.Client) -> None:
    assert technical.get("/families/familyA1").json() == FAMILY_A1
    assert codes(technical.get("/families")) == ["familyA", "familyA1", "familyA2", "familyA3"]


def test_a_new_family_has_the_identifier_and_requires_it_everywhere(technical: httpx.Client) -> None:
    answer = technical.patch("/families/new", json={})
    assert answer.status_code == 201
    assert answer.headers["location"] == "http://localhost/api/rest/v1/families/new"
    assert technical.get("/families/new").json() == {
        "code": "new",
        "attributes": ["sku"],
        "attribute_as_label": "sku",
        "attribute_as_image": None,
        "attribute_requirements": EVERYWHERE,
        "labels": {},
    }


def test_the_identifier_is_added_to_what_a_new_family_names(technical: httpx.Client) -> None:
    sent = {
        "code": "new",
        "attributes": ["a_text", "an_image", "a_text", "A_DATE"],
        "attribute_as_label": "a_text",
        "attribute_as_image": "an_image",
        "attribute_requirements": {"tablet": ["a_text"]},
        "labels": {"EN_us": "New", "fr_FR": ""},
    }
    assert technical.post("/families", json=sent).status_code == 201
    assert technical.get("/families/new").json() == {
        **sent,
        "attributes": ["a_date", "a_text", "an_image", "sku"],
        "attribute_requirements": {**EVERYWHERE, "tablet": ["a_text", "sku"]},
        "labels": {"en_US": "New"},
    }


def test_an_update_replaces_attributes_and_drops_their_requirements(technical: httpx.Client) -> None:
    assert technical.patch("/families/familyA1", json={"attributes": ["sku", "a_file"]}).status_code == 204
    assert technical.get("/families/familyA1").json() == {
        **FAMILY_A1,
        "attributes": ["a_file", "sku"],
        "attribute_requirements": {
            "ecommerce": ["a_file", "sku"],
            "ecommerce_china": ["sku"],
            "tablet": ["a_file", "sku"],
        },
    }


def test_requirements_are_replaced_channel_by_channel(technical: httpx.Client) -> None:
    """An empty list takes the channel from what is shown."""
    sent = {"attribute_requirements": {"ecommerce": ["a_date"], "tablet": []}}
    assert technical.patch("/families/familyA1", json=sent).status_code == 204
    assert technical.get("/families/familyA1").json() == {
        **FAMILY_A1,
        "attribute_requirements": {"ecommerce": ["a_date"], "ecommerce_china": ["sku"]},
    }


@pytest.mark.parametrize("nothing", [None, ""])
def test_the_image_can_be_taken_away(technical: httpx.Client, nothing: str | None) -> None:
    assert technical.get("/families/familyA").json()["attribute_as_image"] == "an_image"
    assert technical.patch("/families/familyA", json={"attribute_as_image": nothing}).status_code == 204
    assert technical.get("/families/familyA").json()["attribute_as_image"] is None


def test_the_identifier_can_be_left_out_of_an_older_family_in_newer_versions_only(technical: httpx.Client) -> None:
    sent: Json = {"attributes": ["a_text"], "attribute_as_label": "a_text"}
    refused = technical.patch("/families/familyA1", json={**sent, "attribute_requirements": {"ecommerce": []}})
    assert body(refused) == broken(_required("sku", "ecommerce_china"))
    sent["attribute_requirements"] = {"ecommerce": [], "ecommerce_china": [], "tablet": []}
    assert technical.patch("/families/familyA1", json=sent).status_code == 204
    assert technical.get("/families/familyA1").json()["attributes"] == ["a_text"]
    with version("7.0") as old:
        assert old.patch("/families/familyA1", json=sent).status_code == 204
        assert old.get("/families/familyA1").json()["attributes"] == ["a_text", "sku"]


def test_an_unknown_family_is_not_found(technical: httpx.Client) -> None:
    assert body(technical.get("/families/x")) == problem(404, 'Family "x" does not exist.')


NOT_VALID = "expects a valid code. The attribute does not exist"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"attributes": ["x"]}, f'Property "attributes" {NOT_VALID}, "x" given.'),
        ({"attribute_as_label": "x"}, f'Property "attribute_as_label" {NOT_VALID}, "x" given.'),
        ({"attribute_as_label": None}, f'Property "attribute_as_label" {NOT_VALID}, "" given.'),
        ({"attribute_as_image": "x"}, f'Property "attribute_as_image" {NOT_VALID}, "x" given.'),
        ({"attribute_requirements": {"tablet": ["x"]}}, f'Property "attribute_requirements" {NOT_VALID}, "x" given.'),
        (
            {"attribute_requirements": {"x": ["sku"]}},
            'Property "attribute_requirements" expects a valid code. The channel does not exist, "x" given.',
        ),
        (
            {"attribute_requirements": {"tablet": "sku"}},
            'Property "attribute_requirements" expects an array with valid data, the channel "tablet" is not an array.',
        ),
        (
            {"attribute_requirements": {"tablet": [["sku"]]}},
            'Property "attribute_requirements" expects an array with valid data, one of the attributes in the channel '
            '"tablet" is not a scalar.',
        ),
        ({"attribute_requirements": None}, 'Property "attribute_requirements" expects an array as data, "NULL" given.'),
        (
            {"attributes": [[]]},
            'Property "attributes" expects an array with valid data, one of the attributes is not a scalar.',
        ),
        (
            {"labels": {"en_US": {}}},
            'Property "labels" expects an array with valid data, one of the labels is not a scalar.',
        ),
        ({"labels": None}, 'Property "labels" expects an array as data, "NULL" given.'),
        ({"extra": None}, 'Property "extra" does not exist.'),
        ({"updated": "2020-01-01T00:00:00+00:00"}, 'Property "updated" does not exist.'),
    ],
)
def test_data_of_the_wrong_form_is_told_with_a_link(technical: httpx.Client, sent: Any, message: str) -> None:
    assert body(technical.post("/families", json=sent)) == malformed(message, "post_families")
    refused = body(technical.patch("/families/familyA1", json=sent))
    assert refused == malformed(message, "patch_families__code_")


def _required(attribute: str, channel: str) -> tuple[str, str]:
    return (
        "attribute_requirements",
        f'The attribute "{attribute}" cannot be an attribute required for the channel "{channel}" as it does not '
        "belong to this family",
    )


LABEL = ("attribute_as_label", 'Property "attribute_as_label" must belong to the family')
LABEL_TYPE = (
    "attribute_as_label",
    'Property "attribute_as_label" only supports "pim_catalog_text" and "pim_catalog_identifier" attribute types for '
    "the family",
)
IMAGE = ("attribute_as_image", 'Property "attribute_as_image" must belong to the family')
IMAGE_TYPE = (
    "attribute_as_image",
    'Property "attribute_as_image" only supports "pim_catalog_image", "pim_catalog_asset_collection" attribute type '
    "for the family",
)
IMAGE_PLAIN = (
    "attribute_as_image",
    'Property "attribute_as_image" must not be scopable nor localizable for this family',
)
CODE = ("code", "Family code may contain only letters, numbers and underscores")
STAYS = ("code", "This property cannot be changed.")


@pytest.mark.parametrize(
    ("sent", "violations"),
    [
        ({}, [("code", "This value should not be blank.")]),
        ({"code": "FamilyA"}, [("code", "This value is already used.")]),
        ({"code": "a" * 101}, [("code", "This value is too long. It should have 100 characters or less.")]),
        (
            {
                "code": "a-b",
                "attribute_as_label": "a_price",
                "attribute_requirements": {"ecommerce": ["a_text", "a_date"], "tablet": ["a_text"]},
            },
            [_required("a_text", "ecommerce"), LABEL, LABEL_TYPE, CODE],
        ),
        ({"code": "x", "attribute_as_image": "a_text"}, [IMAGE, IMAGE_TYPE]),
        (
            {"code": "x", "attributes": ["a_localizable_image"], "attribute_as_image": "a_localizable_image"},
            [IMAGE_PLAIN],
        ),
        ({"code": "x", "labels": {"foo": "x"}}, [("labels", 'The locale "foo" does not exist.')]),
    ],
)
def test_broken_rules_are_told_those_of_the_whole_family_first(
    technical: httpx.Client, sent: Any, violations: list[tuple[str, str]]
) -> None:
    """Of several with the same words only the first is told."""
    assert body(technical.post("/families", json=sent)) == broken(*violations)


def test_a_family_keeps_its_code(technical: httpx.Client) -> None:
    assert body(technical.patch("/families/familyA1", json={"code": "a-b"})) == broken(STAYS, CODE)


def test_the_axes_of_its_variants_stay_in_a_family(technical: httpx.Client) -> None:
    refused = technical.patch("/families/familyA", json={"attributes": ["sku", "a_yes_no", "an_image"]})
    assert body(refused) == broken(
        (
            "attributes",
            'Attribute "a_simple_select" is an axis in "familyVariantA1" family variant. It must belong to the family.',
        )
    )


def test_what_leaves_a_family_leaves_its_variants(technical: httpx.Client) -> None:
    """pim: RemoveAttributesFromFamilyVariantsOnFamilyUpdateSubscriber"""
    attributes = [code for code in technical.get("/families/familyA").json()["attributes"] if code != "a_text"]
    assert technical.patch("/families/familyA", json={"attributes": attributes}).status_code == 204
    levels = technical.get("/families/familyA/variants/familyVariantA1").json()["variant_attribute_sets"]
    assert [level["attributes"] for level in levels] == [["a_simple_select"], ["sku", "a_text_area", "a_yes_no"]]


def test_a_family_is_deleted_when_nothing_hangs_on_it(technical: httpx.Client) -> None:
    """apidocs: SaaS only; pim: src/Akeneo/Pim/Structure/Component/Remover/FamilyRemover.php"""
    answer = technical.delete("/families/familyA2")
    assert (answer.status_code, answer.content) == (204, b"")
    assert technical.get("/families/familyA2").status_code == 404
    assert body(technical.delete("/families/familyA2")) == problem(404, 'Family "familyA2" does not exist.')
    message = 'Can not remove family "familyA" because it is linked to family variants.'
    assert body(technical.delete("/families/familyA")) == problem(422, message)
    product = {"identifier": "one", "family": "familyA3"}
    assert technical.post("/products", json=product).status_code == 201
    message = 'Family "familyA3" could not be removed as it still has products'
    assert body(technical.delete("/families/familyA3")) == problem(422, message)


def test_older_versions_have_no_route_to_delete_a_family() -> None:
    with version("7.0") as old:
        answer = old.delete("/families/familyA2")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, PATCH")
