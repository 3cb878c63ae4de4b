"""The media files of enriched categories: one is uploaded together with the value that points at it.

Source: apidocs: content/swagger/akeneo-web-api.json (category-media-files); pim:
src/Akeneo/Category/back/Infrastructure/Controller/ExternalApi/DownloadCategoryMediaFileController.php
Unsure: the words of a refused upload are those of the upload for products; `Location` is the only address there is.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import FormData

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import SUFFIX, Malformed, Problem
from mock_akeneo.resources import media_files
from mock_akeneo.resources._category_values import FILE, attribute_of, values
from mock_akeneo.resources._media_upload import Content, NewFile, fields_of, members_of, received
from mock_akeneo.rest import pages
from mock_akeneo.rest.operation import MULTIPART, ROOT, Operation
from mock_akeneo.sandbox.call import Answer, Call, located

PATH: Final = f"{ROOT}/category-media-files"

# Since categories became a package of their own, they answer with the text of the overall right.
NO_ACCESS: Final = "You are not allowed to access the web API."

_INCOMPLETE: Final = 'Category property must contain "code", "attribute_code", "channel" and "locale" properties.'


async def create(call: Call) -> Answer:
    key = await received(call, _taken)
    location = f"{call.base.decode('latin-1')}{PATH}/{pages.path_segment(key)}/download"
    return located(201, location)


def _taken(form: FormData, call: Call) -> tuple[str, Content]:
    pim, fields = call.catalog, fields_of(form)
    if "category" not in fields:
        raise Problem(422, 'Property "category" is required.')
    given = members_of(fields["category"])
    complete = all(isinstance(given.get(name), str) for name in ("code", "attribute_code"))
    if not complete or not given.keys() >= {"channel", "locale"}:
        raise Problem(422, _INCOMPLETE)
    document = pim["category"].get(given["code"])
    if document is None:
        raise Problem(422, f'Category "{given["code"]}" does not exist.')
    attribute = attribute_of(given["attribute_code"], document.data.get("values") or {}, pim)
    if attribute is not None and attribute.type != "image":
        raise Problem(422, f'The "{given["attribute_code"]}" attribute is not an image.')
    file = NewFile.of(form, call)
    return _stored(file, document, given, call), file.content


def _stored(file: NewFile, document: Document, given: Json, call: Call) -> str:
    """The file is there while the value is judged, and goes again when that is refused."""
    pim, key = call.catalog, file.document.key
    pim[FILE].put(file.document)
    try:
        category = dict(document.data)
        entry = {"data": key, **{name: given[name] for name in ("attribute_code", "channel", "locale")}}
        values(category, "values", [entry], pim)
        pim.media.put(key, file.content)
    except Malformed as problem:
        pim[FILE].delete(key)
        raise Problem(422, problem.message.removesuffix(SUFFIX)) from None
    except BaseException:
        pim[FILE].delete(key)
        raise
    category["updated"] = pim.clock.iso()
    pim["category"].put(Document(document.key, dumps(category)))
    return key


def download(call: Call) -> Answer:
    return media_files.download(call, FILE)


CATEGORY_MEDIA_FILES: Final[tuple[Operation, ...]] = (
    Operation(
        name="category_media_files.create",
        method="POST",
        path=PATH,
        respond=create,
        acl="pim_api_category_edit",
        forbidden=NO_ACCESS,
        consumes=MULTIPART,
        read_ahead=False,
        route="pim_api_category_media_file_create",
    ),
    Operation(
        name="category_media_files.download",
        method="GET",
        path=f"{PATH}/{{code:path}}/download",
        respond=download,
        acl="pim_api_category_list",
        forbidden=NO_ACCESS,
        route="pim_api_category_media_file_download",
    ),
)
