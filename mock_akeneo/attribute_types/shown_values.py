"""How stored values read: what is shown of them, and what GET adds to each.

Not shown: gone attributes, options, codes and media; channels that are gone, locales that are not active, not of the
channel or not of the attribute; prices in currencies that are not active.
Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Factory/NonExistentValuesFilter/, .../Normalizer/ExternalApi/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types._attribute_type import Pim
from mock_akeneo.attribute_types.metric import METRIC, Target, in_unit, target
from mock_akeneo.attribute_types.stored_values import LOADED_APART, stored_order
from mock_akeneo.catalog.product_document import BySegment, joined, segments
from mock_akeneo.core.json_types import Json, dumps, loads

# Stands for scheme and host in the links of media, which are not known before a client asks: a raw control character,
# which no JSON text holds. `dumps` escapes it, and behind an unescaped quote no text can hold that either.
HERE: Final = "\x01"
_ESCAPED_LINK: Final = b'"href":"\\u0001'
_LINK: Final = b'"href":"' + HERE.encode()
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
# Of a segment of bytes, see `catalog.product_document.segments`; empty when it is not asked for, None when it is gone.
QuickWay = Callable[[bytes], bytes | None]

_ONE_PLACE: Final[frozenset[Place]] = frozenset(((None, None),))
_FIRST: Final = b'":[{"locale":'
_NEXT: Final = b'},{"locale":'
_DATA: Final = b',"data":'


class Part(NamedTuple):
    """A segment as it is shown. `key`: its place among the stored ones; `type`: a number, see `_NUMBERS`."""

    key: bytes
    type: int
    shown: bytes


class ShownValues:
    """Shows values as they are asked for. Holds for as long as the structure of the PIM stays as it is."""

    def __init__(self, pim: Pim, channels: Sequence[Json], asked: Asked = EVERYTHING) -> None:
        self._ways = _Ways(pim, channels, asked)
        self._shown: BySegment[Any] = BySegment(self._ways.show)
        # From the keys of what is shown to its order: many products have the same attributes.
        self._orders: dict[tuple[bytes, ...], list[int]] = {}

    def parts(self, inside: bytes) -> list[Part]:
        """The inside of `values` as it is asked for, of what is stored, most of which need not be parsed for it."""
        found: list[Part] = list(filter(None, map(self._shown.__getitem__, segments(inside))))
        keys = tuple([part[0] for part in found])
        order = self._orders.get(keys)
        if order is None:
            if len(self._orders) >= _MOST_ORDERS:
                self._orders.clear()
            places = {key: place for place, key in enumerate(keys)}
            order = self._orders[keys] = [places[part.key] for part in in_order(found.copy())]
        return [found[place] for place in order]

    def type_of(self, key: bytes) -> int:
        """The type of a part with this key."""
        return self._ways.known(key[_LENGTH:])[1]

    def inside(self, inside: bytes) -> bytes:
        """The same, joined."""
        return joined([part[2] for part in self.parts(inside)])


def in_order(parts: list[Part]) -> list[Part]:
    """As the PIM shows them: those that it loads apart, then type by type, in order of their first attributes.

    Attributes of one type stand in the order in which the database keeps them. In a list the PIM takes the types in the
    order in which the whole page has them; here each item is shown as alone.
    Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Factory/{TransformRawValuesCollections.php,
    NonExistentValuesFilter/ChainedNonExistentValuesFilter.php}
    """
    parts.sort(key=_key)
    types: dict[int, list[Part]] = {}
    for part in parts:
        of_type = types.get(part.type)
        if of_type is None:
            types[part.type] = [part]
        else:
            of_type.append(part)
    if len(types) == 1:
        return parts
    apart = [types.pop(number) for number in sorted(types) if number < 0]
    return [part for of_type in (*apart, *types.values()) for part in of_type]


_MOST_ORDERS: Final = 10_000
_LENGTH: Final = 2  # bytes of a key that say how long the name behind them is
_key: Final = itemgetter(0)
# Of those that are loaded apart: below 0.
_NUMBERS: Final = {name: place - len(LOADED_APART) for place, name in enumerate(LOADED_APART)}


class _Ways:
    """One way for each attribute, made when it is first met."""

    def __init__(self, pim: Pim, channels: Sequence[Json], asked: Asked) -> None:
        self._pim, self._channels, self._asked = pim, channels, asked
        self._quick_ways: dict[bytes, tuple[bytes, int, QuickWay]] = {}
        self._numbers = dict(_NUMBERS)

    def show(self, segment: bytes) -> Part | tuple[()] | None:
        name = segment[: segment.index(b'"')]
        key, number, way = self.known(name)
        shown = way(segment)
        return Part(key, number, shown) if shown else None if shown is None else ()

    def known(self, name: bytes) -> tuple[bytes, int, QuickWay]:
        """Of an attribute the key and the type of its parts, and how it is shown."""
        known = self._quick_ways.get(name)
        if known is None:
            known = self._quick_ways[name] = self._read(name)
        return known

    def _read(self, name: bytes) -> tuple[bytes, int, QuickWay]:
        attribute = self._pim.attribute(name.decode())
        type_ = "" if attribute is None else attribute["type"]
        number = self._numbers.setdefault(type_, len(self._numbers))
        return len(name).to_bytes(_LENGTH) + name, number, self._quick_way(name)

    def _way_of(self, attribute: Json) -> Way:
        asked, pim = self._asked, self._pim
        shown = frozenset(places(attribute, self._channels, asked))
        type_name = attribute["type"] if asked.types else None
        changes = tuple(self._changes(attribute))

        def way(entries: list[Json]) -> list[Json]:
            kept = []
            for entry in sorted(entries, key=stored_order) if len(entries) > 1 else entries:
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

        targets = self._targets(attribute)
        return _converting(way, attribute, targets, asked, pim) if targets else way

    def _targets(self, attribute: Json) -> dict[str, Target]:
        """What a measurement is converted into, by locale."""
        asked = self._asked
        channel = self._pim.channel(asked.channel or "") if asked.converted else None
        if channel is None or attribute["type"] != METRIC.name:
            return {}
        locales = [one for one in channel["locales"] if asked.locales is None or one in asked.locales]
        rules = channel["conversion_units"]
        return {locale: found for locale in locales if (found := target(attribute, rules, locale))}

    def _quick_way(self, name: bytes) -> QuickWay:
        code = name.decode()
        attribute, asked = self._pim.attribute(code), self._asked.attributes
        if attribute is None or (asked is not None and code not in asked):
            return lambda segment: b""
        if any(True for _ in self._changes(attribute)) or self._targets(attribute):
            return _parsing(self._way_of(attribute))
        if attribute["type"] == "pim_catalog_table":
            # Cells may be called what the marks in the bytes are called.
            return _parsing(self._way_of(attribute))
        typed = b',"attribute_type":%b,"data":' % dumps(attribute["type"]) if self._asked.types else None
        here = frozenset(places(attribute, self._channels, self._asked))
        if here == _ONE_PLACE:
            return (lambda segment: segment) if typed is None else (lambda segment: segment.replace(_DATA, typed))
        return _in_places(name, here, typed)

    def _changes(self, attribute: Json) -> Iterator[Change]:
        """What is done to each value in turn."""
        asked, pim, type_ = self._asked, self._pim, ATTRIBUTE_TYPES[attribute["type"]]
        if type_.visible is not None:
            yield _less_what_is_gone(attribute, type_.visible, pim)
        if type_.shown is not None and attribute["unique"]:
            yield _as_shown(attribute, type_.shown)
        if type_.download is not None:
            yield _with_link(type_.download)
        if asked.options and attribute["type"] in _WITH_OPTIONS:
            yield _with_labels(attribute["code"], pim)
        if asked.types and attribute["type"] == "pim_catalog_metric":
            yield _with_symbol(attribute, pim)
        if asked.types and attribute.get("reference_data_name"):
            yield _with_reference_data_name(attribute)


def _in_places(name: bytes, here: frozenset[Place], typed: bytes | None) -> QuickWay:
    """Leaves the values of some places, told by how they begin, in the order of the places."""
    start = len(name) + len(_FIRST)
    in_turn = sorted(here, key=lambda place: stored_order({"scope": place[0], "locale": place[1]}))
    turns = {b'%b,"scope":%b' % (dumps(locale), dumps(channel)): turn for turn, (channel, locale) in enumerate(in_turn)}

    def way(segment: bytes) -> bytes:
        entries = segment[start:].split(_NEXT)
        kept = []
        for entry in entries:
            turn = turns.get(entry[: entry.index(_DATA)])
            if turn is not None:
                kept.append((turn, entry))
        if not kept:
            return b""
        if len(entries) > 1:
            kept.sort()
            segment = segment[:start] + _NEXT.join([entry for _, entry in kept])
        return segment if typed is None else segment.replace(_DATA, typed)

    return way


def _parsing(way: Way) -> QuickWay:
    def quick(segment: bytes) -> bytes | None:
        ((code, entries),) = loads(b'{"%b}]}' % segment).items()
        kept = way(entries)
        return dumps({code: kept})[2:-3].replace(_ESCAPED_LINK, _LINK) if kept else None

    return quick


def _less_what_is_gone(attribute: Json, visible: Callable[[Json, Any, str | None, Pim], Any], pim: Pim) -> Change:
    def change(entry: Json) -> bool:
        entry["data"] = visible(attribute, entry["data"], entry["scope"], pim)
        return entry["data"] is not None

    return change


def _as_shown(attribute: Json, shown: Callable[[Json, Any], Any]) -> Change:
    def change(entry: Json) -> bool:
        entry["data"] = shown(attribute, entry["data"])
        return True

    return change


def _with_link(download: Callable[[Any], str]) -> Change:
    def change(entry: Json) -> bool:
        entry["_links"] = {"download": {"href": HERE + download(entry["data"])}}
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


def _converting(way: Way, attribute: Json, targets: Mapping[str, Target], asked: Asked, pim: Pim) -> Way:
    """A measurement in the unit of each locale: in place if localizable, else beside the stored one.

    Source: apidocs: content/concepts/target-market-settings.md
    """
    family = pim.measurement_family(attribute["metric_family"])

    def converted(entry: Json, wanted: Target) -> Json:
        data = in_unit(family, attribute, entry["data"], wanted) if family else entry["data"]
        if asked.types and family:
            data = {**data, "symbol": family["units"][data["unit"]].get("symbol")}
        return {**entry, "data": data}

    def converting(entries: list[Json]) -> list[Json]:
        kept = way(entries)
        if attribute["localizable"]:
            return [
                converted(entry, targets[entry["locale"]]) if entry["locale"] in targets else entry for entry in kept
            ]
        return [
            *kept,
            *(
                {**converted(one, wanted), "locale": locale, "scope": asked.channel}
                for one in kept
                for locale, wanted in targets.items()
            ),
        ]

    return converting
