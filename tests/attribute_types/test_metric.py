from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.attribute_types.metric import standard_amount
from tests.attribute_types.small_pim import (
    TEMPERATURE,
    SmallPim,
    complaints,
    filter_refusal,
    found,
    refusal,
    shown,
)


@pytest.mark.parametrize(
    ("sent", "amount"),
    [(10, "10.0000"), ("10", "10.0000"), (10.55, "10.5500"), ("1.00005", "1.0001"), ("1.00004", "1.0000")],
)
def test_an_amount_has_exactly_four_decimals(sent: object, amount: str) -> None:
    assert shown("a_metric", {"amount": sent, "unit": "KILOWATT"}) == {"amount": amount, "unit": "KILOWATT"}


@given(st.decimals(min_value=0, max_value=Decimal("1e9"), places=7, allow_nan=False, allow_infinity=False))
def test_an_amount_is_rounded_once(number: Decimal) -> None:
    seen = shown("a_metric", {"amount": format(number, "f"), "unit": "WATT"})
    assert len(seen["amount"].partition(".")[2]) == 4
    assert abs(Decimal(seen["amount"]) - number) <= Decimal("0.00005")
    assert shown("a_metric", seen) == seen


def test_an_amount_without_decimals_is_an_integer() -> None:
    assert shown("a_metric_without_decimal", {"amount": "98.0", "unit": "WATT"}) == {"amount": 98, "unit": "WATT"}


def test_a_unit_takes_the_letter_case_of_its_family() -> None:
    assert shown("a_metric", {"unit": "Kilowatt", "amount": 1}) == {"amount": "1.0000", "unit": "KILOWATT"}


@pytest.mark.parametrize("nothing", [None, "", [], {}, {"amount": None, "unit": "WATT"}, {"amount": None}])
def test_no_amount_removes_the_value(nothing: object) -> None:
    assert shown("a_metric", nothing) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("10 KILOWATT", 'Property "a_metric" expects an array as data, "string" given.'),
        (10, 'Property "a_metric" expects an array as data, "integer" given.'),
        ({"unit": "WATT"}, 'Property "a_metric" expects an array with the key "amount".'),
        ([10, "WATT"], 'Property "a_metric" expects an array with the key "amount".'),
        ({"amount": 10}, 'Property "a_metric" expects an array with the key "unit".'),
        (
            {"amount": 10, "unit": 3},
            'Property "a_metric" expects an array with valid data, key "unit" has to be a string, "integer" given.',
        ),
        ({"amount": "1e3", "unit": "WATT"}, 'Property "a_metric" expects a decimal as data, "1e3" given.'),
        ({"amount": ".5", "unit": "WATT"}, 'Property "a_metric" expects a decimal as data, ".5" given.'),
    ],
)
def test_a_metric_is_an_amount_and_a_unit(data: object, message: str) -> None:
    assert refusal("a_metric", data) == message


@pytest.mark.parametrize(
    ("code", "amount", "unit", "messages"),
    [
        ("a_metric", 10, "PARSEC", ["Please specify a valid metric unit"]),
        (
            "a_metric",
            "abc",
            "WATT",
            ["The a_metric attribute requires a number, and the submitted abc value is not."],
        ),
        ("a_metric", -1, "WATT", ["The a_metric attribute requires an equal or greater than 0 value."]),
        (
            "a_metric_without_decimal",
            "500.5",
            "WATT",
            [
                "The a_metric_without_decimal attribute requires an equal or lesser than 500 value.",
                "The a_metric_without_decimal attribute requires a non-decimal value, and 500.5 is not a valid value.",
            ],
        ),
        ("a_temperature", -40, "FAHRENHEIT", []),
    ],
)
def test_a_metric_keeps_the_rules_of_its_attribute(code: str, amount: object, unit: str, messages: list[str]) -> None:
    assert complaints(code, {"amount": amount, "unit": unit}) == messages


def test_a_metric_of_a_family_that_is_gone_is_told() -> None:
    pim = SmallPim(families={})
    assert complaints("a_metric", {"amount": 1, "unit": "WATT"}, pim) == ["Please specify a valid metric family"]


def test_the_standard_amount_is_cut_after_twelve_decimals() -> None:
    assert standard_amount(TEMPERATURE, Decimal(100), "FAHRENHEIT") == Decimal("310.927777777777")


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        ("=", {"amount": 10550, "unit": "WATT"}, ["kilo"]),
        ("<", {"amount": "10.55", "unit": "KILOWATT"}, ["small"]),
        ("<=", {"amount": "10.55", "unit": "KILOWATT"}, ["kilo", "small"]),
        ("!=", {"amount": 1, "unit": "WATT"}, ["kilo"]),
        (">", {"amount": 1, "unit": "WATT"}, ["kilo"]),
        (">=", {"amount": 1, "unit": "WATT"}, ["kilo", "small"]),
        ("EMPTY", None, ["nothing"]),
        ("NOT EMPTY", None, ["kilo", "small"]),
    ],
)
def test_metrics_are_found_in_their_standard_unit(operator: str, operand: object, names: list[str]) -> None:
    products = {
        "kilo": {"amount": 10.55, "unit": "KILOWATT"},
        "small": {"amount": 1, "unit": "WATT"},
        "nothing": None,
    }
    assert found("a_metric", operator, operand, products) == names


@pytest.mark.parametrize(
    ("operand", "message"),
    [
        ("10", 'Property "a_metric" expects an array as data, "string" given.'),
        ({"unit": "WATT"}, 'Property "a_metric" expects an array with the key "amount".'),
        ({"amount": 1}, 'Property "a_metric" expects an array with the key "unit".'),
        (
            {"amount": "x", "unit": "WATT"},
            'Property "a_metric" expects an array with valid data, key "amount" has to be a numeric, "string" given.',
        ),
        (
            {"amount": 1, "unit": None},
            'Property "a_metric" expects an array with valid data, key "unit" has to be a string, "NULL" given.',
        ),
        (
            {"amount": 1, "unit": "watt"},
            'Property "a_metric" expects a valid unit. '
            'The unit does not exist in the attribute\'s family "Power", "watt" given.',
        ),
    ],
)
def test_the_value_of_a_metric_filter_is_an_amount_in_a_unit(operand: object, message: str) -> None:
    assert filter_refusal("a_metric", "=", operand) == message
