"""What GET shows of stored values, and what it adds to them when it is asked."""

from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.metric import Target, in_unit
from mock_akeneo.attribute_types.shown_values import EVERYTHING, Asked, ShownValues
from mock_akeneo.attribute_types.stored_values import visible_values
from mock_akeneo.core.json_types import Json, dumps
from tests.attribute_types.small_pim import POWER, TEMPERATURE, SmallPim, read


def one(data: object, locale: str | None = None, scope: str | None = None, **more: object) -> Json:
    return {"locale": locale, "scope": scope, "data": data, **more}


VALUES: Json = {
    "a_text": [one("plain")],
    "a_localizable_text": [one("english", "en_US"), one("français", "fr_FR"), one("gone", "xx_XX")],
    "a_scopable_text": [one("tablet", scope="tablet"), one("shop", scope="ecommerce"), one("gone", scope="print")],
    "a_full_text": [one("b", "fr_FR", "tablet"), one("a", "en_US", "ecommerce"), one("gone", "fr_FR", "ecommerce")],
    "a_french_text": [one("gone", "en_US"), one("oui", "fr_FR")],
    "a_simple_select": [one("OPTIONA")],
    "a_multi_select": [one(["optionA", "gone"])],
    "a_scopable_price": [one([{"amount": "1.00", "currency": "USD"}], scope="tablet")],
    "gone": [one("gone")],
}


def test_everything_is_all_but_what_is_gone() -> None:
    pim = SmallPim()
    assert read(VALUES, pim) == visible_values(VALUES, pim)


def codes(values: Json) -> dict[str, list[object]]:
    return {code: [entry["data"] for entry in entries] for code, entries in values.items()}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (
            Asked(channel="tablet"),
            {"a_localizable_text": ["english", "français"], "a_scopable_text": ["tablet"], "a_full_text": ["b"]},
        ),
        (
            Asked(channel="ecommerce"),
            {"a_localizable_text": ["english"], "a_scopable_text": ["shop"], "a_full_text": ["a"]},
        ),
        (
            Asked(locales=("fr_FR", "nope")),
            {"a_localizable_text": ["français"], "a_scopable_text": ["tablet", "shop"], "a_full_text": ["b"]},
        ),
        (Asked(locales=("fr_FR",), channel="ecommerce"), {"a_scopable_text": ["shop"]}),
    ],
)
def test_a_channel_and_locales_leave_their_values(asked: Asked, found: dict[str, list[object]]) -> None:
    values = {code: VALUES[code] for code in ("a_localizable_text", "a_scopable_text", "a_full_text")}
    assert codes(read(values, SmallPim(), asked)) == found


def test_values_stand_in_the_order_of_the_database() -> None:
    """Some types first, then type by type; by length, then by bytes, and so are channels and locales."""
    values = {
        "a_scopable_price": [one([{"amount": "1.00", "currency": "USD"}], scope="ecommerce")],
        "sku": [one("x")],
        "a_localizable_text": [one("b", "fr_FR"), one("a", "en_US")],
        "a_metric": [one({"amount": "1.0000", "unit": "WATT"})],
        "a_text": [one("c")],
        "a_number_float": [one("1.0000")],
        "a_multi_select": [one(["optionA"])],
        "a_simple_select": [one("optionA")],
        "a_full_text": [one("d", "en_US", "ecommerce"), one("e", "fr_FR", "tablet"), one("f", "en_US", "tablet")],
        "a_price": [one([{"amount": "1.00", "currency": "USD"}])],
    }
    shown = read(values, SmallPim())
    assert list(shown) == [
        *("a_simple_select", "a_multi_select", "a_price", "a_scopable_price"),
        *("sku", "a_text", "a_full_text", "a_localizable_text", "a_metric", "a_number_float"),
    ]
    assert codes(shown) | {"a_localizable_text": ["a", "b"], "a_full_text": ["f", "e", "d"]} == codes(shown)


