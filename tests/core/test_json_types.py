"""JSON as PHP writes it."""

from __future__ import annotations

import json
import math
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


@pytest.mark.parametrize("levels", [2, 254, 255, 510, 511])
def test_what_php_reads_is_read_and_written(levels: int) -> None:
    text = json.dumps(nested(levels), separators=(",", ":"))
    assert dumps(json_decode(text)).decode() == dumps(json_decode(text.encode())).decode() == text


@pytest.mark.parametrize("levels", [512, 513, 900, 5000])
def test_what_is_nested_deeper_than_php_reads_is_no_json(levels: int) -> None:
    """Source: `json_decode` of the PIM's controllers is told a depth of 512, of which PHP takes 511."""
    for text in ("[" * levels + "]" * levels, '{"a":' * levels + "1" + "}" * levels):
        with pytest.raises(ValueError, match=r"deeper|depth"):
            json_decode(text)


def test_much_that_lies_side_by_side_is_not_deep() -> None:
    assert json_decode("[" + ",".join(["{}"] * 2000) + "]") == [{}] * 2000


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", 9.223372036854776e18),
        ("-9223372036854775808", -9223372036854775808),
        ("-9223372036854775809", -9.223372036854776e18),
        ("18446744073709551615", 1.8446744073709552e19),
        ("12345678901234567890123", 1.2345678901234568e22),
        ("1e400", math.inf),
        ("-1E+400", -math.inf),
        ("1" * 400, math.inf),
        ("1e-400", 0.0),
        ('"1e400"', "1e400"),
        ('["1e400", {"a": 1e400, "1e400": "\\"2e999"}]', ["1e400", {"a": math.inf, "1e400": '"2e999'}]),
    ],
)
def test_numbers_are_what_php_makes_of_them(text: str, read: Any) -> None:
    """Source: php: ext/json/json_scanner.re"""
    assert json_decode(text) == json_decode(text.encode()) == read
    assert type(json_decode(text)) is type(read)


@pytest.mark.parametrize(
    "text",
    [
        b"1e400,",
        b"[1e400",
        b"01e400",
        b"NaN1e400",
        b'["\\ud800", 1e400]',
        b'[1e400, "\xff"]',
        b"1e400 x",
        b"\xef\xbb\xbf1e400",
    ],
)
def test_a_number_beyond_all_floats_makes_no_json_of_what_is_none(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        json_decode(text)
