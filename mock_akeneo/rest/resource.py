"""A resource is a value: what tells it from the others. `endpoints.operations` makes its operations of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.versions import has
from mock_akeneo.rest.operation import ROOT, Operation
from mock_akeneo.rest.rules import Groups
from mock_akeneo.rest.shapes import Shape

Predicate = Callable[[Json], bool]


def as_stored(item: Json, pim: Catalog) -> Json:
    return item


def with_active_labels(item: Json, pim: Catalog) -> Json:
    """Labels are stored for every locale and shown for active ones."""
    return {**item, "labels": active(item["labels"], pim)}


def active(labels: Json, pim: Catalog) -> Json:
    """The texts of the active locales; an empty one is null.

    Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Normalizer/Standard/TranslationNormalizer.php
    """
    locales = pim.active_locales
    return {locale: text or None for locale, text in labels.items() if locale in locales}


def nothing(item: Json, before: Json | None, pim: Catalog) -> None:
    pass


def freely(item: Json, pim: Catalog) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """The resource lies under another one, which an item names by `member` (`attribute`).

    `find(code, pim, writing)` gives the parent's own code, or raises the `Problem` of a parent that is unknown or
    of the wrong sort.
    `given`: a body may name the parent too, if it is the one of the URL.
    `word`: how the code of an item is called where body and URL differ.
    """

    member: str
    find: Callable[[str, Catalog, bool], str]
    given: bool = False
    word: str = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of the API, most of whose names follow from its kind and plural.

    `kind`: of its documents in the catalog. `plural`: `family variants`, if not the kind with an s.
    `path`: of its list. `name`: of its operations. `label`: in its messages. `entities`: in the text of its 403.
    `acl`: its right, without `pim_api_` and `_list` or `_edit`; None: the overall right will do. `route`: its name in
    the root endpoint's list. `anchors`: of the documentation, for POST and PATCH.
    A write, in this order: `looked_at` (the body as a whole), `blank` (a new item), `shape` (merges the members of the
    body, less the `ignored` ones), `completed` (what the PIM adds by itself), `rules`, `before_saving` (what it adds
    when they hold), `saved` (what the change brings about elsewhere).
    `transient`: members that rules look at, and that are not kept. `kept`: what the database makes of a member that is
    not null; a code becomes a text.
    `computed`: members that a body may name although they are read off other documents; `saved` moves those.
    `deletable` raises the `Problem` of an item that cannot be deleted.
    `dated`: an item keeps the time of its last change in `updated`.
    `loaded`: what a line of a catalog may hold besides, or instead; `derived`: what only GET shows and a line may hold
    in vain.
    A reading: `shown` is an item as GET shows it; `asked` the same when one of the parameters `asked_by` is there.
    `search` makes a predicate of the `search` parameter, `search_first` before those of paging are looked at.
    `code_may_be_null`: in the body of a PATCH that makes an item.
    `order`: the items under a parent, where they do not simply go in order of their keys. `key`: of a document, by
    parent and code.
    `earlier`: fields that are different in a version of the PIM that lacks a row of `core.versions`.
    """

    kind: str
    plural: str = ""
    endpoints: tuple[str, ...] = ("list", "create", "update_list", "get", "update")
    path: str = ""
    name: str = ""
    label: str = ""
    entities: str = ""
    acl: str | None = ""
    route: str = ""
    anchors: tuple[str, str] = ("", "")
    looked_at: Callable[[Json, Json | None, Catalog], None] = nothing
    blank: Callable[[Catalog], Json] = lambda pim: {}
    shape: Mapping[str, Shape] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    completed: Callable[[Json, Json | None, Catalog], None] = nothing
    rules: Groups = ()
    before_saving: Callable[[Json, Json | None, Catalog], None] = nothing
    saved: Callable[[Json, Json | None, Catalog], None] = nothing
    transient: frozenset[str] = frozenset()
    kept: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    computed: Mapping[str, Callable[[Json, Catalog], Any]] = field(default_factory=dict)
    dated: bool = False
    deletable: Callable[[Json, Catalog], None] = freely
    loaded: Mapping[str, Shape] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    shown: Callable[[Json, Catalog], Json] = as_stored
    asked: Callable[[Json, Catalog, Mapping[str, str]], Json] | None = None
    asked_by: tuple[str, ...] = ()
    search: Callable[[str, Catalog], Predicate] | None = None
    search_first: bool = False
    code_may_be_null: bool = False
    order: Callable[[Catalog, str], Sequence[Document]] | None = None
    under: Under | None = None
    key: Callable[[str, str], str] = lambda parent, code: code
    not_found: Callable[[str, str], str] | None = None
    forbidden: str | None = None
    extra: tuple[Operation, ...] = ()
    earlier: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        words = self.kind.replace("_", " ")
        plural = self.plural or f"{words}s"
        name = plural.replace(" ", "_")
        follows: Mapping[str, Any] = {
            "plural": plural,
            "path": f"{ROOT}/{plural.replace(' ', '-')}",
            "name": name,
            "label": words.capitalize(),
            "entities": plural,
            "acl": self.kind,
            "route": f"pim_api_{self.kind}",
            "anchors": (f"post_{name}", f"patch_{name}__code_"),
        }
        for member, value in follows.items():
            if getattr(self, member) in ("", ("", "")):
                object.__setattr__(self, member, value)

    def missing(self, code: str, parent: str) -> str:
        return self.not_found(code, parent) if self.not_found else f'{self.label} "{code}" does not exist.'

    def of(self, version: str) -> Resource:
        """As that version of the PIM has it."""
        changes = [fields for row, fields in self.earlier.items() if not has(version, row)]
        return replace(self, **{name: value for fields in changes for name, value in fields.items()})
