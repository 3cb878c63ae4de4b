"""pim: tests/back/Pim/Enrichment/Integration/Validation/PayloadFormatValidatorIntegration.php;
src/Akeneo/Pim/Enrichment/Component/Product/Updater/EntityWithValuesUpdater.php."""

from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.stored_values import settled_values, visible_values
from mock_akeneo.attribute_types.values import (
    UNKNOWN_PROPERTY,
    check_attributes,
    merge_values,
    payload_format,
    value_violations,
)
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import SUFFIX, Malformed, ValidationFailed
from tests.attribute_types.small_pim import SmallPim, value

NOT_AN_ARRAY = 'Property "a_text" expects an array with valid data, one of the values is not an array.'


def message_of(refused: pytest.ExceptionInfo[Malformed]) -> str:
    """Without the common ending, once."""
    return refused.value.message.removesuffix(SUFFIX)


# The form of a payload


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("x", 'Property "a_text" expect to be an array'),
        (1, 'Property "a_text" expect to be an array'),
        (["x"], 'Property "a_text" expect to be an array of array'),
        (value("x"), 'Property "a_text" expect to be an array of array'),
        (
            [{"locale": None, "scope": None}],
            f'Property "a_text" expects an array with the key "data".{SUFFIX}',
        ),
        ([{"data": "x", "scope": None}], f'Property "a_text" expects an array with the key "locale".{SUFFIX}'),
        ([{"data": "x", "locale": None}], f'Property "a_text" expects an array with the key "scope".{SUFFIX}'),
        ([[]], f'Property "a_text" expects an array with the key "locale".{SUFFIX}'),
        ([value("x", locale=1)], f'Property "a_text" expects an array with the key "locale" as string.{SUFFIX}'),  # type: ignore[arg-type]
        ([value("x", scope=[])], f'Property "a_text" expects an array with the key "scope" as string.{SUFFIX}'),  # type: ignore[arg-type]
    ],
)
def test_products_refuse_entries_of_another_form(entries: object, message: str) -> None:
    with pytest.raises(Malformed) as refused:
        payload_format({"a_text": entries}, SmallPim())
    assert message_of(refused) == message


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {"a_text": None},
        {"a_text": []},
        {"a_text": {"any": value("x")}},
        {"a_text": [None]},
        {"unknown": [value("x")]},
        {"a_text": [{**value("x"), "linked_data": {}, "attribute_type": "pim_catalog_text"}]},
        {"a_text": [value("x"), value(None)]},
    ],
)
def test_products_let_other_forms_pass(values: object) -> None:
    payload_format(values, SmallPim())


def test_the_same_value_is_not_given_twice() -> None:
    with pytest.raises(Malformed) as refused:
        payload_format({"a_simple_select": [value("optionA"), value("optionB")]}, SmallPim())
    assert message_of(refused) == (
        'You cannot update the same product value on the "a_simple_select" attribute twice, '
        "with the same scope and locale."
    )
    payload_format({"a_full_text": [value("x", "en_US", "tablet"), value("y", "en_US", "ecommerce")]}, SmallPim())


def test_the_form_of_all_values_comes_before_values_given_twice() -> None:
    with pytest.raises(Malformed) as refused:
        payload_format({"a_text": [value("x"), value("y")], "a_yes_no": [value("yes")]}, SmallPim())
    assert "requires a boolean value" in refused.value.message


# What an update finds first


def test_an_update_finds_unknown_attributes_and_entries_that_are_null_first() -> None:
    pim = SmallPim()
    with pytest.raises(Malformed) as refused:
        check_attributes({"a_text": [value(1)], "foo": [value("x")]}, pim)
    assert message_of(refused) == "The foo attribute does not exist in your PIM."
    with pytest.raises(Malformed) as refused:
        check_attributes({"a_text": [None]}, pim)
    assert message_of(refused) == NOT_AN_ARRAY
    check_attributes({"a_text": None, "a_metric": [value("x", "nowhere")]}, pim)
    check_attributes(None, pim)


# Merging


def test_an_unknown_attribute_is_refused_in_either_text() -> None:
    with pytest.raises(Malformed) as refused:
        merge_values({}, {"foo": [value("x")]}, SmallPim())
    assert message_of(refused) == "The foo attribute does not exist in your PIM."
    with pytest.raises(Malformed) as refused:
        merge_values({}, {"foo": [value("x")]}, SmallPim(), unknown=UNKNOWN_PROPERTY)
    assert message_of(refused) == 'Property "foo" does not exist.'


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (None, 'Property "values" expects an array as data, "NULL" given.'),
        ("x", 'Property "values" expects an array as data, "string" given.'),
        ({"a_text": None}, 'Property "a_text" expects an array as data, "NULL" given.'),
        ({"a_text": [None]}, NOT_AN_ARRAY),
        ({"a_text": value(None)}, NOT_AN_ARRAY),
        ({"a_text": [{"scope": None, "data": 1}]}, 'Property "a_text" expects an array with the key "locale".'),
        ({"a_text": [{"locale": None, "data": 1}]}, 'Property "a_text" expects an array with the key "scope".'),
        ({"a_text": [{"locale": None, "scope": None}]}, 'Property "a_text" expects an array with the key "data".'),
        ({"a_text": [[1]]}, 'Property "a_text" expects an array with the key "locale".'),
        (
            {"a_text": [{"locale": 1, "scope": None, "data": 1}]},
            'Property "a_text" expects a value with a string as locale, "integer" given.',
        ),
        (
            {"a_text": [{"locale": None, "scope": True, "data": 1}]},
            'Property "a_text" expects a value with a string as scope, "boolean" given.',
        ),
    ],
)
def test_entries_of_another_form_are_refused(values: object, message: str) -> None:
    with pytest.raises(Malformed) as refused:
        merge_values({}, values, SmallPim())
    assert message_of(refused) == message


