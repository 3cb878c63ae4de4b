from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.values import visible_values
from tests.attribute_types.small_pim import (
    SmallPim,
    complaints,
    filter_refusal,
    found,
    merged,
    refusal,
    shown,
    value,
)


def test_reference_data_take_their_own_letter_case_and_several_are_sorted() -> None:
    assert shown("a_color", "BLUE") == "Blue"
    assert shown("fabrics", ["SILK", "fur", "silk"]) == ["fur", "silk"]
    assert shown("fabrics", []) is None


def test_records_and_assets_keep_their_order_and_any_code_will_do_without_a_list() -> None:
    assert shown("a_designer", "Bouroullec") == "Bouroullec"
    assert shown("designers", ["starck", "Aalto", "starck"]) == ["starck", "Aalto"]
    assert shown("packshots", ["b", "a"]) == ["b", "a"]
    assert complaints("packshots", ["b", "a"]) == []


@pytest.mark.parametrize(
    ("code", "data", "message"),
    [
        ("a_color", 1, 'Property "a_color" expects a string as data, "integer" given.'),
        ("fabrics", "fur", 'Property "fabrics" expects an array as data, "string" given.'),
        (
            "fabrics",
            ["fur", 1],
            'Property "fabrics" expects an array with valid data, one of the reference data code is not a string.',
        ),
    ],
)
def test_codes_are_strings(code: str, data: object, message: str) -> None:
    assert refusal(code, data) == message


def test_reference_data_exist() -> None:
    assert complaints("a_color", "Foo") == [
        'Property "a_color" expects a valid reference data code. '
        'The code "Foo" of the reference data "color" does not exist'
    ]
    assert complaints("fabrics", ["B", "fur", "A"]) == [
        'Property "fabrics" expects valid codes. The following codes for reference data "fabrics" do not exist: "a, b"'
    ]


def test_reference_data_that_are_gone_are_not_shown() -> None:
    pim = SmallPim()
    values = merged("fabrics", ["fur", "silk"], pim) | merged("a_color", "red", pim)
    assert visible_values(values, pim) is values
    pim.references = {"color": (), "fabrics": ("silk",)}
    assert visible_values(values, pim) == {"fabrics": [value(["silk"])]}


@pytest.mark.parametrize("code", ["a_color", "a_designer"])
def test_single_codes_are_found_and_not_in_needs_a_value(code: str) -> None:
    products = {"red": "red", "blue": "Blue", "nothing": None}
    assert found(code, "IN", ["red"], products) == ["red"]
    assert found(code, "NOT IN", ["red"], products) == ["blue"]
    assert found(code, "EMPTY", None, products) == ["nothing"]


@pytest.mark.parametrize("code", ["fabrics", "designers", "packshots"])
def test_several_codes_are_found_and_not_in_needs_a_value(code: str) -> None:
    products = {"fur": ["fur"], "both": ["fur", "silk"], "wool": ["wool"], "nothing": None}
    assert found(code, "IN", ["silk", "wool"], products) == ["both", "wool"]
    assert found(code, "NOT IN", ["fur"], products) == ["wool"]
    assert found(code, "NOT EMPTY", None, products) == ["fur", "both", "wool"]


def test_the_value_of_a_reference_data_filter_is_a_list_of_existing_codes() -> None:
    assert filter_refusal("a_color", "IN", "red") == 'Property "a_color" expects an array as data, "string" given.'
    assert filter_refusal("a_color", "IN", [[]]) == 'Property "a_color" expects a string as data, "array" given.'
    assert filter_refusal("fabrics", "NOT IN", ["fur", "foo"]) == (
        'Property "fabrics" expects a valid code. '
        'No reference data "fabrics" with code "foo" has been found, "fur,foo" given.'
    )


def test_unknown_records_are_found_nowhere() -> None:
    pim = SmallPim(references={"designer": ("starck",)})
    assert found("a_designer", "IN", ["nobody"], {"starck": "starck"}, pim) == []
