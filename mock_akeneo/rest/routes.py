"""From a path to its operations by a look-up of segments: a literal child, one placeholder child, one for the rest.

A template's `{code}` stands for one segment, `{uuid:uuid}` for a segment that is a uuid, `{code:path}` for the rest of
the path, slashes included, `{code:identifier}` for a rest that names no draft or proposal, `{code:file}` for a rest of
the characters that media files have in their codes.
Source: pim: src/Akeneo/**/Resources/config/routing/external_api/*.yml (`requirements`)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mock_akeneo.rest.operation import Operation

_ANY: Final = re.compile(".+", re.DOTALL)
# What a placeholder stands for, by the word behind its name.
_KINDS: Final = {
    "": _ANY,
    "uuid": re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "path": _ANY,
    "identifier": re.compile(".+(?<!/draft)(?<!/proposal)", re.DOTALL),
    "file": re.compile("[a-zA-Z0-9_./]+"),
}
_RESTS: Final = ("path", "identifier", "file")


class Node:
    __slots__ = ("fits", "literal", "methods", "placeholder", "rest", "rest_suffixes")

    def __init__(self, fits: re.Pattern[str] = _ANY) -> None:
        self.fits = fits
        self.literal: dict[str, Node] = {}
        self.placeholder: Node | None = None
        # What takes the rest of the path; by a literal last segment (`download`), else for any rest.
        self.rest: Node | None = None
        self.rest_suffixes: dict[str, Node] = {}
        self.methods: dict[str, Operation] = {}


Found = tuple[dict[str, Operation], tuple[str, ...]]


class Routes:
    """`find` gives the operations of a path by method, and what its placeholders stood for."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = Node()
        for operation in operations:
            self._node(operation.path).methods[operation.method] = operation

    def _node(self, path: str) -> Node:
        node = self._root
        segments = path.strip("/").split("/")
        for position, segment in enumerate(segments):
            if not segment.startswith("{"):
                node = node.literal.setdefault(segment, Node())
                continue
            kind = segment[1:-1].partition(":")[2]
            fits = _KINDS[kind]
            if kind in _RESTS:
                suffix = segments[position + 1 :]
                assert len(suffix) <= 1, path
                if suffix:
                    return node.rest_suffixes.setdefault(suffix[0], Node(fits))
                if node.rest is None:
                    node.rest = Node(fits)
                return node.rest
            if node.placeholder is None:
                node.placeholder = Node(fits)
            node = node.placeholder
        return node

    def leads_on(self, path: str, found: Found) -> bool:
        """Whether `path`, which ends with a slash, is that of another route: `…/x/download/`, where `{code:path}` fits.

        Symfony takes the first route that fits but for its last slash, and redirects.
        """
        shorter = self.find(path.rstrip("/"))
        return shorter is not None and shorter[0] is not found[0] and "GET" in shorter[0]

    def find(self, path: str) -> Found | None:
        """`path` is decoded: a slash may have been written as `/` or as `%2F`, as a PIM takes both."""
        node = self._root
        params: tuple[str, ...] = ()
        segments = path.split("/")
        last = len(segments) - 1
        rest: Found | None = None
        for position in range(1, last + 1):
            segment = segments[position]
            if node.rest is not None or node.rest_suffixes:
                rest = self._rest(node, segments, position, params) or rest
            literal = node.literal.get(segment)
            if literal is not None:
                node = literal
            elif node.placeholder is not None and node.placeholder.fits.fullmatch(segment):
                node = node.placeholder
                params = (*params, segment)
            else:
                return rest
        return (node.methods, params) if node.methods else rest

    @staticmethod
    def _rest(node: Node, segments: list[str], position: int, params: tuple[str, ...]) -> Found | None:
        suffix = node.rest_suffixes.get(segments[-1])
        if suffix is not None and len(segments) > position + 1:
            front = "/".join(segments[position:-1])
            return (suffix.methods, (*params, front)) if suffix.fits.fullmatch(front) else None
        whole = "/".join(segments[position:])
        return (
            (node.rest.methods, (*params, whole)) if node.rest is not None and node.rest.fits.fullmatch(whole) else None
        )
