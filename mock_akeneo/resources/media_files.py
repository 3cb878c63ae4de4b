"""Media files: the images and files that products and product models point at.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/MediaFileController.php
"""

from __future__ import annotations

from typing import Final

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.headers import CONTENT_DISPOSITION, CONTENT_TYPE, NO_CACHE
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import NotFound
from mock_akeneo.resources._events import Happened, tell
from mock_akeneo.resources._media_upload import upload
from mock_akeneo.rest import pages
from mock_akeneo.rest.operation import MULTIPART, ROOT, Operation
from mock_akeneo.sandbox.call import Answer, Call, json_answer, located

PATH: Final = f"{ROOT}/media-files"
MEMBERS: Final = ("code", "original_filename", "mime_type", "size", "extension")


def _found(call: Call, kind: str = "media_file") -> Document:
    code = call.params[0]
    document = call.catalog[kind].get(code)
    if document is None or document.key != code:
        raise NotFound(f'Media file "{code}" does not exist.')
    call.entry.items = (code,)
    return document


def _links(call: Call, code: str, *names: str) -> Json:
    url = f"{call.base.decode('latin-1')}{PATH}/{pages.path_segment(code)}"
    hrefs = {"self": url, "download": f"{url}/download"}
    return {name: {"href": hrefs[name]} for name in names}


def _shown(document: Document) -> Json:
    return {name: document.data[name] for name in MEMBERS}


def get(call: Call) -> Answer:
    document = _found(call)
    return json_answer(dumps({**_shown(document), "_links": _links(call, document.key, "download")}))


def list_(call: Call) -> Answer:
    """In order of creation, pages by number only."""
    page = pages.offset_page(call.query)
    documents = list(call.catalog["media_file"].in_order_of_creation())
    start = (page.number - 1) * page.limit
    found = documents[start : start + page.limit]
    call.entry.items = [document.key for document in found]
    items = b",".join(
        dumps({"_links": _links(call, document.key, "self", "download"), **_shown(document)}) for document in found
    )
    url = call.base.decode("latin-1") + PATH
    links = pages.offset_links(url, page, pages.other_parameters(call.query), full=len(found) == page.limit)
    return json_answer(pages.offset_body(links, page, len(documents) if page.with_count else None, items))


def download(call: Call, kind: str = "media_file") -> Answer:
    """The bytes, piece by piece, under the name that the file had when it came."""
    document, media = _found(call, kind), call.catalog.media
    size = media.size(document.key)
    if size is None:
        raise NotFound(f'Media file "{document.key}" is not present on the filesystem.')
    told: str = document.data["original_filename"]
    mime_type: str = document.data["mime_type"] or "application/octet-stream"
    if mime_type.startswith("text/"):
        mime_type += "; charset=UTF-8"  # as Symfony completes every text
    headers = (
        (CONTENT_TYPE, mime_type.encode("latin-1", "replace")),
        (CONTENT_DISPOSITION, b'attachment; filename="%b"' % told.translate(_LINE_BREAKS).encode()),
        NO_CACHE,
    )
    return Answer(200, b"", headers, media.chunks(document.key) if size else None, size)


async def create(call: Call) -> Answer:
    uploaded = await upload(call)
    tell(call, uploaded.kind, [Happened.to(uploaded.kind, uploaded.entity, uploaded.event)])
    location = f"{call.base.decode('latin-1')}{PATH}/{pages.path_segment(uploaded.key)}"
    return located(201, location)


# A header is one line.
_LINE_BREAKS: Final = {ord(character): " " for character in "\r\n\0"}

MEDIA_FILES: Final[tuple[Operation, ...]] = (
    Operation(name="media_files.list", method="GET", path=PATH, respond=list_, route="pim_api_media_file_list"),
    Operation(
        name="media_files.create",
        method="POST",
        path=PATH,
        respond=create,
        consumes=MULTIPART,
        read_ahead=False,
        route="pim_api_media_file_create",
    ),
    Operation(
        name="media_files.download",
        method="GET",
        path=f"{PATH}/{{code:path}}/download",
        respond=download,
        route="pim_api_media_file_download",
    ),
    Operation(
        name="media_files.get", method="GET", path=f"{PATH}/{{code:path}}", respond=get, route="pim_api_media_file_get"
    ),
)
