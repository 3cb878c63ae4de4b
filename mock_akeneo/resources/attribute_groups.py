"""Attribute groups: every attribute lies in exactly one.

Source: pim: tests/back/Pim/Structure/EndToEnd/AttributeGroup/ExternalApi/,
src/Akeneo/Pim/Structure/Component/Updater/AttributeGroupUpdater.php
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mock_akeneo.attribute_types.php import int_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import Violation
from mock_akeneo.rest import rules, shapes
from mock_akeneo.rest.resource import Resource, active
from mock_akeneo.search import structure

OTHER: Final = "other"
MAX_GROUPS: Final = 1000


def blank(pim: Catalog) -> Json:
    return {"code": None, "sort_order": 0, "attributes": [], "labels": {}}


def attributes(group: Json, pim: Catalog) -> list[str]:
    """The codes of its attributes, in order of their creation: the PIM asks its database for no other."""
    grouped: dict[str, list[str]] = pim.fact("attributes_by_group", _attributes_by_group)
    return grouped.get(group["code"], [])


def _attributes_by_group(pim: Catalog) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for document in pim["attribute"].in_order_of_creation():
        grouped.setdefault(document.data["group"], []).append(document.data["code"])
    return grouped


_codes = shapes.codes_of("attribute", "attribute", "attribute code")


def attributes_of_the_group(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Of the group `other` they are not taken: it holds what no other group does."""
    if item["code"] == OTHER:
        shapes.scalars(name, value)
    else:
        _codes(item, name, value, pim)


def move_attributes(group: Json, before: Json | None, pim: Catalog) -> None:
    """The named attributes come into the group; those left out go to `other`."""
    wanted = group["attributes"]
    left_out = [] if before is None else [code for code in before["attributes"] if code not in wanted]
    for codes, to in ((left_out, OTHER), (wanted, group["code"])):
        for code in codes:
            attribute = pim.attribute(code)
            if attribute is not None and attribute["group"] != to:
                pim["attribute"].put(Document(code, dumps({**attribute, "group": to})))


def not_too_many(group: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if before is None and len(pim["attribute_group"]) >= MAX_GROUPS:
        yield Violation("", f"You’ve reached the limit of {MAX_GROUPS} attribute groups")


def shown(group: Json, pim: Catalog) -> Json:
    return {
        "code": group["code"],
        "sort_order": group["sort_order"],
        "attributes": attributes(group, pim),
        "labels": active(group["labels"], pim),
    }


ATTRIBUTE_GROUP = Resource(
    kind="attribute_group",
    blank=blank,
    shape={
        "code": shapes.scalar,
        "sort_order": shapes.scalar,
        "attributes": attributes_of_the_group,
        "labels": shapes.by_locale(),
    },
    rules=(
        (
            rules.unique("attribute_group"),
            rules.immutable("code"),
            not_too_many,
            rules.translations(),
            rules.whole_sort_order,
            rules.code_rules("Attribute group"),
        ),
    ),
    kept={"sort_order": int_of},
    computed={"attributes": attributes},
    saved=move_attributes,
    dated=True,
    loaded={"updated": shapes.moment},
    derived=frozenset({"attributes"}),
    shown=shown,
    search=structure.by(structure.ATTRIBUTE_GROUPS),
)