def test_attributes_are_taken_by_their_exact_codes() -> None:
    asked = Asked(attributes=frozenset(("a_text", "A_SIMPLE_SELECT", "nope")))
    assert codes(read(VALUES, SmallPim(), asked)) == {"a_text": ["plain"]}


def test_types_come_with_symbols_and_names_of_reference_data() -> None:
    pim = SmallPim()
    values = {
        "a_text": [one("x")],
        "a_metric": [one({"amount": "1.0000", "unit": "KILOWATT"})],
        "a_color": [one("red")],
    }
    pim.families["power"] = {**POWER, "units": {**POWER["units"], "KILOWATT": {"code": "KILOWATT", "symbol": "kW"}}}
    assert read(values, pim, Asked(types=True)) == {
        "a_text": [one("x", attribute_type="pim_catalog_text")],
        "a_metric": [
            one({"amount": "1.0000", "unit": "KILOWATT", "symbol": "kW"}, attribute_type="pim_catalog_metric")
        ],
        "a_color": [
            one("red", attribute_type="pim_reference_data_simpleselect", reference_data_name="color"),
        ],
    }
    assert read(values, pim, EVERYTHING) == values


def test_what_is_shown_twice_is_shown_the_same() -> None:
    """What is there is remembered, what is gone is not."""
    pim = SmallPim()
    reader = ShownValues(pim, list(pim.channels.values()))
    there, gone = (dumps({"a_simple_select": [one(code)]})[1:-1] for code in ("OPTIONA", "nope"))
    for _ in range(2):
        assert reader.inside(there) == dumps({"a_simple_select": [one("optionA")]})[1:-1]
        assert reader.inside(gone) == b""


@pytest.mark.parametrize(
    ("unit", "amount"),
    [("KELVIN", "310.9278"), ("FAHRENHEIT", "100.0000"), ("CELSIUS", "37.7778")],
)
def test_a_measurement_is_told_in_another_unit(unit: str, amount: str) -> None:
    celsius = {"convert_from_standard": [{"operator": "add", "value": "273.15"}]}
    family = {**TEMPERATURE, "units": {**TEMPERATURE["units"], "CELSIUS": celsius}}
    data = {"amount": "100.0000", "unit": "FAHRENHEIT"}
    assert in_unit(family, {"decimals_allowed": True}, data, Target(unit)) == {"amount": amount, "unit": unit}


def test_a_whole_number_stays_one_where_it_can() -> None:
    whole = {"decimals_allowed": False}
    assert in_unit(POWER, whole, {"amount": 2, "unit": "KILOWATT"}, Target("WATT")) == {"amount": 2000, "unit": "WATT"}
    watt = {"amount": 1, "unit": "WATT"}
    assert in_unit(POWER, whole, watt, Target("KILOWATT")) == {"amount": "0.0010", "unit": "KILOWATT"}
    assert in_unit(POWER, whole, watt, Target("NOPE")) == watt


@pytest.mark.parametrize(
    ("wanted", "amount"),
    [
        (Target("WATT"), "1250.5000"),
        (Target("WATT", 1), "1250.5"),
        (Target("WATT", 3), "1250.500"),
        (Target("WATT", trimmed=True), "1250.5"),
        (Target("KILOWATT", 2), "1.25"),
        (Target("KILOWATT", trimmed=True), "1.2505"),
    ],
)
def test_decimals_are_cut_as_the_rule_says(wanted: Target, amount: str) -> None:
    data = {"amount": "1.2505", "unit": "KILOWATT"}
    assert in_unit(POWER, {"decimals_allowed": True}, data, wanted) == {"amount": amount, "unit": wanted.unit}


@pytest.mark.parametrize("amount", ["1000", "0"])
def test_trimming_leaves_the_zeros_of_whole_numbers(amount: str) -> None:
    data = {"amount": amount, "unit": "WATT"}
    shown = in_unit(POWER, {"decimals_allowed": True}, data, Target("WATT", trimmed=True))
    assert shown == {"amount": amount, "unit": "WATT"}
