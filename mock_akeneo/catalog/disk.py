"""`--data`: what a sandbox keeps, in one SQLite file, so that an acknowledged write outlives the process.

The file holds documents, what else a sandbox keeps as rows, and a change counter. Write-ahead log, one commit for each
request: the commit is in the operating system's hands before the answer leaves, so a killed process loses nothing that
it acknowledged. With `synchronous=NORMAL` a power cut may lose the last moments; with `FULL` each commit waits for the
disk itself.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from mock_akeneo.core.keys import shown
from mock_akeneo.core.problems import Problem

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    sandbox TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, change INTEGER NOT NULL,
    PRIMARY KEY (sandbox, kind, key)
);
CREATE INDEX IF NOT EXISTS documents_by_change ON documents (change);
"""
_FORMAT: Final = 1
# For a server that is just about to end.
_PATIENCE_SECONDS: Final = 1.0
FILE: Final = "catalog.sqlite3"
MEDIA: Final = "media"
# How hard a commit is pressed onto the disk, as SQLite calls it.
SYNC: Final = {"normal": "NORMAL", "full": "FULL"}


class Row(NamedTuple):
    """A document as it lies on disk; `body` None: deleted."""

    kind: str
    key: str
    body: bytes | None


class DataFolderError(ValueError):
    """The data folder cannot be used; the message says what to do."""


class NotKept(Problem):
    """500: what was to be written could not be kept, so it is not done. A PIM whose database fails answers so, too."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(500, f"Nothing of this call was kept, for it could not be written: {reason}.")

    @classmethod
    def because(cls, error: sqlite3.Error | OSError) -> NotKept:
        if isinstance(error, OSError):
            return cls((error.strerror or str(error)).lower())
        return cls(str(error))


class Disk:
    """The narrow face of storage: all rows of a sandbox, rows changed since N, and writing a batch whole."""

    def __init__(self, folder: Path, *, sync: str = "normal") -> None:
        self.folder, self.synced = folder, sync == "full"
        try:
            self._db = _opened(folder, SYNC[sync])
            self.change: int = self._db.execute("SELECT coalesce(max(change), 0) FROM documents").fetchone()[0]
        except sqlite3.Error as error:
            raise _unusable(folder, error) from None
        except OSError as error:
            raise DataFolderError(f"cannot use the data folder {folder}: {error.strerror}") from None

    def rows(self, sandbox: str) -> Iterator[Row]:
        """All documents of a sandbox, in the order in which they were first written. Raises `DataFolderError`."""
        query = "SELECT kind, key, body FROM documents WHERE sandbox = ? ORDER BY rowid"
        try:
            for row in self._db.execute(query, (sandbox,)):
                yield Row(*row)
        except sqlite3.Error as error:
            raise _unusable(self.folder, error) from None

    def damaged(self, kind: str, key: object) -> DataFolderError:
        """What to raise for a row that makes no sense."""
        what = f"{kind.replace('_', ' ')} {shown(key)}"
        return DataFolderError(f"cannot use the data folder {self.folder}: its {what} is damaged{_INSTEAD}")

    def unknown(self, kind: object) -> DataFolderError:
        return DataFolderError(
            f"cannot use the data folder {self.folder}: this version does not know its rows of the kind {kind}: "
            "use a new folder"
        )

    def since(self, sandbox: str, change: int) -> Iterator[Row]:
        """What was written after the change counter stood at `change`."""
        query = "SELECT kind, key, body FROM documents WHERE sandbox = ? AND change > ? ORDER BY change"
        return (Row(*row) for row in self._db.execute(query, (sandbox, change)))

    def keys(self, sandbox: str, kind: str) -> list[str] | None:
        """In the order in which they were first written; None where the disk cannot be read now."""
        query = "SELECT key FROM documents WHERE sandbox = ? AND kind = ? ORDER BY rowid"
        try:
            self._roll_back()
            return [key for (key,) in self._db.execute(query, (sandbox, kind))]
        except sqlite3.Error:
            return None

    def write(self, sandbox: str, rows: Iterable[Row]) -> None:
        """All of them or none; returned means kept. Raises `NotKept`."""
        db, change = self._db, self.change + 1
        try:
            self._roll_back()  # what a failing disk has left open
            db.execute("BEGIN")
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
        except BaseException as error:
            with suppress(sqlite3.Error):
                self._roll_back()
            if isinstance(error, sqlite3.Error):
                raise NotKept.because(error) from None
            raise
        self.change = change

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def close(self) -> None:
        """What the log holds goes into the file, which is then the only one."""
        self._db.close()


def _opened(folder: Path, synchronous: str) -> sqlite3.Connection:
    """Raises `DataFolderError`, `sqlite3.Error` or `OSError`; what is not ours is left as it is."""
    # It holds tokens and passwords. A folder that was there may be shared on purpose: what is written into it is not.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, log = folder / FILE, folder / f"{FILE}-wal"
    size = file.stat().st_size if file.exists() else 0
    if not size and (log.exists() or (folder / MEDIA).exists()):
        state = "empty" if file.exists() else "missing"
        raise DataFolderError(f"cannot use the data folder {folder}: its {FILE} is {state}{_INSTEAD}")
    if not size:
        file.touch(mode=0o600)
    with suppress(OSError):
        # The files that SQLite puts beside it are as open as it is.
        file.chmod(0o600)
    db = sqlite3.connect(file, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # One server owns a folder: a second one would answer from memory of its own.
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        _refuse_what_is_not_ours(db, folder)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(f"PRAGMA synchronous={synchronous}")
        db.execute("BEGIN EXCLUSIVE")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version={_FORMAT}")
        db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def _refuse_what_is_not_ours(db: sqlite3.Connection, folder: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version not in (0, _FORMAT):
        raise DataFolderError(f"{folder} was written by another version (format {version}): use a new folder")
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    columns = [row[1] for row in db.execute("PRAGMA table_info(documents)")]
    if tables and (version == 0 or tables != {"documents"} or columns != ["sandbox", "kind", "key", "body", "change"]):
        raise DataFolderError(f"cannot use the data folder {folder}: its {FILE} is another program's: use a new folder")


_INSTEAD: Final = ": put a copy in its place, or use a new folder"
_DAMAGED: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def _unusable(folder: Path, error: sqlite3.Error) -> DataFolderError:
    name = getattr(error, "sqlite_errorname", None) or ""
    more = ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        more = "; is another server using it?"
    elif name.startswith(_DAMAGED):
        return DataFolderError(f"cannot use the data folder {folder}: its {FILE} is damaged ({error}){_INSTEAD}")
    return DataFolderError(f"cannot use the data folder {folder}: {error}{more}")


def fsync_folder(folder: Path) -> None:
    """That a file has appeared in it outlives a power cut; where folders cannot be synced (Windows) it is left out."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EISDIR):
            return
        raise
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
