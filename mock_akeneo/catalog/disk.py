"""`--data`: what a catalog holds, in one SQLite file, so that an acknowledged write outlives the process.

The file holds documents, media and a change counter, nothing else. Write-ahead log, one commit for each request:
the commit is in the operating system's hands before the answer leaves, so a killed process loses nothing that it
acknowledged (a power cut may lose the last moments: `synchronous=NORMAL`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    sandbox TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, change INTEGER NOT NULL,
    PRIMARY KEY (sandbox, kind, key)
);
CREATE INDEX IF NOT EXISTS documents_by_change ON documents (change);
"""
_FORMAT = 1


class Row(NamedTuple):
    """A document as it lies on disk; `body` None: deleted."""

    kind: str
    key: str
    body: bytes | None


class DataFolderError(ValueError):
    """The data folder cannot be used; the message says what to do."""


class Disk:
    """The narrow face of storage: all rows of a sandbox, rows changed since N, and writing a batch whole."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(folder / "catalog.sqlite3", isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            # One server owns a folder: a second one would answer from memory of its own.
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("BEGIN EXCLUSIVE")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _FORMAT):
                raise DataFolderError(f"{folder} was written by another version (format {version}): use a new folder")
            for statement in filter(str.strip, _SCHEMA.split(";")):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={_FORMAT}")
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise DataFolderError(
                f"cannot use the data folder {folder}: {error}; is another server using it?"
            ) from None
        except (sqlite3.DatabaseError, OSError) as error:
            raise DataFolderError(f"cannot use the data folder {folder}: {error}") from None
        self.change: int = self._db.execute("SELECT coalesce(max(change), 0) FROM documents").fetchone()[0]

    def rows(self, sandbox: str) -> Iterator[Row]:
        """All documents of a sandbox, in the order in which they were first written."""
        query = "SELECT kind, key, body FROM documents WHERE sandbox = ? ORDER BY rowid"
        return (Row(*row) for row in self._db.execute(query, (sandbox,)))

    def since(self, sandbox: str, change: int) -> Iterator[Row]:
        """What was written after the change counter stood at `change`."""
        query = "SELECT kind, key, body FROM documents WHERE sandbox = ? AND change > ? ORDER BY change"
        return (Row(*row) for row in self._db.execute(query, (sandbox, change)))

    def write(self, sandbox: str, rows: Iterable[Row]) -> None:
        """All of them or none; returned means kept."""
        self.change += 1
        change = self.change
        db = self._db
        db.execute("BEGIN")
        try:
            for kind, key, body in rows:
                if body is None:
                    db.execute("DELETE FROM documents WHERE sandbox=? AND kind=? AND key=?", (sandbox, kind, key))
                else:
                    db.execute(
                        "INSERT INTO documents VALUES (?, ?, ?, ?, ?) ON CONFLICT (sandbox, kind, key)"
                        " DO UPDATE SET body=excluded.body, change=excluded.change",
                        (sandbox, kind, key, body, change),
                    )
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        self._db.close()
