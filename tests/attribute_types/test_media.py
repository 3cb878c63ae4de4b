from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.media import most_bytes, sizes
from mock_akeneo.attribute_types.shown_values import HERE
from mock_akeneo.attribute_types.stored_values import visible_values
from mock_akeneo.attribute_types.values import merge_values
from tests.attribute_types.small_pim import (
    BIG_KEY,
    IMAGE_KEY,
    SAME_IMAGE_KEY,
    TEXT_KEY,
    SmallPim,
    complaints,
    filter_refusal,
    found,
    media_file,
    merged,
    read,
    refusal,
    shown,
    value,
)


def test_a_media_value_is_the_key_of_a_stored_file() -> None:
    assert shown("an_image", IMAGE_KEY) == IMAGE_KEY
    assert shown("an_image", None) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (1, 'Property "an_image" expects a string as data, "integer" given.'),
        ([], 'Property "an_image" expects a string as data, "array" given.'),
        ("foo", 'Property "an_image" expects a valid pathname as data, "foo" given.'),
        ("", 'Property "an_image" expects a valid pathname as data, "" given.'),
    ],
)
def test_only_null_removes_a_media_value(data: object, message: str) -> None:
    assert refusal("an_image", data) == message


def test_a_file_has_an_allowed_extension() -> None:
    assert complaints("an_image", TEXT_KEY) == [
        "The txt file extension is not allowed for the an_image attribute. Allowed extensions are jpg, gif, png."
    ]
    assert complaints("a_file", TEXT_KEY) == []


def test_a_file_is_what_its_extension_says() -> None:
    pim = SmallPim()
    pim.media["fake.jpg"] = media_file("x_fake.jpg", 10, "text/plain")
    assert complaints("an_image", "fake.jpg", pim) == [
        "The MIME type is not allowed for jpg (allowed types: image/jpeg, found text/plain)."
    ]


def test_a_file_is_no_larger_than_its_attribute_allows() -> None:
    assert complaints("an_image", BIG_KEY) == [
        "The file big.jpg is too large (2 MB). The an_image attribute can not exceed 1 MB."
    ]


@pytest.mark.parametrize(
    ("maximum", "size", "told"),
    [
        ("1", 2_346_000, ("2.35", "1", "MB")),
        ("1", 1_000_001, ("1000001", "1000000", "bytes")),
        ("1", 1_004_000, ("1004", "1000", "kB")),
        ("0.5", 600_000, ("600", "512", "kB")),
        ("9999.99", 2 * 10**10, ("20000000", "10239989", "kB")),
    ],
)
def test_sizes_are_told_in_the_unit_that_fits_the_limit(maximum: str, size: int, told: tuple[str, str, str]) -> None:
    limit = most_bytes({"max_file_size": maximum})
    assert limit is not None
    assert sizes(size, limit) == told


def test_another_file_with_the_same_bytes_changes_nothing() -> None:
    pim = SmallPim()
    stored = merged("an_image", IMAGE_KEY, pim)
    assert merge_values(stored, {"an_image": [value(SAME_IMAGE_KEY)]}, pim) is stored
    assert merge_values(stored, {"an_image": [value(BIG_KEY)]}, pim) == {"an_image": [value(BIG_KEY)]}


def test_a_file_that_is_gone_is_not_shown() -> None:
    pim = SmallPim()
    values = merged("an_image", IMAGE_KEY, pim)
    del pim.media[IMAGE_KEY]
    assert visible_values(values, pim) == {}


def test_media_are_shown_with_their_download_link() -> None:
    pim = SmallPim()
    values = merged("an_image", IMAGE_KEY, pim) | merged("a_text", "x", pim)
    assert read(values, pim) == {
        "an_image": [
            {
                "locale": None,
                "scope": None,
                "data": IMAGE_KEY,
                "_links": {"download": {"href": f"{HERE}/api/rest/v1/media-files/{IMAGE_KEY}/download"}},
            }
        ],
        "a_text": [value("x")],
    }


def test_the_links_of_what_get_showed_may_be_sent_back() -> None:
    pim = SmallPim()
    stored = merged("an_image", IMAGE_KEY, pim)
    assert merge_values(stored, read(stored, pim), pim) is stored
    assert merge_values({}, read(stored, pim), pim) == stored


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        ("STARTS WITH", "AKEN", ["image"]),
        ("CONTAINS", "keneo", ["image"]),
        ("DOES NOT CONTAIN", "akeneo", ["notes"]),
        ("=", "Notes.txt", ["notes"]),
        ("!=", "notes.txt", ["image"]),
        ("EMPTY", [], ["nothing"]),
        ("NOT EMPTY", [], ["image", "notes"]),
    ],
)
def test_media_are_found_by_their_original_file_name(operator: str, operand: object, names: list[str]) -> None:
    assert found("a_file", operator, operand, {"image": IMAGE_KEY, "notes": TEXT_KEY, "nothing": None}) == names


def test_the_value_of_a_media_filter_is_a_string() -> None:
    assert filter_refusal("an_image", "CONTAINS", []) == (
        'Property "an_image" expects a string as data, "array" given.'
    )
    assert filter_refusal("an_image", "=", None) == 'Property "an_image" expects a string as data, "NULL" given.'
