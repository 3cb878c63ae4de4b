"""Scans: the documents of an order that pass all filters, without keeping other calls waiting.

A filter is a test over one column. A scan goes through the rows in chunks and gives way to other calls between
them; it goes on behind the key where it stopped, so that a write in between neither hides nor doubles a document.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any, Final, NamedTuple

from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import ColumnMaker, Index

CHUNK_ROWS: Final = 5_000
# Where values have to be made first: about two milliseconds' work.
CHUNK_ROWS_TO_MAKE: Final = 500


class Filter(NamedTuple):
    """`column`: the name it is kept under; `make`: its value for one document; `test`: whether a value passes."""

    column: str
    make: ColumnMaker
    test: Callable[[Any], bool]


class Remembered(dict[Any, bool]):
    """A test that is asked once for each different value, for columns with few of them."""

    def __init__(self, test: Callable[[Any], bool]) -> None:
        super().__init__()
        self._test = test

    def __missing__(self, value: Any) -> bool:
        verdict = self[value] = self._test(value)
        return verdict


def remembered(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """The same test, with its verdicts looked up instead of found again: a scan need not enter Python for them."""
    return Remembered(test).__getitem__


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
    count, position, key = 0, order.behind(after) if after else 0, ""
    while True:
        made = all(column.values and not column.missing for column, _ in columns)
        chunk = CHUNK_ROWS if made else CHUNK_ROWS_TO_MAKE
        passing = order.rows[position : position + chunk]
        if not passing:
            break
        key = order.keys[position + len(passing) - 1]
        for column, test in columns:
            values = index.values(column, passing)
            passing = list(compress(passing, map(test, map(values.__getitem__, passing))))
        wanted = passing[max(0, skip - count) : skip + limit - count] if count < skip + limit else []
        found += [d for row in wanted if (d := index.documents[row])]
        count += len(passing)
        if not with_count and count >= skip + limit:
            break
        if position + chunk >= len(order.rows):
            break
        await asyncio.sleep(0)
        position = order.behind(key)
    return Found(found, count if with_count else None)
