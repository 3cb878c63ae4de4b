from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.attribute_types.php import numeric, sorted_texts, text_of


@pytest.mark.parametrize(
    "data",
    [
        "",
        "abc",
        "1a",
        "1 2",
        "0x1A",
        "1e",
        "--1",
        "INF",
        "NaN",
        "١",
        True,
        None,
        [],
        "1e309",
        "1e9999",
        "9" * 310,
        "1." + "1" * 1000,
    ],
)
def test_what_php_takes_for_no_number(data: object) -> None:
    assert numeric(data) is None


@pytest.mark.parametrize(
    ("data", "number"), [(" 12", 12), ("12 ", 12), ("1.", 1), (".5", "0.5"), ("+1", 1), ("1E2", 100), (0.1, "0.1")]
)
def test_what_php_takes_for_a_number(data: object, number: object) -> None:
    assert numeric(data) == Decimal(str(number))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (1000.0, "1000"),
        (0.5, "0.5"),
        (9.223372036854775807e18, "9.2233720368548E+18"),
        (1e25, "1.0E+25"),
        (0.00001, "1.0E-5"),
        (True, "1"),
        (False, ""),
        (None, ""),
        ([1], "Array"),
        (12, "12"),
    ],
)
def test_the_text_of_a_value_is_phps(data: object, text: str) -> None:
    assert text_of(data) == text


def test_numeric_texts_are_sorted_by_size_and_others_by_code_point() -> None:
    assert sorted_texts(["10", "9", "8"]) == ["8", "9", "10"]
    assert sorted_texts(["b", "B", "a", "é"]) == ["B", "a", "b", "é"]


@given(st.lists(st.sampled_from(["1", "02", "10", "3.5", "-4"])))
def test_sorting_keeps_what_there_is(texts: list[str]) -> None:
    ordered = sorted_texts(texts)
    assert sorted(ordered) == sorted(texts)
    assert [Decimal(text) for text in ordered] == sorted(Decimal(text) for text in texts)
