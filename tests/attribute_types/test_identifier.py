"""pim: tests/back/Pim/Enrichment/Integration/Validation/ProductIdentifierValidationIntegration.php."""

from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.values import value_violations
from tests.attribute_types.small_pim import (
    SmallPim,
    attribute,
    complaints,
    filter_refusal,
    found,
    merged,
    refusal,
    shown,
)

SEPARATOR = "This field should not contain any comma or semicolon or leading/trailing space"
LINE_BREAK = "This field should not contain any line break"


def test_an_identifier_is_a_string_that_is_not_blank() -> None:
    assert shown("sku", "A b/C") == "A b/C"
    assert shown("sku", "  ") is None
    assert refusal("sku", 123) == 'Property "sku" expects a string as data, "integer" given.'
    assert refusal("sku", ["a"]) == 'Property "sku" expects a string as data, "array" given.'


@pytest.mark.parametrize(
    ("identifier", "messages"),
    [
        ("foo", []),
        ("a b", []),
        ("a,b", [SEPARATOR]),
        ("a;b", [SEPARATOR]),
        (" a", [SEPARATOR]),
        ("a ", [SEPARATOR]),
        ("foo\n", [LINE_BREAK]),
        ("foo\nbar", [LINE_BREAK]),
        ("\nfoo", [SEPARATOR, LINE_BREAK]),
    ],
)
def test_an_identifier_has_neither_separators_nor_line_breaks(identifier: str, messages: list[str]) -> None:
    assert complaints("sku", identifier) == messages


def test_an_identifier_is_no_longer_than_its_attribute_allows() -> None:
    pim = SmallPim()
    pim.attributes["sku"]["max_characters"] = 4
    assert complaints("sku", "1234", pim) == []
    assert complaints("sku", "12345", pim) == [
        "The sku attribute must not contain more than 4 characters. The submitted value is too long."
    ]


def test_an_identifier_matches_the_regular_expression_of_its_attribute() -> None:
    pim = SmallPim()
    pim.attributes["sku"] = attribute(
        "sku", "pim_catalog_identifier", validation_rule="regexp", validation_regexp=r"/^sku-\d*$/"
    )
    assert complaints("sku", "sku-001", pim) == []
    assert complaints("sku", "001", pim) == [
        r"The sku attribute must match the following regular expression: /^sku-\d*$/."
    ]


def test_violations_of_identifiers_name_the_property_alone() -> None:
    pim = SmallPim(used={("ean", "abc"): "other", ("sku", "abc"): "other"})
    (violation,) = value_violations(merged("ean", "ABC", pim), pim, uuid="own")
    assert (violation.property, violation.message, violation.extra) == (
        "identifier",
        "The ABC value is already set on another product for the ean identifier attribute.",
        {},
    )
    # The main identifier is a matter of the product.
    assert value_violations(merged("sku", "abc", pim), pim, uuid="own") == []


def test_equal_violations_of_two_identifiers_are_told_once() -> None:
    pim = SmallPim()
    assert complaints("sku", "x" * 300, pim) == [
        "The sku attribute must not contain more than 255 characters. The submitted value is too long."
    ]
    values = {**merged("sku", "x" * 300, pim), **merged("ean", "x" * 300, pim)}
    templates = {(v.property, v.template) for v in value_violations(values, pim)}
    assert len(templates) == 1


def test_identifiers_are_found_whatever_their_letter_case() -> None:
    products = {"one": "SKU-1", "two": "sku-2", "none": None}
    assert found("sku", "IN", ["sku-1", "SKU-9"], products) == ["one"]
    assert found("sku", "NOT IN", ["SKU-1"], products) == ["two"]
    assert found("sku", "=", "sku-1", products) == ["one"]
    assert found("sku", "STARTS WITH", "sKu", products) == ["one", "two"]
    assert found("sku", "EMPTY", None, products) == ["none"]


def test_the_value_of_an_identifier_filter_is_checked() -> None:
    assert filter_refusal("sku", "=", ["a"]) == 'Property "sku" expects a string as data, "array" given.'
    assert filter_refusal("sku", "IN", "a") == 'Property "sku" expects an array as data, "string" given.'
    assert filter_refusal("sku", "NOT IN", None) == 'Property "sku" expects an array as data, "NULL" given.'
