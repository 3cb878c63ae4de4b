"""Headers, query strings and bodies as a PIM takes them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.problems import Problem
from mock_akeneo.rest import negotiation


@pytest.mark.parametrize("accept", [None, b"application/json", b"*/*", b"text/html, */*;q=0.1", b"text/*/*"])
def test_json_or_anything_is_acceptable(accept: bytes | None) -> None:
    negotiation.check_accept(accept)


@pytest.mark.parametrize(
    "accept",
    ["", "application/xml", "text/html, application/json", "application/json; charset=utf-8", "application/*", "ö"],
)
def test_any_other_accept_is_406_with_the_header_as_it_came(accept: str) -> None:
    with pytest.raises(Problem) as refused:
        negotiation.check_accept(accept.encode("latin-1"))
    text = f'"{accept}" in "Accept" header is not valid. Only "application/json" is allowed.'
    assert (refused.value.status, refused.value.message) == (406, text)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, ""),
        (b"", ""),
        (b"application/json", "application/json"),
        (b"application/json;charset=utf-8", "application/json"),
        (b" application/json ; charset=utf-8", "application/json"),
        (b"Application/JSON", "Application/JSON"),
    ],
)
def test_of_a_content_type_the_part_before_the_semicolon_counts(header: bytes | None, expected: str) -> None:
    assert negotiation.media_type(header) == expected


def test_a_wrong_content_type_is_415() -> None:
    negotiation.check_content_type("a/b", "a/b")
    with pytest.raises(Problem) as wrong:
        negotiation.check_content_type("application/xml", "application/json")
    assert (wrong.value.status, wrong.value.message) == (
        415,
        '"application/xml" in "Content-Type" header is not valid. Only "application/json" is allowed.',
    )
    with pytest.raises(Problem) as missing:
        negotiation.check_content_type("", "application/json")
    assert (missing.value.status, missing.value.message) == (
        415,
        'The "Content-Type" header is missing. "application/json" has to be specified as value.',
    )


@pytest.mark.parametrize(
    "query", [b"x[]=1", b"x[a]=1", b"x%5B%5D=1", b"x%5ba%5d=1", b"a=1&x[a][b]=2", b"x[a]b=1", b" x[]"]
)
def test_brackets_make_an_array_which_is_400(query: bytes) -> None:
    with pytest.raises(Problem) as refused:
        negotiation.check_brackets(query)
    assert (refused.value.status, refused.value.message) == (
        400,
        "Bracket syntax is not supported in query parameters.",
    )


@pytest.mark.parametrize(
    "query", [b"", b"x=[]", b'search={"code":[]}', b"x[=1", b"[]=1", b"x]=1", b"x%255B%255D=1", b"%5"]
)
def test_brackets_elsewhere_are_fine(query: bytes) -> None:
    negotiation.check_brackets(query)


@pytest.mark.parametrize(
    ("headers", "query", "body", "expected"),
    [
        ({b"authorization": b"Bearer abc"}, b"", b"", b"abc"),
        ({b"authorization": b"Bearer abc"}, b"access_token=other", b"", b"abc"),
        ({}, b"limit=1&access_token=abc", b"", b"abc"),
        ({b"authorization": b"Basic eDp5"}, b"access_token=abc", b"", b"abc"),
        ({b"content-type": b"application/x-www-form-urlencoded"}, b"", b"access_token=abc&x=1", b"abc"),
        ({b"content-type": b"application/json"}, b"", b'{"access_token":"abc"}', b""),
        ({b"authorization": b"bearer abc"}, b"", b"", b""),
        ({b"authorization": b"abc"}, b"", b"", b""),
        ({b"authorization": b"Bearer "}, b"", b"", b""),
        ({b"authorization": b"Bearer"}, b"", b"", b""),
        ({}, b"access_token=", b"", b""),
    ],
)
def test_a_token_stands_in_the_header_the_query_or_a_form(
    headers: dict[bytes, bytes], query: bytes, body: bytes, expected: bytes
) -> None:
    assert negotiation.given_token(headers, query, body) == expected


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b' {"a": 1} ', b'{"a":"\xc3\xa4"}', b'{"n":123456789012345678901234567890}']
)
def test_objects_and_arrays_are_json_bodies(body: bytes) -> None:
    assert isinstance(negotiation.decoded(body), dict | list)


def test_an_empty_body_is_left_to_the_operation() -> None:
    assert negotiation.decoded(b"") is None


@pytest.mark.parametrize(
    "body",
    [
        b"x",
        b'"x"',
        b"12",
        b"null",
        b"{'a':1}",
        b'{"a":1,}',
        b"\xef\xbb\xbf{}",
        b'{"a":NaN}',
        b'{"a":"\xff"}',
        b"{}{}",
        b" ",
    ],
)
def test_anything_else_is_400(body: bytes) -> None:
    with pytest.raises(Problem) as refused:
        negotiation.decoded(body)
    assert (refused.value.status, refused.value.message) == (400, "Invalid json message received")


@given(st.binary(), st.binary(), st.binary())
def test_no_bytes_break_the_reading(header: bytes, query: bytes, body: bytes) -> None:
    for name in (b"authorization", b"content-type"):
        negotiation.given_token({name: header}, b"access_token" + query, b"access_token" + body)
    with suppress(Problem):
        negotiation.check_accept(header)
    with suppress(Problem):
        negotiation.check_brackets(query)
    with suppress(Problem):
        negotiation.decoded(body)
