"""JSON as PHP writes it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.json_types import php_dumps

PLAIN = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
)


@given(VALUES)
def test_all_but_ascii_and_slashes_are_escaped_whatever_else_there_is(value: Any) -> None:
    assert php_dumps(value) == json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def test_a_slash_a_letter_beyond_ascii_and_a_number_beyond_64_bits_are_written_as_php_does() -> None:
    assert php_dumps({"a/b": ["é", 2**70]}) == '{"a\\/b":["\\u00e9",1180591620717411303424]}'
