from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types.stored_values import visible_values
from mock_akeneo.attribute_types.values import payload_format, value_violations
from mock_akeneo.core.problems import SUFFIX, Malformed
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

WRONG = 'The data format sent for the "a_price" attribute is wrong. Please, fill in one value per amount field.'


def price(amount: object, currency: object = "EUR") -> dict[str, object]:
    return {"amount": amount, "currency": currency}


def test_prices_are_sorted_by_currency_and_have_two_decimals() -> None:
    assert shown("a_price", [price(50, "USD"), price("10.5", "EUR")]) == [price("10.50"), price("50.00", "USD")]
    assert shown("a_whole_price", [price("10.00")]) == [price(10)]


@given(st.decimals(min_value=-1000, max_value=Decimal("1e12"), places=5, allow_nan=False, allow_infinity=False))
def test_a_price_is_rounded_once(number: Decimal) -> None:
    (seen,) = shown("a_price", [price(str(number))])
    assert len(seen["amount"].partition(".")[2]) == 2
    assert abs(Decimal(seen["amount"]) - number) <= Decimal("0.005")
    assert shown("a_price", [seen]) == [seen]


def test_of_two_prices_in_one_currency_the_higher_is_shown() -> None:
    assert shown("a_price", [price(9), price(10), price(1, "USD")]) == [price("10.00"), price("1.00", "USD")]


def test_a_price_without_amount_is_left_out() -> None:
    assert shown("a_price", [price(None, "USD"), price(1)]) == [price("1.00")]
    assert shown("a_price", [price(None)]) is None
    assert shown("a_price", []) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, WRONG),
        ("", WRONG),
        (100, WRONG),
        ([price([])], WRONG),
        ([price(True)], WRONG),
        ([price(1, None)], WRONG),
        ([price(1, [])], WRONG),
        ([{"amount": 1}], WRONG),
        ([{"currency": "EUR"}], WRONG),
        ([{**price(1), "more": 1}], "This field was not expected."),
        ([100], "This value should be of type array|(Traversable&ArrayAccess)."),
    ],
)
def test_products_refuse_prices_of_another_form(data: object, message: str) -> None:
    with pytest.raises(Malformed) as refused:
        payload_format({"a_price": [value(data)]}, SmallPim())
    assert refused.value.message == message + SUFFIX


@pytest.mark.parametrize("data", [[], [price(None)], [price("abc")], {"any": price(1.5)}, [None]])
def test_products_let_prices_of_the_right_form_pass(data: object) -> None:
    payload_format({"a_price": [value(data)]}, SmallPim())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (100, 'Property "a_price" expects an array as data, "integer" given.'),
        ([100], 'Property "a_price" expects an array of arrays as data.'),
        ([None], 'Property "a_price" expects an array of arrays as data.'),
        ([{"currency": "EUR"}], 'Property "a_price" expects an array with the key "amount".'),
        ([{"amount": 1}], 'Property "a_price" expects an array with the key "currency".'),
    ],
)
def test_product_models_are_told_in_other_words(data: object, message: str) -> None:
    assert refusal("a_price", data) == message


@pytest.mark.parametrize(
    ("code", "data", "messages"),
    [
        ("a_price", [price(-5)], []),
        (
            "a_price",
            [price(1, "XXX")],
            ["Please specify a valid currency for the a_price attribute, the XXX code was sent."],
        ),
        (
            "a_price",
            [price("abc")],
            ["The a_price attribute requires a number, and the submitted abc value is not."],
        ),
        (
            "a_price",
            [price("1 ")],
            [
                "The a_price attribute requires a value which does not contains space, "
                'and the submitted "1 " has at least one.'
            ],
        ),
        (
            "a_whole_price",
            [price("0.5")],
            [
                "The a_whole_price attribute requires a non-decimal value, and 0.5 is not a valid value.",
                "The a_whole_price attribute requires an equal or greater than 1 value.",
            ],
        ),
    ],
)
def test_a_price_keeps_the_rules_of_its_attribute(code: str, data: object, messages: list[str]) -> None:
    assert complaints(code, data) == messages


