"""The OpenAPI document of the control plane, made from its table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mock_akeneo import __version__
from mock_akeneo.control.way import JSON, Way
from mock_akeneo.core.json_types import Json

_DEFINED: Final = "#/$defs/"
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")

_PROBLEM: Final[Json] = {
    "type": "object",
    "description": "RFC 9457. `detail` says what to write instead.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def document(ways: Iterable[Way], prefix: str) -> Json:
    """OpenAPI 3.1."""
    paths: dict[str, Json] = {}
    shared: Json = {}
    for way in ways:
        paths.setdefault(prefix + way.path, {})[way.method.lower()] = _operation(way, shared)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mock-akeneo control plane",
            "version": __version__,
            "description": "What a test may see and change at run time. Its calls are never limited, faulted or in "
            "the journal. Off loopback it demands the admin token.",
        },
        "security": [{}, {"admin": []}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM, **shared},
            "responses": {
                "Problem": {
                    "description": "What is wrong, and what to write instead.",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "securitySchemes": {"admin": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(way: Way, shared: Json) -> Json:
    """`shared`: takes the schemas that others point at."""
    told: Json = {
        "operationId": way.handler.__name__,
        "tags": [re.split(r"[/.]", way.path.strip("/"))[0]],
        "summary": way.about,
        "parameters": list(_parameters(way)),
        "responses": {str(way.status): _answer(way), "default": {"$ref": "#/components/responses/Problem"}},
    }
    if way.takes is not None or way.schema is not None:
        schema = _of_this_document(way.schema(), way.handler.__name__, shared) if way.schema else _members(way)
        needed = bool(way.needs) or way.schema is not None
        told["requestBody"] = {"required": needed, "content": {JSON: {"schema": schema}}}
    return told


def _of_this_document(schema: Json, name: str, shared: Json) -> Json:
    """What a schema defines for itself stands among the components: here `#` is the whole document."""

    def moved(told: Any) -> Any:
        if isinstance(told, list):
            return [moved(one) for one in told]
        if not isinstance(told, dict):
            return told
        if str(told.get("$ref", "")).startswith(_DEFINED):
            return {**told, "$ref": f"#/components/schemas/{name}.{told['$ref'].removeprefix(_DEFINED)}"}
        return {key: moved(value) for key, value in told.items() if key not in ("$defs", "$schema")}

    shared.update((f"{name}.{key}", moved(value)) for key, value in schema.get("$defs", {}).items())
    told: Json = moved(schema)
    return told


def _members(way: Way) -> Json:
    return {
        "type": "object",
        "properties": dict(way.takes or {}),
        "required": list(way.needs),
        "additionalProperties": False,
    }


def _parameters(way: Way) -> Iterator[Json]:
    for name in _PLACEHOLDER.findall(way.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for name, schema in way.parameters.items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _answer(way: Way) -> Json:
    if way.status == 204:
        return {"description": "Done."}
    content = {media_type: {"schema": {} if media_type == JSON else {"type": "string"}} for media_type in way.gives}
    return {"description": "Done.", "content": content}
