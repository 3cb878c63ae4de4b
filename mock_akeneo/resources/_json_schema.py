"""A JSON schema as small as measurement families need, and the words of two libraries for what is wrong.

Source: pim: src/Akeneo/Tool/Bundle/MeasureBundle/back/src/Controller/ExternalApi/JsonSchema/ and
.../JsonSchemaErrorsFormatter.php
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from mock_akeneo.core.json_types import Json

Path = tuple[str | int, ...]


class Schema(NamedTuple):
    """`types`: of which it must be one. `members`: of an object, by name; `every`: for all of its members.

    `required`: in the order in which missing ones are told. `open`: other members are allowed. `items`: of an array.
    """

    types: tuple[str, ...]
    members: dict[str, Schema] = {}  # noqa: RUF012  (never written to)
    every: Schema | None = None
    items: Schema | None = None
    required: tuple[str, ...] = ()
    open: bool = True


class Fault(NamedTuple):
    """`kind`: `type`, `required` or `additional`; `given`, `wanted`: types, or names of members."""

    path: Path
    kind: str
    given: str
    wanted: tuple[str, ...]


def faults(data: Any, schema: Schema, path: Path = ()) -> Iterator[Fault]:
    # An empty object has become an empty array on its way through PHP.
    given = _type(data)
    if given not in schema.types:
        yield Fault(path, "type", given, schema.types)
    elif given == "object":
        yield from _object_faults(data, schema, path)
    elif schema.items is not None and isinstance(data, list):
        for position, entry in enumerate(data):
            yield from faults(entry, schema.items, (*path, position))


def _object_faults(data: Json, schema: Schema, path: Path) -> Iterator[Fault]:
    missing = tuple(name for name in schema.required if name not in data)
    if missing:
        yield Fault(path, "required", "", missing)
    for name, value in data.items():
        member = schema.members.get(name, schema.every)
        if member is not None:
            yield from faults(value, member, (*path, name))
    unknown = tuple(name for name in data if name not in schema.members)
    if unknown and not schema.open:
        yield Fault(path, "additional", "", unknown)


def _type(data: Any) -> str:
    if isinstance(data, bool):
        return "boolean"
    if isinstance(data, dict):
        return "object" if data else "array"
    return _TYPES.get(type(data), "null")


_TYPES: Final = {int: "integer", float: "number", str: "string", list: "array"}


def property_path(path: Path) -> str:
    """`units.METER.convert_from_standard[0].value`"""
    parts = (f"[{part}]" if isinstance(part, int) or part.isdigit() else f".{part}" for part in path)
    return "".join(parts).lstrip(".")


def errors(found: Iterator[Fault], words: Callable[[Fault], list[Json]]) -> list[Json]:
    return [error for fault in found for error in words(fault)]


def new_words(fault: Fault) -> list[Json]:
    names = ", ".join(fault.wanted)
    message = {
        "type": f"The data ({fault.given}) must match the type: {names}",
        "required": f"The required properties ({names}) are missing",
        "additional": f"Additional object properties are not allowed: {names}",
    }[fault.kind]
    return [{"property": property_path(fault.path), "message": message}]


def old_words(fault: Fault) -> list[Json]:
    """One error for each missing or unknown property."""
    if fault.kind == "type":
        wanted = " or ".join(f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in fault.wanted)
        given = "NULL" if fault.given == "null" else fault.given.capitalize()
        return [{"property": property_path(fault.path), "message": f"{given} value found, but {wanted} is required"}]
    if fault.kind == "required":
        return [
            {"property": property_path((*fault.path, name)), "message": f"The property {name} is required"}
            for name in fault.wanted
        ]
    return [
        {
            "property": property_path(fault.path),
            "message": f"The property {name} is not defined and the definition does not allow additional properties",
        }
        for name in fault.wanted
    ]
