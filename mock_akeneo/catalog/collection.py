"""The documents of one kind, by key and in the order of their keys."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Final

from mock_akeneo.catalog.document import Document, collate
from mock_akeneo.catalog.kinds import KINDS
from mock_akeneo.core.collation import collation_key

Change = Callable[[str, Document | None, Document | None], None]

# Changes at once, from which on it costs less to sort anew than to keep sorted.
MANY: Final = 1_000

_versions = count(1)


class Collection:
    """Documents of one `kind`. A key is found in any letter case; pages go in key order, as the kind sorts its keys.

    `touched` is the undo log: what stood at each key changed since `mark()`, so that a reset costs what changed.
    `changed(key, before, after)` is told of every change. `version`: the same in copies that hold the same.
    """

    __slots__ = ("_aliases", "_documents", "_keys", "_sort_key", "changed", "kind", "touched", "version")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._sort_key = collate if KINDS[kind].collated else None
        self._documents: dict[str, Document] = {}
        # None: to be sorted when first asked for, so that a load need not keep them in order.
        self._keys: list[str] | None = None
        self._aliases: dict[str, str] = {}
        self.touched: dict[str, Document | None] = {}
        self.changed: Change | None = None
        self.version = next(_versions)

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        """In order of their keys."""
        documents = self._documents
        return (documents[key] for key in list(self.keys))

    def in_order_of_creation(self) -> Iterable[Document]:
        return self._documents.values()

    def created(self) -> list[str]:
        """The keys in order of creation."""
        return list(self._documents)

    @property
    def keys(self) -> list[str]:
        """The collation keys, sorted. Sorted anew after a bulk load, kept sorted after that."""
        if self._keys is None:
            self._keys = sorted(self._documents, key=self._sort_key)
        return self._keys

    def get(self, key: str) -> Document | None:
        # Most ask in lower case: what is found needs no other key.
        return self._documents.get(key) or self._documents.get(collation_key(key))

    def by_alias(self, alias: str) -> Document | None:
        key = self._aliases.get(alias) or self._aliases.get(collation_key(alias))
        return None if key is None else self._documents[key]

    def put(self, document: Document) -> None:
        """Adds or replaces."""
        key = collation_key(document.key)
        before = self._documents.get(key)
        self.touched.setdefault(key, before)
        self._documents[key] = document
        if before is None and self._keys is not None:
            insort(self._keys, key, key=self._sort_key)
        self._realias(key, before, document)
        self.version = next(_versions)
        if self.changed:
            self.changed(key, before, document)

    def delete(self, key: str) -> None:
        key = collation_key(key)
        before = self._documents.pop(key)
        self.touched.setdefault(key, before)
        if self._keys is not None:
            del self._keys[self._position(key)]
        self._realias(key, before, None)
        self.version = next(_versions)
        if self.changed:
            self.changed(key, before, None)

    def load(self, documents: Iterable[Document]) -> None:
        """Takes many at once, without undo and without telling anyone."""
        for document in documents:
            key = collation_key(document.key)
            self._documents[key] = document
            if document.alias is not None:
                self._aliases[collation_key(document.alias)] = key
        self._keys = None
        self.version = next(_versions)

    def _realias(self, key: str, before: Document | None, after: Document | None) -> None:
        if before is not None and after is not None and before.alias == after.alias:
            return
        old = None if before is None or before.alias is None else collation_key(before.alias)
        new = None if after is None or after.alias is None else collation_key(after.alias)
        if old != new:
            if old is not None and self._aliases.get(old) == key:
                del self._aliases[old]
            if new is not None:
                self._aliases[new] = key

    def slice(self, start: int, count: int, prefix: str = "") -> list[Document]:
        """`count` documents from position `start` on, of those whose collation key begins with `prefix`."""
        keys, documents = self.keys, self._documents
        first, last = self.bounds(prefix)
        return [documents[key] for key in keys[first + start : min(first + start + count, last)]]

    def after(self, key: str, count: int) -> list[Document]:
        """`count` documents behind `key`, which need not exist; `""` begins at the beginning."""
        keys, documents = self.keys, self._documents
        first = bisect_right(keys, self._sorted_as(collation_key(key)), key=self._sort_key) if key else 0
        return [documents[key] for key in keys[first : first + count]]

    def bounds(self, prefix: str = "") -> tuple[int, int]:
        """First position and the one behind the last of the keys that begin with `prefix`."""
        keys = self.keys
        if not prefix:
            return 0, len(keys)
        prefix = collation_key(prefix)
        return self._position(prefix), self._position(prefix[:-1] + chr(ord(prefix[-1]) + 1))

    def _position(self, key: str) -> int:
        return bisect_left(self.keys, self._sorted_as(key), key=self._sort_key)

    def _sorted_as(self, key: str) -> str:
        return self._sort_key(key) if self._sort_key else key

    def mark(self) -> None:
        """What there is now is what `undo` goes back to."""
        self.touched = {}

    def undo(self) -> None:
        """Goes back to the mark; costs what was touched."""
        self.exchange(self.touched.copy())
        self.touched = {}

    def differences(self, other: Collection) -> dict[str, Document | None]:
        """What stands in `other` of the same kind where another document, or none, stands here."""
        if self.version == other.version:
            return {}
        mine, theirs = self._documents, other._documents
        found = {key: theirs.get(key) for key, document in mine.items() if theirs.get(key) is not document}
        found.update((key, document) for key, document in theirs.items() if key not in mine)
        return found

    def become(self, other: Collection, differences: Mapping[str, Document | None]) -> None:
        """Holds what `other` holds, in its order of creation; tells of what differs only."""
        if len(differences) > MANY:
            self._keys = None
        self.exchange(differences)
        self._documents = other._documents.copy()
        self.version = other.version

    def put_in_order(self, keys: Iterable[str]) -> None:
        """These were created first, in this order."""
        first = {key: self._documents[key] for key in keys if key in self._documents}
        self._documents = {**first, **self._documents}

    def exchange(self, wanted: Mapping[str, Document | None]) -> None:
        """Puts each document at its key; None: there is none. What gives up its alias goes before another takes it."""
        for key, document in wanted.items():
            now = self._documents.get(key)
            if now is not None and (document is None or document.alias != now.alias):
                self.delete(key)
        for key, document in wanted.items():
            if document is not None and self._documents.get(key) is not document:
                self.put(document)

    def copy(self) -> Collection:
        """A collection of its own that shares the documents. Whoever takes it sets `changed` anew."""
        copy = Collection(self.kind)
        copy._documents = self._documents.copy()
        copy._keys = None if self._keys is None else self._keys.copy()
        copy._aliases = self._aliases.copy()
        copy.touched, copy.version = self.touched.copy(), self.version
        return copy
