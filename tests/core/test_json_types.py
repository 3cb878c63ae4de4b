"""JSON as PHP writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.json_types import dumps, json_decode, php_dumps

PLAIN = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
)


@given(VALUES)
def test_all_but_ascii_and_slashes_are_escaped_whatever_else_there_is(value: Any) -> None:
    assert php_dumps(value) == json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def test_a_slash_a_letter_beyond_ascii_and_a_number_beyond_64_bits_are_written_as_php_does() -> None:
    assert php_dumps({"a/b": ["é", 2**70]}) == '{"a\\/b":["\\u00e9",1180591620717411303424]}'


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = {"a": value} if levels % 2 else [value]
    return value


@pytest.mark.parametrize("levels", [2, 254, 255, 511, 512])
def test_what_php_reads_is_read_and_written(levels: int) -> None:
    text = json.dumps(nested(levels), separators=(",", ":"))
    assert dumps(json_decode(text)).decode() == dumps(json_decode(text.encode())).decode() == text


@pytest.mark.parametrize("levels", [513, 514, 900, 5000])
def test_what_is_nested_deeper_than_php_reads_is_no_json(levels: int) -> None:
    """Source: `json_decode` of the PIM's controllers is told a depth of 512."""
    for text in ("[" * levels + "]" * levels, '{"a":' * levels + "1" + "}" * levels):
        with pytest.raises(ValueError, match=r"deeper|depth"):
            json_decode(text)


def test_much_that_lies_side_by_side_is_not_deep() -> None:
    assert json_decode("[" + ",".join(["{}"] * 2000) + "]") == [{}] * 2000
