from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attribute_types.small_pim import SmallPim, complaints, filter_refusal, found, refusal, shown

NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=9
)


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (12, "12.0000"),
        (12.5, "12.5000"),
        ("12.5", "12.5000"),
        ("15", "15.0000"),
        ("15.000000", "15.0000"),
        ("15.50787600", "15.507876"),
        ("12.56787697870", "12.5678769787"),
        (" 12.5\n", "12.5000"),
        ("-0", "0.0000"),
        (".5", "0.5000"),
        ("1e3", "1000.0000"),
        ("-7.25", "-7.2500"),
        (59.969999999999995, "59.9700"),
        (0.30000000000000004, "0.3000"),
        ("12345678901234567890123", "12345678901234567741440.0000"),
        (123456789012345678, "123456789012345680.0000"),
        (1e15, "1.0E+15"),
        (1e20, "1.0E+2"),
        (12345678901234567890.0, "1.2345678901235E+19"),
        ("1.23456e2", "1.23456e2"),
        ("-0.00001", "-0.00001"),
        (-0.00001, "0.0000"),
    ],
)
def test_a_number_with_decimals_is_a_text_of_four_decimals_or_more(sent: object, seen: str) -> None:
    assert shown("a_number_float", sent) == seen


@given(NUMBERS.map(lambda number: format(number, "f")).map(Decimal))
def test_a_number_loses_nothing_but_zeros(number: Decimal) -> None:
    seen = shown("a_number_float", format(number, "f"))
    assert Decimal(seen) == number
    assert shown("a_number_float", seen) == seen
    decimals = seen.partition(".")[2]
    assert len(decimals) >= 4
    assert len(decimals) == 4 or not decimals.endswith("0")


@pytest.mark.parametrize(
    ("sent", "seen"), [(42, 42), ("42", 42), (42.0, 42), ("42.000", 42), ("-3", -3), (1e20, 7766279631452241920)]
)
def test_a_number_without_decimals_is_an_integer(sent: object, seen: int) -> None:
    assert shown("a_number_integer", sent) == seen


@pytest.mark.parametrize(
    ("huge", "seen"),
    [
        ("1e308", f"{1e308:.4f}"),
        ("-1e308", f"{-1e308:.4f}"),
        ("1e-300", "0.0000"),
        (1.7e308, "1.7E+308"),
        (5e-324, "4.9406564584125E-324"),
    ],
)
def test_huge_and_tiny_numbers_are_numbers_too(huge: object, seen: str) -> None:
    """Source: PHP's `number_format` of a float, and its text of one."""
    assert shown("a_number_float", huge) == seen
    assert complaints("a_price", [{"amount": huge, "currency": "EUR"}]) == []
    assert found("a_temperature", "<", {"amount": huge, "unit": "FAHRENHEIT"}, {"nothing": None}) == []


@pytest.mark.parametrize(("huge", "seen"), [("1e308", 2**63 - 1), ("-1e308", -(2**63)), ("9" * 308, 2**63 - 1)])
def test_integers_have_64_bits(huge: str, seen: int) -> None:
    assert shown("a_number_integer", huge) == seen


@pytest.mark.parametrize("blank", [None, "", " ", []])
def test_a_blank_number_removes_the_value(blank: object) -> None:
    assert shown("a_number_float", blank) is None


def test_booleans_and_arrays_are_refused() -> None:
    for data, kind in ((True, "boolean"), (False, "boolean"), ([1], "array"), ({"a": 1}, "array")):
        assert refusal("a_number_float", data) == (
            f'Property "a_number_float" expects a numeric as data, "{kind}" given.'
        )


@pytest.mark.parametrize(
    ("code", "data", "messages"),
    [
        (
            "a_number_float",
            "abc",
            ["The a_number_float attribute requires a number, and the submitted abc value is not."],
        ),
        (
            "a_number_integer",
            4.5,
            ["The a_number_integer attribute requires a non-decimal value, and 4.5 is not a valid value."],
        ),
        (
            "a_number_integer",
            "4.50",
            ["The a_number_integer attribute requires a non-decimal value, and 4.50 is not a valid value."],
        ),
        (
            "a_bounded_number",
            -1,
            ["The a_bounded_number attribute requires an equal or greater than 0 value."],
        ),
        (
            "a_bounded_number",
            "1001",
            ["The a_bounded_number attribute requires an equal or lesser than 1000 value."],
        ),
        (
            "a_bounded_number",
            "1000.5",
            [
                "The a_bounded_number attribute requires an equal or lesser than 1000 value.",
                "The a_bounded_number attribute requires a non-decimal value, and 1000.5 is not a valid value.",
            ],
        ),
        ("a_bounded_number", 1000, []),
        ("a_bounded_number", 0, []),
        ("a_number_integer", 2**63, []),
    ],
)
def test_a_number_keeps_the_rules_of_its_attribute(code: str, data: object, messages: list[str]) -> None:
    assert complaints(code, data) == messages


def test_a_unique_number_is_compared_as_the_text_that_was_sent() -> None:
    pim = SmallPim(used={("a_unique_number", "12.5"): "other"})
    taken = [
        "The a_unique_number attribute can not have the same value more than once. "
        "The 12.5 value is already set on another product."
    ]
    assert [complaints("a_unique_number", sent, pim) for sent in ("12.5", 12.5, "12.50", 12)] == [taken, taken, [], []]
    assert shown("a_unique_number", "12.50") == "12.5000"


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        ("<", 10, ["low"]),
        ("<=", "10.0", ["low", "ten"]),
        ("=", "10", ["ten"]),
        ("!=", 10.0, ["low", "high"]),
        (">=", 10, ["ten", "high"]),
        (">", 10, ["high"]),
        ("EMPTY", None, ["nothing"]),
        ("NOT EMPTY", None, ["low", "ten", "high"]),
    ],
)
def test_numbers_are_found_by_size(operator: str, operand: object, names: list[str]) -> None:
    products = {"low": "9.5", "ten": 10, "high": "100", "nothing": None}
    assert found("a_number_float", operator, operand, products) == names


def test_the_value_of_a_number_filter_is_numeric() -> None:
    for operand, kind in (("abc", "string"), (None, "NULL"), ([], "array"), (True, "boolean")):
        assert filter_refusal("a_number_float", ">", operand) == (
            f'Property "a_number_float" expects a numeric as data, "{kind}" given.'
        )
