"""pim_catalog_file and pim_catalog_image: the key of a stored media file, with its download link beside the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, broken
from mock_akeneo.attribute_types.operators import EMPTINESS, searching
from mock_akeneo.attribute_types.php import numeric, text_of_float
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, Violation, malformed_type

# Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Resources/config/validators.yml
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
MIME_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "mp3": ("audio/mpeg",),
    "wav": ("audio/x-wav",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "jfif": ("image/jpeg",),
    "jif": ("image/jpeg",),
    "svg": ("image/svg+xml",),
    "png": ("image/png",),
    "gif": ("image/gif",),
    "tiff": ("image/tiff",),
    "tif": ("image/tiff",),
    "txt": ("text/plain",),
    "rtf": ("text/rtf",),
    "csv": ("text/x-comma-separated-values", "text/csv", "text/plain"),
    "psd": ("application/x-photoshop",),
    "pdf": ("application/pdf",),
    "doc": ("application/msword",),
    "docx": (f"{_OFFICE}.wordprocessingml.document",),
    "ppt": ("application/powerpoint",),
    "pptx": (f"{_OFFICE}.presentationml.presentation",),
}


def removes(data: object) -> bool:
    return data is None


def accept(attribute: Json, data: object, pim: Pim) -> str | None:
    if data is None:
        return None
    if not isinstance(data, str):
        raise malformed_type(attribute["code"], "a string", data)
    if pim.media_file(data) is None:
        raise Malformed(f'Property "{attribute["code"]}" expects a valid pathname as data, "{data}" given.')
    return data


def is_small_enough(
    attribute: Json, data: Any, channel: str | None, locale: str | None, pim: Pim
) -> Iterator[Violation]:
    most = most_bytes(attribute)
    file = pim.media_file(data) if most else None
    if most and file is not None and file["size"] > most:
        size, limit, unit = sizes(file["size"], most)
        message = (
            f"The file {file['original_filename']} is too large ({size} {unit}). "
            f"The {attribute['code']} attribute can not exceed {limit} {unit}."
        )
        yield broken(attribute, channel, locale, message)


def most_bytes(attribute: Json) -> int | None:
    """`max_file_size` is in megabytes; a broken number of them counts in kilobytes, 1024 to the megabyte."""
    megabytes = numeric(attribute["max_file_size"])
    if megabytes is None:
        return None
    if megabytes == int(megabytes):
        return int(megabytes) * 1_000_000
    return int(megabytes * 1024) * 1_000


def sizes(size: int, limit: int) -> tuple[str, str, str]:
    """Both in the largest unit in which the limit has two decimals at most and the two texts differ."""
    for factor, unit in ((1_000_000, "MB"), (1_000, "kB")):
        told_limit, told_size = text_of_float(limit / factor), text_of_float(round(size / factor, 2))
        if len(told_limit) <= len(text_of_float(round(limit / factor, 2))) and told_size != told_limit:
            return told_size, told_limit, unit
    return str(size), str(limit), "bytes"


def has_an_allowed_extension(
    attribute: Json, data: Any, channel: str | None, locale: str | None, pim: Pim
) -> Iterator[Violation]:
    allowed = attribute["allowed_extensions"]
    file = pim.media_file(data) if allowed else None
    if file is None:
        return
    extension = file["extension"].lower()
    if extension not in allowed:
        message = (
            f"The {extension} file extension is not allowed for the {attribute['code']} attribute. "
            f"Allowed extensions are {', '.join(allowed)}."
        )
        yield broken(attribute, channel, locale, message)
    types = MIME_TYPES.get(extension)
    if types is not None and file["mime_type"] is not None and file["mime_type"] not in types:
        message = (
            f"The MIME type is not allowed for {extension} "
            f"(allowed types: {', '.join(types)}, found {file['mime_type']})."
        )
        yield broken(attribute, channel, locale, message)


def visible(_attribute: Json, data: Any, _channel: str | None, pim: Pim) -> Any:
    return data if pim.media_file(data) is not None else None


def same(one: Any, other: Any, pim: Pim) -> bool:
    """The key of another file with the same bytes changes nothing."""
    return one == other or ((content := pim.media_hash(one)) is not None and content == pim.media_hash(other))


def download(data: Any) -> str:
    return f"/api/rest/v1/media-files/{quote(data, safe='/@:;,=+!*|')}/download"


def column(_attribute: Json, data: Any, pim: Pim) -> str | None:
    """The original file name."""
    file = pim.media_file(data)
    return None if file is None else file["original_filename"].lower()


OPERATORS: Final[Mapping[str, Operator]] = {**searching(), **EMPTINESS}


def fake(_attribute: Json, chance: Chance, codes: Sequence[str]) -> str | None:
    return codes[chance.below(len(codes))] if codes else None


def _media(name: str) -> AttributeType:
    return AttributeType(
        name=name,
        accept=accept,
        removes=removes,
        rules=(is_small_enough, has_an_allowed_extension),
        visible=visible,
        same=same,
        download=download,
        operators=OPERATORS,
        column=column,
        fake=fake,
    )


FILE: Final = _media("pim_catalog_file")
IMAGE: Final = _media("pim_catalog_image")
