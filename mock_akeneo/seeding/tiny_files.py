"""Small valid files made on the fly: same seed, same bytes, whatever machine and whatever zlib.

The deflate streams hold stored blocks only: compressed ones differ between zlib and its faster forks.
"""

from __future__ import annotations

import re
import struct
import zlib
from hashlib import sha1
from typing import Final, NamedTuple

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json

_TILES: Final = 5
_TILE_PIXELS: Final = 8
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


class MediaFile(NamedTuple):
    """`body`: as GET /media-files/{code} gives it, without links. `content`: the bytes of its download."""

    body: Json
    content: bytes


def media_file(original_filename: str, mime_type: str, content: bytes) -> MediaFile:
    """A media file whose code follows from its name and bytes: `8/6/d/5/86d5…_name.png`.

    Every byte of the name outside `A-Za-z0-9.` becomes `_`.
    Source: pim: src/Akeneo/Tool/Component/FileStorage/PathGenerator.php
    """
    digest = sha1(original_filename.encode() + b"\0" + content, usedforsecurity=False).hexdigest()
    name = re.sub(rb"[^A-Za-z0-9.]", b"_", original_filename.encode()).decode()
    body = {
        "code": f"{'/'.join(digest[:4])}/{digest}_{name}",
        "original_filename": original_filename,
        "mime_type": mime_type,
        "size": len(content),
        "extension": original_filename.rpartition(".")[2].lower(),
    }
    return MediaFile(body, content)


def png(seed: int | str) -> bytes:
    """A picture of 40 x 40 pixels in two colours: mirrored tiles, so that one seed is told from another."""
    chance = Chance(f"png/{seed}")
    colour = bytes(40 + chance.below(160) for _ in range(3))
    rows = b""
    for _ in range(_TILES):
        left = [chance.draw() < 0.5 for _ in range(_TILES // 2 + 1)]
        tiles = left + left[-2::-1]
        rows += (b"\0" + bytes(0xFF * tile for tile in tiles)) * _TILE_PIXELS
    side = _TILES * _TILE_PIXELS
    header = struct.pack(">IIBBBBB", side, side, 1, 3, 0, 0, 0)  # one bit a pixel, palette
    chunks = (
        (b"IHDR", header),
        (b"PLTE", b"\xf4\xf4\xf4" + colour),
        (b"IDAT", _stored(rows)),
        (b"IEND", b""),
    )
    return _PNG_SIGNATURE + b"".join(map(_chunk, chunks))


def _chunk(named: tuple[bytes, bytes]) -> bytes:
    name, data = named
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _stored(data: bytes) -> bytes:
    """A zlib stream of one stored block; `data`: less than 64 KiB."""
    return (
        b"\x78\x01\x01"
        + struct.pack("<HH", len(data), len(data) ^ 0xFFFF)
        + data
        + struct.pack(">I", zlib.adler32(data))
    )


def pdf(title: str) -> bytes:
    """One page that shows `title`, in Latin-1."""
    shown = title.encode("latin-1", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    text = b"BT /F1 18 Tf 40 240 Td (" + shown + b") Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 298]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    file, offsets = b"%PDF-1.4\n", [b"0000000000 65535 f \n"]
    for number, body in enumerate(objects, start=1):
        offsets.append(b"%010d 00000 n \n" % len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n%b" % (len(offsets), b"".join(offsets))
    return file + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets), len(file))
