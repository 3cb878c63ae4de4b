"""Query strings as PHP reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.query_strings import has_arrays, parameters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", {}),
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"&limit=100&page=1", {"limit": "100", "page": "1"}),
        (b"a=1&a=2", {"a": "2"}),
        (b"a", {"a": ""}),
        (b"a=1;b=2", {"a": "1;b=2"}),
        (b"a=x+y%20z", {"a": "x y z"}),
        (b'search={"code":[{"operator":"IN"}]}', {"search": '{"code":[{"operator":"IN"}]}'}),
        (b"with.count=true&with+count=false", {"with_count": "false"}),
        (b"a[b=1", {"a_b": "1"}),
        (b"[a]=1", {}),
        (b"=1", {}),
        ("a=ä".encode(), {"a": "ä"}),
        (b"a=%C3%A4", {"a": "ä"}),
        (b"a=%FF", {"a": "\ufffd"}),
    ],
)
def test_parameters_are_read_as_php_does(text: bytes, expected: dict[str, str]) -> None:
    assert parameters(text) == expected


@given(st.binary())
def test_any_bytes_can_be_read(text: bytes) -> None:
    for name, value in parameters(text).items():
        (name + value).encode()
    has_arrays(text)
