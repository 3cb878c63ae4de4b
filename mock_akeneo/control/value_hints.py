"""Channels, locales and attributes that a call names and the catalog does not know, or does not want there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.keys import meant

_CHANNEL_PARAMETERS: Final = ("scope", "search_scope")
_LOCALE_PARAMETERS: Final = ("locales", "search_locale")


def in_query(query: Mapping[str, str], pim: Catalog) -> Iterator[str]:
    """Of the parameters of a list, and of the filters of its search."""
    for name in _CHANNEL_PARAMETERS:
        if name in query:
            yield from _channel(f'the parameter "{name}"', query[name], pim)
    for name in _LOCALE_PARAMETERS:
        for locale in query.get(name, "").split(",") if name in query else ():
            yield from _locale(f'the parameter "{name}"', locale, query.get("scope"), pim)
    for code in query.get("attributes", "").split(",") if "attributes" in query else ():
        yield from _attribute(code, pim)
    if "search" not in query:
        return
    try:
        search = loads(query["search"])
    except ValueError as error:
        yield f"the search is no JSON: {error}."
        return
    for field, conditions in search.items() if isinstance(search, dict) else ():
        for condition in conditions if isinstance(conditions, list) else ():
            if isinstance(condition, dict):
                yield from _condition(field, condition, query, pim)


def _condition(field: str, condition: Json, query: Mapping[str, str], pim: Catalog) -> Iterator[str]:
    where = f'the filter on "{field}"'
    channel = condition.get("scope", query.get("search_scope"))
    if isinstance(channel, str):
        yield from _channel(where, channel, pim)
    locales = condition.get("locales", [condition.get("locale", query.get("search_locale"))])
    for locale in locales if isinstance(locales, list) else ():
        if isinstance(locale, str):
            yield from _locale(where, locale, None, pim)
    attribute = pim.attribute(field)
    if attribute is not None:
        yield from _wanted(where, attribute, "scope", channel, pim)
        yield from _wanted(where, attribute, "locale", locales[0] if locales else None, pim)


def in_item(item: Json, pim: Catalog) -> Iterator[str]:
    """Of the values of a product or product model that was sent."""
    values = item.get("values")
    for code, each in values.items() if isinstance(values, dict) else ():
        attribute = pim.attribute(code)
        if attribute is None:
            yield from _attribute(code, pim)
            continue
        for value in each if isinstance(each, list) else ():
            if isinstance(value, dict):
                yield from _value(attribute, value, pim)


def _value(attribute: Json, value: Json, pim: Catalog) -> Iterator[str]:
    where = f'a value of "{attribute["code"]}"'
    channel, locale = value.get("scope"), value.get("locale")
    yield from _wanted(where, attribute, "scope", channel, pim)
    yield from _wanted(where, attribute, "locale", locale, pim)
    if isinstance(channel, str):
        yield from _channel(where, channel, pim)
    if isinstance(locale, str):
        yield from _locale(where, locale, channel if isinstance(channel, str) else None, pim)


def _wanted(where: str, attribute: Json, name: str, given: object, pim: Catalog) -> Iterator[str]:
    """`name`: `scope` or `locale`, as the value or filter names it."""
    word, right = ("scopable", _channels(pim)) if name == "scope" else ("localizable", sorted(pim.active_locales))
    code = attribute["code"]
    if attribute[word] and given is None:
        yield f'{where} lacks its {name}: "{code}" is {word}; give one of {", ".join(right)}.'
    if not attribute[word] and given is not None:
        yield f'{where} names a {name}: "{code}" is not {word}; leave "{name}" null.'


def _channels(pim: Catalog) -> list[str]:
    return [channel["code"] for channel in pim.channels()]


def _channel(where: str, code: str, pim: Catalog) -> Iterator[str]:
    if pim.channel(code) is None:
        yield f'{where} names the channel "{code}", which is not there{_near(code, _channels(pim))}'


def _locale(where: str, code: str, channel: str | None, pim: Catalog) -> Iterator[str]:
    """`channel`: the one that the locale has to be active in, where one is named."""
    if code not in pim.active_locales:
        known = "is not active" if pim.data("locale", code) is not None else "is not there"
        yield f'{where} names the locale "{code}", which {known}{_near(code, sorted(pim.active_locales))}'
    elif channel is not None and (found := pim.channel(channel)) is not None and code not in found["locales"]:
        locales = ", ".join(found["locales"])
        yield f'{where} names the locale "{code}", which the channel "{channel}" lacks: it has {locales}.'


def _attribute(code: str, pim: Catalog) -> Iterator[str]:
    if pim.attribute(code) is None:
        codes = [document.key for document in pim["attribute"]]
        yield f'there is no attribute "{code}"{meant(code, codes) or "."}'


def _near(code: str, right: Collection[str]) -> str:
    return meant(code, right) or f"; there are {', '.join(right)}."
