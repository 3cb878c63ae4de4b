"""How complete products are: per channel and locale, from what their family requires.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Completeness/
"""

from __future__ import annotations

from collections.abc import Callable
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

REMEMBERED_PERCENTAGES: Final = 10_000
_FIRST: Final = b'":[{"locale":'
_NEXT: Final = b'},{"locale":'
_DATA: Final = b',"data":'


class _Needs(NamedTuple):
    """What a family requires. Each requirement of each channel and locale is one bit of a number.

    `required`: for each channel and locale in turn, its bits and how many they are. `filled_by`: attribute -> place of
    a value -> what that value fills, by channel where its attribute is judged. `judges`: tell whether a value counts.
    """

    required: tuple[tuple[int, int], ...]
    filled_by: dict[str, dict[Place, dict[str, int]]]
    judges: dict[str, Judge]


class _Family(NamedTuple):
    """`required`: of its needs. `always`: what values of an attribute fill, wherever they are and whatever they say;
    `looked_at`: of the other attributes, from their values to what they fill. `percentages`: by what is filled."""

    required: tuple[tuple[int, int], ...]
    always: dict[bytes, int]
    looked_at: dict[bytes, Filling]
    percentages: dict[int, tuple[int, ...]]


class Completeness:
    """Holds for as long as the structure of the PIM stays as it is: `pim.fact("completeness", Completeness)`.

    `places`: (channel, locale), channels in order of their codes; percentages come in the same order.
    """

    def __init__(self, pim: Catalog) -> None:
        self._pim = pim
        self._channels = {one["code"]: one for one in pim.channels()}
        self.places = tuple((code, locale) for code, one in self._channels.items() for locale in one["locales"])
        self._families: dict[str, _Family | None] = {}
        # Equal results are one object.
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def of(self, document: Document, *, indexed: bool = False) -> tuple[int, ...] | None:
        """Whole percentages, rounded down; None for a product without family."""
        code = family_of(document)
        family = None if code is None else self._family(code)
        if family is None:
            return None
        filled = _filled(document, family)
        if document.parent is not None:
            room = self._pim.handed_down(document.parent, indexed=indexed)
            if "filled" not in room:
                room["filled"] = 0
                for model in self._pim.ancestors(document, indexed=indexed):
                    room["filled"] |= _filled(model, family)
            filled |= room["filled"]
        found = family.percentages.get(filled)
        if found is None:
            found = tuple(
                [100 * (filled & bits).bit_count() // number if number else 100 for bits, number in family.required]
            )
            found = self._known.setdefault(found, found)
            if len(family.percentages) < REMEMBERED_PERCENTAGES:
                family.percentages[filled] = found
        return found

    def _family(self, code: str) -> _Family | None:
        if code not in self._families:
            family = self._pim.family(code)
            self._families[code] = None if family is None else self._read(family)
        return self._families[code]

    def _read(self, family: Json) -> _Family:
        needs = self._needs(family)
        always: dict[bytes, int] = {}
        looked_at: dict[bytes, Filling] = {}
        for code, by_place in needs.filled_by.items():
            judge = needs.judges.get(code)
            if judge is not None:
                looked_at[code.encode()] = BySegment(self._by_judging(code, by_place, judge)).__getitem__
            elif by_place.keys() == {(None, None)}:
                always[code.encode()] = by_place[None, None][""]
            else:
                looked_at[code.encode()] = _by_places(code, by_place)
        return _Family(needs.required, always, looked_at, {})

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

    def _needs(self, family: Json) -> _Needs:
        pim = self._pim
        needs = _Needs((), {}, {})
        required: list[tuple[int, int]] = []
        bit = 1
        for channel, locale in self.places:
            # The identifier is required everywhere.
            codes = dict.fromkeys((pim.main_identifier, *family["attribute_requirements"].get(channel, ())))
            attributes = [one for code in codes if (one := pim.attribute(code)) and _is_asked_for(one, locale)]
            bits = 0
            for attribute in attributes:
                judge = _judge(attribute, pim)
                if judge is not None:
                    needs.judges[attribute["code"]] = judge
                place = (channel if attribute["scopable"] else None, locale if attribute["localizable"] else None)
                by_channel = needs.filled_by.setdefault(attribute["code"], {}).setdefault(place, {})
                # All channels at once where none of them judges.
                name = channel if judge is not None else ""
                by_channel[name] = by_channel.get(name, 0) | bit
                bits |= bit
                bit <<= 1
            required.append((bits, len(attributes)))
        return needs._replace(required=tuple(required))


def _filled(document: Document, family: _Family) -> int:
    """The requirements that own values fill."""
    filled, always, looked_at = 0, family.always, family.looked_at
    for segment in segments(values_part(document)):
        name = segment[: segment.index(b'"')]
        if name in always:
            filled |= always[name]
        elif name in looked_at:
            filled |= looked_at[name](segment)
    return filled


def _by_places(code: str, by_place: dict[Place, dict[str, int]]) -> Filling:
    """Told by how values begin."""
    start = len(code) + len(_FIRST)
    by_beginning = {
        b'%b,"scope":%b' % (dumps(locale), dumps(channel)): by_channel[""]
        for (channel, locale), by_channel in by_place.items()
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
