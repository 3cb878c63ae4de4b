from __future__ import annotations

import pytest

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.core.json_types import Json
from tests.attribute_types.small_pim import SmallPim, complaints, filter_refusal, found, refusal, shown

SUGAR: Json = {"ingredient": "sugar", "percentage": "60", "allergen": False, "note": "sweet"}


def test_numbers_in_cells_are_texts_and_empty_cells_are_left_out() -> None:
    assert shown("nutrition", [{"ingredient": "sugar", "percentage": 60, "allergen": False, "note": ""}]) == [
        {"ingredient": "sugar", "percentage": "60", "allergen": False}
    ]
    assert shown("nutrition", []) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("x", 'Property "nutrition" expects an array as data, "string" given.'),
        (["x"], 'Property "nutrition" expects an array of arrays as data.'),
        ([{"percentage": 1}], 'Property "nutrition" expects an array with the key "ingredient".'),
    ],
)
def test_a_table_is_a_list_of_rows_with_a_first_cell(data: object, message: str) -> None:
    assert refusal("nutrition", data) == message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"color": "red"}, 'The "color" column does not exist'),
        ({"percentage": "much"}, 'The "percentage" column requires a numeric, a string was detected.'),
        ({"percentage": 101}, 'The "percentage" column requires an equal or lesser than 100 value.'),
        ({"percentage": -1}, 'The "percentage" column requires an equal or greater than 0 value.'),
        ({"note": 1}, 'The "note" column requires a string, a integer was detected.'),
        ({"note": "x" * 11}, 'The "note" column must not contain more than 10 characters.'),
        ({"allergen": "yes"}, 'The "allergen" column requires a boolean, a string was detected.'),
        ({"power": 3}, 'The "power" column requires a measurement, a integer was detected.'),
        ({"ingredient": "gold"}, 'The gold value is not in the "ingredient" column option list.'),
    ],
)
def test_cells_keep_the_rules_of_their_column(row: Json, message: str) -> None:
    assert complaints("nutrition", [{"ingredient": "sugar", **row}]) == [message]


def test_rows_are_few_and_named_once() -> None:
    assert complaints("nutrition", [{"ingredient": "sugar"}, {"ingredient": "Sugar"}]) == [
        'The "Sugar" row of the nutrition attribute is given more than once.'
    ]
    many = complaints("nutrition", [{"ingredient": f"i{number}"} for number in range(101)])
    assert "The nutrition attribute must not contain more than 100 rows." in many


def test_a_table_counts_as_filled_when_every_row_has_its_required_cells() -> None:
    pim = SmallPim()
    about = pim.attributes["nutrition"]
    about["table_configuration"] = [
        {**column, "is_required_for_completeness": column["code"] in ("ingredient", "percentage")}
        for column in about["table_configuration"]
    ]
    filled = ATTRIBUTE_TYPES["pim_catalog_table"].filled
    assert filled is not None
    assert filled(about, [SUGAR], {})
    assert not filled(about, [SUGAR, {"ingredient": "salt"}], {})


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        (">", {"column": "percentage", "row": "sugar", "value": "50"}, ["sweet"]),
        (">", {"column": "percentage", "row": "salt", "value": 50}, []),
        (">", {"column": "percentage", "value": 0}, ["sweet", "salty"]),
        ("=", {"column": "allergen", "row": "sugar", "value": False}, ["sweet"]),
        ("CONTAINS", {"column": "note", "value": "WEE"}, ["sweet"]),
        ("IN", {"column": "ingredient", "value": ["SALT"]}, ["salty"]),
        (">=", {"column": "power", "value": {"amount": 1, "unit": "KILOWATT"}}, ["salty"]),
        ("NOT EMPTY", {"column": "note"}, ["sweet"]),
        ("NOT EMPTY", [], ["sweet", "salty"]),
        ("EMPTY", None, ["nothing"]),
    ],
)
def test_cells_are_found_with_the_operators_of_their_column(operator: str, operand: object, names: list[str]) -> None:
    salt = {"ingredient": "salt", "percentage": "2", "power": {"amount": 2000, "unit": "WATT"}}
    assert found("nutrition", operator, operand, {"sweet": [SUGAR], "salty": [salt], "nothing": None}) == names


@pytest.mark.parametrize(
    ("operator", "operand", "message"),
    [
        (">", "50", 'Property "nutrition" expects an array as data, "string" given.'),
        (">", {"value": 1}, 'Property "nutrition" expects an array with the key "column".'),
        (
            ">",
            {"column": "color"},
            'Property "nutrition" expects a valid column. The column does not exist, "color" given.',
        ),
        (
            "CONTAINS",
            {"column": "percentage", "value": "x"},
            'Filter on property "nutrition" is not supported or does not support operator "CONTAINS"',
        ),
        (
            ">",
            {"column": "percentage", "value": "x"},
            'Property "nutrition" expects a numeric as data, "string" given.',
        ),
    ],
)
def test_the_value_of_a_table_filter_names_a_column(operator: str, operand: object, message: str) -> None:
    assert filter_refusal("nutrition", operator, operand) == message
