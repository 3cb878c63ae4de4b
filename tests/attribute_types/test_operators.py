from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.operators import a_list_of_texts
from mock_akeneo.core.problems import Problem
from tests.attribute_types.small_pim import SmallPim


def test_a_list_of_texts_is_compared_in_lower_case() -> None:
    assert a_list_of_texts({"code": "uuid"}, ["A", "b"], SmallPim()) == {"a", "b"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a", 'Property "uuid" expects an array as data, "string" given.'),
        (["a", 1], 'Property "uuid" expects an array of strings as data.'),
    ],
)
def test_a_list_of_texts_is_no_other_list(value: object, message: str) -> None:
    with pytest.raises(Problem) as refused:
        a_list_of_texts({"code": "uuid"}, value, SmallPim())
    assert refused.value.body() == {"code": 422, "message": message}
