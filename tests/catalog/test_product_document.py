"""Stored bytes, cut by attribute; and what is remembered of the pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.catalog import product_document as module
from mock_akeneo.catalog.product_document import BySegment, joined, segments
from mock_akeneo.core.json_types import dumps

DATA = st.one_of(st.text(), st.booleans(), st.lists(st.text()), st.fixed_dictionaries({"amount": st.text()}))
ENTRIES = st.lists(st.fixed_dictionaries({"locale": st.none(), "scope": st.none(), "data": DATA}), min_size=1)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,3}", fullmatch=True), ENTRIES))
def test_values_are_cut_by_attribute_and_joined_again(values: dict[str, object]) -> None:
    inside = dumps(values)[1:-1]
    cut = segments(inside)
    assert [segment[: segment.index(b'"')].decode() for segment in cut] == list(values)
    assert joined(cut) == inside


@given(st.lists(st.sampled_from((b"a", b"bb", b"ccc", b"long" * 300, b"gone"))))
def test_what_is_remembered_is_what_would_be_read(asked: list[bytes]) -> None:
    def read(segment: bytes) -> int | None:
        return None if segment == b"gone" else len(segment)

    known = BySegment(read)
    for segment in asked:
        assert known[segment] == read(segment)


def test_what_is_long_or_gone_is_read_again_and_a_full_memory_starts_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEGMENT_BYTES", 3)
    monkeypatch.setattr(module, "REMEMBERED_BYTES", 6)
    was_read = []

    def read(segment: bytes) -> bytes | None:
        was_read.append(segment)
        return None if segment == b"" else segment

    known = BySegment(read)
    for segment in (b"aaa", b"aaa", b"long", b"long", b"", b"", b"bbb", b"ccc", b"aaa"):
        assert known[segment] == (segment or None)
    assert was_read == [b"aaa", b"long", b"long", b"", b"", b"bbb", b"ccc", b"aaa"]
