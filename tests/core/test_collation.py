"""Which texts the database takes for the same: MySQL's collation `utf8mb4_unicode_ci`, as a server answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.collation import collation_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("foo", "FOO"),
        ("foo", "fóo"),
        ("foo", "fo\u0301o"),
        ("strasse", "Straße"),
        ("oeuvre", "Œuvre"),
        ("fix", "ﬁx"),
        ("ecommerce", "ｅcommerce"),
        ("x2", "x²"),
        ("foo", "foo   "),
        ("foo", "foo\u00a0"),
        ("foo", "fo\u200bo"),
        ("foo", "foo\x00"),
        ("foo", "\x7ffoo"),
        ("\U0001f600", "\U0001f680"),
        ("", " \u00a0"),
    ],
)
def test_these_are_the_same(one: str, other: str) -> None:
    assert collation_key(one) == collation_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("foo", "f_oo"),
        ("foo", " foo"),
        ("foo", "foo\t"),
        ("foo", "f\u00adoo"),
        ("ae", "æ"),
        ("o", "ø"),
        ("l", "ł"),
        ("ss", "ẞ"),
        ("ƚ", "Ƚ"),
        ("中", "国"),
        ("\U0001f600", "\ufffd"),
        ("a-b", "a_b"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert collation_key(one) != collation_key(other)


@given(st.text(), st.text())
def test_a_key_is_its_own_key_and_that_of_a_whole_is_made_of_its_parts(one: str, other: str) -> None:
    assert collation_key(collation_key(one)) == collation_key(one)
    assert collation_key(one + "x" + other) == collation_key(one + "x") + collation_key("x" + other)[1:]


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_of_plain_text_the_key_is_its_lower_case(text: str) -> None:
    assert collation_key(text) == text.lower()
