"""Lines of products and product models into the catalog many times faster, where nothing is out of the ordinary.

Catalogs hold the same values again and again. A value of an attribute that was judged once by the rules is right the
next time too, and its bytes are ready. Whatever is not plainly right is left to `loaded_products`, which knows all
rules and their words. Both make the same documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import orjson

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types.shown_values import Place, places
from mock_akeneo.attribute_types.text import TEXT_CHARACTERS, TEXTAREA_CHARACTERS, unmatched
from mock_akeneo.attribute_types.values import merge_values, payload_format, value_violations
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document, fold
from mock_akeneo.catalog.product_document import LINKS, body_document, product_data
from mock_akeneo.catalog.unique_values import text_of
from mock_akeneo.core.clock import iso, moment
from mock_akeneo.core.json_types import Json, dumps
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

# How many values of one attribute are remembered, and how long one may be.
REMEMBERED_VALUES: Final = 20_000
REMEMBERED_BYTES: Final = 1_000

_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_./\-]{1,100}", re.ASCII)
_UUID_4: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
# Not blank, and on one line where it has to be.
_PLAIN_TEXTS: Final = {
    "pim_catalog_text": re.compile(r"[^\s][^\r\n]*").fullmatch,
    "pim_catalog_textarea": re.compile(r"[^\s][^\x00]*").fullmatch,
    "pim_catalog_identifier": _PLAIN_KEY.fullmatch,
}
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


class _Parent(NamedTuple):
    """What a model lets its children be. `key`: its own code; `level`: of the children."""

    key: str
    variant: FamilyVariant
    level: int
    categories: frozenset[str]


class _Limits(NamedTuple):
    """Of a text attribute: what stands before its values, where it has some, and whether a text is plainly right."""

    key: bytes
    places: frozenset[Place]
    plain: Callable[[str], bool]


class QuickLines:
    """Over one catalog, whose structure does not change meanwhile. `noted`: of what others have written."""

    def __init__(self, pim: Catalog) -> None:
        self._pim = pim
        # Attribute -> what a line says -> the bytes that are stored, `b""` for what removes the value.
        self._fragments: dict[str, dict[bytes, bytes]] = {}
        self._unique = {d.data["code"] for d in pim["attribute"] if d.data["unique"]}
        self._limits: dict[str, _Limits] = {}
        self._texts: dict[str, set[str]] = {}
        self._parents: dict[str, _Parent] = {}
        self._combinations: dict[tuple[str, str], set[str]] = {}
        self._codes: dict[tuple[str, bytes], bytes] = {}
        self._days: dict[str, bool] = {}
        self._no_links: set[bytes] = set()
        self._defaults: dict[frozenset[str], dict[str, list[Json]]] = {}

    def put(self, kind: str, body: Json) -> Json | None:
        """Writes the line, and gives the links that are left to be set; None when the line is left to others."""
        try:
            document = self._product(body) if kind == PRODUCT else self._model(body)
            left = links_of(body) if self._has_links(body) else {}
            if left and (stored := self._stored_links(left)) is not None:
                document.stored, left = document.stored + stored, {}
        except _NOT_PLAIN:
            return None
        document.checked = self._pim.generation[kind]
        self._pim[kind].put(document)
        return left

    def noted(self, kind: str, document: Document) -> None:
        """Others have written it."""
        if kind == PRODUCT:
            for code, texts in self._texts.items():
                if (text := text_of(document, code)) is not None:
                    texts.add(text)
        if document.parent is not None:
            self._combinations.pop((kind, fold(document.parent)), None)

    # Products

    def _product(self, body: Json) -> Document:
        pim = self._pim
        uuid, identifier = body["uuid"], body["identifier"]
        _sure(body.keys() <= _PRODUCT and _UUID_4.fullmatch(uuid) is not None and pim[PRODUCT].get(uuid) is None)
        _sure(_PLAIN_KEY.fullmatch(identifier) is not None and pim[PRODUCT].by_alias(identifier) is None)
        _sure(type(body["enabled"]) is bool)
        main, values = pim.main_identifier, body["values"]
        given = values.get(main)
        if given is None:
            values = {**values, main: [{"locale": None, "scope": None, "data": identifier}]}
        else:
            _sure(len(given) == 1 and given[0]["data"] == identifier)
        family, code = body["family"], body.get("parent")
        combined = None
        if code is None:
            parent, allowed, level = None, None, None
            codes = frozenset() if family is None else family_attributes(family, pim)
            _sure(family is None or ((found := pim.family(family)) is not None and found["code"] == family))
        else:
            parent = self._parent(code)
            _sure(parent.level == parent.variant.variants and family == parent.variant.family)
            level = parent.variant.levels[parent.level]
            allowed = codes = level.attributes
            _sure(main in allowed)
        inside, texts = self._values(values, allowed, codes)
        if parent is not None and level is not None:
            combined = self._combined(PRODUCT, parent, level, values)
        inherited = frozenset() if parent is None else parent.categories
        document = body_document(
            PRODUCT,
            uuid,
            identifier,
            b'"enabled":%b,"family":%b,"categories":[%b],"groups":[%b],"parent":%b,"values":{%b},"created":"%b",'
            b'"updated":"%b"'
            % (
                b"true" if body["enabled"] else b"false",
                dumps(family),
                self._list("category", body["categories"], inherited),
                self._list("group", body["groups"]),
                dumps(code),
                inside,
                self._moment(body["created"]),
                self._moment(body["updated"]),
            ),
            None if parent is None else parent.key,
        )
        for unique, text in texts:
            self._texts[unique].add(text)
        if combined is not None:
            combined[0].add(combined[1])
        return document

    # Links

    def _has_links(self, body: Json) -> bool:
        """Most lines have none, and say so in the same words."""
        for name in LINKS:
            types = body.get(name)
            if types:
                said = orjson.dumps(types)
                if said not in self._no_links:
                    if any(links for lists in types.values() for links in lists.values()):
                        return True
                    self._no_links.add(said)
        return False

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

    def _model(self, body: Json) -> Document:
        pim = self._pim
        code, given_parent = body["code"], body["parent"]
        _sure(body.keys() <= _MODEL and _PLAIN_KEY.fullmatch(code) is not None and pim[PRODUCT_MODEL].get(code) is None)
        variant = family_variant(body["family_variant"], pim)
        _sure(variant is not None and variant.code == body["family_variant"] and variant.family == body["family"])
        assert variant is not None
        parent, combined = None, None
        if given_parent is not None:
            parent = self._parent(given_parent)
            _sure(parent.variant is variant and parent.level == 1 and variant.variants == 2)
        inherited = frozenset() if parent is None else parent.categories
        level = variant.levels[0 if parent is None else 1]
        inside, _ = self._values(body["values"], level.attributes, level.attributes)
        if parent is not None:
            combined = self._combined(PRODUCT_MODEL, parent, level, body["values"])
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
                dumps(given_parent),
                self._list("category", body["categories"], inherited),
                inside,
                self._moment(body["created"]),
                self._moment(body["updated"]),
            ),
            None if parent is None else parent.key,
        )
        if combined is not None:
            combined[0].add(combined[1])
        return document

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
            categories = frozenset(category for one in above for category in one["categories"])
            found = self._parents[code] = _Parent(document.key, variant, len(above), categories)
        return found

    def _combined(self, kind: str, parent: _Parent, level: Level, values: Json) -> tuple[set[str], str]:
        """The combinations of axis values below the parent, and the new one."""
        _sure(all(values[axis][0]["data"] not in (None, "", []) for axis in level.axes))
        text = combination(values, level.axes, self._pim).lower()
        key = kind, fold(parent.key)
        taken = self._combinations.get(key)
        if taken is None:
            taken = self._combinations[key] = {
                combination(product_data(child.stored)["values"], level.axes, self._pim).lower()
                for child in self._pim.variant_tree.children(kind, parent.key)
            }
        _sure(text not in taken)
        return taken, text

    # Values

    def _values(
        self, values: Json, allowed: frozenset[str] | None, codes: frozenset[str]
    ) -> tuple[bytes, list[tuple[str, str]]]:
        """The inside of `values` as it is stored, and the texts of unique attributes that it takes.

        `allowed`: what its level holds, all else is inherited; `codes`: the attributes that have default values.
        """
        found: list[bytes] = []
        texts: list[tuple[str, str]] = []
        fragments, unique = self._fragments, self._unique
        for code, entries in values.items():
            if allowed is not None and code not in allowed:
                _sure(self._pim.attribute(code) is not None)
                continue
            said = orjson.dumps(entries)
            known = fragments.get(code)
            if known is None:
                known = fragments[code] = {}
            fragment = known.get(said)
            if fragment is None:
                fragment = self._as_it_stands(code, entries, said) or self._judged(code, entries)
                if code in unique:
                    texts.append((code, self._free_text(code, entries)))
                elif len(known) < REMEMBERED_VALUES and len(said) < REMEMBERED_BYTES:
                    known[bytes(memoryview(said))] = fragment
            if fragment:
                found.append(fragment)
        for code, entries in self._defaults_among(codes).items():
            if code not in values:
                found.append(dumps({code: entries})[1:-1])
            else:
                _sure(len(values[code]) == len(entries) and all(type(one["data"]) is bool for one in values[code]))
        return b",".join(found), texts

    def _as_it_stands(self, code: str, entries: list[Json], said: bytes) -> bytes | None:
        """Texts without anything to them: their normal form is what the line says. None: to be judged by the rules."""
        limits = self._limits.get(code)
        if limits is None:
            limits = self._limits[code] = self._limits_of(code)
        for entry in entries:
            data = entry["data"]
            if type(data) is not str or not limits.plain(data) or tuple(entry) != _MEMBERS:
                return None
            if (entry["scope"], entry["locale"]) not in limits.places:
                return None
        if len(entries) != 1 and len({(entry["scope"], entry["locale"]) for entry in entries}) < max(len(entries), 1):
            return None
        return limits.key + said

    def _limits_of(self, code: str) -> _Limits:
        attribute = self._pim.attribute(code)
        _sure(attribute is not None and attribute["code"] == code)
        assert attribute is not None
        matches = _PLAIN_TEXTS.get(attribute["type"])
        rule = attribute["validation_rule"]
        if matches is None or rule not in (None, "regexp"):
            return _Limits(b"", frozenset(), lambda text: False)
        most = TEXTAREA_CHARACTERS if attribute["type"] == "pim_catalog_textarea" else TEXT_CHARACTERS
        most = min(attribute["max_characters"] or most, most)

        def plain(text: str) -> bool:
            return (
                len(text) <= most and matches(text) is not None and (rule is None or unmatched(attribute, text) is None)
            )

        return _Limits(dumps(code) + b":", frozenset(places(attribute, self._pim)), plain)

    def _judged(self, code: str, entries: Any) -> bytes:
        """By all rules of a value, but for its being unique."""
        pim = self._pim
        attribute = pim.attribute(code)
        _sure(attribute is not None and attribute["code"] == code and type(entries) is list)
        payload_format({code: entries}, pim)
        merged = merge_values({}, {code: entries}, pim)
        _sure(not value_violations(merged, pim))
        return dumps(merged)[1:-1]

    def _free_text(self, code: str, entries: list[Json]) -> str:
        pim = self._pim
        attribute = pim.attribute(code)
        assert attribute is not None
        _sure(len(entries) == 1)
        text = ATTRIBUTE_TYPES[attribute["type"]].unique_text(attribute, entries[0]["data"]).lower()
        taken = self._texts.get(code)
        if taken is None:
            documents = pim[PRODUCT].in_order_of_creation()
            taken = self._texts[code] = {held for one in documents if (held := text_of(one, code)) is not None}
        _sure(bool(text) and text not in taken)
        return text

    def _defaults_among(self, codes: frozenset[str]) -> dict[str, list[Json]]:
        found = self._defaults.get(codes)
        if found is None:
            found = self._defaults[codes] = {
                code: entries for code, entries in default_values(self._pim).items() if code in codes
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


def links_of(body: Json) -> Json:
    """Both kinds of associations of a line, without the types that hold none."""
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
