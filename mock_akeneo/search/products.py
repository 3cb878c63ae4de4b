"""The filters of a search for products or product models: one condition after the other, as the PIM takes them.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Connector/UseCase/ApplyProductSearchQueryParametersToPQB.php
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_akeneo.attribute_types import unsupported
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.versions import has
from mock_akeneo.search.attributes import attribute_filters
from mock_akeneo.search.fields import FIELDS, PRODUCT
from mock_akeneo.search.query import Condition, check, conditions
from mock_akeneo.search.scan import Filter

# How the PIM calls a field when it refuses an operator.
_INNER_NAMES: Final = {("product_model", "parent", "="): "ancestor.code"}


def filters_of(
    search: Json,
    pim: Catalog,
    kind: str,
    *,
    channel: str | None = None,
    search_locale: str | None = None,
    search_channel: str | None = None,
    unknown_status: int,
) -> list[Filter]:
    """Raises `Problem`. `channel`: what lies in its category tree only, unless the search names categories itself."""
    found = conditions(search, locale=search_locale, channel=search_channel)
    known = FIELDS if has(pim.pim_version, "uuid of products") else {name for name in FIELDS if name != "uuid"}
    check(
        found,
        pim,
        fields=known,
        unknown_status=unknown_status,
        search_locale=search_locale,
        identifiers=kind == PRODUCT,
    )
    filters = [one for condition in found for one in _filters(condition, pim, kind)]
    if channel is not None and "categories" not in search:
        filters += _filters(Condition("categories", "IN CHILDREN", _tree(pim, channel)), pim, kind)
    return filters


def _tree(pim: Catalog, channel: str) -> Json:
    found = pim.channel(channel)
    return {"value": [found["category_tree"]] if found else []}


def _filters(condition: Condition, pim: Catalog, kind: str) -> list[Filter]:
    name, operator = condition.name, condition.operator
    field = FIELDS.get(name)
    if field is None or (name == "uuid" and not has(pim.pim_version, "uuid of products")):
        return attribute_filters(condition, pim, kind)
    found = field.operators(kind).get(operator)
    if found is None or not found.known_to(pim.pim_version):
        raise unsupported(_INNER_NAMES.get((kind, name, operator), name), operator)
    described: Mapping[str, object] = {
        "code": name,
        "locale": condition.locale,
        "scope": condition.channel,
        "locales": condition.locales,
    }
    test = found.test(found.check(dict(described), condition.value, pim))
    return [Filter(field.name, field.column(pim, kind), test)]
