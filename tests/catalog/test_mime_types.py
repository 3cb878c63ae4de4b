"""A file is what its bytes say."""

from __future__ import annotations

import pytest

from mock_akeneo.catalog.mime_types import HEAD_BYTES, mime_type_of


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", "application/x-empty"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"II*\x00", "image/tiff"),
        (b"RIFF\x00\x00\x00\x00WAVE", "audio/x-wav"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"RIFF\x00\x00\x00\x00????", "application/octet-stream"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"%PDF-1.7", "application/pdf"),
        (b"{\\rtf1", "text/rtf"),
        (b"ID3\x03", "audio/mpeg"),
        (b"PK\x03\x04....word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04....data", "application/zip"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<svg viewBox="0 0 1 1"/>', "image/svg+xml"),
        (b'<?xml version="1.0"?><catalog/>', "text/xml"),
        (b"<!DOCTYPE html><p>", "text/html"),
        ("\ufeffGröße;Farbe\n".encode(), "text/plain"),
        (b"a;b\r\n1;2\t\x1b", "text/plain"),
        (b"MZ\x90\x00\x03", "application/octet-stream"),
    ],
)
def test_a_file_is_told_by_its_first_bytes(head: bytes, name: str) -> None:
    assert mime_type_of(head) == name
    assert mime_type_of((head + b" " * HEAD_BYTES)[:HEAD_BYTES] if head else head) == name
