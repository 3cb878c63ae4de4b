"""The values of an attribute, judged as they stand in a line: what was right once is right the next time too."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types.pcre import python_pattern
from mock_akeneo.attribute_types.shown_values import Place, places
from mock_akeneo.attribute_types.stored_values import settled_values
from mock_akeneo.attribute_types.text import TEXT_CHARACTERS, TEXTAREA_CHARACTERS
from mock_akeneo.attribute_types.values import merge_values, payload_format, value_violations
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.unique_values import Reading
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.resources._variants import combination, default_values

# How much is remembered, and how long the values of an attribute may be.
REMEMBERED_BYTES: Final = 64 * 1024 * 1024
SEGMENT_BYTES: Final = 4_000

# The one value of an attribute that is neither localizable nor scopable, a text: its code and the text.
_ONE_TEXT: Final = re.compile(rb'([^"\\]+)":\[\{"locale":null,"scope":null,"data":"([^\x00-\x1f"\\]+)"')

# Not blank, and on one line where it has to be.
_PLAIN_TEXTS: Final = {
    "pim_catalog_text": re.compile(r"[^\s][^\r\n]*").fullmatch,
    "pim_catalog_textarea": re.compile(r"[^\s][^\x00]*").fullmatch,
    "pim_catalog_identifier": re.compile(r"[A-Za-z0-9_./\-]{1,100}", re.ASCII).fullmatch,
}


class Unsure(Exception):
    """What is not plainly right is left to others."""


class _Limits(NamedTuple):
    """Of a text attribute: where it has values, and whether a text is plainly right."""

    places: frozenset[Place]
    plain: Callable[[str], bool]


class _UniqueText(NamedTuple):
    """A unique attribute that holds texts."""

    code: bytes
    plain: Callable[[str], bool]
    reading: Reading


class QuickValues(dict[bytes, tuple[bytes, bytes]]):
    """By a segment, see `catalog.product_document.segments`: the code of its attribute, and the segment as it is kept.

    A look-up judges what is not known, by all rules but that of unique values, and raises `Unsure`, `Problem` or
    another for what is not right. `read`: what the unique values of these look-ups read, with their codes; nobody
    remembers them. `complete`: the segments that leave no room for a default value; `axis_texts`: what those of axes
    read in a combination.
    """

    def __init__(self, pim: Catalog) -> None:
        super().__init__()
        self._pim, self._room = pim, REMEMBERED_BYTES
        self._attributes = {document.data["code"]: document.data for document in pim["attribute"]}
        # One object for each.
        self._codes = {code: code.encode() for code in self._attributes}
        self._limits = {code: _limits(attribute, pim) for code, attribute in self._attributes.items()}
        self._unique_texts = {
            self._codes[code]: _UniqueText(self._codes[code], self._limits[code].plain, reading_of(attribute))
            for code, attribute in self._attributes.items()
            if attribute["unique"] and attribute["type"] in _PLAIN_TEXTS
        }
        self._default_values, self._axes = default_values(pim), _axes(pim)
        self.identifies = self._limits[pim.main_identifier].plain
        self.read: list[tuple[bytes, str]] = []
        self.complete: set[bytes] = set()
        self.axis_texts: dict[bytes, str] = {}

    def __missing__(self, segment: bytes) -> tuple[bytes, bytes]:
        text = _ONE_TEXT.fullmatch(segment)
        unique = None if text is None else self._unique_texts.get(text[1])
        if text is not None and unique is not None and unique.plain(data := text[2].decode()):
            self.read.append((unique.code, collation_key(unique.reading(data))))
            return unique.code, segment
        whole = b'{"%b}]}' % segment
        ((code, entries),) = loads(whole).items()
        if self._is_plain(code, entries) and dumps({code: entries}) == whole:
            kept = segment
        else:
            entries = self._judged(code, entries)
            kept = dumps({code: entries})[2:-3]
        known = self._codes[code], kept
        if self._attributes[code]["unique"]:
            read = collation_key(reading_of(self._attributes[code])(entries[0]["data"]))
            if len(entries) != 1 or not read:
                raise Unsure
            self.read.append((known[0], read))
            return known
        if code in self._default_values and len(entries) == len(self._default_values[code]):
            self.complete.add(kept)
        if code in self._axes and entries[0]["data"] not in (None, "", []):
            self.axis_texts[kept] = combination({code: entries}, (code,), self._pim).lower()
        if len(segment) <= min(SEGMENT_BYTES, self._room):
            self._room -= len(segment)
            self[segment] = known
        return known

    def _is_plain(self, code: str, entries: list[Json]) -> bool:
        """Whether they are texts without anything to them, which are kept as they are."""
        limits = self._limits[code]
        for entry in entries:
            data = entry["data"]
            if type(data) is not str or not limits.plain(data) or tuple(entry) != ("locale", "scope", "data"):
                return False
            if (entry["scope"], entry["locale"]) not in limits.places:
                return False
        return len(entries) == 1 or len({(entry["scope"], entry["locale"]) for entry in entries}) == len(entries)

    def _judged(self, code: str, entries: Any) -> list[Json]:
        if type(entries) is not list:
            raise Unsure
        payload_format({code: entries}, self._pim)
        merged = merge_values({}, {code: entries}, self._pim)
        if merged.keys() != {code} or value_violations(merged, self._pim):
            raise Unsure
        judged: list[Json] | None = settled_values(merged, self._pim).get(code)
        if judged is None:
            raise Unsure
        return judged


def _limits(attribute: Json, pim: Catalog) -> _Limits:
    matches = _PLAIN_TEXTS.get(attribute["type"])
    rule, regexp = attribute["validation_rule"], attribute["validation_regexp"]
    if matches is None or rule not in (None, "regexp"):
        return _Limits(frozenset(), lambda text: False)
    most = TEXTAREA_CHARACTERS if attribute["type"] == "pim_catalog_textarea" else TEXT_CHARACTERS
    most = min(attribute["max_characters"] or most, most)
    pattern = python_pattern(regexp) if rule and regexp else None

    def plain(text: str) -> bool:
        fits = len(text) <= most and matches(text) is not None
        return fits and (pattern is None or pattern.search(text) is not None)

    return _Limits(frozenset(places(attribute, pim.channels())), plain)


def _axes(pim: Catalog) -> set[str]:
    return {
        axis
        for document in pim["family_variant"]
        for level in document.data["variant_attribute_sets"]
        for axis in level["axes"]
    }


def reading_of(attribute: Json) -> Reading:
    return ATTRIBUTE_TYPES[attribute["type"]].unique_text
