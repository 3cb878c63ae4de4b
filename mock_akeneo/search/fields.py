"""The fields that products and product models can be searched by: their columns and operators.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Elasticsearch/Filter/Field/,
src/Akeneo/Pim/Enrichment/Bundle/Resources/config/query_builders.yml
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mock_akeneo.attribute_types import Operator, Pim, Test
from mock_akeneo.attribute_types.operators import (
    EMPTINESS,
    a_boolean,
    a_list,
    a_list_of_texts,
    avoids,
    differs,
    equals,
    is_in,
    is_not_empty,
    is_not_in,
    is_not_in_or_empty,
    meets,
    searching,
    wrong_type,
)
from mock_akeneo.attribute_types.php import items, numeric, text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import ColumnMaker, by_alias, by_key
from mock_akeneo.catalog.product_document import categories_part, family_of
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.problems import Problem
from mock_akeneo.core.versions import has
from mock_akeneo.search.moments import DATES, WITH_LINKED_ENTITIES, created, updated
from mock_akeneo.search.percentages import COMPLETENESS, COMPLETENESS_OF_MODELS, QUALITY, percentages

READINESS: Final = "readiness of the Enterprise Edition"

PRODUCT: Final = "product"
PRODUCT_MODEL: Final = "product_model"


@dataclass(frozen=True, slots=True)
class Field:
    """`name`: of its column. `column`: (catalog, kind) -> what it holds for a document. Operators by kind.

    The check of an operator gets the field as `{"code", "locale", "scope", "locales"}`. `since`: the row of
    `core.versions.SINCE` that tells which versions of the PIM know the field; all do without one.
    """

    name: str
    column: Callable[[Catalog, str], ColumnMaker]
    product: Mapping[str, Operator]
    product_model: Mapping[str, Operator]
    since: str | None = None

    def operators(self, kind: str) -> Mapping[str, Operator]:
        return self.product if kind == PRODUCT else self.product_model


# Identifiers


def _key(_pim: Catalog, kind: str) -> ColumnMaker:
    if kind == PRODUCT_MODEL:
        return by_key
    return by_alias


def _uuid(_pim: Catalog, _kind: str) -> ColumnMaker:
    return lambda document: document.key


def some_identifiers(field: Json, value: object, pim: Pim) -> frozenset[str]:
    return a_list_of_texts(field, value, pim)


_IDENTIFIER: Final = {
    **searching(),
    "IN": Operator(is_in, some_identifiers),
    "NOT IN": Operator(is_not_in, some_identifiers),
    **EMPTINESS,
}

# Family, groups, parent


def _family(_pim: Catalog, _kind: str) -> ColumnMaker:
    return family_of


def some_codes_of(kind: str, noun: str) -> Callable[[Json, object, Pim], frozenset[str]]:
    """Codes that exist, in their own letter case if `kind` is looked up that way. Raises `Problem` 422."""

    def check(field: Json, value: object, pim: Any) -> frozenset[str]:
        found = set()
        for code in a_list(field, value, pim):
            if not isinstance(code, str) and numeric(code) is None:
                raise wrong_type(field["code"], "a string", code)
            document = pim[kind].get(text_of(code))
            if document is None:
                raise Problem(422, f'Object "{noun}" with code "{text_of(code)}" does not exist')
            found.add(document.key if kind == "family" else text_of(code))
        return frozenset(found)

    return check


_some_families: Final = some_codes_of("family", "family")
_FAMILY_OF_MODELS: Final = {
    "IN": Operator(is_in, _some_families),
    "NOT IN": Operator(is_not_in_or_empty, _some_families),
    **EMPTINESS,
}
# Families have no children here: the API neither shows nor writes which family lies under which.
_FAMILY: Final = {
    **_FAMILY_OF_MODELS,
    "IN CHILDREN": Operator(is_in, _some_families, since="children of families"),
    "NOT IN CHILDREN": Operator(is_not_in_or_empty, _some_families, since="children of families"),
}


def no_code(_operand: object) -> Test:
    return lambda values, rows: [row for row in rows if not values[row]]


def any_code(_operand: object) -> Test:
    return lambda values, rows: [row for row in rows if values[row]]


def _groups(_pim: Catalog, _kind: str) -> ColumnMaker:
    def make(document: Document) -> frozenset[str]:
        stored = document.stored
        start = stored.index(b'"groups":[', document.parts[0]) + 9
        return frozenset(loads(stored[start : stored.index(b"]", start) + 1]))

    return make


_some_groups: Final = some_codes_of("group", "groups")
_GROUPS: Final = {
    "IN": Operator(meets, _some_groups),
    "NOT IN": Operator(avoids, _some_groups),
    "EMPTY": Operator(no_code),
    "NOT EMPTY": Operator(any_code),
}


def _ancestors(pim: Catalog, _kind: str) -> ColumnMaker:
    """Their codes, nearest first."""
    return lambda document: tuple(collation_key(model.key) for model in pim.ancestors(document, indexed=True))


def has_parent(operand: frozenset[str]) -> Test:
    return lambda values, rows: [row for row in rows if (codes := values[row]) and codes[0] in operand]


def _code(name: str, value: object) -> str:
    if not isinstance(value, str) and numeric(value) is None:
        raise wrong_type(name, "a string", value)
    return collation_key(text_of(value))


def an_ancestor(field: Json, value: object, pim: Pim) -> frozenset[str]:
    """One code; several are let pass."""
    codes = items(value) if isinstance(value, list | dict) else [value]
    return frozenset(_code("ancestor.code", one) for one in codes)


def some_parents(field: Json, value: object, pim: Pim) -> frozenset[str]:
    return frozenset(_code(field["code"], one) for one in a_list(field, value, pim))


def _parent(since: str) -> dict[str, Operator]:
    return {
        "IN": Operator(has_parent, some_parents, since=since),
        "EMPTY": Operator(no_code, since=since),
        "NOT EMPTY": Operator(any_code, since=since),
    }


_PARENT: Final = {**_parent("search by direct parents"), "=": Operator(meets, an_ancestor)}

# Enabled


def _enabled(_pim: Catalog, _kind: str) -> ColumnMaker:
    return lambda document: document.stored.startswith(b'"enabled":true', document.parts[0])


# Linked entities

_LINKED_TYPES: Final = ("asset", "reference_entity_record")


def some_linked_types(field: Json, value: object, pim: Pim) -> None:
    """Unsure: the text."""
    if not all(one in _LINKED_TYPES for one in a_list(field, value, pim)):
        values = ", ".join(f'"{one}"' for one in _LINKED_TYPES)
        raise Problem(422, f'Property "{field["code"]}" expects values among {values}.')


# Each document has a date, and none is older for what it is linked to.
_LINKED_TYPE: Final = {"IN": Operator(is_not_empty, some_linked_types)}

# Categories


def _categories(pim: Catalog, _kind: str) -> ColumnMaker:
    """Own ones and those of the ancestors; equal sets are one object."""
    known: dict[bytes, frozenset[str]] = {}

    def own(document: Document) -> frozenset[str]:
        start, end = categories_part(document)
        inside = document.stored[start:end]
        codes = known.get(inside)
        if codes is None:
            codes = known[inside] = frozenset(loads(b"[%b]" % inside))
        return codes

    def make(document: Document) -> frozenset[str]:
        codes = own(document)
        if document.parent is not None:
            for model in pim.ancestors(document, indexed=True):
                above = own(model)
                codes = codes | above if above and codes else above or codes
        return codes

    return make


def some_categories(field: Json, value: object, pim: Any) -> frozenset[str]:
    codes = set()
    for code in a_list(field, value, pim):
        if not isinstance(code, str) and numeric(code) is None:
            raise wrong_type(field["code"], "a string", code)
        if pim["category"].get(text_of(code)) is None:
            raise Problem(422, f'Object "category" with code "{text_of(code)}" does not exist')
        codes.add(text_of(code))
    return frozenset(codes)


def with_descendants(field: Json, value: object, pim: Any) -> frozenset[str]:
    children: Mapping[str, list[str]] = pim.fact("children of categories", _children_of_categories)
    found: set[str] = set()

    def add(code: str) -> None:
        found.add(code)
        for child in children.get(code, ()):
            add(child)

    for code in some_categories(field, value, pim):
        add(pim["category"].get(code).key)
    return frozenset(found)


def _children_of_categories(pim: Catalog) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for document in pim["category"].in_order_of_creation():
        if document.data["parent"] is not None:
            children.setdefault(document.data["parent"], []).append(document.key)
    return children


def meets_or_empty(operand: frozenset[str]) -> Test:
    return lambda values, rows: [row for row in rows if not (codes := values[row]) or not operand.isdisjoint(codes)]


_CATEGORIES: Final = {
    "IN": Operator(meets, some_categories),
    "NOT IN": Operator(avoids, some_categories),
    "IN CHILDREN": Operator(meets, with_descendants),
    "NOT IN CHILDREN": Operator(avoids, with_descendants),
    "UNCLASSIFIED": Operator(no_code),
    "IN OR UNCLASSIFIED": Operator(meets_or_empty, some_categories),
    "NOT EMPTY": Operator(any_code),
}

# The table


def _field(
    name: str,
    column: Callable[[Catalog, str], ColumnMaker],
    operators: Mapping[str, Operator],
    product_model: Mapping[str, Operator] | None = None,
    since: str | None = None,
) -> Field:
    """`product_model`: its operators there, if they are not the same."""
    return Field(name, column, operators, operators if product_model is None else product_model, since)


_UUID: Final = {"IN": Operator(is_in, a_list_of_texts), "NOT IN": Operator(is_not_in, a_list_of_texts)}
_ENABLED: Final = {"=": Operator(equals, a_boolean), "!=": Operator(differs, a_boolean)}

FIELDS: Final[Mapping[str, Field]] = {
    "uuid": _field("uuid", _uuid, _UUID, {}, "uuid of products"),
    "identifier": _field("identifier", _key, _IDENTIFIER),
    "family": _field("family", _family, _FAMILY, _FAMILY_OF_MODELS),
    "categories": _field("categories", _categories, _CATEGORIES),
    "enabled": _field("enabled", _enabled, _ENABLED, {}),
    "groups": _field("groups", _groups, _GROUPS, {}),
    "parent": _field("parent", _ancestors, _PARENT, _parent("search of product models by parents")),
    "created": _field("created", created, DATES),
    "updated": _field("updated", updated, DATES),
    # No asset and no record ever changes here, so these are the dates of the documents alone.
    "updated_including_linked_entities": _field("updated", updated, WITH_LINKED_ENTITIES, since="linked entities"),
    "updated_including_linked_type": _field("updated", updated, _LINKED_TYPE, since="linked entities"),
    "completeness": _field("completeness", percentages, COMPLETENESS, COMPLETENESS_OF_MODELS),
    "quality_score": _field("completeness", percentages, QUALITY, {}, "search by quality scores"),
}

# What the PIM finds by and we do not. It is by request only, so an attribute of that code is searched by as any other.
NOT_EMULATED: Final = ("readiness", "readiness_by_channel")


@cache
def fields_of(pim_version: str) -> Mapping[str, Field]:
    """Those that this version of the PIM knows."""
    return {name: one for name, one in FIELDS.items() if one.since is None or has(pim_version, one.since)}
