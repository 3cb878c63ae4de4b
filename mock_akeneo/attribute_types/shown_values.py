"""How stored values read: what is shown of them, and what GET adds to each.

Not shown: gone attributes, options, codes and media; channels that are gone, locales that are not active, not of the
channel or not of the attribute; prices in currencies that are not active.
Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Factory/NonExistentValuesFilter/, .../Normalizer/ExternalApi/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types._attribute_type import Pim
from mock_akeneo.attribute_types.metric import in_unit
from mock_akeneo.core.json_types import Json

# Stands for scheme and host in the links of media, which are not known before a client asks.
HERE: Final = "\x01"
_WITH_OPTIONS: Final = ("pim_catalog_simpleselect", "pim_catalog_multiselect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which values are asked for, and with what. `locales` and `attributes`: None is all.

    `types`: each value tells its attribute type, each measurement the symbol of its unit. `options`: the labels of
    options come along. `converted`: measurements are shown in the units of `channel`.
    """

    channel: str | None = None
    locales: tuple[str, ...] | None = None
    attributes: frozenset[str] | None = None
    types: bool = False
    options: bool = False
    converted: bool = False


EVERYTHING: Final = Asked()

Place = tuple[str | None, str | None]
Way = Callable[[list[Json]], list[Json]]
# Of one value; whether it is still shown.
Change = Callable[[Json], bool]


class ShownValues:
    """Shows values as they are asked for. Holds for as long as the structure of the PIM stays as it is."""

    def __init__(self, pim: Pim, channels: Sequence[Json], asked: Asked = EVERYTHING) -> None:
        self._pim, self._channels, self._asked = pim, channels, asked
        self._ways: dict[str, Way | None] = {}

    def of(self, values: Json) -> Json:
        """`{attribute: [{"locale", "scope", "data", …}]}` in the same order. `values` are not to be used any more."""
        ways = self._ways
        shown: Json = {}
        for code, entries in values.items():
            try:
                way = ways[code]
            except KeyError:
                way = ways[code] = self._way(code)
            if way is not None and (kept := way(entries)):
                shown[code] = kept
        return shown

    def _way(self, code: str) -> Way | None:
        asked, pim = self._asked, self._pim
        attribute = pim.attribute(code)
        if attribute is None or (asked.attributes is not None and code not in asked.attributes):
            return None
        shown = frozenset(places(attribute, self._channels, asked))
        type_name = attribute["type"] if asked.types else None
        changes = tuple(self._changes(attribute))

        def way(entries: list[Json]) -> list[Json]:
            kept = []
            for entry in entries:
                if (entry["scope"], entry["locale"]) not in shown:
                    continue
                for change in changes:
                    if not change(entry):
                        break
                else:
                    if type_name is not None:
                        entry["attribute_type"] = type_name
                    kept.append(entry)
            return kept

        channel = pim.channel(asked.channel) if asked.converted and asked.channel is not None else None
        if channel is not None and (unit := channel["conversion_units"].get(code)) is not None:
            return _converting(way, attribute, unit, channel, asked, pim)
        return way

    def _changes(self, attribute: Json) -> Iterator[Change]:
        """What is done to each value in turn."""
        asked, pim, type_ = self._asked, self._pim, ATTRIBUTE_TYPES[attribute["type"]]
        if type_.visible is not None:
            yield _less_what_is_gone(attribute, type_.visible, pim)
        if type_.download is not None:
            yield _with_link(type_.download)
        if asked.options and attribute["type"] in _WITH_OPTIONS:
            yield _with_labels(attribute["code"], pim)
        if asked.types and attribute["type"] == "pim_catalog_metric":
            yield _with_symbol(attribute, pim)
        if asked.types and attribute.get("reference_data_name"):
            yield _with_reference_data_name(attribute)


def _less_what_is_gone(attribute: Json, visible: Callable[[Json, Any, str | None, Pim], Any], pim: Pim) -> Change:
    # Codes that are there, as they are shown. They may be remembered: a change of options ends all this.
    known: dict[Any, Any] = {}

    def change(entry: Json) -> bool:
        data = entry["data"]
        key = data
        if type(data) is list:
            key = tuple(data) if data and type(data[0]) is str else None
        found = known.get(key)
        if found is None:
            found = visible(attribute, data, entry["scope"], pim)
            if found is None:
                return False
            if key is not None:
                known[key] = found
        entry["data"] = found
        return True

    return change


def _with_link(download: Callable[[Any], str]) -> Change:
    links: dict[str, Json] = {}

    def change(entry: Json) -> bool:
        data = entry["data"]
        link = links.get(data)
        if link is None:
            link = links[data] = {"download": {"href": HERE + download(data)}}
        entry["_links"] = link
        return True

    return change


def _with_symbol(attribute: Json, pim: Pim) -> Change:
    family = pim.measurement_family(attribute["metric_family"])
    symbols = {unit: one.get("symbol") for unit, one in family["units"].items()} if family else {}

    def change(entry: Json) -> bool:
        data = entry["data"]
        data["symbol"] = symbols.get(data["unit"])
        return True

    return change


def _with_labels(code: str, pim: Pim) -> Change:
    def linked(option_code: str) -> Json:
        option = pim.option(code, option_code)
        labels = option["labels"] if option else {}
        # An empty PHP array is a JSON list.
        return {"attribute": code, "code": option_code, "labels": labels or []}

    def change(entry: Json) -> bool:
        data = entry["data"]
        entry["linked_data"] = linked(data) if isinstance(data, str) else {one: linked(one) for one in data}
        return True

    return change


def _with_reference_data_name(attribute: Json) -> Change:
    def change(entry: Json) -> bool:
        entry["reference_data_name"] = attribute["reference_data_name"]
        return True

    return change


def places(attribute: Json, channels: Sequence[Json], asked: Asked = EVERYTHING) -> Iterator[Place]:
    """(channel, locale) of the values that are shown."""
    if not attribute["scopable"] and not attribute["localizable"]:
        yield None, None
        return
    available = attribute["available_locales"]

    def locales(channel: Json) -> Iterator[str]:
        for locale in channel["locales"]:
            if (not available or locale in available) and (asked.locales is None or locale in asked.locales):
                yield locale

    for channel in (one for one in channels if asked.channel in (None, one["code"])):
        scope = channel["code"] if attribute["scopable"] else None
        if attribute["localizable"]:
            for locale in locales(channel):
                yield scope, locale
        else:
            yield scope, None


def _converting(way: Way, attribute: Json, unit: str, channel: Json, asked: Asked, pim: Pim) -> Way:
    """A measurement in the unit of the channel: in place if localizable, else beside the stored one for each locale.

    Source: apidocs: content/concepts/target-market-settings.md
    """
    family = pim.measurement_family(attribute["metric_family"])
    locales = [locale for locale in channel["locales"] if asked.locales is None or locale in asked.locales]

    def converted(entry: Json) -> Json:
        data = in_unit(family, attribute, entry["data"], unit) if family else entry["data"]
        if asked.types and family:
            data = {**data, "symbol": family["units"][data["unit"]].get("symbol")}
        return {**entry, "data": data}

    def converting(entries: list[Json]) -> list[Json]:
        kept = way(entries)
        if attribute["localizable"]:
            return [converted(entry) for entry in kept]
        return [
            *kept,
            *({**converted(entry), "locale": locale, "scope": channel["code"]} for entry in kept for locale in locales),
        ]

    return converting
