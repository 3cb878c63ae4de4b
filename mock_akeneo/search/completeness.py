"""How complete products are: per channel and locale, from what their family requires.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Completeness/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import family_of, segments, values_part
from mock_akeneo.core.json_types import Json, dumps, loads

LETTERS: Final = "ABCDE"

# (channel, locale) of a value.
Place = tuple[str | None, str | None]
Judge = Callable[[Json, Json], bool]
# Of a segment of bytes, see `catalog.product_document.segments`.
Filling = Callable[[bytes], int]

REMEMBERED_VALUES: Final = 10_000
REMEMBERED_BYTES: Final = 400
_FIRST: Final = b'":[{"locale":'
_NEXT: Final = b'},{"locale":'
_DATA: Final = b',"data":'


class _Needs(NamedTuple):
    """What a family requires. Each requirement of each channel and locale is one bit of a number.

    `required`: for each channel and locale in turn, its bits and how many they are. `filled_by`: attribute -> place of
    a value -> what that value fills, by channel where its attribute is judged. `judges`: tell whether a value counts.
    `fillings`: made of both, by attribute.
    """

    required: tuple[tuple[int, int], ...]
    filled_by: dict[str, dict[Place, dict[str, int]]]
    judges: dict[str, Judge]
    fillings: dict[bytes, Filling]


class Completeness:
    """Holds for as long as the structure of the PIM stays as it is: `pim.fact("completeness", Completeness)`.

    `places`: (channel, locale), channels in order of their codes; percentages come in the same order.
    """

    def __init__(self, pim: Catalog) -> None:
        self._pim = pim
        self._channels = {one["code"]: one for one in pim.channels()}
        self.places = tuple((code, locale) for code, one in self._channels.items() for locale in one["locales"])
        self._needs_of: dict[str, _Needs | None] = {}
        # Equal results are one object.
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def of(self, document: Document, *, indexed: bool = False) -> tuple[int, ...] | None:
        """Whole percentages, rounded down; None for a product without family."""
        code = family_of(document)
        needs = None if code is None else self._needs(code)
        if needs is None:
            return None
        filled = self._filled(document, needs)
        if document.parent is not None:
            room = self._pim.handed_down(document.parent, indexed=indexed)
            if "filled" not in room:
                room["filled"] = 0
                for model in self._pim.ancestors(document, indexed=indexed):
                    room["filled"] |= self._filled(model, needs)
            filled |= room["filled"]
        found = tuple(
            [100 * (filled & bits).bit_count() // number if number else 100 for bits, number in needs.required]
        )
        return self._known.setdefault(found, found)

    def _filled(self, document: Document, needs: _Needs) -> int:
        """The requirements that own values fill: told by what stands in the bytes, where no value is judged."""
        filled = 0
        fillings = needs.fillings
        for segment in segments(values_part(document)):
            name = segment[: segment.index(b'"')]
            filling = fillings.get(name)
            if filling is None:
                filling = fillings[name] = self._filling(name.decode(), needs)
            filled |= filling(segment)
        return filled

    def _filling(self, code: str, needs: _Needs) -> Filling:
        """From the values of an attribute to what they fill."""
        by_place, judge = needs.filled_by.get(code), needs.judges.get(code)
        if by_place is None:
            return lambda segment: 0
        if judge is None:
            if by_place.keys() == {(None, None)}:
                bits = by_place[None, None][""]
                return lambda segment: bits
            start = len(code) + len(_FIRST)
            by_beginning = {
                b'%b,"scope":%b' % (dumps(locale), dumps(channel)): by_channel[""]
                for (channel, locale), by_channel in by_place.items()
            }

            def by_places(segment: bytes) -> int:
                filled = 0
                for entry in segment[start:].split(_NEXT):
                    filled |= by_beginning.get(entry[: entry.index(_DATA)], 0)
                return filled

            return by_places
        known: dict[bytes, int] = {}

        def by_judging(segment: bytes) -> int:
            filled = known.get(segment)
            if filled is None:
                filled = 0
                for entry in loads(b'{"%b}]}' % segment)[code]:
                    for channel, bits in by_place.get((entry["scope"], entry["locale"]), _NOTHING).items():
                        if judge(entry, self._channels[channel]):
                            filled |= bits
                if len(segment) < REMEMBERED_BYTES and len(known) < REMEMBERED_VALUES:
                    known[segment] = filled
            return filled

        return by_judging

    def _needs(self, family_code: str) -> _Needs | None:
        if family_code not in self._needs_of:
            family = self._pim.family(family_code)
            self._needs_of[family_code] = None if family is None else self._read_needs(family)
        return self._needs_of[family_code]

    def _read_needs(self, family: Json) -> _Needs:
        pim = self._pim
        needs = _Needs((), {}, {}, {})
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
