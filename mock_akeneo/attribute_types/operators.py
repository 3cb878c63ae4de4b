"""What the operators of `search` compare, and how their values are checked: once for attributes and fields alike.

A test gets the operand and gives the question asked of the products' column values. Columns and operands of texts
are in lower case. Only `NOT IN` on selects finds products without a value.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Elasticsearch/Filter/; tests/back/Pim/Enrichment/Integration/PQB/Filter/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mock_akeneo.attribute_types._attribute_type import Operator, Pim, Test
from mock_akeneo.attribute_types.php import items, numeric
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Problem

# Tests


def equals(operand: Any) -> Test:
    return lambda values, rows: [row for row in rows if values[row] == operand]


def differs(operand: Any) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and value != operand]


def lower(operand: Any) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and value < operand]


def lower_or_equal(operand: Any) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and value <= operand]


def greater(operand: Any) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and value > operand]


def greater_or_equal(operand: Any) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and value >= operand]


def between(operand: tuple[Any, Any]) -> Test:
    low, high = operand
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and low <= value <= high]


def not_between(operand: tuple[Any, Any]) -> Test:
    low, high = operand
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and not low <= value <= high]


def starts_with(operand: str) -> Test:
    return lambda values, rows: [
        row for row in rows if (value := values[row]) is not None and value.startswith(operand)
    ]


def contains(operand: str) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and operand in value]


def does_not_contain(operand: str) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and operand not in value]


def is_in(operand: frozenset[Any]) -> Test:
    return lambda values, rows: [row for row in rows if values[row] in operand]


def is_not_in(operand: frozenset[Any]) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is not None and value not in operand]


def is_not_in_or_empty(operand: frozenset[Any]) -> Test:
    return lambda values, rows: [row for row in rows if values[row] not in operand]


def meets(operand: frozenset[Any]) -> Test:
    """For columns that hold a set: one of the operand is in it."""
    return lambda values, rows: [
        row for row in rows if (value := values[row]) is not None and not operand.isdisjoint(value)
    ]


def avoids(operand: frozenset[Any]) -> Test:
    return lambda values, rows: [
        row for row in rows if (value := values[row]) is not None and operand.isdisjoint(value)
    ]


def avoids_or_empty(operand: frozenset[Any]) -> Test:
    return lambda values, rows: [row for row in rows if (value := values[row]) is None or operand.isdisjoint(value)]


def is_empty(_operand: object) -> Test:
    return lambda values, rows: [row for row in rows if values[row] is None]


def is_not_empty(_operand: object) -> Test:
    return lambda values, rows: [row for row in rows if values[row] is not None]


# Checks


def wrong_type(name: str, wanted: str, value: object) -> Problem:
    """`Property "name" expects a string as data, "NULL" given.`"""
    return Problem(422, f'Property "{name}" expects {wanted} as data, "{php_type(value)}" given.')


def a_text(field: Json, value: object, _pim: Pim) -> str:
    if not isinstance(value, str):
        raise wrong_type(field["code"], "a string", value)
    return value.lower()


def a_boolean(field: Json, value: object, _pim: Pim) -> bool:
    if not isinstance(value, bool):
        raise wrong_type(field["code"], "a boolean", value)
    return value


def a_number(field: Json, value: object, _pim: Pim) -> float:
    number = numeric(value)
    if number is None:
        raise wrong_type(field["code"], "a numeric", value)
    return float(number)


def a_list(field: Json, value: object, _pim: Pim) -> list[Any]:
    if not isinstance(value, list | dict):
        raise wrong_type(field["code"], "an array", value)
    return items(value)


def a_list_of_texts(field: Json, value: object, pim: Pim) -> frozenset[str]:
    texts = a_list(field, value, pim)
    if not all(isinstance(text, str) for text in texts):
        raise Problem(422, f'Property "{field["code"]}" expects an array of strings as data.')
    return frozenset(text.lower() for text in texts)


# Sets of operators that several types share

Check = Callable[[Json, object, Pim], Any]

EMPTINESS: Final[Mapping[str, Operator]] = {
    "EMPTY": Operator(is_empty, needs_ownership=True),
    "NOT EMPTY": Operator(is_not_empty),
}


def comparing(check: Check) -> dict[str, Operator]:
    """The six comparisons."""
    return {
        "<": Operator(lower, check),
        "<=": Operator(lower_or_equal, check),
        "=": Operator(equals, check),
        "!=": Operator(differs, check),
        ">=": Operator(greater_or_equal, check),
        ">": Operator(greater, check),
    }


def searching(check: Check = a_text, whole: Check = a_text) -> dict[str, Operator]:
    """The operators of texts. `whole`: the check of `=` and `!=`."""
    return {
        "STARTS WITH": Operator(starts_with, check),
        "CONTAINS": Operator(contains, check),
        "DOES NOT CONTAIN": Operator(does_not_contain, check),
        "=": Operator(equals, whole),
        "!=": Operator(differs, whole),
    }
