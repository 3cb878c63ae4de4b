"""What a sandbox keeps in a data folder: written before an answer leaves, or taken back.

All that differs between memory and disk is noted, with what the disk holds of it. A commit writes it whole; where that
fails, memory goes back to what the disk holds. So nothing is shown that could be gone after a restart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.disk import Disk, NotKept, Row
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json, dumps

# Kinds of rows that a data folder holds besides the catalog's own, in the order in which they build on each other.
KEPT_CONNECTION: Final = "connection"
KEPT_SUBSCRIPTION: Final = "subscription"
KEPT_TOKEN: Final = "token"
ROWS: Final = (KEPT_CONNECTION, KEPT_SUBSCRIPTION, KEPT_TOKEN)

_log = logging.getLogger("mock_akeneo")


class Keeping:
    """`put_back(kind, key, row)` has a row that is no document be as it was (None: there was none); `in_order(kind,
    keys)` is told in which order the rows of a kind were made."""

    def __init__(
        self,
        disk: Disk,
        sandbox: str,
        catalog: Catalog,
        put_back: Callable[[str, str, Json | None], None],
        in_order: Callable[[str, Iterable[str]], None],
    ) -> None:
        self.disk, self._sandbox, self._catalog = disk, sandbox, catalog
        self._put_back, self._in_order = put_back, in_order
        # By kind and key: what the disk holds, and what memory holds. Exactly what differs.
        self._documents: dict[tuple[str, str], tuple[Document | None, Document | None]] = {}
        self._changed: dict[tuple[str, str], Json | None] = {}
        # Kinds whose order of creation memory does not know any more.
        self._moved: set[str] = set()
        # The rows that lie on the disk.
        self._rows: dict[tuple[str, str], Json] = {}
        self._files: list[str] = []
        # Kinds whose rows are written anew, for they stand in another order now.
        self._reordered: set[str] = set()
        catalog.noted, catalog.reordered, catalog.media.fresh = self._note, self._reordered.add, self._files

    def known(self, kind: str, key: str, row: Json) -> None:
        """This row lies on the disk."""
        self._rows[kind, key] = row

    def fill(self) -> None:
        """Marks every document as unwritten: a fresh folder is filled with it by the next commit."""
        for kind, collection in self._catalog.kinds.items():
            for document in collection.in_order_of_creation():
                self._documents[kind, collation_key(document.key)] = None, document

    def _note(self, kind: str, key: str, before: Document | None, after: Document | None) -> None:
        place = kind, key
        noted = self._documents.get(place)
        kept = before if noted is None else noted[0]
        if kept is after:
            self._documents.pop(place, None)
        else:
            self._documents[place] = kept, after

    def keep(self, kind: str, key: str, row: Json | None) -> None:
        """Keeps a row that is no document of the catalog (a connection, a token); None forgets it."""
        place = kind, key
        if row == self._rows.get(place):
            self._changed.pop(place, None)
        else:
            self._changed[place] = row

    def commit(self) -> None:
        """Writes what has changed since the last commit, whole. Raises `NotKept`: then it is all taken back."""
        if not self._documents and not self._changed and not self._reordered:
            self._files.clear()
            return
        try:
            self.disk.write(self._sandbox, self._unwritten())
        except NotKept:
            self.take_back()
            raise
        self._files.clear()
        self._documents.clear()
        self._reordered.clear()
        for place, row in self._changed.items():
            if row is None:
                self._rows.pop(place, None)
            else:
                self._rows[place] = row
        self._changed.clear()
        self._put_in_order()

    def _unwritten(self) -> Iterable[Row]:
        for (kind, key), (_, document) in self._documents.items():
            yield Row(kind, key, None if document is None else document.stored)
        for kind in self._reordered:
            for document in self._catalog[kind].in_order_of_creation():
                yield Row(kind, collation_key(document.key), None)
                yield Row(kind, collation_key(document.key), document.stored)
        for (kind, key), row in self._changed.items():
            yield Row(kind, key, None if row is None else dumps(row))

    def take_back(self) -> None:
        """Memory holds again what the disk holds. What cannot be taken back stays noted for the next commit."""
        while self._files:
            self._catalog.media.discard(self._files.pop())
        try:
            self._take_back_documents()
            self._take_back_rows()
            self._put_in_order()
        except Exception:  # the refusal that it goes with has to be told all the same
            _log.exception("not all that was refused could be taken back: the next write keeps the rest")

    def _take_back_documents(self) -> None:
        wanted: dict[str, dict[str, Document | None]] = {}
        for (kind, key), (before, _) in self._documents.items():
            wanted.setdefault(kind, {})[key] = before
        # Where another catalog was taken, all stand in its order.
        self._moved.update(wanted, self._reordered)
        self._reordered.clear()
        self._catalog.put_back(wanted)

    def _take_back_rows(self) -> None:
        for place in sorted(self._changed, key=lambda place: ROWS.index(place[0])):
            before, after = self._rows.get(place), self._changed[place]
            self._put_back(*place, before)
            del self._changed[place]
            if before is not None and after is None:
                self._moved.add(place[0])

    def _put_in_order(self) -> None:
        """What was gone for a moment stands last in memory: as soon as the disk can be asked, it stands as there."""
        for kind in list(self._moved):
            keys = self.disk.keys(self._sandbox, kind)
            if keys is None:
                continue
            self._moved.discard(kind)
            if kind in ROWS:
                self._in_order(kind, keys)
            else:
                self._catalog[kind].put_in_order(keys)

    def close(self) -> None:
        self.disk.close()
