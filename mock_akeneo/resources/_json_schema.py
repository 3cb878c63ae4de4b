"""A JSON schema as small as measurement families need, and the words of two libraries for what is wrong.

The newer one stops at the first rule that fails, and tells of all above a fault; the older one tells all faults.
Source: pim: src/Akeneo/Tool/Bundle/MeasureBundle/back/src/Controller/ExternalApi/JsonSchema/ and
.../JsonSchemaErrorsFormatter.php; opis/json-schema: src/Schemas/ObjectSchema.php, src/Keywords/, src/Helper.php
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from mock_akeneo.attribute_types.php import int_of
from mock_akeneo.core.json_types import Json
from mock_akeneo.rest.shapes import is_numeric

Path = tuple[str | int, ...]
MAX_ERRORS: Final = 50  # of one rule


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


def new_errors(data: Any, schema: Schema) -> list[Json]:
    return [{"property": _new_property(path), "message": message} for path, message in _new(data, schema, ())]


Told = list[tuple[Path, str]]


def _new(data: Any, schema: Schema, path: Path) -> Told:
    given = _new_type(data)
    if given not in schema.types:
        return [(path, f"The data ({given}) must match the type: {', '.join(schema.types)}")]
    if given == "object":
        return _new_of_object(data, schema, path)
    if given == "array" and schema.items is not None:
        entries = enumerate(data.values() if isinstance(data, dict) else data)
        _, below = _failing(((position, entry, schema.items) for position, entry in entries), path)
        return [(path, "All array items must match schema"), *below] if below else []
    return []


def _new_of_object(data: Json, schema: Schema, path: Path) -> Told:
    if missing := [name for name in schema.required if name not in data]:
        return [(path, f"The required properties ({', '.join(missing)}) are missing")]
    members = ((name, data[name], member) for name, member in schema.members.items() if name in data)
    names, below = _failing(members, path)
    if below:
        return [(path, f"The properties must match schema: {', '.join(names)}"), *below]
    if schema.every is not None:
        _, below = _failing(((name, value, schema.every) for name, value in data.items() if name), path)
        if below:
            message = "Object properties that match pattern '.+' must also match pattern's schema"
            return [(path, message), *below]
    unknown = [name for name in data if name not in schema.members]
    if unknown and not schema.open:
        return [(path, f"Additional object properties are not allowed: {', '.join(unknown)}")]
    return []


def _failing(members: Iterable[tuple[str | int, Any, Schema]], path: Path) -> tuple[list[str], Told]:
    """The names of the first members that fail, and all that is told of them."""
    told = ((name, _new(value, schema, (*path, name))) for name, value, schema in members)
    failing = list(islice(((name, errors) for name, errors in told if errors), MAX_ERRORS))
    return [str(name) for name, _ in failing], [error for _, errors in failing for error in errors]


def _new_type(data: Any) -> str:
    if isinstance(data, float) and data.is_integer():
        return "integer"
    return _type(data)


def _new_property(path: Path) -> str:
    parts = (quote(str(part).replace("~", "~0").replace("/", "~1"), safe="~") for part in path)
    return "".join(f"[{int_of(part)}]" if is_numeric(part) else f".{part}" for part in parts).lstrip(".")


def _type(data: Any) -> str:
    """An object whose keys are those of a list has become one on its way through PHP, an empty one too."""
    if isinstance(data, bool):
        return "boolean"
    if isinstance(data, dict):
        return "array" if list(data) == [str(position) for position in range(len(data))] else "object"
    return _TYPES.get(type(data), "null")


_TYPES: Final = {int: "integer", float: "number", str: "string", list: "array"}


# The older library


def old_errors(data: Any, schema: Schema) -> list[Json]:
    return [error for fault in _faults(data, schema) for error in _old_words(fault)]


class Fault(NamedTuple):
    """`kind`: `type`, `required` or `additional`; `given`, `wanted`: types, or names of members."""

    path: Path
    kind: str
    given: str
    wanted: tuple[str, ...]


def _faults(data: Any, schema: Schema, path: Path = ()) -> Iterator[Fault]:
    given = _type(data)
    if given not in schema.types:
        yield Fault(path, "type", given, schema.types)
    elif given == "object":
        yield from _object_faults(data, schema, path)
    elif schema.items is not None and isinstance(data, list):
        for position, entry in enumerate(data):
            yield from _faults(entry, schema.items, (*path, position))


def _object_faults(data: Json, schema: Schema, path: Path) -> Iterator[Fault]:
    missing = tuple(name for name in schema.required if name not in data)
    if missing:
        yield Fault(path, "required", "", missing)
    for name, value in data.items():
        member = schema.members.get(name, schema.every)
        if member is not None:
            yield from _faults(value, member, (*path, name))
    unknown = tuple(name for name in data if name not in schema.members)
    if unknown and not schema.open:
        yield Fault(path, "additional", "", unknown)


def _old_property(path: Path) -> str:
    """`units.METER.convert_from_standard[0].value`"""
    parts = (f"[{part}]" if isinstance(part, int) or part.isdigit() else f".{part}" for part in path)
    return "".join(parts).lstrip(".")


def _old_words(fault: Fault) -> list[Json]:
    """One error for each missing or unknown property."""
    if fault.kind == "type":
        wanted = " or ".join(f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in fault.wanted)
        given = "NULL" if fault.given == "null" else fault.given.capitalize()
        return [{"property": _old_property(fault.path), "message": f"{given} value found, but {wanted} is required"}]
    if fault.kind == "required":
        return [
            {"property": _old_property((*fault.path, name)), "message": f"The property {name} is required"}
            for name in fault.wanted
        ]
    return [
        {
            "property": _old_property(fault.path),
            "message": f"The property {name} is not defined and the definition does not allow additional properties",
        }
        for name in fault.wanted
    ]
