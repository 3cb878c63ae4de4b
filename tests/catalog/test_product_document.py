"""Stored bytes, cut by attribute; and what is remembered of the pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.catalog import product_document as module
from mock_akeneo.catalog.product_document import LINKS, BySegment, joined, product_document, segments, stored_document
from mock_akeneo.core.json_types import dumps

DATA = st.one_of(st.text(), st.booleans(), st.lists(st.text()), st.fixed_dictionaries({"amount": st.text()}))
ENTRIES = st.lists(st.fixed_dictionaries({"locale": st.none(), "scope": st.none(), "data": DATA}), min_size=1)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,3}", fullmatch=True), ENTRIES))
def test_values_are_cut_by_attribute_and_joined_again(values: dict[str, object]) -> None:
    inside = dumps(values)[1:-1]
    cut = segments(inside)
    assert [segment[: segment.index(b'"')].decode() for segment in cut] == list(values)
    assert joined(cut) == inside


HOSTILE = st.one_of(
    st.text(), st.sampled_from(('"', "\\", '","associations":{', '"parent":null,', "associations", "é"))
)
CODES = st.lists(st.from_regex(r"[a-z_]{1,3}", fullmatch=True), max_size=2)
CELLS = st.dictionaries(st.sampled_from(("updated", *LINKS, "x")), st.one_of(HOSTILE, st.just({"amount": "1"})))
LINKED = st.dictionaries(HOSTILE, st.fixed_dictionaries({"products": st.lists(HOSTILE)}), max_size=2)
MOMENT = st.just("2025-01-01T00:00:00+00:00")
ITEM = st.fixed_dictionaries(
    {
        **dict.fromkeys(("uuid", "code"), HOSTILE),
        **{name: st.from_regex(r"[a-z_]{1,3}", fullmatch=True) for name in ("family", "family_variant")},
        **{name: st.one_of(st.none(), HOSTILE) for name in ("identifier", "parent")},
        "enabled": st.booleans(),
        **dict.fromkeys(("categories", "groups"), CODES),
        "values": st.dictionaries(st.sampled_from(("a", "b")), st.lists(st.fixed_dictionaries({"data": CELLS}))),
        **dict.fromkeys(("created", "updated"), MOMENT),
        **dict.fromkeys(LINKS, LINKED),
    }
)


@given(st.sampled_from(("product", "product_model")), ITEM)
def test_a_document_is_the_same_when_its_bytes_are_taken_back(kind: str, item: dict[str, object]) -> None:
    made = product_document(kind, item)
    taken = stored_document(kind, made.stored)
    for name in ("key", "stored", "alias", "parent", "parts"):
        assert getattr(taken, name) == getattr(made, name)


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
