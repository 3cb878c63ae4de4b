"""The files made on the fly are what their names say."""

from __future__ import annotations

import re
import struct
import zlib

from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.seeding.tiny_files import media_file, pdf, png


@given(st.integers())
def test_a_picture_is_a_valid_png_of_40_by_40_pixels(seed: int) -> None:
    picture = png(seed)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        data = picture[at + 8 : at + 8 + length]
        (told,) = struct.unpack(">I", picture[at + 8 + length : at + 12 + length])
        assert told == zlib.crc32(name + data)
        chunks[name] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, bits, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (width, height, bits, kind, len(chunks[b"PLTE"])) == (40, 40, 1, 3, 6)
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + width // 8)


def test_the_bytes_of_a_picture_do_not_change() -> None:
    assert zlib.crc32(png(1)) == 512_567_933


@given(st.text())
def test_a_pdf_finds_its_objects_where_its_table_says(title: str) -> None:
    file = pdf(title)
    assert file.startswith(b"%PDF-1.4\n")
    start = re.search(rb"startxref\n(\d+)\n%%EOF\n$", file)
    assert start is not None
    table = file[int(start[1]) :]
    assert table.startswith(b"xref\n0 6\n")
    offsets = [int(entry) for entry in re.findall(rb"(\d{10}) 00000 n ", table)]
    assert [file[at : at + 7] for at in offsets] == [b"%d 0 obj" % number for number in range(1, 6)]


def test_the_code_of_a_media_file_is_a_path_of_its_digest_and_its_cleaned_name() -> None:
    body, content = media_file("Maß (1).PNG", "image/png", b"abc")
    digest = body["code"].split("/")[4].split("_")[0]
    assert body == {
        "code": f"{'/'.join(digest[:4])}/{digest}_Ma____1_.PNG",
        "original_filename": "Maß (1).PNG",
        "mime_type": "image/png",
        "size": 3,
        "extension": "png",
    }
    assert content == b"abc"
    assert re.fullmatch(r"[0-9a-f]{40}", digest)
