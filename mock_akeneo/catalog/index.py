"""The search index of products and product models: their orders, and one column for each field that was filtered on.

Lists and searches read the index; a GET by code reads the collection. With an index lag the index sees a write
only later, as in a PIM (apidocs: content/rest-api/troubleshooting.md).

A document has a row for as long as it lives. Orders hold rows sorted by key; columns hold one value for each row.
Filters are Python over columns: a scan takes the rows of an order and keeps those whose value passes.

A column is made row by row, as scans come by. A write does not touch it: it notes the row, and the column catches up
when it is next asked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.collation import collation_key, search_key

ColumnMaker = Callable[[Document], Any]

# What a column makes at once of what writes have changed; more than that is made as scans come by.
CATCH_UP_ROWS: Final = 100
# Notes of changed rows. A column that has missed more than these is made anew.
MAX_NOTES: Final = 20_000
MAX_COLUMNS: Final = 100


class Order:
    """Rows in the order of a key that some documents have (products by identifier) or all (products by uuid)."""

    __slots__ = ("key_of", "keys", "rows")

    def __init__(self, key_of: Callable[[Document], str | None]) -> None:
        self.key_of = key_of
        self.keys: list[str] = []
        # As numbers side by side: a scan reads them all.
        self.rows = array("I")

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
        keys = {row: key for row, document in documents if (key := self.key_of(document)) is not None}
        self.rows = array("I", sorted(keys, key=keys.__getitem__))
        self.keys = [keys[row] for row in self.rows]

    def behind(self, key: str) -> int:
        """The position behind `key`, which need not exist; `""` stands before all."""
        return bisect_right(self.keys, search_key(key))


class Missing(Enum):
    """What stands in a column for what was not made yet."""

    MISSING = 0


MISSING: Final = Missing.MISSING


class Column:
    """`values`: one for each row; `missing`: how many were not made yet. `seen`: the number of the index's notes that
    they take account of."""

    __slots__ = ("make", "missing", "seen", "values")

    def __init__(self, make: ColumnMaker, seen: int) -> None:
        self.make, self.seen = make, seen
        self.values: list[Any] = []
        self.missing = 0


def by_key(document: Document) -> str | None:
    return search_key(document.key)


def by_alias(document: Document) -> str | None:
    return None if document.alias is None else search_key(document.alias)


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
        self._rows = {collation_key(document.key): row for row, document in enumerate(self.documents) if document}
        self._free = []
        self._columns = {}
        for order in self.orders.values():
            order.fill((row, document) for row, document in enumerate(self.documents) if document)

    def copy(self) -> Index:
        """The same for another sandbox; its columns are its own."""
        copy = Index({name: order.key_of for name, order in self.orders.items()})
        copy.documents, copy._rows, copy._free = self.documents.copy(), self._rows.copy(), self._free.copy()
        for name, order in self.orders.items():
            copy.orders[name].keys, copy.orders[name].rows = order.keys.copy(), order.rows[:]
        return copy

    def get(self, key: str) -> Document | None:
        row = self._rows.get(collation_key(key))
        return None if row is None else self.documents[row]

    def put(self, document: Document) -> None:
        key = collation_key(document.key)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._new_row()
            for order in self.orders.values():
                order.add(document, row)
        else:
            before = self.documents[row]
            assert before is not None
            # What orders go by.
            renamed = before.key != document.key or before.alias != document.alias
            for order in self.orders.values() if renamed else ():
                if order.key_of(before) != order.key_of(document):
                    order.remove(before)
                    order.add(document, row)
        self.documents[row] = document
        self._note(row)

    def delete(self, key: str) -> None:
        row = self._rows.pop(collation_key(key), None)
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
        row = self._rows.get(collation_key(key))
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

    def column(self, name: str, make: ColumnMaker) -> Column:
        """The column of that name, made as far as it was asked for."""
        column = self._columns.pop(name, None)
        if column is None or column.seen < self._forgotten:
            column = Column(make, self._now())
            if len(self._columns) >= MAX_COLUMNS:
                # The one that was not asked for the longest.
                del self._columns[next(iter(self._columns))]
        self._columns[name] = column
        return column

    def missing(self, column: Column, rows: Sequence[int]) -> int:
        """How many values of `rows` would have to be made."""
        self._keep_up(column)
        return list(map(column.values.__getitem__, rows)).count(MISSING) if column.missing else 0

    def values(self, column: Column, rows: Iterable[int] | None = None) -> list[Any]:
        """One value for each row, of which those in `rows` (None: all) are made and up to date."""
        self._keep_up(column)
        values, documents = column.values, self.documents
        if column.missing:
            make, made = column.make, 0
            for row in range(len(values)) if rows is None else rows:
                if values[row] is MISSING:
                    document = documents[row]
                    values[row] = None if document is None else make(document)
                    made += 1
            column.missing -= made
        return values

    def _now(self) -> int:
        return self._forgotten + len(self._notes)

    def _keep_up(self, column: Column) -> None:
        """A value, or `MISSING`, for each row."""
        values, documents = column.values, self.documents
        if column.seen < self._forgotten:
            column.seen = self._now()
            values.clear()
        if len(values) < len(documents):
            new = [None if document is None else MISSING for document in documents[len(values) :]]
            column.missing = new.count(MISSING) + (column.missing if values else 0)
            values += new
        if column.seen != self._now():
            self._catch_up(column)

    def _catch_up(self, column: Column) -> None:
        """What was changed is made anew, or taken for missing where it is much."""
        changed = dict.fromkeys(self._notes[column.seen - self._forgotten :])
        column.seen = self._now()
        values, documents = column.values, self.documents
        for row in changed:
            document = documents[row]
            if values[row] is MISSING:
                column.missing -= 1
            if document is None:
                values[row] = None
            elif len(changed) <= CATCH_UP_ROWS:
                values[row] = column.make(document)
            else:
                values[row] = MISSING
                column.missing += 1

    def drop_columns(self) -> None:
        """For changes of the structure that columns depend on."""
        self._columns = {}
