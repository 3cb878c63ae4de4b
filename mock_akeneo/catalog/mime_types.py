"""What a file is, told by its bytes: the name and the type that came with it do not count.

Source: pim: src/Akeneo/Tool/Component/FileStorage/FileInfoFactory.php (PHP's `finfo`, which reads libmagic)
"""

from __future__ import annotations

import re
from typing import Final

# How many bytes of the beginning `mime_type_of` wants to see.
HEAD_BYTES: Final = 8_192

# The first that begins the file counts.
_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"{\\rtf", "text/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1f\x8b", "application/gzip"),
    (b"Rar!\x1a\x07", "application/x-rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
)
_RIFF: Final = {b"WAVE": "audio/x-wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_ZIPPED: Final = (
    (b"word/", f"{_OFFICE}.wordprocessingml.document"),
    (b"ppt/", f"{_OFFICE}.presentationml.presentation"),
    (b"xl/", f"{_OFFICE}.spreadsheetml.sheet"),
)
_MARKUP: Final = (
    (
        re.compile(rb"(?:<\?xml[^>]*>)?\s*(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg[^>]*>)?\s*<svg[\s>]", re.DOTALL),
        "image/svg+xml",
    ),
    (re.compile(rb"<\?xml\s"), "text/xml"),
    (re.compile(rb"<!doctype html|<html[\s>]", re.IGNORECASE), "text/html"),
)
# What stands in no text.
_BINARY: Final = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")


def mime_type_of(head: bytes) -> str:
    """`head`: the first `HEAD_BYTES` of the file, or all of it."""
    if not head:
        return "application/x-empty"
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "application/octet-stream")
    if head[4:8] == b"ftyp":
        return "video/quicktime" if head[8:10] == b"qt" else "video/mp4"
    if head.startswith(b"PK\x03\x04"):
        return next((name for part, name in _ZIPPED if part in head), "application/zip")
    if _BINARY.search(head):
        return "application/octet-stream"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((name for pattern, name in _MARKUP if pattern.match(text)), "text/plain")
