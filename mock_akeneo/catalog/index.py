"""The search index of products and product models: their orders, and one column for each field that was filtered on.

Lists and searches read the index; a GET by code reads the collection. With an index lag the index sees a write
only later, as in a PIM (apidocs: content/rest-api/troubleshooting.md).

A document has a row for as long as it lives. Orders hold rows sorted by key; columns hold one value for each row.
Filters are Python over columns: a scan takes the rows of an order and keeps those whose value passes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mock_akeneo.catalog.document import Document, fold

ColumnMaker = Callable[[Document], Any]


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
        """The position behind `key`, which need not exist."""
        return bisect_right(self.keys, fold(key))


def by_key(document: Document) -> str | None:
    return fold(document.key)


def by_alias(document: Document) -> str | None:
    return None if document.alias is None else fold(document.alias)


class Index:
    """Rows, orders and columns over the documents of one collection."""

    __slots__ = ("_columns", "_free", "_rows", "documents", "orders")

    def __init__(self, orders: Mapping[str, Callable[[Document], str | None]]) -> None:
        self.orders = {name: Order(key_of) for name, key_of in orders.items()}
        self.documents: list[Document | None] = []
        self._rows: dict[str, int] = {}
        self._free: list[int] = []
        self._columns: dict[str, tuple[ColumnMaker, list[Any]]] = {}

    def load(self, documents: Iterable[Document]) -> None:
        """Starts over with these documents."""
        self.documents = list(documents)
        self._rows = {fold(document.key): row for row, document in enumerate(self.documents) if document}
        self._free, self._columns = [], {}
        for order in self.orders.values():
            order.fill((row, document) for row, document in enumerate(self.documents) if document)

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
        for make, column in self._columns.values():
            column[row] = make(document)

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

    def _new_row(self) -> int:
        if self._free:
            return self._free.pop()
        self.documents.append(None)
        for _, column in self._columns.values():
            column.append(None)
        return len(self.documents) - 1

    def row(self, key: str) -> int | None:
        return self._rows.get(fold(key))

    def column(self, name: str, make: ColumnMaker) -> list[Any]:
        """One value for each row, made on first use and kept up to date from then on."""
        known = self._columns.get(name)
        if known is None:
            known = self._columns[name] = make, [None if d is None else make(d) for d in self.documents]
        return known[1]

    def drop_columns(self) -> None:
        """For changes of the structure that columns depend on."""
        self._columns.clear()

    def refresh(self, key: str) -> None:
        """Makes the columns of one row anew: what it inherits or requires has changed."""
        row = self._rows.get(fold(key))
        if row is not None and (document := self.documents[row]) is not None:
            for make, column in self._columns.values():
                column[row] = make(document)