def test_each_price_is_told_with_its_currency() -> None:
    pim = SmallPim()
    values = merged("a_whole_price", [price(0), price(0, "USD")], pim)
    assert [violation.extra for violation in value_violations(values, pim)] == [
        {"attribute": "a_whole_price", "locale": None, "scope": None, "currency": "EUR"},
        {"attribute": "a_whole_price", "locale": None, "scope": None, "currency": "USD"},
    ]
    assert len(complaints("a_whole_price", [price(0), price(0, "USD")], pim)) == 2


def test_prices_in_currencies_that_are_not_active_are_stored_but_not_shown() -> None:
    pim = SmallPim()
    values = {"a_scopable_price": [value([price("1.00"), price("2.00", "USD")], scope="tablet")]}
    assert value_violations(values, pim) == []
    assert visible_values(values, pim) == {"a_scopable_price": [value([price("1.00")], scope="tablet")]}
    pim.channels["ecommerce"]["currencies"] = ["EUR"]
    gone = {"a_price": [value([price("2.00", "USD")])]}
    assert visible_values(gone, pim) == {}


def test_prices_count_as_filled_in_every_currency_of_the_channel() -> None:
    pim = SmallPim()
    filled = ATTRIBUTE_TYPES["pim_catalog_price_collection"].filled
    assert filled is not None
    about = pim.attributes["a_price"]
    assert filled(about, [price("1.00")], pim.channels["tablet"])
    assert not filled(about, [price("1.00")], pim.channels["ecommerce"])
    assert filled(about, [price("1.00"), price("2.00", "USD")], pim.channels["ecommerce"])


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        ("<", price(10), []),
        ("<=", price("10"), ["both"]),
        ("=", price(10.0), ["both"]),
        ("!=", price(20, "USD"), ["dollar"]),
        (">=", price(5, "USD"), ["both", "dollar"]),
        (">", price(5, "USD"), ["both"]),
        ("EMPTY", None, ["nothing"]),
        ("EMPTY ON ALL CURRENCIES", None, ["nothing"]),
        ("EMPTY FOR CURRENCY", {"currency": "EUR"}, ["dollar", "nothing"]),
        ("NOT EMPTY", None, ["both", "dollar"]),
        ("NOT EMPTY ON AT LEAST ONE CURRENCY", None, ["both", "dollar"]),
        ("NOT EMPTY FOR CURRENCY", {"currency": "EUR"}, ["both"]),
    ],
)
def test_prices_are_found_in_their_currency(operator: str, operand: object, names: list[str]) -> None:
    products = {"both": [price(10), price(20, "USD")], "dollar": [price(5, "USD")], "nothing": []}
    assert found("a_price", operator, operand, products) == names


@pytest.mark.parametrize(
    ("operator", "operand", "message"),
    [
        ("=", "10", 'Property "a_price" expects an array as data, "string" given.'),
        ("=", {"currency": "EUR"}, 'Property "a_price" expects an array with the key "amount".'),
        ("=", {"amount": 1}, 'Property "a_price" expects an array with the key "currency".'),
        ("=", price("x"), 'Property "a_price" expects a numeric as data, "array" given.'),
        (
            "=",
            price(1, "XXX"),
            'Property "a_price" expects a valid currency. The currency does not exist, "XXX" given.',
        ),
        ("EMPTY FOR CURRENCY", None, 'Property "a_price" expects an array as data, "NULL" given.'),
        ("NOT EMPTY FOR CURRENCY", {}, 'Property "a_price" expects an array with the key "currency".'),
        (
            "EMPTY FOR CURRENCY",
            {"currency": ""},
            'Property "a_price" expects a valid currency. The currency does not exist, "" given.',
        ),
    ],
)
def test_the_value_of_a_price_filter_is_checked(operator: str, operand: object, message: str) -> None:
    assert filter_refusal("a_price", operator, operand) == message
