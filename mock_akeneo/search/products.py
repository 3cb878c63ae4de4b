"""The filters of a search for products or product models: one condition after the other, as the PIM takes them.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Connector/UseCase/ApplyProductSearchQueryParametersToPQB.php
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_akeneo.attribute_types import unsupported
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import not_emulated
from mock_akeneo.core.versions import has
from mock_akeneo.search.attributes import attribute_filters
from mock_akeneo.search.fields import NOT_EMULATED, PRODUCT, READINESS, fields_of
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
    for name in NOT_EMULATED if has(pim.pim_version, "readiness") else ():
        if name in search and pim.attribute(name) is None:
            raise not_emulated(f'The filter "{name}"', READINESS)
    check(
        found,
        pim,
        fields=fields_of(pim.pim_version),
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
    field = fields_of(pim.pim_version).get(name)
    found = field.operators(kind).get(operator) if field else None
    if field is None or found is None or not found.known_to(pim.pim_version):
        # An attribute may have the code of a field, and more operators.
        if pim.attribute(name) is not None:
            return attribute_filters(condition, pim, kind)
        raise unsupported(_INNER_NAMES.get((kind, name, operator), name), operator)
    described: Mapping[str, object] = {
        "code": name,
        "locale": condition.locale,
        "scope": condition.channel,
        "locales": condition.locales,
    }
    test = found.test(found.check(dict(described), condition.value, pim))
    return [Filter(field.name, field.column(pim, kind), test)]
