"""Family variants over HTTP.

Source: pim: tests/back/Pim/Structure/EndToEnd/FamilyVariant/ExternalApi/,
src/Akeneo/Pim/Structure/Component/Validator/Constraints/FamilyVariantValidator.php
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import body, broken, codes, lines, malformed, problem
from tests.conftest import version

URL = "/families/familyA/variants"
POST = "post_families__family_code__variants"
PATCH = "patch_families__family_code__variants__code__"
VARIANT: dict[str, Any] = {
    "code": "familyVariantA1",
    "labels": {},
    "variant_attribute_sets": [
        {"level": 1, "axes": ["a_simple_select"], "attributes": ["a_simple_select", "a_text"]},
        {"level": 2, "axes": ["a_yes_no"], "attributes": ["sku", "a_text_area", "a_yes_no"]},
    ],
}


# What the family has and no level.
COMMON = [
    "a_date",
    "a_file",
    "a_localizable_image",
    "a_localized_and_scopable_text_area",
    "a_metric",
    "a_multi_select",
    "a_number_float",
    "a_number_float_negative",
    "a_number_integer",
    "a_price",
    "a_ref_data_multi_select",
    "a_ref_data_simple_select",
    "a_scopable_price",
    "an_image",
]


def _sets(*levels: dict[str, Any]) -> dict[str, Any]:
    return {"code": "new", "variant_attribute_sets": list(levels)}


def _level(number: int, *axes: str, attributes: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"level": number, "axes": list(axes), "attributes": list(attributes)}


def test_a_variant_is_found_in_any_letter_case_of_its_family(technical: httpx.Client) -> None:
    shown = {**VARIANT, "common_attributes": COMMON}
    assert technical.get(f"{URL}/familyVariantA1").json() == shown
    assert technical.get("/families/FAMILYa/variants/familyVariantA1").json() == shown
    assert technical.patch(f"{URL}/familyVariantA1", json=shown).status_code == 204
    with version("7.0") as old:
        assert old.get(f"{URL}/familyVariantA1").json() == VARIANT
        refused = malformed('Property "common_attributes" does not exist.', PATCH)
        assert body(old.patch(f"{URL}/familyVariantA1", json={"common_attributes": []})) == refused
    assert codes(technical.get(URL)) == ["familyVariantA1", "familyVariantA2"]
    assert codes(technical.get("/families/familyA1/variants")) == []


def test_axes_and_unique_attributes_take_their_places(technical: httpx.Client) -> None:
    """01 section 15.1: axes among the attributes of their level, unique ones on the last level."""
    sent = _sets(_level(2, "a_yes_no"), _level(1, "a_simple_select", attributes=("a_text",)))
    answer = technical.post(URL, json={**sent, "labels": {"en_US": "New"}})
    assert answer.headers["location"] == f"http://localhost/api/rest/v1{URL}/new"
    assert technical.get(f"{URL}/new").json() == {
        "code": "new",
        "labels": {"en_US": "New"},
        "variant_attribute_sets": [
            {"level": 1, "axes": ["a_simple_select"], "attributes": ["a_simple_select", "a_text"]},
            {"level": 2, "axes": ["a_yes_no"], "attributes": ["sku", "a_yes_no"]},
        ],
        "common_attributes": sorted([*COMMON, "a_text_area"]),
    }


def test_what_a_set_does_not_name_stays(technical: httpx.Client) -> None:
    sent = {"variant_attribute_sets": [{"level": 1, "attributes": []}, {"level": 2, "axes": ["a_yes_no"]}]}
    answer = technical.patch(f"{URL}/familyVariantA1", json=sent)
    assert (answer.status_code, answer.text) == (204, "")
    levels = technical.get(f"{URL}/familyVariantA1").json()["variant_attribute_sets"]
    assert levels == [
        _level(1, "a_simple_select", attributes=("a_simple_select",)),
        VARIANT["variant_attribute_sets"][1],
    ]


def test_families_and_variants_that_are_unknown_are_not_found(technical: httpx.Client) -> None:
    family = problem(404, 'Family "x" does not exist.')
    assert body(technical.get("/families/x/variants")) == family
    assert body(technical.get("/families/x/variants/familyVariantA1")) == family
    message = 'Family variant "familyVariantA1" does not exist or is not a variant of the family "familyA1".'
    assert body(technical.get("/families/familyA1/variants/familyVariantA1")) == problem(404, message)


def test_an_unknown_family_is_malformed_in_writes(technical: httpx.Client) -> None:
    """01 quirk 6: 404 on reads, 422 on writes."""
    message = 'Property "family" expects a valid family code. The family does not exist, "x" given.'
    assert body(technical.post("/families/x/variants", json={"code": "v"})) == malformed(message, POST)
    assert body(technical.patch("/families/x/variants/v", json={})) == malformed(message, PATCH)
    assert lines(technical, "/families/x/variants", '{"code":"v"}') == [
        {"line": 1, "code": "v", "status_code": 422, **_without_code(malformed(message, PATCH))}
    ]


def _without_code(refused: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in refused.items() if name != "code"}


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"family": "familyA"}, 'Property "family" does not exist.'),
        ({"code": 12}, 'Property "code" expects a string as data, "integer" given.'),
        ({"labels": None}, 'Property "labels" expects an array as data, "NULL" given.'),
        (
            {"labels": {"en_US": []}},
            'Property "labels" expects an array with valid data, one of the labels is not a scalar.',
        ),
        (
            {"variant_attribute_sets": "x"},
            'Property "variant_attribute_sets" expects an array of objects as data.',
        ),
        (
            {"variant_attribute_sets": [_level(1, "a_simple_select"), "x"]},
            'Property "variant_attribute_sets" expects an array of objects as data.',
        ),
        ({"variant_attribute_sets": [{"axes": []}, _level(2)]}, 'Property "level" is mandatory.'),
        (
            {"variant_attribute_sets": [_level(1), {"level": "2"}]},
            'Property "level" in the property "variant_attribute_sets" expects an integer as data, "string" given.',
        ),
        (
            {"variant_attribute_sets": [_level(1), {"level": 2, "axes": "x"}]},
            'Property "axes" in the property "variant_attribute_sets" expects an array as data, "string" given.',
        ),
        (
            {"variant_attribute_sets": [_level(1), {"level": 2, "attributes": True}]},
            'Property "attributes" in the property "variant_attribute_sets" expects an array as data, "boolean" given.',
        ),
        (
            {"variant_attribute_sets": [_level(1), _level(2, "x")]},
            'Property "attribute_set_2" expects a valid attribute code. The attribute does not exist, "x" given.',
        ),
        ({"extra": 1}, 'Property "extra" does not exist.'),
    ],
)
def test_data_of_the_wrong_form_is_told_with_a_link(technical: httpx.Client, sent: Any, message: str) -> None:
    assert body(technical.post(URL, json=sent)) == malformed(message, POST)
    assert body(technical.patch(f"{URL}/familyVariantA1", json=sent)) == malformed(message, PATCH)


def test_the_number_of_levels_stays(technical: httpx.Client) -> None:
    refused = technical.patch(f"{URL}/familyVariantA1", json={"variant_attribute_sets": [_level(1, "a_simple_select")]})
    assert body(refused) == malformed("The number of variant attribute sets cannot be changed.", PATCH)


NO_LEVEL = "There should be at least one level defined in the family variant"
CODE = ("code", "Family variant code may contain only letters, numbers and underscores")


@pytest.mark.parametrize(
    ("sent", "messages"),
    [
        ({"code": "new"}, [NO_LEVEL]),
        (
            _sets(_level(1, "a_simple_select"), _level(3, "a_yes_no")),
            ['There is no variant attribute set for level "2"'],
        ),
        (
            _sets(_level(1), _level(2, "a_yes_no")),
            ['There should be at least one attribute defined as axis for the attribute set for level "1"'],
        ),
        (
            _sets(_level(1, "a_text")),
            ['Variant axes "a_text" must be a boolean, a simple select, a simple reference data or a measurement'],
        ),
        (
            _sets(_level(1, "sku")),
            [
                'Variant axes "sku" cannot be unique or an identifier',
                'Variant axes "sku" must be a boolean, a simple select, a simple reference data or a measurement',
            ],
        ),
        (
            _sets(_level(1, "a_localizable_image")),
            [
                'Variant axes "a_localizable_image" cannot be localizable, not scopable and not locale specific',
                'Variant axes "a_localizable_image" must be a boolean, a simple select, a simple reference data or a '
                "measurement",
            ],
        ),
        (
            _sets(_level(1, "a_simple_select"), _level(2, "a_simple_select")),
            [
                'Variant axes must be unique, "a_simple_select" are used several times in variant attributes sets',
                'Attributes must be unique, "a_simple_select" are used several times in variant attributes sets',
            ],
        ),
        (
            _sets(_level(1, "a_simple_select"), _level(2, "a_yes_no", attributes=("a_simple_select",))),
            [
                'Attribute "a_simple_select" must be set as attribute in the same variant attribute set it was set as '
                "axis",
                'Attributes must be unique, "a_simple_select" are used several times in variant attributes sets',
            ],
        ),
        (
            _sets(_level(1, "a_simple_select", attributes=("a_date",)), _level(2, "a_yes_no", attributes=("a_date",))),
            ['Attributes must be unique, "a_date" are used several times in variant attributes sets'],
        ),
        (
            _sets(_level(1, "a_simple_select", attributes=("a_regexp",))),
            [
                '"a_regexp" attribute cannot be added to "new" family variant, as it is not an attribute of the '
                '"familyA" family'
            ],
        ),
        (
            _sets(_level(1, "a_simple_select", attributes=("sku",)), _level(2, "a_yes_no")),
            ['Unique attribute "sku" must be set at the product level'],
        ),
        (
            _sets(_level(1, "a_simple_select"), _level(2, "a_yes_no"), _level(3, "a_metric")),
            ['Family variant cannot have more than "2" level'],
        ),
    ],
)
def test_levels_follow_the_rules(technical: httpx.Client, sent: Any, messages: list[str]) -> None:
    """01 section 15.3"""
    told = broken(*(("variant_attribute_sets", message) for message in messages))
    assert body(technical.post(URL, json=sent)) == told


def test_a_level_has_at_most_five_axes(technical: httpx.Client) -> None:
    axes = [f"axis{number}" for number in range(6)]
    for code in axes:
        attribute = {"code": code, "type": "pim_catalog_boolean", "group": "other"}
        assert technical.post("/attributes", json=attribute).status_code == 201
    assert technical.post("/families", json={"code": "wide", "attributes": axes}).status_code == 201
    refused = technical.post("/families/wide/variants", json=_sets(_level(1, *axes)))
    assert body(refused) == broken(("variant_attribute_sets", "A variant attribute set cannot have more than 5 axes"))


def test_the_missing_level_is_told_before_the_code(technical: httpx.Client) -> None:
    assert body(technical.post(URL, json={"code": "a-b"})) == broken(("variant_attribute_sets", NO_LEVEL), CODE)


def test_codes_are_unique_over_all_families(technical: httpx.Client) -> None:
    sent = {**_sets(_level(1, "a_yes_no")), "code": "FAMILYVARIANTA1"}
    refused = technical.post("/families/familyA3/variants", json=sent)
    assert body(refused) == broken(("code", "This value is already used."))


def test_code_family_and_axes_of_a_variant_stay(technical: httpx.Client) -> None:
    message = "This property cannot be changed."
    refused = technical.patch(f"{URL}/familyVariantA1", json={"code": "a-b"})
    assert body(refused) == broken(("code", message), CODE)
    refused = technical.patch("/families/familyA3/variants/familyVariantA1", json={})
    assert ("family", message) in [(e["property"], e["message"]) for e in refused.json()["errors"]]
    sent = {"variant_attribute_sets": [_level(1, "a_metric"), {"level": 2}]}
    refused = technical.patch(f"{URL}/familyVariantA1", json=sent)
    assert body(refused) == broken(
        ("variant_attribute_sets[0].axes", 'Variant axes cannot be modified for the level "1"')
    )
