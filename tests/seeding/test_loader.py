"""A catalog folder that is wrong: each fault in one sentence with file and line, never a traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mock_akeneo.core.clock import Clock
from mock_akeneo.core.problems import SUFFIX
from mock_akeneo.seeding.loader import CatalogError, folder_of, lint, load

NINES = "9" * 5_000
PRODUCT = {"identifier": "x", "values": {}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo without products."""
    copy = tmp_path / "shop"
    copy.mkdir()
    for file in folder_of("demo").glob("*.jsonl"):
        if "product" not in file.stem:
            shutil.copy(file, copy)
    return copy


def line(body: Any) -> bytes:
    return json.dumps(body).encode() + b"\n"


MARK = "a byte order mark: save it as UTF-8 without one"
NO_JSON = "this line is no JSON"
NO_MOMENT = "is no ISO 8601 moment: write 2026-01-01T00:00:00Z"
NO_TYPE = 'Property "type" expects a valid attribute type. The attribute type does not exist'
DEEP = b'{"identifier":"x","values":' + b"[" * 900 + b"]" * 900 + b"}"
NUMBER = {"code": "x", "type": "pim_catalog_number", "group": "other", "decimals_allowed": False}
NUMBER |= {"negative_allowed": False}
MEDIA = {"code": "a/x.png", "original_filename": "x.png", "mime_type": "image/png", "size": 1, "extension": "png"}


WRONG = [
    ("products", b"\xef\xbb\xbf" + line(PRODUCT), f"the file begins with {MARK}"),
    ("products", "\ufeff{}".encode("utf-16-le"), "the file is UTF-16: save it as UTF-8"),
    (
        "products",
        b'{"identifier":"\xe9"}',
        f"{NO_JSON}: str is not valid UTF-8: surrogates not allowed: line 1 column 1 (char 0)",
    ),
    ("products", DEEP, f"{NO_JSON}: it is nested deeper than 100 levels"),
    ("products", b"[" * 200_000, f"{NO_JSON}: depth limit exceeded: line 1 column 1026 (char 1025)"),
    ("products", line([]), "this line is no JSON object"),
    ("products", line({**PRODUCT, "created": "2026-02-31"}), f'"2026-02-31" {NO_MOMENT}'),
    ("products", line({**PRODUCT, "updated": NINES}), f'"{NINES[:56]}... {NO_MOMENT}'),
    ("products", line({**PRODUCT, "updated": 5}), f"5 {NO_MOMENT}"),
    (
        "products",
        line({"identifier": "x", "values": True}),
        f"This value should be of type array|(Traversable&ArrayAccess).{SUFFIX}",
    ),
    ("attributes", b'{"code":"x","group":"other"}', "type: This value should not be blank."),
    ("attributes", line({**NUMBER, "number_min": NINES}), "number_min: This number is not valid"),
    ("attributes", line({"code": "x", "type": NINES, "group": "other"}), f'{NO_TYPE}, "{NINES[:413]}...'),
    ("groups", line({"code": 5}), 'The member "code" is 5, which is no code of a group.'),
    ("currencies", line({"code": "XXX", "enabled": "yes"}), 'The member "enabled" is "yes", not true or false.'),
    ("media_files", line({**MEDIA, "extension": {}}), 'The member "extension" is {}, not a text.'),
    ("media_files", line({**MEDIA, "size": "1"}), 'The member "size" is "1", not a whole number.'),
    (
        "category_media_files",
        line({**MEDIA, "original_filename": None}),
        'The member "original_filename" is null, not a text.',
    ),
]


@pytest.mark.parametrize(("name", "content", "told"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_with_a_line_is_told_with_its_place(folder: Path, name: str, content: bytes, told: str) -> None:
    file = folder / f"{name}.jsonl"
    standard = folder_of("standard") / file.name
    before = file.read_bytes() if file.exists() else standard.read_bytes() if standard.exists() else b""
    file.write_bytes(before + content)
    number = before.count(b"\n") + 1
    place = f"{file}:{number}: "
    assert lint(str(folder)) == [place + told]
    with pytest.raises(CatalogError) as refused:
        load(str(folder), Clock("frozen"))
    assert str(refused.value) == place + told


def test_a_catalog_without_a_main_identifier_is_told_so_once(folder: Path) -> None:
    (folder / "products.jsonl").write_bytes(line(PRODUCT) * 3)
    told = (
        f"{folder}: there is no attributes.jsonl, so no main identifier: give one attribute of type "
        'pim_catalog_identifier "is_main_identifier": true'
    )
    for file in folder.glob("*.jsonl"):
        if file.stem != "products":
            file.unlink()
    assert lint(str(folder)) == [told]
