from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.values import payload_format
from mock_akeneo.core.problems import SUFFIX, Malformed
from tests.attribute_types.small_pim import SmallPim, filter_refusal, found, refusal, shown, value


def test_a_boolean_is_true_or_false_and_null_removes_it() -> None:
    assert shown("a_yes_no", True) is True
    assert shown("a_yes_no", False) is False
    assert shown("a_yes_no", None) is None


@pytest.mark.parametrize(
    ("data", "kind"), [(0, "integer"), ("true", "string"), ("", "string"), ([], "array"), (1.0, "double")]
)
def test_products_refuse_what_only_looks_like_a_boolean(data: object, kind: str) -> None:
    with pytest.raises(Malformed) as refused:
        payload_format({"a_yes_no": [value(data)]}, SmallPim())
    assert refused.value.message == (
        f"The a_yes_no attribute requires a boolean value (true or false) as data, a {kind} was detected." + SUFFIX
    )


def test_product_models_are_told_in_other_words_and_let_empty_texts_remove() -> None:
    assert refusal("a_yes_no", "true") == 'Property "a_yes_no" expects a boolean as data, "string" given.'
    assert refusal("a_yes_no", 1) == 'Property "a_yes_no" expects a boolean as data, "integer" given.'
    assert shown("a_yes_no", "") is None


def test_booleans_are_found_and_false_is_a_value() -> None:
    products = {"yes": True, "no": False, "nothing": None}
    assert found("a_yes_no", "=", False, products) == ["no"]
    assert found("a_yes_no", "!=", True, products) == ["no"]
    assert found("a_yes_no", "EMPTY", None, products) == ["nothing"]
    assert found("a_yes_no", "NOT EMPTY", None, products) == ["yes", "no"]


def test_the_value_of_a_boolean_filter_is_a_boolean() -> None:
    assert filter_refusal("a_yes_no", "=", 1) == 'Property "a_yes_no" expects a boolean as data, "integer" given.'
    assert filter_refusal("a_yes_no", "!=", None) == 'Property "a_yes_no" expects a boolean as data, "NULL" given.'