def test_the_form_of_every_entry_comes_before_all_else() -> None:
    with pytest.raises(Malformed) as refused:
        merge_values({}, {"foo": [value(1)], "a_text": [{"locale": None}]}, SmallPim())
    assert message_of(refused) == 'Property "a_text" expects an array with the key "scope".'


@pytest.mark.parametrize(
    ("code", "locale", "scope", "message"),
    [
        (
            "a_text",
            None,
            "ecommerce",
            "requires neither a channel (ecommerce was detected) nor a locale (nothing was detected).",
        ),
        (
            "a_text",
            "en_US",
            None,
            "requires neither a channel (nothing was detected) nor a locale (en_US was detected).",
        ),
        (
            "a_localizable_text",
            None,
            None,
            "does not require a value per channel (nothing was detected) "
            "but requires a value per locale (nothing was detected).",
        ),
        (
            "a_localizable_text",
            "en_US",
            "tablet",
            "does not require a value per channel (tablet was detected) "
            "but requires a value per locale (en_US was detected).",
        ),
        (
            "a_scopable_text",
            "en_US",
            None,
            "requires a value per channel (nothing was detected) "
            "but does not require a value per locale (en_US was detected).",
        ),
        (
            "a_full_text",
            "en_US",
            None,
            "requires a value per channel (nothing was detected) and a locale (en_US was detected).",
        ),
    ],
)
def test_a_value_stands_in_the_place_of_its_attribute(
    code: str, locale: str | None, scope: str | None, message: str
) -> None:
    with pytest.raises(Malformed) as refused:
        merge_values({}, {code: [value("x", locale, scope)]}, SmallPim())
    assert message_of(refused) == f"The {code} attribute {message}"
    assert merge_values({}, {code: [value("", locale, scope)]}, SmallPim()) == {}


def test_values_are_merged_by_attribute_channel_and_locale() -> None:
    pim = SmallPim()
    stored: Json = {
        "a_text": [value("old")],
        "a_full_text": [value("en", "en_US", "ecommerce"), value("fr", "fr_FR", "tablet")],
        "a_date": [value("2016-06-13T00:00:00+00:00")],
    }
    before = {code: list(entries) for code, entries in stored.items()}
    merged = merge_values(
        stored,
        {
            "a_yes_no": [value(True)],
            "a_full_text": [value("neu", "de_DE", "tablet"), value("new", "en_US", "ecommerce")],
            "a_date": [value(None)],
            "a_number_float": [value(None)],
        },
        pim,
    )
    assert merged == {
        "a_text": [value("old")],
        "a_full_text": [
            value("fr", "fr_FR", "tablet"),
            value("neu", "de_DE", "tablet"),
            value("new", "en_US", "ecommerce"),
        ],
        "a_yes_no": [value(True)],
    }
    assert list(merged) == ["a_text", "a_yes_no", "a_full_text"]
    assert [list(entry) for entry in merged["a_full_text"]] == [["locale", "scope", "data"]] * 3
    assert stored == before
    assert merged["a_text"] is stored["a_text"]


@pytest.mark.parametrize(
    ("code", "stored", "sent"),
    [
        ("a_number_float", "10.0000", "10"),
        ("a_metric", {"amount": "10.0000", "unit": "WATT"}, {"amount": 10, "unit": "watt"}),
        ("a_price", [{"amount": "1.00", "currency": "EUR"}], [{"currency": "EUR", "amount": "1.000"}]),
        ("a_date", "2020-02-02T00:00:00+00:00", "2020-02-02"),
        ("a_simple_select", "optionA", "OPTIONA"),
        ("a_multi_select", ["optionA", "optionB"], ["optionB", "OPTIONA"]),
        ("fabrics", ["fur", "silk"], ["silk", "fur"]),
    ],
)
def test_what_means_the_same_changes_nothing(code: str, stored: object, sent: object) -> None:
    values = {code: [value(stored)]}
    pim = SmallPim()
    assert merge_values(values, {code: [value(sent)]}, pim, updating=True) is values
    assert settled_values(merge_values(values, {code: [value(sent)]}, pim), pim) == values


