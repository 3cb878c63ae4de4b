"""Categories: trees. A list goes tree by tree, depth first; siblings stand in the order in which they came.

Source: pim: src/Akeneo/Category/back/tests/EndToEnd/ExternalApi/,
src/Akeneo/Category/back/Infrastructure/Component/Classification/Updater/CategoryUpdater.php
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, Problem
from mock_akeneo.rest import rules, shapes
from mock_akeneo.rest.operation import ROOT
from mock_akeneo.rest.resource import Resource
from mock_akeneo.search import structure

Children = dict[str | None, list[Document]]


def children(pim: Catalog) -> Children:
    """The categories under each one, in their order; under None the roots, in order of creation."""
    found: Children = pim.fact("category_children", _children)
    return found


def _children(pim: Catalog) -> Children:
    found: Children = {}
    for document in pim["category"].in_order_of_creation():
        found.setdefault(document.data["parent"], []).append(document)
    for parent, documents in found.items():
        if parent is not None:
            documents.sort(key=lambda document: document.data["place"])
    return found


def descendants(code: str | None, pim: Catalog) -> Iterator[Document]:
    """All that lies under a category (None: all there are), depth first. Not recursive: trees may be deep."""
    below = children(pim)
    waiting = list(reversed(below.get(code, [])))
    while waiting:
        document = waiting.pop()
        yield document
        waiting.extend(reversed(below.get(document.data["code"], [])))


def tree_by_tree(pim: Catalog, parent: str) -> Iterable[Document]:
    return descendants(None, pim)


def blank(pim: Catalog) -> Json:
    return {"code": None, "parent": None, "updated": None, "labels": {}, "place": None}


_parent = shapes.code_of("category", "category", "category code")


def parent(item: Json, name: str, value: Any, pim: Catalog) -> None:
    was = item["parent"]
    _parent(item, name, value, pim)
    is_root = was is None and item["place"] is not None
    if is_root and item["parent"] is not None and _is_tree_of_a_channel(item["code"], pim):
        raise Malformed("You can't move a category tree linked to a channel.")


def _is_tree_of_a_channel(code: str, pim: Catalog) -> bool:
    return any(channel["category_tree"] == code for channel in pim.channels())


def last_among_its_siblings(category: Json, before: Json | None, pim: Catalog) -> None:
    """Whoever comes under a parent comes last.

    `place` orders siblings: [number of categories at the time, number of moves since], so that a new one need not
    look at the others.
    """
    if before is None:
        category["place"] = [len(pim["category"]), 0]
    elif category["parent"] != before["parent"]:
        _refuse_a_circle(category, pim)
        now = len(pim["category"]) - 1
        moved = [d.data["place"][1] for d in pim["category"].in_order_of_creation() if d.data["place"][0] == now]
        category["place"] = [now, max(moved, default=0) + 1]


def _refuse_a_circle(category: Json, pim: Catalog) -> None:
    code = category["parent"]
    while code is not None:
        if code == category["code"]:
            number = [d.data["code"] for d in pim["category"].in_order_of_creation()].index(code) + 1
            raise Problem(422, f"Cannot set child as parent to node: {number}")
        above = pim.data("category", code)
        code = None if above is None else above["parent"]


def shown(category: Json, pim: Catalog) -> Json:
    return {name: category[name] for name in ("code", "parent", "updated", "labels")}


def asked(category: Json, pim: Catalog, query: Mapping[str, str]) -> Json:
    """`position` counts from 1 among siblings; every root has 1."""
    item = shown(category, pim)
    if query.get("with_position") == "true":
        item["position"] = 1 if category["parent"] is None else _position(category, pim)
    if query.get("with_enriched_attributes") == "true":
        item["values"] = {}
    return item


def _position(category: Json, pim: Catalog) -> int:
    codes = [document.data["code"] for document in children(pim)[category["parent"]]]
    return codes.index(category["code"]) + 1


CATEGORY = Resource(
    kind="category",
    path=f"{ROOT}/categories",
    name="categories",
    label="Category",
    entities="categories",
    endpoints=("list", "create", "update_list", "get", "update"),
    acl="category",
    # Since categories became a package of their own, they answer with the text of the overall right.
    forbidden="You are not allowed to access the web API.",
    route="pim_api_category",
    anchors=("post_categories", "patch_categories__code_"),
    blank=blank,
    shape={"code": shapes.text, "parent": parent, "labels": shapes.by_locale("labels")},
    completed=last_among_its_siblings,
    rules=(
        (
            rules.unique("category"),
            rules.immutable("code"),
            rules.not_blank("code"),
            rules.matches("code", "[a-zA-Z0-9_]+", "Category code may contain only letters, numbers and underscores"),
            rules.no_line_feed("code", "Category code may not contain line-feed characters"),
            rules.at_most("code", 100),
            rules.translations(),
        ),
    ),
    dated=True,
    loaded={"updated": shapes.moment},
    derived=frozenset({"position", "values"}),
    order=tree_by_tree,
    shown=shown,
    search=structure.by(structure.CATEGORIES),
    asked=asked,
    asked_by=("with_position", "with_enriched_attributes"),
)
