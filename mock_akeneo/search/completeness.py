"""How complete products are: per channel and locale, from what their family requires.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Completeness/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import family_of, values_part
from mock_akeneo.core.json_types import Json, loads

# (attribute, channel if scopable, locale if localizable)
Place = tuple[str, str | None, str | None]
LETTERS: Final = "ABCDE"


class _Needs(NamedTuple):
    """What a family requires. `required`: for each channel and locale in turn. `judged`: attributes whose values have
    to be looked at, with what tells whether one of them counts in a channel."""

    required: tuple[frozenset[Place], ...]
    judged: dict[str, Callable[[Json, Json], bool]]


class _Held(NamedTuple):
    """What a product or product model has: places with a value, and the entries that are to be looked at."""

    places: frozenset[Place]
    judged: tuple[tuple[str, Json], ...]


class Completeness:
    """Holds for as long as the structure of the PIM stays as it is: `pim.fact("completeness", Completeness)`.

    `places`: (channel, locale), channels in order of their codes; percentages come in the same order.
    """

    def __init__(self, pim: Catalog) -> None:
        self._pim = pim
        self._channels = pim.channels()
        self.places = tuple((one["code"], locale) for one in self._channels for locale in one["locales"])
        self._needs_of: dict[str, _Needs | None] = {}

    def of(self, document: Document, *, indexed: bool = False) -> tuple[int, ...] | None:
        """Whole percentages, rounded down; None for a product without family."""
        code = family_of(document)
        needs = None if code is None else self._needs(code)
        if needs is None:
            return None
        held = _held(document, needs)
        if document.parent is not None:
            room = self._pim.handed_down(document.parent, indexed=indexed)
            if "held" not in room:
                room["held"] = _together(
                    _held(model, needs) for model in self._pim.ancestors(document, indexed=indexed)
                )
            held = _together((held, room["held"]))
        return self._percentages(held, needs)

    def _percentages(self, held: _Held, needs: _Needs) -> tuple[int, ...]:
        found: list[int] = []
        required = iter(needs.required)
        for channel in self._channels:
            places = held.places
            if held.judged:
                places = places | {
                    (code, entry["scope"], entry["locale"])
                    for code, entry in held.judged
                    if needs.judged[code](entry, channel)
                }
            for _ in channel["locales"]:
                wanted = next(required)
                found.append(100 * (len(wanted) - len(wanted - places)) // len(wanted) if wanted else 100)
        return tuple(found)

    def _needs(self, family_code: str) -> _Needs | None:
        if family_code in self._needs_of:
            return self._needs_of[family_code]
        pim = self._pim
        family = pim.family(family_code)
        needs = None
        if family is not None:
            required, judged = [], {}
            for channel in self._channels:
                codes = dict.fromkeys((pim.main_identifier, *family["attribute_requirements"].get(channel["code"], ())))
                attributes = [one for code in codes if (one := pim.attribute(code)) is not None]
                for attribute in attributes:
                    if (judge := _judge(attribute, pim)) is not None:
                        judged[attribute["code"]] = judge
                required += [
                    frozenset(_place(one, channel["code"], locale) for one in attributes if _has_locale(one, locale))
                    for locale in channel["locales"]
                ]
            needs = _Needs(tuple(required), judged)
        self._needs_of[family_code] = needs
        return needs


def _place(attribute: Json, channel: str, locale: str) -> Place:
    return (
        attribute["code"],
        channel if attribute["scopable"] else None,
        locale if attribute["localizable"] else None,
    )


def _has_locale(attribute: Json, locale: str) -> bool:
    """A locale specific attribute is required in its own locales only."""
    return not attribute["available_locales"] or locale in attribute["available_locales"]


def _judge(attribute: Json, pim: Catalog) -> Callable[[Json, Json], bool] | None:
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


def _held(document: Document, needs: _Needs) -> _Held:
    values: Json = loads(b"{%b}" % values_part(document))
    judged = needs.judged
    return _Held(
        frozenset(
            (code, entry["scope"], entry["locale"])
            for code, entries in values.items()
            if code not in judged
            for entry in entries
        ),
        tuple((code, entry) for code in judged.keys() & values.keys() for entry in values[code]),
    )


def _together(parts: Iterable[_Held]) -> _Held:
    parts = list(parts)
    places = frozenset().union(*(part.places for part in parts))
    return _Held(places, tuple(entry for part in parts for entry in part.judged))


def letter(percentage: int) -> str:
    """The quality score that we show: the PIM's own looks at spelling and images too, and comes minutes later."""
    return LETTERS[min((100 - percentage) // 10, len(LETTERS) - 1)]
