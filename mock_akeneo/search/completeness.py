"""How complete products are: per channel and locale, from what their family requires.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Completeness/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import BySegment, family_of, segments, values_part
from mock_akeneo.core.json_types import Json, dumps, loads

LETTERS: Final = "ABCDE"

# (channel, locale) of a value.
Place = tuple[str | None, str | None]
Judge = Callable[[Json, Json], bool]
# Of a segment of bytes, see `catalog.product_document.segments`.
Filling = Callable[[bytes], int]

# What is judged: requirements by channel, options, currencies of channels.
_JUDGED_BY: Final = ("channel", "attribute", "attribute_option", "family", "measurement_family")
# For each family.
REMEMBERED: Final = 10_000
_FIRST: Final = b'":[{"locale":'
_NEXT: Final = b'},{"locale":'
_DATA: Final = b',"data":'


class _Filled(NamedTuple):
    """What own values fill. Equal ones are one object, kept in the documents.

    `structure`: see `Completeness`; `family`: None without; `percentages`: if nothing is inherited.
    """

    structure: tuple[int, ...]
    family: str | None
    bits: int
    percentages: tuple[int, ...] | None


class _Family(NamedTuple):
    """A requirement, an attribute in one of the places, is one bit of a number.

    `required`: for each place, its requirements and how many they are. `always`: what values of an attribute fill,
    whatever they say; `looked_at`: of the other attributes, where their bits begin, one for each place; `beginnings`:
    of the segments of both. `filled`, `percentages`: by what is filled.
    """

    required: tuple[tuple[int, int], ...]
    always: dict[bytes, int]
    looked_at: dict[bytes, int]
    beginnings: tuple[bytes, ...]
    filled: dict[int, _Filled]
    percentages: dict[int, tuple[int, ...]]


class _Fillings:
    """Which places a value counts in, bit by bit. Apart from `Completeness`, which would else point at itself."""

    def __init__(self, pim: Catalog, channels: Mapping[str, Json], places: Sequence[tuple[str, str]]) -> None:
        self._pim, self._channels, self._places = pim, channels, places
        self._known: dict[bytes, Filling] = {}

    def read(self, segment: bytes) -> int:
        code = segment[: segment.index(b'"')]
        filling = self._known.get(code)
        if filling is None:
            filling = self._known[code] = self._filling(code.decode())
        return filling(segment)

    def _filling(self, code: str) -> Filling:
        attribute = self._pim.attribute(code)
        assert attribute is not None
        judge = _judge(attribute, self._pim)
        by_place: dict[Place, dict[str, int]] = {}
        for position, (channel, locale) in enumerate(self._places):
            place = (channel if attribute["scopable"] else None, locale if attribute["localizable"] else None)
            by_channel = by_place.setdefault(place, {})
            by_channel[channel] = by_channel.get(channel, 0) | 1 << position
        if judge is not None:
            return self._by_judging(code, by_place, judge)
        return _by_places(code, {place: sum(by_channel.values()) for place, by_channel in by_place.items()})

    def _by_judging(self, code: str, by_place: dict[Place, dict[str, int]], judge: Judge) -> Filling:
        channels = self._channels

        def filling(segment: bytes) -> int:
            filled = 0
            for entry in loads(b'{"%b}]}' % segment)[code]:
                for channel, bits in by_place.get((entry["scope"], entry["locale"]), _NOTHING).items():
                    if judge(entry, channels[channel]):
                        filled |= bits
            return filled

        return filling


class Completeness:
    """Holds for as long as the structure of the PIM stays as it is: `pim.fact("completeness", Completeness)`.

    `places`: (channel, locale), channels in order of their codes; percentages come in the same order. What a document
    fills is kept with it, and with the versions of all that it was judged by.
    """

    def __init__(self, pim: Catalog) -> None:
        self._pim = pim
        self._structure = tuple(pim[kind].version for kind in _JUDGED_BY)
        channels = {one["code"]: one for one in pim.channels()}
        self.places = tuple((code, locale) for code, one in channels.items() for locale in one["locales"])
        self._families: dict[str, _Family | None] = {}
        self._filled_by = BySegment(_Fillings(pim, channels, self.places).read).__getitem__
        self._without_family = _Filled(self._structure, None, 0, None)
        # Equal results are one object.
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def of(self, document: Document, *, indexed: bool = False) -> tuple[int, ...] | None:
        """Whole percentages, rounded down; None for a product without family."""
        own = self.filled(document)
        if document.parent is None or own.family is None:
            return own.percentages
        room = self._pim.handed_down(document.parent, indexed=indexed)
        inherited: int | None = room.get("filled")
        if inherited is None:
            inherited = 0
            for model in self._pim.ancestors(document, indexed=indexed):
                inherited |= self.filled(model).bits
            room["filled"] = inherited
        family = self._family(own.family)
        assert family is not None
        return self._percentages(family, own.bits | inherited)

    def filled(self, document: Document) -> _Filled:
        """What own values fill, noted when it was not."""
        filled: _Filled | None = document.filled
        if filled is not None and filled.structure == self._structure:
            return filled
        code = family_of(document)
        family = None if code is None else self._family(code)
        asked = () if family is None else family.beginnings
        found = [segment for segment in segments(values_part(document)) if segment.startswith(asked)]
        return self.note(document, code, {segment[: segment.index(b'"')]: segment for segment in found})

    def note(self, document: Document, family: str | None, values: Mapping[bytes, bytes]) -> _Filled:
        """Keeps what a document fills. `values`: its segments by the codes of their attributes, see
        `catalog.product_document.segments`."""
        known = None if family is None else self._family(family)
        if known is None:
            filled = self._without_family
        else:
            bits = 0
            for code, always in known.always.items():
                if code in values:
                    bits |= always
            for code, first in known.looked_at.items():
                if (segment := values.get(code)) is not None:
                    bits |= self._filled_by(segment) << first
            found = known.filled.get(bits)
            if found is None:
                found = _Filled(self._structure, family, bits, self._percentages(known, bits))
                if len(known.filled) < REMEMBERED:
                    known.filled[bits] = found
            filled = found
        document.filled = filled
        return filled

    def _percentages(self, family: _Family, filled: int) -> tuple[int, ...]:
        found = family.percentages.get(filled)
        if found is None:
            found = tuple(
                [100 * (filled & bits).bit_count() // number if number else 100 for bits, number in family.required]
            )
            found = self._known.setdefault(found, found)
            if len(family.percentages) < REMEMBERED:
                family.percentages[filled] = found
        return found

    def _family(self, code: str) -> _Family | None:
        if code not in self._families:
            family = self._pim.family(code)
            self._families[code] = None if family is None else self._requirements(family)
        return self._families[code]

    def _requirements(self, family: Json) -> _Family:
        first: dict[bytes, int] = {}
        required = []
        for position, (channel, locale) in enumerate(self.places):
            # The identifier is required everywhere.
            codes = dict.fromkeys((self._pim.main_identifier, *family["attribute_requirements"].get(channel, ())))
            attributes = [one for code in codes if (one := self._pim.attribute(code)) and _is_asked_for(one, locale)]
            bits = 0
            for attribute in attributes:
                bits |= 1 << first.setdefault(attribute["code"].encode(), len(first) * len(self.places)) + position
            required.append((bits, len(attributes)))
        everywhere = (1 << len(self.places)) - 1
        always = {code: everywhere << place for code, place in first.items() if self._is_always_filled(code)}
        looked_at = {code: place for code, place in first.items() if code not in always}
        return _Family(tuple(required), always, looked_at, tuple(b'%b"' % code for code in first), {}, {})

    def _is_always_filled(self, code: bytes) -> bool:
        """By its one value, whatever it says."""
        attribute = self._pim.attribute(code.decode())
        assert attribute is not None
        return not attribute["scopable"] and not attribute["localizable"] and _judge(attribute, self._pim) is None


def _by_places(code: str, by_place: dict[Place, int]) -> Filling:
    """Told by how values begin."""
    start = len(code) + len(_FIRST)
    by_beginning = {
        b'%b,"scope":%b' % (dumps(locale), dumps(channel)): bits for (channel, locale), bits in by_place.items()
    }

    def filling(segment: bytes) -> int:
        filled = 0
        for entry in segment[start:].split(_NEXT):
            filled |= by_beginning.get(entry[: entry.index(_DATA)], 0)
        return filled

    return filling


_NOTHING: Final[dict[str, int]] = {}


def _is_asked_for(attribute: Json, locale: str) -> bool:
    """A locale specific attribute is required in its own locales only."""
    return not attribute["available_locales"] or locale in attribute["available_locales"]


def _judge(attribute: Json, pim: Catalog) -> Judge | None:
    """Whether a value counts: what it points at is there, and it is filled as its type asks. None: each counts."""
    type_ = ATTRIBUTE_TYPES[attribute["type"]]
    visible, filled = type_.visible, type_.filled
    if visible is None and filled is None:
        return None

    def judge(entry: Json, channel: Json) -> bool:
        data: Any = entry["data"]
        if visible is not None:
            data = visible(attribute, data, entry["scope"], pim)
        return data is not None and (filled is None or filled(attribute, data, channel))

    return judge


def letter(percentage: int) -> str:
    """The quality score that we show: the PIM's own looks at spelling and images too, and comes minutes later."""
    return LETTERS[min((100 - percentage) // 10, len(LETTERS) - 1)]
