from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.stored_values import visible_values
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


def test_an_option_is_shown_in_its_own_letter_case() -> None:
    assert shown("a_simple_select", "OPTIONb") == "optionB"
    assert shown("a_simple_select", "") is None


def test_an_option_is_a_string_of_the_list() -> None:
    assert refusal("a_simple_select", ["optionA"]) == (
        "The a_simple_select attribute requires a string, a array was detected."
    )
    assert refusal("a_simple_select", 1) == "The a_simple_select attribute requires a string, a integer was detected."
    assert complaints("a_simple_select", "Foo") == [
        "The Foo value is not in the a_simple_select attribute option list."
    ]


def test_several_options_are_shown_sorted_in_their_own_letter_case() -> None:
    assert shown("a_multi_select", ["optionC", "OPTIONA"]) == ["optionA", "optionC"]
    assert shown("a_multi_select", {"x": "optionB"}) == ["optionB"]
    assert shown("a_multi_select", []) is None


def test_numeric_codes_are_sorted_as_numbers_among_each_other() -> None:
    assert shown("a_size", ["xs", "10", "XL", "9", "8"]) == ["8", "9", "10", "XL", "xs"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("optionA", 'Property "a_multi_select" expects an array as data, "string" given.'),
        (
            ["optionA", 1],
            'Property "a_multi_select" expects an array with valid data, one of the options is not a string.',
        ),
        (
            ["optionA", ""],
            'Property "a_multi_select" expects an array with valid data, one of the options is an empty string.',
        ),
    ],
)
def test_several_options_are_a_list_of_strings(data: object, message: str) -> None:
    assert refusal("a_multi_select", data) == message


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        (["Foo", "optionA"], ["The foo values are not in the a_multi_select attribute option list."]),
        (["Foo", "bar"], ["The foo, bar values are not in the a_multi_select attribute option list."]),
        (
            ["optionA", "OPTIONA"],
            ['The following option was used multiple times: "optionA". Please check your option list again.'],
        ),
        (
            ["optionA", "optionA", "optionB", "optionB"],
            [
                'The following options were used multiple times: "optionA, optionB". '
                "Please check your option list again."
            ],
        ),
    ],
)
def test_several_options_are_of_the_list_and_named_once(data: object, messages: list[str]) -> None:
    assert complaints("a_multi_select", data) == messages


def test_options_that_are_gone_are_not_shown() -> None:
    pim = SmallPim()
    values = merged("a_multi_select", ["optionA", "optionB"], pim) | merged("a_simple_select", "optionA", pim)
    assert visible_values(values, pim) is values
    del pim.options["a_multi_select", "optiona"]
    del pim.options["a_simple_select", "optiona"]
    assert visible_values(values, pim) == {"a_multi_select": [value(["optionB"])]}
    del pim.options["a_multi_select", "optionb"]
    assert visible_values(values, pim) == {}


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        ("IN", ["OPTIONA"], ["a", "both"]),
        ("IN", ["optionA", "optionB"], ["a", "b", "both"]),
        ("NOT IN", ["optionA"], ["b", "nothing"]),
        ("EMPTY", None, ["nothing"]),
        ("NOT EMPTY", None, ["a", "b", "both"]),
    ],
)
def test_options_are_found_and_not_in_finds_products_without_value(
    operator: str, operand: object, names: list[str]
) -> None:
    many = {"a": ["optionA"], "b": ["optionB"], "both": ["optionA", "optionB"], "nothing": []}
    assert found("a_multi_select", operator, operand, many) == names
    one = {"a": "optionA", "b": "optionB", "nothing": None}
    assert found("a_simple_select", operator, operand, one) == [name for name in names if name != "both"]


@pytest.mark.parametrize(("code", "kind"), [("a_simple_select", "option"), ("a_multi_select", "options")])
def test_the_value_of_a_select_filter_is_a_list_of_options(code: str, kind: str) -> None:
    assert filter_refusal(code, "IN", "optionA") == f'Property "{code}" expects an array as data, "string" given.'
    assert filter_refusal(code, "NOT IN", None) == f'Property "{code}" expects an array as data, "NULL" given.'
    assert filter_refusal(code, "IN", [[]]) == f'Property "{code}" expects a string as data, "array" given.'
    assert filter_refusal(code, "IN", ["optionA", "Foo", "bar"]) == (f'Object "{kind}" with code "Foo" does not exist')
