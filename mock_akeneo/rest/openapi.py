"""An OpenAPI 3.1 document of operations: the frame that all of them share, around what each one tells of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from mock_akeneo.core.json_types import Json
from mock_akeneo.rest.operation import APPLICATION_JSON, Operation
from mock_akeneo.rest.pages import DEFAULT_LIMIT, MAX_LIMIT

_FLAG: Final[Json] = {"type": "boolean", "default": False}
_TEXT: Final[Json] = {"type": "string"}

# The query parameters, by name. A `search` is JSON; `scope` is a channel.
PARAMETERS: Final[Mapping[str, tuple[str, Json]]] = {
    "page": ("Number of the page, from 1 on.", {"type": "integer", "minimum": 1, "default": 1}),
    "limit": (
        "Items of a page at most.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    "with_count": ("Counts all items.", _FLAG),
    "pagination_type": (
        "By number of the page, or by the last item.",
        {"enum": ["page", "search_after"], "default": "page"},
    ),
    "search_after": ("With `search_after` pages: the cursor of the next link.", _TEXT),
    "search": ("Filters by property, as a JSON object.", _TEXT),
    "search_locale": ("Locale of the filters.", _TEXT),
    "search_scope": ("Channel of the filters.", _TEXT),
    "scope": ("Shows the values of this channel.", _TEXT),
    "locales": ("Shows the values of these locales, separated by commas.", _TEXT),
    "attributes": ("Shows the values of these attributes, separated by commas.", _TEXT),
    "with_attribute_options": ("Shows the labels of options.", _FLAG),
    "with_quality_scores": ("Shows quality scores.", _FLAG),
    "with_completenesses": ("Shows completenesses.", _FLAG),
    "with_root_parent": ("Shows the root product model.", _FLAG),
    "convert_measurements": ("Converts measurements to the units of the channel.", _FLAG),
    "with_workflow_execution_statuses": ("Shows the workflows that run.", _FLAG),
    "with_table_select_options": ("Shows the options of select columns.", _FLAG),
    "with_position": ("Shows the position among siblings.", _FLAG),
    "with_enriched_attributes": ("Shows the values of attributes of the category.", _FLAG),
}

# What a placeholder of a path takes, by its kind.
_PLACEHOLDERS: Final[Mapping[str, Json]] = {
    "": {"type": "string", "minLength": 1, "pattern": r"^[^/]+$"},
    "uuid": {"type": "string", "format": "uuid"},
    "path": {"type": "string", "minLength": 1},
    "identifier": {"type": "string", "minLength": 1},
    "file": {"type": "string", "pattern": r"^[a-zA-Z0-9_./]+$"},
}

_PROBLEM: Final[Json] = {
    "type": "object",
    "properties": {
        "code": {"type": "integer", "description": "The status."},
        "message": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Broken rules.",
            "items": {
                "type": "object",
                "properties": {"property": {"type": "string"}, "message": {"type": "string"}},
                "required": ["property", "message"],
            },
        },
        "_links": {"type": "object", "description": "Where the form of the data is documented."},
    },
    "required": ["code", "message"],
}
# A missing token is answered in other words by old versions.
_UNAUTHORIZED: Final[Json] = {
    "anyOf": [
        {"$ref": "#/components/schemas/Problem"},
        {
            "type": "object",
            "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
            "required": ["error", "error_description"],
        },
    ]
}
_LINK: Final[Json] = {
    "type": "object",
    "properties": {"href": {"type": "string", "format": "uri"}},
    "required": ["href"],
    "additionalProperties": False,
}
_LINE: Final[Json] = {
    "type": "object",
    "description": "The answer to one line.",
    "properties": {
        "line": {"type": "integer"},
        "code": {"description": "As it was given, whatever that was."},
        "identifier": {"type": "string"},
        "uuid": {"type": "string"},
        "status_code": {"type": "integer"},
        "message": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "_links": {"type": "object"},
    },
    "required": ["status_code"],
}
_WHEN: Final[Mapping[int, str]] = {
    400: "The body is no JSON, or a query parameter has brackets, or a search is wrong.",
    401: "The token is missing, unknown or has expired.",
    403: "A right is missing.",
    404: "There is no such thing.",
    406: "`Accept` wants anything but JSON.",
    413: "Too many lines, or too many bytes.",
    415: "The body comes in another content type.",
    422: "The data is not valid.",
    429: "Too many calls.",
}


class Content(NamedTuple):
    """A body: its content type, its schema, an example if it is one of JSON."""

    type: str
    schema: Json
    example: Any = None

    def body(self) -> Json:
        made = {"schema": self.schema} if self.example is None else {"schema": self.schema, "example": self.example}
        return {self.type: made}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an operation tells of itself.

    `query`: names of `PARAMETERS`. `takes`: its body. `key`: the member of it that names what is made. `gives`: the
    answer of each status, None: no body. `refuses`: statuses.
    """

    summary: str
    about: str = ""
    query: tuple[str, ...] = ()
    takes: Content | None = None
    key: str = ""
    gives: Mapping[int, Content | None]
    refuses: tuple[int, ...]


