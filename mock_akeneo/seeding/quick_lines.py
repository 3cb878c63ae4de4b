"""Lines of products and product models into the catalog many times faster, where nothing is out of the ordinary.

Catalogs hold the same values again and again. The values of an attribute are cut out of the line as they stand; what
was judged once by the rules is right the next time too, and is neither parsed nor written again. Whatever is not
plainly right is left to `loaded_products`, which knows all rules and their words. Both make the same documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import orjson

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types.pcre import python_pattern
from mock_akeneo.attribute_types.shown_values import Place, places
from mock_akeneo.attribute_types.text import TEXT_CHARACTERS, TEXTAREA_CHARACTERS
from mock_akeneo.attribute_types.values import merge_values, payload_format, value_violations
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document, fold
from mock_akeneo.catalog.product_document import LINKS, body_document, product_data
from mock_akeneo.catalog.unique_values import Reading, text_of
from mock_akeneo.core.clock import iso, moment
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.problems import Problem
from mock_akeneo.resources._draft import PRODUCT, PRODUCT_MODEL
from mock_akeneo.resources._product_fields import MODEL_IGNORED, PRODUCT_IGNORED
from mock_akeneo.resources._variants import (
    FamilyVariant,
    Level,
    combination,
    default_values,
    family_attributes,
    family_variant,
)

# How many values are remembered, and how long those of an attribute may be.
REMEMBERED_VALUES: Final = 200_000
REMEMBERED_BYTES: Final = 1_000

_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_./\-]{1,100}", re.ASCII)
_UUID_4: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
# Not blank, and on one line where it has to be.
_PLAIN_TEXTS: Final = {
    "pim_catalog_text": re.compile(r"[^\s][^\r\n]*").fullmatch,
    "pim_catalog_textarea": re.compile(r"[^\s][^\x00]*").fullmatch,
    "pim_catalog_identifier": _PLAIN_KEY.fullmatch,
}
_NO_VALUES: Final[tuple[tuple[Any, ...], ...]] = ((), (), (), ())
_NO_CODES: Final[frozenset[str]] = frozenset()
_ONE_TEXT: Final = b'":[{"locale":null,"scope":null,"data":"'
# Of a value, in the order in which they are stored.
_MEMBERS: Final = ("locale", "scope", "data")
_TIME: Final = re.compile(r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\+00:00", re.ASCII)
_SHOWN: Final = frozenset(("_links", *LINKS))
_PRODUCT: Final = (
    frozenset(("uuid", "identifier", "enabled", "family", "categories", "groups", "parent", "values"))
    | PRODUCT_IGNORED
    | _SHOWN
)
_MODEL: Final = (
    frozenset(("code", "family", "family_variant", "parent", "categories", "values", "quality_scores"))
    | frozenset(MODEL_IGNORED)
    | _SHOWN
)


class Unsure(Exception):
    """The line is left to others."""


_NOT_PLAIN: Final = (Unsure, Problem, LookupError, TypeError, ValueError, AttributeError)


class _Family(NamedTuple):
    """`json`: of its code; `defaults`: the default values of its attributes."""

    code: str | None
    json: bytes
    defaults: dict[str, list[Json]]


class _Parent(NamedTuple):
    """What a model lets its children be. `json`: of its code; `level` and `own`: of the children; `categories`: what
    they inherit; `defaults`: the default values of their level."""

    code: str
    json: bytes
    family: _Family
    variant: FamilyVariant
    level: int
    own: Level
    categories: frozenset[str]
    defaults: dict[str, list[Json]]


class _Limits(NamedTuple):
    """Of a text attribute: where it has values, and whether a text is plainly right."""

    places: frozenset[Place]
    plain: Callable[[str], bool]


class _Known(NamedTuple):
    """The values of one attribute as a line says them, judged to be right.

    `stored`: `"code":[…]` as it is kept. `entries`: of axes and attributes with default values, for they are asked for
    again. `text`: what a unique value reads.
    """

    code: str
    stored: bytes
    entries: list[Json] | None
    text: str | None


class _UniqueText(NamedTuple):
    """A unique attribute that holds texts."""

    code: str
    plain: Callable[[str], bool]
    reading: Reading


class QuickLines:
    """Over one catalog, whose structure does not change meanwhile. `noted`: of what others have written."""

    def __init__(self, pim: Catalog) -> None:
        self._pim, self._main = pim, pim.main_identifier
        self._named = b'%b%b%%b"' % (self._main.encode(), _ONE_TEXT)
        self._known: dict[bytes, _Known] = {}
        self._unique = {d.data["code"] for d in pim["attribute"] if d.data["unique"]}
        self._unique_texts = {
            d.data["code"].encode(): _UniqueText(
                d.data["code"], _limits(d.data, pim).plain, _reading(d.data["code"], pim)
            )
            for d in pim["attribute"]
            if d.data["unique"] and d.data["type"] in _PLAIN_TEXTS
        }
        self._default_values = default_values(pim)
        self._asked_again = {*self._default_values, *_axes(pim)}
        self._limits: dict[str, _Limits] = {}
        self._texts: dict[str, set[str]] = {}
        self._families: dict[str | None, _Family] = {}
        self._parents: dict[str, _Parent] = {}
        self._combinations: dict[tuple[str, str], set[str]] = {}
        self._codes: dict[tuple[str, bytes], bytes] = {}
        self._days: dict[str, bool] = {}
        self._without_links: set[bytes] = set()
        self._defaults: dict[frozenset[str], dict[str, list[Json]]] = {}

    def put(self, kind: str, line: bytes) -> tuple[str, Json] | None:
        """Writes a line; gives its key, and the links that are left to be set. None when the line is left to others."""
        try:
            body, segments = self._cut(line)
            document = self._product(body, segments) if kind == PRODUCT else self._model(body, segments)
            left = links_of(body)
            if left and (stored := self._stored_links(left)) is not None:
                document, left = _with(document, stored), {}
        except _NOT_PLAIN:
            return None
        document.checked = self._pim.generation[kind]
        self._pim[kind].put(document)
        return document.key, left

    def _cut(self, line: bytes) -> tuple[Json, list[bytes]]:
        """The members besides `values`, parsed, and of each attribute in `values` what stands between `"` and `}]`.

        Inside of a text the quotes of these marks would be escaped. Marks inside of data (a list of objects with
        something behind it) make segments that are no JSON, and the line is left to others.
        """
        start = line.find(b'"values":{')
        _sure(start > 0)
        inside = start + len(b'"values":{')
        if line.startswith(b"},", inside):
            return self._parsed(line[:start], line[inside + 2 :]), []
        end = line.find(b'}]},"', inside)
        _sure(end > 0 and line[inside : inside + 1] == b'"')
        return self._parsed(line[:start], line[end + 4 :]), line[inside + 1 : end].split(b'}],"')

    def _parsed(self, before: bytes, behind: bytes) -> Json:
        """Most lines end alike: with every association type, and no link."""
        end = behind.find(b',"associations":')
        if end > 0 and behind[end:] in self._without_links:
            body: Json = loads(b"%b%b}" % (before, behind[:end]))
            return body
        body = loads(before + behind)
        if end > 0 and not links_of(body) and len(self._without_links) < REMEMBERED_VALUES:
            rest: Json = loads(b"{" + behind[end + 1 :])
            if rest.keys() <= _SHOWN:
                self._without_links.add(behind[end:])
        return body

    def noted(self, kind: str, document: Document) -> None:
        """Others have written it."""
        if kind == PRODUCT:
            for code, texts in self._texts.items():
                if (text := text_of(document, code, _reading(code, self._pim))) is not None:
                    texts.add(text)
        if document.parent is not None:
            self._combinations.pop((kind, fold(document.parent)), None)

    # Products

    def _product(self, body: Json, segments: list[bytes]) -> Document:
        pim = self._pim
        uuid, identifier, parent_code = body["uuid"], body["identifier"], body["parent"]
        _sure(body.keys() <= _PRODUCT and type(body["enabled"]) is bool and _UUID_4.fullmatch(uuid) is not None)
        _sure(self._limits_of(self._main).plain(identifier))
        _sure(pim[PRODUCT].get(uuid) is None and pim[PRODUCT].by_alias(identifier) is None)
        named = self._named % identifier.encode()
        if named in segments:
            segments.remove(named)
        if parent_code is None:
            family, above = self._family(body["family"]), None
            inside, texts, _ = self._values(segments, None, family.defaults)
            inherited = _NO_CODES
        else:
            above = self._parent(parent_code)
            family = above.family
            _sure(above.level == above.variant.variants and family.code == body["family"])
            _sure(self._main in above.own.attributes)
            inside, texts, values = self._values(segments, above.own.attributes, above.defaults)
            taken, combined = self._combined(PRODUCT, above, values)
            inherited = above.categories
        stored = b'"%b}]' % named
        document = body_document(
            PRODUCT,
            uuid,
            identifier,
            b'"enabled":%b,"family":%b,"categories":[%b],"groups":[%b],"parent":%b,"values":{%b},"created":"%b",'
            b'"updated":"%b"'
            % (
                b"true" if body["enabled"] else b"false",
                family.json,
                self._list("category", body["categories"], inherited),
                self._list("group", body["groups"]),
                b"null" if above is None else above.json,
                b"%b,%b" % (inside, stored) if inside else stored,
                self._moment(body["created"]),
                self._moment(body["updated"]),
            ),
            parent_code,
        )
        for unique, text in texts:
            self._texts[unique].add(text)
        if above is not None:
            taken.add(combined)
        return document

    # Links

    def _stored_links(self, links: Json) -> bytes | None:
        """One-way associations with what is there already, as they are stored; None for all others."""
        pim = self._pim
        if links.keys() != {"associations"}:
            return None
        stored: Json = {}
        for code, lists in links["associations"].items():
            type_ = pim.data("association_type", code)
            if type_ is None or type_["code"] != code or type_["is_two_way"] or type_["is_quantified"]:
                return None
            stored[code] = {}
            for name, keys in lists.items():
                found = [_FIND[name](pim, key) for key in keys]
                if None in found:
                    return None
                if found:
                    stored[code][name] = sorted({document.key for document in found if document})
        return b"," + dumps({"associations": stored, "quantified_associations": {}})[1:-1]

    # Product models

    def _model(self, body: Json, segments: list[bytes]) -> Document:
        pim = self._pim
        code, parent_code = body["code"], body["parent"]
        _sure(body.keys() <= _MODEL and _PLAIN_KEY.fullmatch(code) is not None and pim[PRODUCT_MODEL].get(code) is None)
        variant = family_variant(body["family_variant"], pim)
        _sure(variant is not None and variant.code == body["family_variant"] and variant.family == body["family"])
        assert variant is not None
        if parent_code is None:
            above, own, inherited = None, variant.levels[0].attributes, _NO_CODES
            inside, _, _ = self._values(segments, own, self._defaults_among(own))
        else:
            above = self._parent(parent_code)
            _sure(above.variant is variant and above.level == 1 and variant.variants == 2)
            inside, _, values = self._values(segments, above.own.attributes, above.defaults)
            taken, combined = self._combined(PRODUCT_MODEL, above, values)
            inherited = above.categories
        document = body_document(
            PRODUCT_MODEL,
            code,
            None,
            b'"code":%b,"family":%b,"family_variant":%b,"parent":%b,"categories":[%b],"values":{%b},"created":"%b",'
            b'"updated":"%b"'
            % (
                dumps(code),
                dumps(variant.family),
                dumps(variant.code),
                dumps(parent_code),
                self._list("category", body["categories"], inherited),
                inside,
                self._moment(body["created"]),
                self._moment(body["updated"]),
            ),
            parent_code,
        )
        if above is not None:
            taken.add(combined)
        return document

    def _family(self, code: str | None) -> _Family:
        found = self._families.get(code)
        if found is None:
            family = None if code is None else self._pim.family(code)
            _sure(code is None or (family is not None and family["code"] == code))
            codes = frozenset() if code is None else family_attributes(code, self._pim)
            found = self._families[code] = _Family(code, dumps(code), self._defaults_among(codes))
        return found

    def _parent(self, code: str) -> _Parent:
        found = self._parents.get(code)
        if found is None:
            document = self._pim[PRODUCT_MODEL].get(code)
            _sure(document is not None and document.key == code)
            assert document is not None
            above = [product_data(one.stored) for one in (document, *self._pim.variant_tree.ancestors(document.parent))]
            variant = family_variant(above[0]["family_variant"], self._pim)
            _sure(variant is not None)
            assert variant is not None
            own = variant.levels[len(above)]
            found = self._parents[code] = _Parent(
                code,
                dumps(code),
                self._family(variant.family),
                variant,
                len(above),
                own,
                frozenset(category for one in above for category in one["categories"]),
                self._defaults_among(own.attributes),
            )
        return found

    def _combined(self, kind: str, above: _Parent, values: dict[str, list[Json]]) -> tuple[set[str], str]:
        """The combinations of axis values below a model, and the new one."""
        axes = above.own.axes
        _sure(all(values[axis][0]["data"] not in (None, "", []) for axis in axes))
        text = combination(values, axes, self._pim).lower()
        key = kind, fold(above.code)
        taken = self._combinations.get(key)
        if taken is None:
            taken = self._combinations[key] = {
                combination(product_data(child.stored)["values"], axes, self._pim).lower()
                for child in self._pim.variant_tree.children(kind, above.code)
            }
        _sure(text not in taken)
        return taken, text

    # Values

    def _values(
        self, segments: list[bytes], own: frozenset[str] | None, defaults: dict[str, list[Json]]
    ) -> tuple[bytes, list[tuple[str, str]], dict[str, list[Json]]]:
        """The inside of `values` as it is stored, the texts of unique attributes that it takes, and the entries that
        are asked for again. `own`: the attributes of its level, all else is inherited; None: there are no levels.
        """
        look_up = self._known.get
        known = [look_up(segment) or self._learned(segment) for segment in segments]
        codes, stored, entries_of, read = zip(*known, strict=True) if known else _NO_VALUES
        _sure(len(set(codes)) == len(codes) and self._main not in codes)
        if own is not None and not own.issuperset(codes):
            known = [one for one in known if one.code in own]
            codes, stored, entries_of, read = zip(*known, strict=True) if known else _NO_VALUES
        found = list(stored)
        again = {code: entries for code, entries in zip(codes, entries_of, strict=True) if entries is not None}
        texts = [(code, text) for code, text in zip(codes, read, strict=True) if text is not None]
        for code, text in texts:
            _sure(text not in self._taken(code))
        for code, entries in defaults.items():
            given = again.get(code)
            if given is None:
                found.append(dumps({code: entries})[1:-1])
            else:
                _sure(len(given) == len(entries) and all(type(one["data"]) is bool for one in given))
        return b",".join(found), texts, again

    def _learned(self, segment: bytes) -> _Known:
        """Judged by the rules. Unique values are not remembered."""
        name, mark, text = segment.partition(_ONE_TEXT)
        unique = self._unique_texts.get(name) if mark else None
        if unique is not None and b"\\" not in text and text.find(b'"') == len(text) - 1:
            data = text[:-1].decode()
            if unique.plain(data):
                return _Known(unique.code, b'"%b}]' % segment, None, unique.reading(data).lower())
        ((code, entries),) = loads(b'{"%b}]}' % segment).items()
        stored = self._as_it_stands(code, entries, segment) or self._judged(code, entries)
        _sure(bool(stored))
        read = None
        if code in self._unique:
            _sure(len(entries) == 1)
            read = _reading(code, self._pim)(entries[0]["data"]).lower()
            _sure(bool(read))
        known = _Known(code, stored, entries if code in self._asked_again else None, read)
        if read is None and len(self._known) < REMEMBERED_VALUES and len(segment) < REMEMBERED_BYTES:
            self._known[segment] = known
        return known

    def _as_it_stands(self, code: str, entries: list[Json], segment: bytes) -> bytes | None:
        """Texts without anything to them: their normal form is what the line says. None: to be judged by the rules."""
        limits = self._limits_of(code)
        for entry in entries:
            data = entry["data"]
            if type(data) is not str or not limits.plain(data) or tuple(entry) != _MEMBERS:
                return None
            if (entry["scope"], entry["locale"]) not in limits.places:
                return None
        if len(entries) > 1 and len({(entry["scope"], entry["locale"]) for entry in entries}) < len(entries):
            return None
        return None if b"\\" in segment else b'"%b}]' % segment

    def _limits_of(self, code: str) -> _Limits:
        found = self._limits.get(code)
        if found is None:
            attribute = self._pim.attribute(code)
            _sure(attribute is not None and attribute["code"] == code)
            assert attribute is not None
            found = self._limits[code] = _limits(attribute, self._pim)
        return found

    def _judged(self, code: str, entries: Any) -> bytes:
        """By all rules of a value, but for its being unique."""
        pim = self._pim
        attribute = pim.attribute(code)
        _sure(attribute is not None and attribute["code"] == code and type(entries) is list)
        payload_format({code: entries}, pim)
        merged = merge_values({}, {code: entries}, pim)
        _sure(not value_violations(merged, pim))
        return dumps(merged)[1:-1]

    def _taken(self, code: str) -> set[str]:
        """What the values of a unique attribute read."""
        taken = self._texts.get(code)
        if taken is None:
            reading = _reading(code, self._pim)
            documents = self._pim[PRODUCT].in_order_of_creation()
            taken = {held for one in documents if (held := text_of(one, code, reading)) is not None}
            self._texts[code] = taken
        return taken

    def _defaults_among(self, codes: frozenset[str]) -> dict[str, list[Json]]:
        found = self._defaults.get(codes)
        if found is None:
            found = self._defaults[codes] = {
                code: entries for code, entries in self._default_values.items() if code in codes
            }
        return found

    # The rest

    def _list(self, kind: str, codes: list[str], inherited: frozenset[str] = frozenset()) -> bytes:
        """The inside of a list of codes that are all there, less what is inherited."""
        if not codes:
            return b""
        said = orjson.dumps(codes)
        known = None if inherited else self._codes.get((kind, said))
        if known is None:
            documents = [self._pim[kind].get(code) for code in codes]
            _sure(None not in documents)
            own = {document.key for document in documents if document} - inherited
            known = dumps(sorted(own))[1:-1]
            if not inherited:
                self._codes[kind, said] = known
        return known

    def _moment(self, text: str) -> bytes:
        day = text[:10]
        if day not in self._days:
            self._days[day] = len(day) == 10 and iso(moment(day)).startswith(day)
        _sure(self._days[day] and _TIME.fullmatch(text, 10) is not None)
        return text.encode()


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


def _reading(code: str, pim: Catalog) -> Reading:
    attribute = pim.attribute(code)
    assert attribute is not None
    return ATTRIBUTE_TYPES[attribute["type"]].unique_text


def _axes(pim: Catalog) -> set[str]:
    return {
        axis
        for document in pim["family_variant"]
        for level in document.data["variant_attribute_sets"]
        for axis in level["axes"]
    }


def _with(document: Document, links: bytes) -> Document:
    """The same with links behind it."""
    return Document(
        document.key, document.stored + links, alias=document.alias, parts=document.parts, parent=document.parent
    )


def links_of(body: Json) -> Json:
    """Both kinds of associations of a line, without the types that hold none."""
    if not any(name in body for name in LINKS):
        return {}
    links = {name: {code: lists for code, lists in body.get(name, {}).items() if any(lists.values())} for name in LINKS}
    return {name: types for name, types in links.items() if types}


def _product_named(pim: Catalog, identifier: str) -> Document | None:
    document = pim[PRODUCT].by_alias(identifier)
    return document if document is not None and document.alias == identifier else None


def _by_key(kind: str) -> Callable[[Catalog, str], Document | None]:
    def find(pim: Catalog, key: str) -> Document | None:
        document = pim[kind].get(key)
        return document if document is not None and document.key == key else None

    return find


_FIND: Final[Mapping[str, Callable[[Catalog, str], Document | None]]] = {
    "products": _product_named,
    "product_models": _by_key(PRODUCT_MODEL),
    "groups": _by_key("group"),
}


def _sure(holds: bool) -> None:
    if not holds:
        raise Unsure
