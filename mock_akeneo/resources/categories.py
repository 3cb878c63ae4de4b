"""Categories: trees. A list goes tree by tree, depth first; siblings stand in the order in which they came.

Source: pim: src/Akeneo/Category/back/tests/EndToEnd/ExternalApi/,
src/Akeneo/Category/back/Infrastructure/Component/Classification/Updater/CategoryUpdater.php
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, Problem
from mock_akeneo.resources import _category_values
from mock_akeneo.resources.category_media_files import CATEGORY_MEDIA_FILES, NO_ACCESS
from mock_akeneo.rest import pages, rules, shapes
from mock_akeneo.rest.resource import Resource, active
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


def tree_by_tree(pim: Catalog, parent: str) -> Sequence[Document]:
    found: list[Document] = pim.fact("categories tree by tree", lambda pim: list(descendants(None, pim)))
    return found


def blank(pim: Catalog) -> Json:
    return {"code": None, "parent": None, "updated": None, "labels": {}, "place": None}


_parent = shapes.code_of("category", "category", "category code")


def parent(item: Json, name: str, value: Any, pim: Catalog) -> None:
    was = item["parent"]
    _parent(item, name, value, pim)
    was_a_root = was is None and item["place"] is not None
    if was_a_root and item["parent"] is not None:
        _refuse_a_linked_tree(item["code"], pim)


def _refuse_a_linked_tree(code: str, pim: Catalog) -> None:
    # The users of a PIM work in its first tree, unless they choose another.
    if children(pim)[None][0].data["code"] == code:
        raise Malformed("You can't move a category tree linked to a user.")
    if any(channel["category_tree"] == code for channel in pim.channels()):
        raise Malformed("You can't move a category tree linked to a channel.")


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
    return {
        **{name: category[name] for name in ("code", "parent", "updated")},
        "labels": {locale: text for locale, text in category["labels"].items() if text},
    }


def shown_in_active_locales(category: Json, pim: Catalog) -> Json:
    return {**shown(category, pim), "labels": active(category["labels"], pim)}


def asked(category: Json, pim: Catalog, query: Mapping[str, str]) -> Json:
    """`position` counts from 1 among siblings; every root has 1."""
    item = shown(category, pim)
    if pages.truth(query.get("with_position")):
        item["position"] = 1 if category["parent"] is None else _position(category, pim)
    if pages.truth(query.get("with_enriched_attributes")) and pim.has("enriched categories"):
        item["values"] = category.get("values", {})
        # Unsure: Akeneo's example shows it; the PIM's source, which is older, does not know it.
        if "channel_requirements" in category:
            item["channel_requirements"] = category["channel_requirements"]
    return item


def _position(category: Json, pim: Catalog) -> int:
    codes = [document.data["code"] for document in children(pim)[category["parent"]]]
    return codes.index(category["code"]) + 1


_SHAPE: Final = {"code": shapes.scalar, "parent": parent, "labels": shapes.by_locale("labels")}

CATEGORY = Resource(
    kind="category",
    plural="categories",
    forbidden=NO_ACCESS,
    code_may_be_null=True,
    blank=blank,
    shape={
        **_SHAPE,
        "values": _category_values.values,
        "validations": _category_values.validations,
        "channel_requirements": shapes.codes_of("channel", "channel", "channel code"),
    },
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
            _category_values.only_a_tree_has_requirements,
        ),
    ),
    dated=True,
    # Categories are loaded before channels.
    loaded={"updated": shapes.moment, "values": shapes.anything, "channel_requirements": shapes.anything},
    derived=frozenset({"position"}),
    order=tree_by_tree,
    shown=shown,
    search=structure.by(structure.CATEGORIES, not_json="The search query parameter must be a valid JSON: Syntax error"),
    asked=asked,
    asked_by=("with_position", "with_enriched_attributes"),
    extra=CATEGORY_MEDIA_FILES,
    earlier={
        "enriched categories": {"shape": _SHAPE},
        "categories with position": {"asked_by": ()},
        "categories as a package": {
            "forbidden": None,
            "shown": shown_in_active_locales,
            "search": structure.by(structure.CATEGORIES),
        },
    },
)
