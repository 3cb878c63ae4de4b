"""How values that are saved are read back: under their own channels and locales, less what is gone meanwhile.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Factory/NonExistentValuesFilter/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types._attribute_type import Pim
from mock_akeneo.catalog.document import key_order
from mock_akeneo.core.json_types import Json


def wrong_locale(
    attribute: Json, channel: str | None, locale: str, found: Json | None, active: frozenset[str]
) -> str | None:
    code = attribute["code"]
    if locale not in active:
        return f"The {code} attribute requires a valid locale. The {locale} locale does not exist."
    if found is not None and locale not in found["locales"]:
        return (
            f"The {code} attribute requires a valid locale. The {locale} locale is not bound to the {channel} channel."
        )
    available = attribute["available_locales"]
    if available and locale not in available:
        return f"The {locale} locale is not available on the {code} attribute."
    return None


def settled_values(values: Json, pim: Pim, since: Json | None = None) -> Json:
    """`values` as they are read back once they are saved; the very same object if that is how they are.

    A channel or locale in another letter case is kept under that, and read under its own code: what was there under the
    own code counts, unless the other comes later in the database's order. Some types are not found again that way.
    `since`: values that are settled; entries that are still the same list are not looked at again.
    """
    settled: Json | None = None
    for code, entries in values.items():
        if since is not None and since.get(code) is entries:
            continue
        attribute = pim.attribute(code)
        if attribute is None:
            continue
        kept = _settled_entries(attribute, entries, pim)
        if kept is entries:
            continue
        if settled is None:
            settled = values.copy()
        if kept:
            settled[code] = kept
        else:
            del settled[code]
    return values if settled is None else settled


def _settled_entries(attribute: Json, entries: list[Json], pim: Pim) -> list[Json]:
    type_ = ATTRIBUTE_TYPES[attribute["type"]]
    same, active = True, pim.active_locales
    kept: dict[tuple[str | None, str | None], Json] = {}
    for entry in sorted(entries, key=stored_order) if len(entries) > 1 else entries:
        locale, channel, data = entry["locale"], entry["scope"], entry["data"]
        if channel is not None:
            found = pim.channel(channel)
            if found is not None and found["code"] != channel:
                same = False
                if type_.by_channel:
                    continue
                channel = found["code"]
        if locale is not None and locale not in active:
            same, locale = False, next((one for one in active if one.lower() == locale.lower()), locale)
        if type_.settled is not None and (own := type_.settled(attribute, data, pim)) != data:
            same, data = False, own
        kept[channel, locale] = {"locale": locale, "scope": channel, "data": data}
    return entries if same else list(kept.values())


# Types whose values the PIM looks up before all others, in this order.
LOADED_APART: Final = (
    "pim_catalog_simpleselect",
    "pim_catalog_multiselect",
    "pim_reference_data_simpleselect",
    "pim_reference_data_multiselect",
    "pim_catalog_price_collection",
    "pim_catalog_file",
    "pim_catalog_image",
)


def loaded_order(codes: Iterable[str], pim: Pim) -> list[str]:
    """The attributes of stored values as the PIM loads them: some types first, the others in order of their first."""
    types: dict[str, list[str]] = {name: [] for name in LOADED_APART}
    for code in sorted(codes, key=key_order):
        attribute = pim.attribute(code)
        if attribute is not None:
            types.setdefault(attribute["type"], []).append(code)
    return [code for of_type in types.values() for code in of_type]


def stored_order(entry: Json) -> tuple[tuple[int, bytes], tuple[int, bytes]]:
    """The order of the values of one attribute: by channel, then by locale."""
    return key_order(entry["scope"] or ""), key_order(entry["locale"] or "")


def visible_values(values: Json, pim: Pim) -> Json:
    """`values` less what points at something that is gone; the very same object when all of it is shown.

    Not shown: gone attributes, options, codes and media; channels that are gone, locales that are not active or not of
    the channel or not of the attribute; prices in currencies that are not active.
    """
    shown: Json | None = None
    active_locales = pim.active_locales
    for code, entries in values.items():
        attribute = pim.attribute(code)
        kept = [] if attribute is None else _visible_entries(attribute, entries, pim, active_locales)
        if kept is entries:
            continue
        if shown is None:
            shown = values.copy()
        if kept:
            shown[code] = kept
        else:
            del shown[code]
    return values if shown is None else shown


def _visible_entries(attribute: Json, entries: list[Json], pim: Pim, active_locales: frozenset[str]) -> list[Json]:
    visible = ATTRIBUTE_TYPES[attribute["type"]].visible
    kept: list[Json] = []
    same = True
    for entry in entries:
        locale, channel, data = entry["locale"], entry["scope"], entry["data"]
        found = pim.channel(channel) if channel is not None else None
        if (channel is not None and found is None) or (
            locale is not None and wrong_locale(attribute, channel, locale, found, active_locales)
        ):
            same = False
            continue
        left = data if visible is None else visible(attribute, data, channel, pim)
        if left is data:
            kept.append(entry)
        else:
            same = False
            if left is not None:
                kept.append({**entry, "data": left})
    return entries if same else kept
