"""`POST /media-files`: a file and the value that points at it, in one go.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/MediaFileController.php,
src/Akeneo/Tool/Component/FileStorage/PathGenerator.php
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from hashlib import sha256
from typing import Any, BinaryIO, Final, NamedTuple, TypeVar

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from mock_akeneo.attribute_types.php import text_of
from mock_akeneo.attribute_types.values import UNKNOWN_ATTRIBUTE, UNKNOWN_PROPERTY, merge_values
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.mime_types import HEAD_BYTES, mime_type_of
from mock_akeneo.core.json_types import Json, dumps, json_decode
from mock_akeneo.core.problems import INVALID_JSON, SUFFIX, Malformed, Problem
from mock_akeneo.resources import _product_model_write, _product_write
from mock_akeneo.resources._draft import PRODUCT, PRODUCT_MODEL, Draft, draft_of
from mock_akeneo.resources._saving import save
from mock_akeneo.rest.bounds import largest_body, too_large
from mock_akeneo.rest.inbox import ClientGone
from mock_akeneo.sandbox.call import Call

# A content up to this size is kept in memory, as the parser did; a larger one lies in a temporary file.
_SMALL_BYTES: Final = MultiPartParser.spool_max_size
_ODD: Final = re.compile(rb"[^A-Za-z0-9.]")
_MAX_NAME: Final = 100

Content = bytes | BinaryIO
T = TypeVar("T")


class _Target(NamedTuple):
    """What is told of one kind of entity. `key`: the member of its part that names it."""

    kind: str
    key: str
    incomplete: str
    unknown: str
    unknown_attribute: str


_TARGETS: Final = {
    "product": _Target(
        PRODUCT,
        "identifier",
        'Product property must contain "identifier", "attribute", "locale" and "scope" properties.',
        'Product "{}" does not exist.',
        UNKNOWN_ATTRIBUTE,
    ),
    "product_model": _Target(
        PRODUCT_MODEL,
        "code",
        'Product model property must contain "code", "attribute", "locale" and "scope" properties.',
        'Product model "{}" does not exist.',
        UNKNOWN_PROPERTY,
    ),
}


class Uploaded(NamedTuple):
    """The key of the new media file, and what became of the entity that points at it: `updated`, or None."""

    key: str
    kind: str
    entity: Json
    event: str | None


async def upload(call: Call) -> Uploaded:
    """A file for a product or product model, and the value that points at it. Raises `Problem`."""
    return await received(call, _uploaded)


async def received(call: Call, take: Callable[[FormData, Call], tuple[T, Content]]) -> T:
    """Reads the parts as they come, then does it all at once, or nothing.

    `take` gives what came of it and the content that is kept; the other files are closed.
    """
    form = await _form(call)
    kept: object = None
    try:
        came, content = take(form, call)
        if call.catalog.media.folder is None:
            kept = content
        return came
    finally:
        for _, part in form.multi_items():
            if isinstance(part, UploadFile) and part.file is not kept:
                part.file.close()


async def _form(call: Call) -> FormData:
    """Fields and files; what cannot be read as parts has none, as in PHP."""
    headers = Headers({"content-type": call.headers.get(b"content-type", b"").decode("latin-1")})
    parts = _body(call)
    try:
        return await MultiPartParser(headers, parts).parse()
    except MultiPartException:
        async for _ in parts:
            pass
        return FormData()


async def _body(call: Call) -> AsyncGenerator[bytes, None]:
    """The body as it comes, noted in the journal but for its content."""
    assert call.receive is not None
    digest, more, most = sha256(), True, largest_body(call.sandbox.settings)
    while more:
        message = await call.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        digest.update(chunk)
        call.entry.request_bytes += len(chunk)
        if call.entry.request_bytes > most:
            raise too_large()
        more = message.get("more_body", False)
        if chunk:
            yield chunk
    call.entry.digest = digest.hexdigest()


def _uploaded(form: FormData, call: Call) -> tuple[Uploaded, Content]:
    pim, fields = call.catalog, fields_of(form)
    named = [name for name in _TARGETS if name in fields]
    if len(named) == 2:
        raise Problem(422, 'You should give either a "product" or a "product_model" key.')
    if not named:
        message = 'You should at least give one of the following properties: "product" or "product_model".'
        raise Problem(422, message)
    target = _TARGETS[named[0]]
    given = _decoded(fields[named[0]], target)
    key = text_of(given[target.key])
    document = pim[PRODUCT].by_alias(key) if target.kind == PRODUCT else pim[PRODUCT_MODEL].get(key)
    if document is None:
        raise Problem(422, target.unknown.format(key))
    new = NewFile.of(form, call)
    return _stored(new, draft_of(target.kind, document, pim), given, target, pim), new.content


def fields_of(form: FormData) -> dict[str, str]:
    """The parts that are no files."""
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def members_of(text: str) -> Json:
    """The JSON object of a part; what is JSON and no object has no members. `null` is no JSON to the PIM."""
    try:
        given: Any = json_decode(text)
    except ValueError:
        raise Problem(400, INVALID_JSON) from None
    if given is None:
        raise Problem(400, INVALID_JSON)
    return given if isinstance(given, dict) else {}


def _decoded(text: str, target: _Target) -> Json:
    members = members_of(text)
    complete = all(members.get(name) is not None for name in (target.key, "attribute"))
    if not complete or not members.keys() >= {"locale", "scope"}:
        raise Problem(422, target.incomplete)
    return members


class NewFile(NamedTuple):
    document: Document
    content: Content

    @classmethod
    def of(cls, form: FormData, call: Call) -> NewFile:
        """A media file under a new key, of the part `file`. Only the base name of the file name counts."""
        files = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
        file = files.get("file")
        if file is None or not file.filename:
            raise Problem(422, 'Property "file" is required.')
        name = re.split(r"[/\\]", file.filename or "")[-1]
        extension = name.rpartition(".")[2] if "." in name else ""
        content, size = file.file, file.size or 0
        content.seek(0)
        key = media_key(name, extension, call.sandbox.chance.hexadecimal(40))
        data = {
            "code": key,
            "original_filename": name,
            "mime_type": mime_type_of(content.read(HEAD_BYTES)),
            "size": size,
            "extension": extension,
        }
        content.seek(0)
        return cls(Document(key, dumps(data)), content.read() if size <= _SMALL_BYTES else content)


def media_key(name: str, extension: str, digest: str) -> str:
    """`4/d/e/b/4deb…_name.ext`: each byte of the name that is no letter, digit or dot becomes `_`."""
    plain = _ODD.sub(b"_", name.encode()).decode()
    if len(plain) > _MAX_NAME:
        plain = f"{plain[:95]}.{extension}"
    return f"{digest[0]}/{digest[1]}/{digest[2]}/{digest[3]}/{digest}_{plain}"


def _stored(file: NewFile, draft: Draft, given: Json, target: _Target, pim: Catalog) -> Uploaded:
    """The file is there while the value is judged, and goes again when that is refused."""
    media_files, key = pim["media_file"], file.document.key
    media_files.put(file.document)
    try:
        _set_value(draft, text_of(given["attribute"]), given["locale"], given["scope"], key, target)
        if target.kind == PRODUCT:
            _product_write.name_by_identifier(draft)
            _product_write.validate(draft, api=False)
        else:
            _product_model_write.validate(draft)
        pim.media.put(key, file.content)
    except Malformed as problem:
        media_files.delete(key)
        raise Problem(422, problem.message.removesuffix(SUFFIX)) from None
    except BaseException:
        media_files.delete(key)
        raise
    return Uploaded(key, target.kind, draft.item, save(draft))


def _set_value(draft: Draft, code: str, locale: Any, channel: Any, key: str, target: _Target) -> None:
    """The new key takes the place of the old one, also where both have the same bytes."""
    values = draft.item["values"]
    rest = [e for e in values.get(code, ()) if not (e["locale"] == locale and e["scope"] == channel)]
    entry = {"locale": locale, "scope": channel, "data": key}
    cleared = {**values, code: rest} if code in values else values
    draft.item["values"] = merge_values(cleared, {code: [entry]}, draft.pim, unknown=target.unknown_attribute)
