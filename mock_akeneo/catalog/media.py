"""The bytes of media files: in memory, in the files of a catalog folder, or below the data folder."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, nullcontext, suppress
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, Final, TypeGuard

from mock_akeneo.catalog.disk import NotKept, fsync_folder

CHUNK_BYTES: Final = 256 * 1024
# Four folders of one hexadecimal digit, then 40 of them and the name.
_MAX_CODE: Final = 255
_MAX_NAME_BYTES: Final = 255
_KEY: Final = re.compile(r"(?:[0-9a-f]/){4}[0-9a-f]{40}_[A-Za-z0-9._\-]{1,200}")


class Media:
    """Contents by the key of their media file. Keys are never used twice, so sandboxes and snapshots share contents.

    Without a `folder` a content stays where it came from: bytes, an open file (`SpooledTemporaryFile` holds what is
    large on disk) or the path of a catalog's own file. With one, everything that is put is copied below it.
    """

    __slots__ = ("_contents", "_digests", "folder", "fresh", "synced")

    def __init__(self, folder: Path | None = None) -> None:
        self.folder, self.synced = folder, False
        # What was put since the last commit, for a sandbox that keeps what it is told; None: nobody asks.
        self.fresh: list[str] | None = None
        self._contents: dict[str, bytes | BinaryIO | Path] = {}
        self._digests: dict[str, str] = {}

    def put(self, key: str, content: bytes | BinaryIO | Path) -> None:
        """Keeps a content; returned means kept. Raises `NotKept`."""
        if self.folder is not None:
            file = self._file(key)
            try:
                new = not file.exists()
                content = _saved(content, file, self.folder if self.synced else None)
            except OSError as error:
                raise NotKept.because(error) from None
            if new and self.fresh is not None:
                self.fresh.append(key)
        self._contents[key] = content

    def discard(self, key: str) -> None:
        """Has it no more: what was put for a write that was refused."""
        self._contents.pop(key, None)
        self._digests.pop(key, None)
        if self.folder is not None:
            with suppress(OSError):
                self._file(key).unlink(missing_ok=True)

    def size(self, key: str) -> int | None:
        """In bytes; None when there is no content, though there may be a media file."""
        content = self._content(key)
        if content is None or isinstance(content, bytes):
            return None if content is None else len(content)
        if isinstance(content, Path):
            return content.stat().st_size
        return content.seek(0, 2)

    async def chunks(self, key: str) -> AsyncGenerator[bytes, None]:
        """The content, piece by piece. Raises `KeyError`."""
        content = self._content(key)
        if content is None:
            raise KeyError(key)
        if isinstance(content, Path):
            with content.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
            return
        start = 0
        while chunk := _chunk(content, start):
            yield chunk
            start += len(chunk)

    def digest(self, key: str) -> str | None:
        """The same for the same bytes; None without content."""
        known = self._digests.get(key)
        if known is None and (content := self._content(key)) is not None:
            with _opened(content) as file:
                file.seek(0)
                digest = sha1(usedforsecurity=False)
                while chunk := file.read(CHUNK_BYTES):
                    digest.update(chunk)
                known = self._digests[key] = digest.hexdigest()
        return known

    def keep_in(self, folder: Path, *, synced: bool = False) -> None:
        """Keeps everything below the folder from now on; `synced`: pressed onto the disk. Raises `NotKept`."""
        self.folder, self.synced = folder, synced
        for key, content in self._contents.items():
            self.put(key, content)

    def copy(self) -> Media:
        """For another sandbox, which has these contents too and adds its own."""
        copy = Media(self.folder)
        copy.synced = self.synced
        copy._contents, copy._digests = self._contents.copy(), self._digests.copy()
        return copy

    def content(self, key: str) -> bytes | None:
        """All of it at once: for small files."""
        content = self._content(key)
        if content is None:
            return None
        with _opened(content) as file:
            file.seek(0)
            return file.read()

    def take(self, other: Media) -> None:
        """Has the contents of another catalog too. Raises `NotKept`: then it has none of them."""
        taken = []
        try:
            for key, content in other._contents.items():
                if self._content(key) is None:
                    self.put(key, content)
                    taken.append(key)
        except NotKept:
            for key in taken:
                self.discard(key)
            raise

    def _content(self, key: str) -> bytes | BinaryIO | Path | None:
        content = self._contents.get(key)
        if content is None and self.folder is not None and (file := self._file(key)).is_file():
            return file
        if isinstance(content, Path) and not content.is_file():
            return None
        return content

    def _file(self, key: str) -> Path:
        """Below the folder, whatever a key of somebody else's catalog says."""
        assert self.folder is not None
        return self.folder / (key if _KEY.fullmatch(key) else sha1(key.encode(), usedforsecurity=False).hexdigest())


def is_file_code(code: object) -> TypeGuard[str]:
    """Whether it can be the code of a media file, and the path of a file in a catalog folder: never out of it.

    Source: pim: src/Akeneo/Tool/Bundle/FileStorageBundle/Resources/config/validation/fileInfo.yml (255 characters)
    """
    return (
        isinstance(code, str)
        and 0 < len(code) <= _MAX_CODE
        and code.isprintable()
        and all(
            name not in ("", ".", "..") and len(name.encode()) <= _MAX_NAME_BYTES
            for name in code.replace("\\", "/").split("/")
        )
    )


def _opened(content: bytes | BinaryIO | Path) -> AbstractContextManager[BinaryIO]:
    """An open file stays open."""
    if isinstance(content, Path):
        return content.open("rb")
    return nullcontext(BytesIO(content) if isinstance(content, bytes) else content)


def _chunk(content: bytes | BinaryIO, start: int) -> bytes:
    if isinstance(content, bytes):
        return content[start : start + CHUNK_BYTES]
    # Several downloads share the open file: each finds its own place again.
    content.seek(start)
    return content.read(CHUNK_BYTES)


def _saved(content: bytes | BinaryIO | Path, file: Path, synced_below: Path | None) -> Path:
    """A file with its whole content appears in one step; on the disk itself, folders included, where that is asked."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    try:
        with _opened(content) as source, part.open("wb") as target:
            source.seek(0)
            copyfileobj(source, target)
            if synced_below is not None:
                target.flush()
                os.fsync(target.fileno())
        part.replace(file)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    if synced_below is not None:
        for folder in file.parents[: len(file.relative_to(synced_below).parts)]:
            fsync_folder(folder)
    return file
