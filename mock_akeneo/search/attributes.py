"""Filters on attributes: columns read straight from the stored bytes, operators of the attribute's type.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Elasticsearch/Filter/Attribute/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES, Test, unsupported
from mock_akeneo.attribute_types.operators import is_in
from mock_akeneo.attribute_types.shown_values import places
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import ColumnMaker, by_alias
from mock_akeneo.catalog.product_document import family_of, family_variant_of
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.problems import Problem
from mock_akeneo.search.query import Condition
from mock_akeneo.search.scan import Filter

# What a column remembers while it is made: options, booleans and the like come again and again.
REMEMBERED_VALUES: Final = 10_000
REMEMBERED_BYTES: Final = 200  # of one value
# Where the data of these types is a list of objects, its end looks like the end of all entries.
_LISTS_OF_OBJECTS: Final = ("pim_catalog_price_collection", "pim_catalog_table")


def attribute_filters(condition: Condition, pim: Catalog, kind: str) -> list[Filter]:
    """The filters of one condition on an attribute that exists. Raises `Problem` 422."""
    attribute = pim.attribute(condition.name)
    assert attribute is not None
    code: str = attribute["code"]
    operator = ATTRIBUTE_TYPES[attribute["type"]].operators.get(condition.operator)
    if operator is None or not operator.known_to(pim.pim_version):
        raise unsupported(condition.name, condition.operator)
    channel, locale = _place(attribute, condition, pim)
    test = operator.test(operator.check(attribute, condition.value, pim))
    filters = [Filter(f"{code} {channel} {locale}", column_maker(attribute, channel, locale, pim), test)]
    if operator.needs_ownership:
        filters.append(_ownership(code, pim, kind))
    return filters


def _place(attribute: Json, condition: Condition, pim: Catalog) -> tuple[str | None, str | None]:
    """(channel, locale) of the values that are meant; what the attribute does not have is ignored.

    Codes are compared with their letter case, though locales were found without it before.
    Source: pim: .../Component/Product/Validator/{ElasticsearchFilterValidator,AttributeValidatorHelper}.php
    """
    code, channel, locale = attribute["code"], None, None
    if attribute["localizable"]:
        locale = condition.locale
        if locale is None:
            raise Problem(422, f'Attribute "{code}" expects a locale, none given.')
        if locale not in pim.active_locales:
            raise Problem(422, f'Attribute "{code}" expects an existing and activated locale, "{locale}" given.')
    if attribute["scopable"]:
        channel = condition.channel
        if channel is None:
            raise Problem(422, f'Attribute "{code}" expects a scope, none given.')
        known = pim.channel(channel)
        if known is None or known["code"] != channel:
            raise Problem(422, f'Attribute "{code}" expects an existing scope, "{channel}" given.')
    return channel, locale


def column_maker(attribute: Json, channel: str | None, locale: str | None, pim: Catalog) -> ColumnMaker:
    """What the operators compare, of the document's own value or of its ancestors'; None without a value.

    Read out of the bytes without parsing the rest: the values of an attribute begin `"code":[{"locale":`, which inside
    of a text would have its quotes escaped. A locale that the channel or the attribute does not have has no value.
    """
    if (channel, locale) not in places(attribute, pim.channels()):
        return lambda document: None
    if attribute["code"] == pim.main_identifier:
        return by_alias
    key = dumps(attribute["code"]) + b':[{"locale":'
    before = len(key) - len(b'[{"locale":')
    end = b"}]}]" if attribute["type"] in _LISTS_OF_OBJECTS else b"}]"
    length = len(end)
    read = _reader(attribute, channel, locale, pim)
    name = f"column {attribute['code']} {channel} {locale}"
    known: dict[bytes, Any] = {}

    def own(stored: bytes, start: int) -> Any:
        stop = stored.find(end, start)
        while True:
            stop += length
            part = stored[start:stop]
            try:
                value = read(part)
                break
            except ValueError:
                # What looked like the end stands inside of a text.
                stop = stored.index(end, stop - length + 1)
        if len(known) < REMEMBERED_VALUES and len(part) < REMEMBERED_BYTES:
            known[part] = value
        return value

    def above(document: Document) -> Any:
        for model in pim.ancestors(document, indexed=True):
            if (start := model.stored.find(key)) >= 0 and (value := own(model.stored, start + before)) is not None:
                return value
        return None

    def make(document: Document) -> Any:
        stored = document.stored
        start = stored.find(key)
        if start >= 0:
            start += before
            part = stored[start : stored.find(end, start) + length]
            value = known[part] if part in known else own(stored, start)
            if value is not None:
                return value
        if document.parent is None:
            return None
        room = pim.handed_down(document.parent, indexed=True)
        if name not in room:
            room[name] = above(document)
        return room[name]

    return make


def _reader(attribute: Json, channel: str | None, locale: str | None, pim: Catalog) -> Callable[[bytes], Any]:
    type_ = ATTRIBUTE_TYPES[attribute["type"]]
    column, visible = type_.column, type_.visible

    def read(part: bytes) -> Any:
        """Of `[{"locale", "scope", "data"}]`. Raises `ValueError` for what is not the whole of it."""
        for entry in loads(part):
            if entry["locale"] == locale and entry["scope"] == channel:
                # What is not shown is not found either.
                data = entry["data"] if visible is None else visible(attribute, entry["data"], channel, pim)
                return None if data is None else column(attribute, data, pim)
        return None

    return read


def _ownership(code: str, pim: Catalog, kind: str) -> Filter:
    """Whether the family has the attribute; for a product model, at its own level or above."""
    if kind == "product":
        owners = frozenset(d.data["code"] for d in pim["family"] if code in d.data["attributes"])
        return Filter("family", family_of, is_in(owners))
    return Filter("level", _level, _owns(code, pim))


def _level(model: Document) -> tuple[str | None, str | None, bool]:
    """Family, family variant, and whether it is a root model."""
    return family_of(model), family_variant_of(model), model.parent is None


def _owns(code: str, pim: Catalog) -> Test:
    owners = set()
    for document in pim["family_variant"]:
        variant = document.data
        family = pim.family(variant["family"]) if "family" in variant else None
        if family is None or code not in family["attributes"]:
            continue
        level = next((one["level"] for one in variant["variant_attribute_sets"] if code in one["attributes"]), 0)
        last = max(one["level"] for one in variant["variant_attribute_sets"])
        if level == 0:
            owners.add((family["code"], variant["code"], True))
        if level < last:
            owners.add((family["code"], variant["code"], False))
    return is_in(frozenset(owners))
