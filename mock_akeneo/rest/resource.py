"""A resource is a value: what tells it from the others. `operations` makes its endpoints of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json
from mock_akeneo.rest.operation import Operation
from mock_akeneo.rest.rules import Groups
from mock_akeneo.rest.shapes import Shape

Predicate = Callable[[Json], bool]


def as_stored(item: Json, pim: Catalog) -> Json:
    return item


def nothing(item: Json, before: Json | None, pim: Catalog) -> None:
    pass


def in_key_order(pim: Catalog, kind: str, prefix: str) -> Iterable[Document]:
    return pim[kind].slice(0, len(pim[kind]), prefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """The resource lies under another: `kind` is the parent's, `member` names it in an item (`attribute`).

    `find(code, pim, writing)` gives the parent's own code, or raises the `Problem` of a parent that is unknown or
    of the wrong sort.
    """

    kind: str
    member: str
    find: Callable[[str, Catalog, bool], str]
    # A line of a collection PATCH is refused by itself where the parent is wrong, not the whole request.
    per_line: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of the API.

    kind: of its documents in the catalog. path: of its list. name: of its operations. label: in its messages.
    entities: in the text of its 403. acl: its right, without `pim_api_` and `_list` or `_edit`. route: its name in the root endpoint's
    list. anchors: of the documentation, for POST and PATCH. shape, blank, completed, rules: a write, in that order.
    shown: what is stored as GET shows it. asked: the same with what parameters of the request add. search: the
    `search` parameter into a predicate. order: of its list. saved: what a change brings about elsewhere.
    """

    kind: str
    path: str
    name: str
    label: str
    entities: str
    endpoints: tuple[str, ...]
    acl: str | None
    route: str
    anchors: tuple[str, str] = ("", "")
    shape: Mapping[str, Shape] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    blank: Callable[[Catalog], Json] = lambda pim: {}
    completed: Callable[[Json, Json | None, Catalog], None] = nothing
    rules: Groups = ()
    saved: Callable[[Json, Json | None, Catalog], None] = nothing
    shown: Callable[[Json, Catalog], Json] = as_stored
    asked: Callable[[Json, Catalog, Mapping[str, str]], Json] | None = None
    asked_by: tuple[str, ...] = ()
    search: Callable[[str, Catalog], Predicate] | None = None
    order: Callable[[Catalog, str, str], Iterable[Document]] = in_key_order
    sorted_by_key: bool = True
    under: Under | None = None
    key: Callable[[str, str], str] = lambda parent, code: code
    not_found: Callable[[str, str], str] | None = None
    forbidden: str | None = None
    extra: tuple[Operation, ...] = ()

    def missing(self, code: str, parent: str) -> str:
        return self.not_found(code, parent) if self.not_found else f'{self.label} "{code}" does not exist.'


def identity(value: Any) -> Any:
    return value