def test_of_the_same_value_twice_the_last_wins_where_no_one_refuses_it() -> None:
    assert merge_values({}, {"a_text": [value("one"), value("two")]}, SmallPim()) == {"a_text": [value("two")]}


def test_an_update_takes_a_measurement_without_amount_for_null() -> None:
    pim = SmallPim()
    stored: Json = {"a_metric": [value({"amount": "1.0000", "unit": "WATT"})]}
    for data in ({"unit": "WATT"}, "10 KILOWATT"):
        assert merge_values(stored, {"a_metric": [value(data)]}, pim, updating=True) == {}
        assert merge_values({}, {"a_metric": [value(data)]}, pim, updating=True) == {}
        with pytest.raises(Malformed):
            merge_values(stored, {"a_metric": [value(data)]}, pim)


def test_an_update_skips_an_attribute_that_is_null() -> None:
    assert merge_values({}, {"a_text": None, "a_yes_no": [value(True)]}, SmallPim(), updating=True) == {
        "a_yes_no": [value(True)]
    }


# Rules


@pytest.mark.parametrize(
    ("code", "locale", "scope", "message"),
    [
        (
            "a_scopable_text",
            None,
            "foo",
            "The a_scopable_text attribute requires a value per channel. "
            "The foo channel (scope) must exist in your PIM",
        ),
        (
            "a_localizable_text",
            "xx_XX",
            None,
            "The a_localizable_text attribute requires a valid locale. The xx_XX locale does not exist.",
        ),
        (
            "a_full_text",
            "fr_FR",
            "ecommerce",
            "The a_full_text attribute requires a valid locale. "
            "The fr_FR locale is not bound to the ecommerce channel.",
        ),
        (
            "a_french_text",
            "en_US",
            None,
            "The en_US locale is not available on the a_french_text attribute.",
        ),
    ],
)
def test_channels_and_locales_exist(code: str, locale: str | None, scope: str | None, message: str) -> None:
    pim = SmallPim()
    values = merge_values({}, {code: [value("x", locale, scope)]}, pim)
    (violation,) = value_violations(values, pim)
    assert violation.property == "values"
    assert violation.message == message
    assert list(violation.extra.items()) == [("attribute", code), ("locale", locale), ("scope", scope)]


def test_violations_come_in_the_order_of_the_pim_and_none_hides_another() -> None:
    pim = SmallPim()
    values = merge_values(
        {},
        {
            "a_metric": [value({"amount": 1, "unit": "X"})],
            "a_temperature": [value({"amount": 1, "unit": "X"})],
            "a_full_text": [value("x" * 256, "xx_XX", "foo"), value("x" * 256, "en_US", "tablet")],
            "a_simple_select": [value("foo")],
        },
        pim,
    )
    long = "The a_full_text attribute must not contain more than 255 characters. The submitted value is too long."
    violations = ValidationFailed(value_violations(values, pim)).violations
    assert [(violation.extra["attribute"], violation.message) for violation in violations] == [
        ("a_simple_select", "The foo value is not in the a_simple_select attribute option list."),
        (
            "a_full_text",
            "The a_full_text attribute requires a value per channel. The foo channel (scope) must exist in your PIM",
        ),
        (
            "a_full_text",
            "The a_full_text attribute requires a valid locale. The xx_XX locale does not exist.",
        ),
        ("a_metric", "Please specify a valid metric unit"),
        ("a_temperature", "Please specify a valid metric unit"),
        ("a_full_text", long),
        ("a_full_text", long),
    ]


def test_only_what_changed_needs_to_be_looked_at() -> None:
    pim = SmallPim()
    stored: Json = {"a_text": [value("x" * 201)]}
    merged = merge_values(stored, {"a_yes_no": [value(True)]}, pim)
    assert value_violations(merged, pim, since=stored) == []
    assert len(value_violations(merged, pim)) == 1


def test_unique_values_are_not_asked_of_product_models() -> None:
    pim = SmallPim(used={("a_unique_text", "x"): "other"})
    assert value_violations({"a_unique_text": [value("x")]}, pim) == []
    assert len(value_violations({"a_unique_text": [value("x")]}, pim, uuid="own")) == 1


# What is shown


def test_values_of_gone_attributes_channels_and_locales_are_not_shown() -> None:
    pim = SmallPim()
    values: Json = {
        "a_text": [value("kept")],
        "a_full_text": [value("kept", "en_US", "tablet"), value("gone", "fr_FR", "ecommerce")],
        "a_localizable_text": [value("gone", "xx_XX")],
        "a_scopable_text": [value("gone", None, "print")],
        "a_french_text": [value("gone", "en_US"), value("kept", "fr_FR")],
        "gone": [value("gone")],
    }
    assert visible_values(values, pim) == {
        "a_text": [value("kept")],
        "a_full_text": [value("kept", "en_US", "tablet")],
        "a_french_text": [value("kept", "fr_FR")],
    }


def test_nothing_gone_is_the_same_object() -> None:
    values: Json = {"a_text": [value("x")], "a_full_text": [value("x", "en_US", "tablet")]}
    assert visible_values(values, SmallPim()) is values
