from __future__ import annotations

import pytest

from tests.attribute_types.small_pim import (
    complaints,
    filter_refusal,
    found,
    refusal,
    shown,
)


def test_several_reference_data_are_sorted() -> None:
    assert shown("fabrics", ["silk", "fur", "silk"]) == ["fur", "silk"]
    assert shown("fabrics", []) is None


def test_records_and_assets_keep_their_order() -> None:
    assert shown("designers", ["starck", "Aalto", "starck"]) == ["starck", "Aalto"]
    assert shown("packshots", ["b", "a"]) == ["b", "a"]


@pytest.mark.parametrize("code", ["a_color", "a_designer"])
def test_any_code_will_do(code: str) -> None:
    assert (shown(code, "Bouroullec"), complaints(code, "Bouroullec")) == ("Bouroullec", [])


@pytest.mark.parametrize("code", ["fabrics", "designers", "packshots"])
def test_any_codes_will_do(code: str) -> None:
    assert (shown(code, ["Aalto", "b"]), complaints(code, ["Aalto", "b"])) == (["Aalto", "b"], [])


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


def test_the_value_of_a_filter_is_a_list_of_codes() -> None:
    assert filter_refusal("a_color", "IN", "red") == 'Property "a_color" expects an array as data, "string" given.'
    assert filter_refusal("a_color", "IN", [[]]) == 'Property "a_color" expects a string as data, "array" given.'
    assert filter_refusal("fabrics", "IN", "fur") == 'Property "fabrics" expects an array as data, "string" given.'


def test_unknown_codes_are_found_nowhere() -> None:
    assert found("a_designer", "IN", ["nobody"], {"starck": "starck"}) == []
