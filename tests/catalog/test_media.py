"""The bytes of media files, wherever they lie."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from mock_akeneo.catalog.media import CHUNK_BYTES, Media

KEY = "8/6/d/5/86d5d517bdff522f16ce60b24e06086db0af85f9_akeneo.jpg"
OTHER = "7/7/7/7/7777d517bdff522f16ce60b24e06086db0af85f9_akeneo.jpg"
LARGE = bytes(range(256)) * (CHUNK_BYTES // 100)


def downloaded(media: Media, key: str) -> list[bytes]:
    async def all_of() -> list[bytes]:
        return [chunk async for chunk in media.chunks(key)]

    return asyncio.run(all_of())


def as_file(content: bytes, folder: Path) -> Path:
    file = folder / "given"
    file.write_bytes(content)
    return file


SOURCES: dict[str, Callable[[bytes, Path], bytes | BinaryIO | Path]] = {
    "bytes": lambda content, _: content,
    "an open file": lambda content, _: BytesIO(content),
    "a path": as_file,
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("kept", [True, False])
def test_a_content_comes_back_in_pieces(source: str, kept: bool, tmp_path: Path) -> None:
    media = Media(tmp_path / "media" if kept else None)
    media.put(KEY, SOURCES[source](LARGE, tmp_path))
    pieces = downloaded(media, KEY)
    assert b"".join(pieces) == LARGE
    assert max(map(len, pieces)) == CHUNK_BYTES
    assert media.size(KEY) == len(LARGE)


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_bytes_have_the_same_digest(source: str, tmp_path: Path) -> None:
    media = Media()
    media.put(KEY, SOURCES[source](b"one", tmp_path))
    media.put(OTHER, b"one")
    assert media.digest(KEY) == media.digest(OTHER) == "fe05bcdcdc4928012781a5f1a2a77cbb5398e106"


def test_a_folder_gives_back_what_an_earlier_process_put_into_it(tmp_path: Path) -> None:
    Media(tmp_path).put(KEY, b"bytes")
    assert downloaded(Media(tmp_path), KEY) == [b"bytes"]
    assert (tmp_path / KEY).read_bytes() == b"bytes"


def test_a_key_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    Media(tmp_path / "media").put("../../outside_x", b"bytes")
    assert [file.parent.name for file in tmp_path.rglob("*") if file.is_file()] == ["media"]


def test_everything_moves_into_a_folder(tmp_path: Path) -> None:
    media = Media()
    media.put(KEY, b"bytes")
    media.keep_in(tmp_path)
    assert downloaded(Media(tmp_path), KEY) == [b"bytes"]


def test_a_copy_adds_its_own() -> None:
    media = Media()
    media.put(KEY, b"bytes")
    copy = media.copy()
    copy.put(OTHER, b"more")
    assert (copy.size(KEY), copy.size(OTHER), media.size(OTHER)) == (5, 4, None)


def test_what_is_not_there_has_no_size_and_no_digest(tmp_path: Path) -> None:
    media = Media()
    media.put(KEY, tmp_path / "gone")
    assert (media.size(KEY), media.digest(KEY), media.size(OTHER)) == (None, None, None)
    with pytest.raises(KeyError):
        downloaded(media, KEY)
