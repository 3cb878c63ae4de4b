"""Scans: the rows of an order that pass all filters, without keeping other calls waiting.

A filter is a test over one column. A scan goes through the rows in chunks and gives way to other calls between
them; it looks at the rows as they were when it began.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import Index

CHUNK_ROWS: Final = 5_000


class Filter(NamedTuple):
    """`column`: the name it is kept under; `make`: its value for one document; `test`: whether a value passes."""

    column: str
    make: Callable[[Document], Any]
    test: Callable[[Any], bool]


async def scan(index: Index, rows: Sequence[int], filters: Sequence[Filter], enough: int | None = None) -> list[int]:
    """The rows that pass, in their order; `enough` of them will do (None: all)."""
    columns = [(index.column(f.column, f.make), f.test) for f in filters]
    found: list[int] = []
    for start in range(0, len(rows), CHUNK_ROWS):
        if start:
            await asyncio.sleep(0)
        chunk = rows[start : start + CHUNK_ROWS]
        for column, test in columns:
            chunk = [row for row in chunk if test(column[row])]
        found.extend(chunk)
        if enough is not None and len(found) >= enough:
            return found[:enough]
    return found
