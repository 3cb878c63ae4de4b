"""The OpenAPI document of what is emulated, made of the operations and the schemas of their bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from mock_akeneo import __version__
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.versions import has
from mock_akeneo.resources import operations_of, schemas
from mock_akeneo.resources.coverage import EMULATED
from mock_akeneo.resources.schemas import BODIES, Body
from mock_akeneo.rest import openapi
from mock_akeneo.rest.openapi import Content, Told
from mock_akeneo.rest.operation import APPLICATION_JSON, COLLECTION_JSON, MULTIPART, Operation

TITLE: Final = "Akeneo PIM, as mock-akeneo answers it"

_PAGE: Final = ("page", "limit", "with_count")
_PRODUCT_PAGE: Final = ("pagination_type", "page", "search_after", "limit", "with_count")
_SELECTION: Final = ("search", "search_locale", "search_scope", "scope", "locales", "attributes")
_ON_SAAS: Final = ("convert_measurements", "with_workflow_execution_statuses")
_PRODUCT: Final = ("with_attribute_options", "with_quality_scores", "with_completenesses", *_ON_SAAS)

# The query parameters of operations that take more, or less, than their kind.
QUERY: Final[Mapping[str, tuple[str, ...]]] = {
    "attributes.list": ("search", *_PAGE, "with_table_select_options"),
    "attributes.get": ("with_table_select_options",),
    "attribute_groups.list": ("search", *_PAGE),
    "families.list": ("search", *_PAGE),
    "categories.list": ("search", *_PAGE, "with_position", "with_enriched_attributes"),
    "categories.get": ("with_position", "with_enriched_attributes"),
    "locales.list": ("search", *_PAGE),
    "currencies.list": ("search", *_PAGE),
    "products.list": (*_SELECTION, *_PRODUCT_PAGE, *_PRODUCT),
    "products.get": _PRODUCT,
    "products_uuid.list": (*_SELECTION, *_PRODUCT_PAGE, *_PRODUCT, "with_root_parent"),
    "products_uuid.get": (*_PRODUCT, "with_root_parent"),
    "products_uuid.search": _PRODUCT_PAGE,
    "product_models.list": (*_SELECTION, *_PRODUCT_PAGE, "with_quality_scores", *_ON_SAAS),
    "product_models.get": ("with_quality_scores", *_ON_SAAS),
}
# Parameters that not every version has, by the row of `core.versions`.
_SINCE: Final[Mapping[str, str]] = {
    "with_completenesses": "with_completenesses",
    "with_root_parent": "with_root_parent",
    "convert_measurements": "convert_measurements",
    "with_workflow_execution_statuses": "with_workflow_execution_statuses",
    "with_position": "categories with position",
    "with_enriched_attributes": "enriched categories",
    "with_table_select_options": "table select options",
}

_REFUSED_READS: Final = (400, 401, 403, 404, 406, 422, 429)
_REFUSED_WRITES: Final = (400, 401, 403, 404, 415, 422, 429)


def document(version: str, url: str) -> Json:
    """What that version of the PIM answers. `url`: of the server."""
    emulated = {operation.name for operation in EMULATED}
    rows = [
        (operation, told_by(operation, version)) for operation in operations_of(version) if operation.name in emulated
    ]
    return openapi.document(rows, _schemas(), title=TITLE, version=__version__, url=url)


def told_by(operation: Operation, version: str) -> Told:
    """What an operation tells of itself, in that version of the PIM."""
    told = ALONE.get(operation.name)
    if told is None:
        resource, _, verb = operation.name.partition(".")
        told = VERBS[verb](resource, BODIES[resource])
    query = QUERY.get(operation.name, told.query)
    return replace(told, query=tuple(name for name in query if name not in _SINCE or has(version, _SINCE[name])))


def _schemas() -> dict[str, Json]:
    """By name: `Family`, `FamilyInList`, `FamilyPage`, `FamilyBody`."""
    made: dict[str, Json] = {}
    for resource, body in BODIES.items():
        name = _named(resource)
        made[name] = body.read
        made[f"{name}InList"] = openapi.in_list(body.read)
        made[f"{name}Page"] = openapi.page_of(f"{name}InList")
        if body.write is not None:
            made[f"{name}Body"] = body.write
    return made


_SINGULAR: Final = {"families": "family", "categories": "category", "currencies": "currency"}


def _named(resource: str) -> str:
    """`FamilyVariant` of `family_variants`."""
    *front, last = resource.split("_")
    if resource == "products_uuid":
        front, last = ["product"], "uuid"
    return "".join(word.capitalize() for word in (*front, _SINGULAR.get(last, last.removesuffix("s"))))


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _key(body: Body) -> str:
    return next(name for name in ("identifier", "uuid", "code") if name in body.example)


def _words(resource: str) -> str:
    return resource.replace("_", " ")


# By the kind of operation


def _list(resource: str, body: Body) -> Told:
    return Told(
        summary=f"List {_words(resource)}",
        query=_PAGE,
        gives={200: Content(APPLICATION_JSON, _ref(f"{_named(resource)}Page"))},
        refuses=_REFUSED_READS,
    )


def _get(resource: str, body: Body) -> Told:
    return Told(
        summary=f"Get one of the {_words(resource)}",
        gives={200: Content(APPLICATION_JSON, _ref(_named(resource)))},
        refuses=_REFUSED_READS,
    )


def _create(resource: str, body: Body) -> Told:
    needed = {"required": list(body.needed)} if body.needed else {}
    return Told(
        summary=f"Create one of the {_words(resource)}",
        takes=Content(APPLICATION_JSON, {**_ref(f"{_named(resource)}Body"), **needed}, body.example),
        key=_key(body),
        gives={201: None},
        refuses=_REFUSED_WRITES,
    )


def _update(resource: str, body: Body) -> Told:
    return Told(
        summary=f"Create or update one of the {_words(resource)}",
        takes=Content(APPLICATION_JSON, _ref(f"{_named(resource)}Body"), body.example),
        gives={201: None, 204: None},
        refuses=_REFUSED_WRITES,
    )


def _update_list(resource: str, body: Body) -> Told:
    answer = {"line": 1, _key(body): body.example[_key(body)], "status_code": 201}
    return Told(
        summary=f"Create or update several {_words(resource)}",
        about="Bodies are JSON objects, one a line, 100 at most. The schemas and examples tell one line.",
        takes=Content(COLLECTION_JSON, _ref(f"{_named(resource)}Body"), body.example),
        gives={200: Content(COLLECTION_JSON, _ref("Line"), answer)},
        refuses=(*_REFUSED_WRITES, 413),
    )


def _delete(resource: str, body: Body) -> Told:
    return Told(
        summary=f"Delete one of the {_words(resource)}", gives={204: None}, refuses=(400, 401, 403, 404, 422, 429)
    )


VERBS: Final[Mapping[str, Callable[[str, Body], Told]]] = {
    "list": _list,
    "get": _get,
    "create": _create,
    "update": _update,
    "update_list": _update_list,
    "delete": _delete,
}

# Like no other

_BINARY: Final = {"type": "string", "format": "binary"}
_DOWNLOAD: Final = Told(
    summary="Download a media file",
    gives={200: Content("*/*", _BINARY)},
    refuses=(400, 401, 403, 404, 406, 429),
)


def _upload(what: str, *parts: str) -> Told:
    """A file, and of the other parts, JSON, the one that names what it is for."""
    schema = {"type": "object", "properties": {**dict.fromkeys(parts, schemas.TEXT), "file": _BINARY}}
    return Told(
        summary=f"Upload a media file for {what}",
        takes=Content(MULTIPART, {**schema, "required": ["file"]}),
        gives={201: None},
        refuses=_REFUSED_WRITES,
    )


_MEASUREMENT_FAMILY: Final = BODIES["measurement_families"]

ALONE: Final[Mapping[str, Told]] = {
    "token": Told(
        summary="Get or refresh an access token",
        takes=Content(
            APPLICATION_JSON,
            schemas.TOKEN_REQUEST,
            {"grant_type": "password", "username": "mock_user", "password": "mock_password"},
        ),
        gives={200: Content(APPLICATION_JSON, schemas.TOKEN)},
        refuses=(400, 413, 415, 422, 429),
    ),
    "root.get": Told(
        summary="List the routes", gives={200: Content(APPLICATION_JSON, schemas.ROOT)}, refuses=(406, 429)
    ),
    "system_information.get": Told(
        summary="Get the version",
        gives={200: Content(APPLICATION_JSON, schemas.SYSTEM_INFORMATION)},
        refuses=(400, 401, 403, 406, 429),
    ),
    "measurement_families.list": Told(
        summary="List all measurement families",
        gives={200: Content(APPLICATION_JSON, {"type": "array", "items": _ref("MeasurementFamily")})},
        refuses=(400, 401, 403, 406, 429),
    ),
    "measurement_families.update_list": Told(
        summary="Create or update several measurement families",
        takes=Content(
            APPLICATION_JSON,
            {"type": "array", "items": _ref("MeasurementFamilyBody"), "maxItems": 100},
            [_MEASUREMENT_FAMILY.example],
        ),
        gives={200: Content(APPLICATION_JSON, {"type": "array", "items": _ref("Line")})},
        refuses=(400, 401, 403, 413, 415, 429),
    ),
    "products_uuid.search": Told(
        summary="Search products, with the parameters in the body",
        takes=Content(
            APPLICATION_JSON, {"type": "object"}, {"search": {"enabled": [{"operator": "=", "value": True}]}}
        ),
        gives={200: Content(APPLICATION_JSON, _ref("ProductUuidPage"))},
        refuses=_REFUSED_WRITES,
    ),
    "media_files.create": _upload("a value of a product or a product model", "product", "product_model"),
    "media_files.download": _DOWNLOAD,
    "category_media_files.create": _upload("a value of an enriched category", "category"),
    "category_media_files.download": _DOWNLOAD,
}
