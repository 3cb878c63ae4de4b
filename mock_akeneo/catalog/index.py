"""The search index of products and product models: their orders, and one column for each field that was filtered on.

Lists and searches read the index; a GET by code reads the collection. With an index lag the index sees a write
only later, as in a PIM (apidocs: content/rest-api/troubleshooting.md).

A document has a row for as long as it lives. Orders hold rows sorted by key; columns hold one value for each row.
Filters are Python over columns: a scan takes the rows of an order and keeps those whose value passes.

A write does not touch the columns: it notes the row, and a column catches up when it is next asked for.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from mock_akeneo.catalog.document import Document, fold

ColumnMaker = Callable[[Document], Any]

# What a column makes before other calls have their turn: about two milliseconds' work.
CHUNK_DOCUMENTS: Final = 500
# Notes of changed rows. A column that has missed more than these is made anew.
MAX_NOTES: Final = 20_000
MAX_COLUMNS: Final = 100


class Order:
    """Rows in the order of a key that some documents have (products by identifier) or all (products by uuid)."""

    __slots__ = ("key_of", "keys", "rows")

    def __init__(self, key_of: Callable[[Document], str | None]) -> None:
        self.key_of = key_of
        self.keys: list[str] = []
        self.rows: list[int] = []

    def add(self, document: Document, row: int) -> None:
        key = self.key_of(document)
        if key is not None:
            position = bisect_left(self.keys, key)
            self.keys.insert(position, key)
            self.rows.insert(position, row)

    def remove(self, document: Document) -> None:
        key = self.key_of(document)
        if key is not None:
            position = bisect_left(self.keys, key)
            del self.keys[position]
            del self.rows[position]

    def fill(self, documents: Iterable[tuple[int, Document]]) -> None:
        pairs = sorted((key, row) for row, document in documents if (key := self.key_of(document)) is not None)
        self.keys = [key for key, _ in pairs]
        self.rows = [row for _, row in pairs]

    def behind(self, key: str) -> int:
        """The position behind `key`, which need not exist; `""` stands before all."""
        return bisect_right(self.keys, fold(key))


class Column:
    """`values`: one for each row. `seen`: the number of the index's notes that they take account of."""

    __slots__ = ("make", "seen", "values")

    def __init__(self, make: ColumnMaker, seen: int) -> None:
        self.make, self.seen = make, seen
        self.values: list[Any] = []


def by_key(document: Document) -> str | None:
    return fold(document.key)


def by_alias(document: Document) -> str | None:
    return None if document.alias is None else fold(document.alias)


class Index:
    """Rows, orders and columns over the documents of one collection."""

    __slots__ = ("_columns", "_forgotten", "_free", "_notes", "_rows", "documents", "orders")

    def __init__(self, orders: Mapping[str, Callable[[Document], str | None]]) -> None:
        self.orders = {name: Order(key_of) for name, key_of in orders.items()}
        self.documents: list[Document | None] = []
        self._rows: dict[str, int] = {}
        self._free: list[int] = []
        self._columns: dict[str, Column] = {}
        # The rows that were changed, in order; the first `_forgotten` of them are no longer known.
        self._notes: list[int] = []
        self._forgotten = 0

    def load(self, documents: Iterable[Document]) -> None:
        """Starts over with these documents."""
        self.documents = list(documents)
        self._rows = {fold(document.key): row for row, document in enumerate(self.documents) if document}
        self._free = []
        self._columns = {}
        for order in self.orders.values():
            order.fill((row, document) for row, document in enumerate(self.documents) if document)

    def get(self, key: str) -> Document | None:
        row = self._rows.get(fold(key))
        return None if row is None else self.documents[row]

    def put(self, document: Document) -> None:
        key = fold(document.key)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._new_row()
            for order in self.orders.values():
                order.add(document, row)
        else:
            before = self.documents[row]
            assert before is not None
            for order in self.orders.values():
                if order.key_of(before) != order.key_of(document):
                    order.remove(before)
                    order.add(document, row)
        self.documents[row] = document
        self._note(row)

    def delete(self, key: str) -> None:
        row = self._rows.pop(fold(key), None)
        if row is None:
            return
        document = self.documents[row]
        assert document is not None
        for order in self.orders.values():
            order.remove(document)
        self.documents[row] = None
        self._free.append(row)

    def refresh(self, key: str) -> None:
        """What a document inherits has changed."""
        row = self._rows.get(fold(key))
        if row is not None:
            self._note(row)

    def _new_row(self) -> int:
        if self._free:
            return self._free.pop()
        self.documents.append(None)
        return len(self.documents) - 1

    def _note(self, row: int) -> None:
        if self._columns:
            self._notes.append(row)
            if len(self._notes) > MAX_NOTES:
                del self._notes[: MAX_NOTES // 2]
                self._forgotten += MAX_NOTES // 2

    # Columns

    def column(self, name: str, make: ColumnMaker) -> list[Any]:
        """One value for each row, at once."""
        return self.up_to_date(self._column(name, make))

    async def ready(self, name: str, make: ColumnMaker) -> Column:
        """The column, made or brought up to date while other calls have their turns. Several make one together."""
        while True:
            column = self._column(name, make)
            values = column.values
            if (start := len(values)) < len(self.documents):
                chunk = self.documents[start : start + CHUNK_DOCUMENTS]
                values.extend(None if d is None else make(d) for d in chunk)
            elif self._now() - column.seen > CHUNK_DOCUMENTS:
                self._catch_up(column, CHUNK_DOCUMENTS)
            else:
                return column
            await asyncio.sleep(0)

    def _column(self, name: str, make: ColumnMaker) -> Column:
        """Known from the start, so that what changes while it is made is noted."""
        column = self._columns.pop(name, None)
        if column is None or column.seen < self._forgotten:
            column = Column(make, self._now())
            if len(self._columns) >= MAX_COLUMNS:
                del self._columns[next(iter(self._columns))]
        self._columns[name] = column
        return column

    def up_to_date(self, column: Column) -> list[Any]:
        """The values of a column that a write has just made older."""
        values = column.values
        if column.seen < self._forgotten:
            column.seen = self._now()
            values.clear()
        if len(values) < len(self.documents):
            values.extend(None if d is None else column.make(d) for d in self.documents[len(values) :])
        if column.seen != self._now():
            self._catch_up(column, len(self._notes))
        return values

    def _now(self) -> int:
        return self._forgotten + len(self._notes)

    def _catch_up(self, column: Column, most: int) -> None:
        start = column.seen - self._forgotten
        rows = self._notes[start : start + most]
        column.seen += len(rows)
        values = column.values
        for row in dict.fromkeys(rows):
            if row < len(values):
                document = self.documents[row]
                values[row] = None if document is None else column.make(document)

    def drop_columns(self) -> None:
        """For changes of the structure that columns depend on."""
        self._columns = {}
