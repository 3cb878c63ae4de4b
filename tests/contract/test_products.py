from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.contract.products import canonical, flat, listed

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=2)
data = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
)


@given(data, data)
def test_two_forms_are_equal_exactly_when_their_json_is(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical(one) == canonical(other)) is same
    assert not same or hash(canonical(one)) == hash(canonical(other))


def test_a_number_is_the_same_with_and_without_a_fraction_of_zero() -> None:
    assert canonical([1, {"a": 2.0}]) == canonical([1.0, {"a": 2}])


def test_values_are_known_by_attribute_locale_and_scope() -> None:
    values = {"name": [{"locale": "en_US", "data": "x", "linked_data": {}}, {"scope": "shop", "data": ["a"]}]}
    assert flat(values) == {("name", "en_US", None): "x", ("name", None, "shop"): ("a",)}


def test_a_list_of_names_is_short() -> None:
    assert listed(("a",)) == "1 product (a)"
    assert listed(("a", "b", "c")) == "3 products (a, b, c)"
    assert listed(("a", "b", "c", "d")) == "4 products (a, b, c …)"
