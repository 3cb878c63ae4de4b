"""Scans: the documents of an order that pass all filters, without keeping other calls waiting.

A filter is a test over one column. A scan goes through the rows in chunks and gives way to other calls between
them; it goes on behind the key where it stopped, so that a write in between neither hides nor doubles a document.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from mock_akeneo.attribute_types import Test
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import ColumnMaker, Index

# Less than a millisecond's work, each: rows that are looked at, and values that have to be made first.
CHUNK_ROWS: Final = 3_000
CHUNK_ROWS_TO_MAKE: Final = 100


class Filter(NamedTuple):
    """`column`: the name it is kept under; `make`: its value for one document; `test`: which values pass."""

    column: str
    make: ColumnMaker
    test: Test


class Found(NamedTuple):
    """The documents of a page, and how many there are in all if that was asked."""

    documents: list[Document]
    total: int | None


async def scan(
    index: Index,
    order_name: str,
    filters: Sequence[Filter],
    *,
    after: str = "",
    skip: int = 0,
    limit: int,
    with_count: bool = False,
) -> Found:
    """`limit` documents behind the key `after`, less the first `skip`."""
    order = index.orders[order_name]
    if not filters:
        start = order.behind(after) + skip if after else skip
        rows = order.rows[start : start + limit]
        return Found([d for row in rows if (d := index.documents[row])], len(order.rows) if with_count else None)
    columns = [(index.column(filter_.column, filter_.make), filter_.test) for filter_ in filters]
    found: list[Document] = []
    count, position = 0, order.behind(after) if after else 0
    chunk = CHUNK_ROWS
    while True:
        passing: Sequence[int] = order.rows[position : position + chunk]
        if not passing:
            break
        to_make = max(index.missing(column, passing) for column, _ in columns)
        if to_make > CHUNK_ROWS_TO_MAKE:
            passing = passing[:CHUNK_ROWS_TO_MAKE]
        position += len(passing)
        key = order.keys[position - 1]
        for column, test in columns:
            passing = test(index.values(column, passing), passing)
        wanted = passing[max(0, skip - count) : skip + limit - count] if count < skip + limit else []
        found += [d for row in wanted if (d := index.documents[row])]
        count += len(passing)
        if not with_count and count >= skip + limit:
            break
        if position >= len(order.rows):
            break
        # Looking further ahead than is made takes longer than making it.
        chunk = CHUNK_ROWS_TO_MAKE if to_make else min(2 * chunk, CHUNK_ROWS)
        await asyncio.sleep(0)
        position = order.behind(key)
    return Found(found, count if with_count else None)
