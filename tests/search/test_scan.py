"""Scans: chunk by chunk, whatever is made already and whatever is written in between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.attribute_types.operators import is_in
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import Index, by_key
from mock_akeneo.search import scan as module
from mock_akeneo.search.scan import Filter, scan

KEYS = tuple("abcdefghijklmnop")
texts = st.text("xyz", min_size=2, max_size=2)
contents = st.dictionaries(st.sampled_from(KEYS), texts, max_size=len(KEYS))
wanted = st.frozensets(st.sampled_from("xyz"))


def document(key: str, text: str) -> Document:
    return Document(key, text.encode())


def filters(first: frozenset[str], last: frozenset[str]) -> list[Filter]:
    return [
        Filter("first", lambda one: one.stored[:1].decode(), is_in(first)),
        Filter("last", lambda one: one.stored[-1:].decode(), is_in(last)),
    ]


def passing(documents: dict[str, str], first: frozenset[str], last: frozenset[str]) -> list[str]:
    return sorted(key for key, text in documents.items() if text[0] in first and text[-1] in last)


class Chunks:
    """For a while, this many rows and values at a time."""

    def __init__(self, rows: int, to_make: int) -> None:
        self._sizes = rows, to_make

    def __enter__(self) -> None:
        self._kept = module.CHUNK_ROWS, module.CHUNK_ROWS_TO_MAKE
        module.CHUNK_ROWS, module.CHUNK_ROWS_TO_MAKE = self._sizes  # type: ignore[misc]

    def __exit__(self, *_: object) -> None:
        module.CHUNK_ROWS, module.CHUNK_ROWS_TO_MAKE = self._kept  # type: ignore[misc]


chunks = st.builds(Chunks, st.integers(1, 20), st.integers(1, 5))


@given(contents, wanted, wanted, chunks, st.integers(0, 5), st.integers(1, 20), st.sampled_from(("", *KEYS)))
def test_a_page_holds_what_passes_behind_a_key(
    documents: dict[str, str],
    first: frozenset[str],
    last: frozenset[str],
    sizes: Chunks,
    skip: int,
    limit: int,
    after: str,
) -> None:
    index = Index({"key": by_key})
    index.load(document(key, text) for key, text in documents.items())
    right = [key for key in passing(documents, first, last) if key > after]
    with sizes:
        # The second time all that the first one asked for is made.
        for _ in range(2):
            found = asyncio.run(
                scan(index, "key", filters(first, last), after=after, skip=skip, limit=limit, with_count=True)
            )
            assert [one.key for one in found.documents] == right[skip : skip + limit]
            assert found.total == len(right)


writes = st.lists(st.tuples(st.sampled_from(KEYS), st.none() | texts), max_size=20)


@given(contents, writes, chunks)
def test_what_is_not_written_meanwhile_is_found_once(
    documents: dict[str, str], steps: Sequence[tuple[str, str | None]], sizes: Chunks
) -> None:
    index = Index({"key": by_key})
    index.load(document(key, text) for key, text in documents.items())

    async def write() -> None:
        for key, text in steps:
            index.put(document(key, text)) if text is not None else index.delete(key)
            await asyncio.sleep(0)

    async def both() -> list[str]:
        scanning = scan(index, "key", filters(frozenset("xy"), frozenset("yz")), limit=100)
        found, _ = await asyncio.gather(scanning, write())
        return [one.key for one in found.documents]

    with sizes:
        found = asyncio.run(both())
    written = {key for key, _ in steps}
    right = passing(documents, frozenset("xy"), frozenset("yz"))
    assert [key for key in found if key not in written] == [key for key in right if key not in written]
    assert found == sorted(set(found))
