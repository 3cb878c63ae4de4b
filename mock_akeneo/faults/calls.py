"""Which calls are meant: by operation or by method and path, of whom, and about what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.keys import Key, Wrong, meant, read, schema_of, text, whole
from mock_akeneo.core.operations import GROUPS, matches, means_something

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Asked(NamedTuple):
    """A call that the limits have let in. `params`: what the placeholders of its path stood for.

    `length`: bytes of its body, as they came or were announced; `line`: bytes of its request line.
    """

    operation: str | None
    method: str
    path: str
    params: tuple[str, ...]
    query: bytes
    body: bytes
    connection: str | None
    length: int = 0
    line: int = 0


# Data selectors. Values are globs; one that reads the same is meant too, whatever its brackets.

_ITEM_KEYS: Final = ("identifier", "uuid", "code")


def _wrong_query(value: Any) -> str:
    if isinstance(value, dict) and value and all(isinstance(one, str) for one in value.values()):
        return ""
    return "is no object of parameters and texts"


_MATCH: Final[Mapping[str, Key]] = {
    **{
        name: text("AKNTS_WPXS", f"The {name} that the path names, or that stands in the body; a glob.")
        for name in _ITEM_KEYS
    },
    "query": Key(
        wrong=_wrong_query,
        example={"page": "2"},
        schema={
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string"},
            "description": "Parameters of the query and their values; globs.",
        },
    ),
    "larger_than": whole(0, "The body has more bytes than this.", example=1_000_000),
    "longer_than": whole(0, "The request line (method, path, query, version) has more bytes than this.", example=2000),
}


def _wrong_path(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith(("/", "*")):
        return 'is no path: it begins with "/" and has no host'
    return "holds a query: paths are compared without it, write it into match" if "?" in value else ""


CALL_KEYS: Final[Mapping[str, Key]] = {
    "operation": text("products.list", f"A name or glob of operations, or {' or '.join(GROUPS)}."),
    "method": Key(
        wrong=lambda value: "" if value in METHODS else f"is no HTTP method{meant(value, METHODS)}",
        example="GET",
        schema={"enum": list(METHODS)},
    ),
    "path": Key(
        wrong=_wrong_path,
        example="/api/rest/v1/products*",
        schema={"type": "string", "pattern": "^[/*]", "description": "A glob of paths, without query."},
    ),
    "connection": text("mock_connection", "The code of the calling connection; a glob."),
    "match": Key(
        wrong=lambda value: "" if isinstance(value, dict) else "is no object",
        example={"query": {"page": "2"}},
        schema=schema_of(_MATCH),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    connection: str | None = None
    match: Mapping[str, Any] | None = None

    @classmethod
    def parse(cls, said: Json, operations: Collection[str] = ()) -> Calls:
        """From members that `read` has checked. `operations`: those there are, for a suggestion. Raises `Wrong`."""
        operation, path = said.get("operation"), said.get("path")
        if operation is None and path is None:
            raise Wrong('say which calls: "operation": "products.list", or "method" and "path"')
        if operation is not None:
            for other in ("method", "path"):
                if other in said:
                    raise Wrong(f'"{other}" says nothing beside "operation": leave one of them out', (other,))
            if operations and not means_something(operation, operations):
                near = meant(operation, (*GROUPS, *operations))
                raise Wrong(f'"operation": no operation is called "{operation}"{near}', ("operation",))
        match = said.get("match")
        if match is not None:
            try:
                match = read(match, _MATCH, "match")
            except Wrong as wrong:
                raise wrong.below("match") from None
        return cls(**{name: said.get(name) for name in CALL_KEYS} | {"match": match})

    def concerns(self, asked: Asked) -> bool:
        if self.operation is not None:
            if asked.operation is None or not matches(self.operation, asked.operation):
                return False
        elif not fnmatchcase(asked.path, self.path or "*") or self.method not in (None, asked.method):
            return False
        if self.connection is not None and not _fits(asked.connection, self.connection):
            return False
        return self.match is None or all(_FITS[name](asked, name, value) for name, value in self.match.items())


def _fits(value: object, glob: str) -> bool:
    return isinstance(value, str) and (value == glob or fnmatchcase(value, glob))


def _about_item(asked: Asked, name: str, glob: str) -> bool:
    return any(_fits(value, glob) for value in asked.params) or any(
        _fits(item.get(name), glob) for item in _items(asked.body)
    )


def _items(body: bytes) -> Iterator[Json]:
    """The objects of a body: one, a list of them, or one a line."""
    try:
        data = [loads(body)]
    except ValueError:
        data = []
        for line in body.splitlines():
            try:
                data.append(loads(line))
            except ValueError:
                continue
    for one in data:
        yield from (item for item in (one if isinstance(one, list) else [one]) if isinstance(item, dict))


def _asks(asked: Asked, _: str, wanted: Mapping[str, str]) -> bool:
    query = dict(parse_qsl(asked.query.decode("utf-8", "replace"), keep_blank_values=True))
    return all(_fits(query.get(name), glob) for name, glob in wanted.items())


_FITS: Final[Mapping[str, Callable[[Asked, str, Any], bool]]] = {
    **dict.fromkeys(_ITEM_KEYS, _about_item),
    "query": _asks,
    "larger_than": lambda asked, _, least: max(asked.length, len(asked.body)) > least,
    "longer_than": lambda asked, _, least: asked.line > least,
}
