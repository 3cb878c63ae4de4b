"""What a file is, told by its bytes: the name and the type that came with it do not count.

Source: pim: src/Akeneo/Tool/Component/FileStorage/FileInfoFactory.php (PHP's `finfo`, which reads libmagic)
"""

from __future__ import annotations

import json
import re
from typing import Final

# How many bytes of the beginning `mime_type_of` wants to see.
HEAD_BYTES: Final = 1_048_576

# The first that begins the file counts.
_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"BM", "image/x-ms-bmp"),
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
_UNKNOWN: Final = "application/octet-stream"
_RIFF: Final = {b"WAVE": "audio/x-wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = {
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"avif": "image/avif",
    b"M4A ": "audio/x-m4a",
}
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_ZIPPED: Final = (
    (b"word/", f"{_OFFICE}.wordprocessingml.document"),
    (b"ppt/", f"{_OFFICE}.presentationml.presentation"),
    (b"xl/", f"{_OFFICE}.spreadsheetml.sheet"),
)
# A text that looks like one of these, wherever the pattern lets it begin. The first counts.
_KINDS: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = (
    (
        re.compile(rb"(?:\s*<\?xml[^>]*>\s*(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?)?<svg[\s>]", re.DOTALL),
        "image/svg+xml",
    ),
    (re.compile(rb"<\?xml\s"), "text/xml"),
    (re.compile(rb"<\?php\s", re.IGNORECASE), "text/x-php"),
    (re.compile(rb"#!\s*/\S*/(?:env\s+)?(?:ba|z|k|c|tc|da)?sh\b"), "text/x-shellscript"),
    (re.compile(rb"#!\s*/\S*/(?:env\s+)?python"), "text/x-script.python"),
    (re.compile(rb"#!\s*/\S*/(?:env\s+)?perl"), "text/x-perl"),
    (re.compile(rb"#!\s*/\S*/(?:env\s+)?ruby"), "text/x-ruby"),
    (re.compile(rb"#!\s*/\S*/(?:env\s+)?node"), "application/javascript"),
    (re.compile(rb"%!"), "application/postscript"),
    (re.compile(rb"BEGIN:VCALENDAR"), "text/calendar"),
    (re.compile(rb"BEGIN:VCARD"), "text/vcard"),
    (re.compile(rb"P[1-6]\s+\d+\s"), "image/x-portable-pixmap"),
    (re.compile(rb"(?:diff |--- |\*\*\* |Only in |Index: )"), "text/x-diff"),
    (re.compile(rb"(?:From:|Received:|Return-Path:|Delivered-To:|X-Mailer:|Message-ID:)"), "message/rfc822"),
    (
        re.compile(
            rb".{0,4096}?<(?:!doctype html|html|head|title|style|script|table|a href=)", re.IGNORECASE | re.DOTALL
        ),
        "text/html",
    ),
    (re.compile(rb".{0,400}?\\(?:documentclass|documentstyle|begin\{|section|chapter|title)", re.DOTALL), "text/x-tex"),
    (re.compile(rb"(?:.*\n)?\s*#include\s"), "text/x-c"),
    (re.compile(rb"from \S+ import \S|def \w+\(.*\):|import .+\nfrom \S+ import \S"), "text/x-script.python"),
)
# What stands in no text.
_BINARY: Final = re.compile(rb"[\x00-\x04\x06\x0e-\x14\x17-\x1a\x1c-\x1f]")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
# How much of a text is looked at at once, and how many lines make a table.
_BLOCK_BYTES: Final = 65_536
_TABLE_LINES: Final = 3
_MOST_TABLE_LINES: Final = 10


def mime_type_of(head: bytes) -> str:
    """`head`: the first `HEAD_BYTES` of the file, or all of it."""
    if not head:
        return "application/x-empty"
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], _UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"PK\x03\x04"):
        return next((name for part, name in _ZIPPED if part in head), "application/zip")
    if _is_targa(head):
        return "image/x-tga"
    block = head[:_BLOCK_BYTES]
    if not block.startswith(_WIDE) and _BINARY.search(block):
        return _UNKNOWN
    return _kind_of_text(head, block)


def _is_targa(head: bytes) -> bool:
    """An image format without any mark: told by a few bytes that could be those of a header."""
    return (
        len(head) > 17
        and not (head[1] & 0xFE or head[2] & 0xC4 or head[7] & 0xC0)
        and 0 < head[2] < 34
        and head[16] in (1, 8, 15, 16, 24, 32)
    )


def _kind_of_text(head: bytes, block: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text is head and _is_json(head):
        return "application/json"
    if (len(block) < 3 and not _is_a_letter(block)) or (len(block) == _BLOCK_BYTES and block[2:] == block[:-2]):
        # So short, or one or two bytes over and over.
        return _UNKNOWN
    for pattern, name in _KINDS:
        if pattern.match(text):
            return name
    return "text/csv" if _is_table(block) else "text/plain"


def _is_a_letter(block: bytes) -> bool:
    """One that is no ASCII."""
    return not block.isascii() and len(block.decode("utf-8", "replace").replace("\ufffd", "")) == 1


def _is_json(head: bytes) -> bool:
    """An object or array at the beginning, whatever comes behind it."""
    if head.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        _JSON.raw_decode(head.decode("latin-1").lstrip())
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(name)


_JSON: Final = json.JSONDecoder(strict=False, parse_constant=_no_constant)


def _is_table(block: bytes) -> bool:
    """Lines with the same number of commas; of many, the first ones."""
    lines = block.split(b"\n")
    last = lines.pop()
    if len(lines) >= _MOST_TABLE_LINES:
        lines = lines[:_MOST_TABLE_LINES]
    elif last:
        return False
    counts = {_quoted(line).count(b",") for line in lines}
    return len(lines) >= _TABLE_LINES and len(counts) == 1 and 0 not in counts


def _quoted(line: bytes) -> bytes:
    return re.sub(rb'"[^"]*"', b"", line)