def document(
    operations: Iterable[tuple[Operation, Told]], schemas: Mapping[str, Json], *, title: str, version: str, url: str
) -> Json:
    """`schemas` by name. `url`: of the server."""
    rows = list(operations)
    by_name = {operation.name: operation for operation, _ in rows}
    paths: dict[str, Json] = {}
    for operation, told in rows:
        made = _operation(operation, told)
        if told.key and "201" in made["responses"]:
            made["responses"]["201"]["links"] = dict(_links(operation, told.key, by_name))
        paths.setdefault(operation.template, {})[operation.method.lower()] = made
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": url}],
        "security": [{"bearer": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM, "Unauthorized": _UNAUTHORIZED, "Line": _LINE},
            "responses": {str(status): _refusal(status) for status in _WHEN},
            "parameters": {name: _parameter(name) for name in PARAMETERS},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation, told: Told) -> Json:
    made: Json = {
        "operationId": operation.name,
        "summary": told.summary,
        "tags": [operation.name.partition(".")[0]],
        "parameters": [
            *_path_parameters(operation.path),
            *({"$ref": f"#/components/parameters/{name}"} for name in told.query),
        ],
        "responses": {
            **{str(status): _success(status, given) for status, given in told.gives.items()},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(told.refuses)},
        },
    }
    if told.about:
        made["description"] = told.about
    if operation.public:
        made["security"] = []
    if told.takes is not None:
        made["requestBody"] = {"required": True, "content": told.takes.body()}
    return made


def _placeholders(path: str) -> list[tuple[str, str]]:
    """Name and kind of each."""
    return re.findall(r"\{([^:}]+):?([a-z]*)\}", path)


def _path_parameters(path: str) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _PLACEHOLDERS[kind]}
        for name, kind in _placeholders(path)
    ]


def _links(made_by: Operation, key: str, by_name: Mapping[str, Operation]) -> Iterator[tuple[str, Json]]:
    """From what has been made to the operations on it."""
    resource = made_by.name.partition(".")[0]
    for verb in ("get", "update", "delete"):
        target = by_name.get(f"{resource}.{verb}")
        if target is not None:
            *above, last = (name for name, _ in _placeholders(target.path))
            parameters = {**{name: f"$request.path.{name}" for name in above}, last: f"$request.body#/{key}"}
            yield target.name, {"operationId": target.name, "parameters": parameters}


def _parameter(name: str) -> Json:
    description, schema = PARAMETERS[name]
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _success(status: int, given: Content | None) -> Json:
    made: Json = {"description": HTTPStatus(status).phrase}
    if given is not None:
        made["content"] = given.body()
    elif status == 201:
        made["headers"] = {"Location": {"schema": {"type": "string", "format": "uri"}, "required": True}}
    return made


def _refusal(status: int) -> Json:
    schema = {"$ref": f"#/components/schemas/{'Unauthorized' if status == 401 else 'Problem'}"}
    content: Json = {APPLICATION_JSON: {"schema": schema}}
    made: Json = {"description": _WHEN[status], "content": content}
    if status == 429:
        made["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    return made


def page_of(item: str) -> Json:
    """A page of items, by the name of their schema in a list."""
    members: Json = {
        "_links": {
            "type": "object",
            "properties": dict.fromkeys(("self", "first", "previous", "next"), _LINK),
            "required": ["self", "first"],
            "additionalProperties": False,
        },
        "current_page": {"type": "integer"},
        "items_count": {"type": "integer"},
        "_embedded": {
            "type": "object",
            "properties": {"items": {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}}},
            "required": ["items"],
            "additionalProperties": False,
        },
    }
    return {"type": "object", "properties": members, "required": ["_links", "_embedded"], "additionalProperties": False}


def in_list(item: Json) -> Json:
    """An item as a list shows it: with links of its own."""
    links = {"type": "object", "properties": {"self": _LINK, "download": _LINK}, "required": ["self"]}
    return {
        **item,
        "properties": {**item["properties"], "_links": links},
        "required": [*item["required"], "_links"],
    }
