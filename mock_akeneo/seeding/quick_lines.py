"""Lines of products and product models into the catalog many times faster, where nothing is out of the ordinary.

Catalogs hold the same values again and again. The values of an attribute are cut out of the line as they stand; what
was judged once by the rules is right the next time too, and is neither parsed nor written again. So it is with what
stands before the values and behind them. Whatever is not plainly right is left to `loaded_products`, which knows all
rules and their words. Both make the same documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import (
    LINKS,
    categories_part,
    family_variant_of,
    joined,
    product_data,
    split,
)
from mock_akeneo.catalog.unique_values import text_of
from mock_akeneo.core.clock import iso, moment
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.problems import Problem
from mock_akeneo.resources._associations import by_uuid
from mock_akeneo.resources._draft import PRODUCT, PRODUCT_MODEL
from mock_akeneo.resources._variants import (
    FamilyVariant,
    Level,
    combination,
    default_values,
    family_attributes,
    family_variant,
)
from mock_akeneo.search.percentages import completeness_of
from mock_akeneo.seeding.quick_values import QuickValues, Unsure, reading_of

# How much is remembered of what stands before values, and how much of what stands behind them.
REMEMBERED: Final = 50_000

# The members of a line in the order in which GET gives them, those that may be behind them last.
ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    PRODUCT: (
        *("uuid", "identifier", "enabled", "family", "categories", "groups", "parent", "values", "created", "updated"),
        *("_links", *LINKS, "parent_associations", "metadata", "quality_scores", "completenesses"),
    ),
    PRODUCT_MODEL: (
        *("code", "family", "family_variant", "parent", "categories", "values", "created", "updated"),
        *("_links", *LINKS, "parent_associations", "metadata", "quality_scores"),
    ),
}
_BEHIND: Final = {kind: frozenset(members[members.index("_links") :]) for kind, members in ORDER.items()}

# In the order above, without blanks: key, identifier, and what stands before the values. No string of it is escaped.
# Where products are shown by uuid, their identifier stands among the values only.
_HEADS: Final = {
    PRODUCT: re.compile(
        rb'\{"uuid":"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})",'
        rb'(?:"identifier":"([A-Za-z0-9_./\-]{1,100})",)?("enabled":[^{}\\]*),"values":\{'
    ),
    PRODUCT_MODEL: re.compile(rb'\{"code":"([A-Za-z0-9_./\-]{1,100})"(),("family":[^{}\\]*),"values":\{'),
}
_SAID: Final = {
    PRODUCT: {"enabled", "family", "categories", "groups", "parent"},
    PRODUCT_MODEL: {"family", "family_variant", "parent", "categories"},
}
# Behind the values.
_TIME: Final = rb"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\+00:00"
_STAMPED: Final = b'},"created":"'
_STAMPS: Final = re.compile(rb'\},"created":"(\d{4}-\d\d-\d\d)%b","updated":"(\d{4}-\d\d-\d\d)%b"' % (_TIME, _TIME))

_NOT_PLAIN: Final = (Unsure, Problem, LookupError, TypeError, ValueError, AttributeError)


class _Parent(NamedTuple):
    """What a model lets its children be. `own`: their level; `categories`: what they inherit."""

    code: str
    variant: FamilyVariant
    level: int
    own: Level
    categories: frozenset[str]


class _Said(NamedTuple):
    """What a line says before its values, judged. `stored`: as it is kept.

    `own`: the attributes of its level, all else is inherited; None: there are no levels. `defaults`: the segments that
    a new entity gets. `above`: its parent.
    """

    stored: bytes
    family: str | None
    own: frozenset[bytes] | None
    defaults: dict[bytes, bytes]
    above: _Parent | None


class QuickLines:
    """Over one catalog, whose structure does not change meanwhile. `noted`: of what others have written."""

    def __init__(self, pim: Catalog) -> None:
        self._pim, self._main = pim, pim.main_identifier.encode()
        self._naming = b'%b":[{"locale":null,"scope":null,"data":"' % self._main
        self._values, self._default_values = QuickValues(pim), default_values(pim)
        self._completeness = completeness_of(pim)
        # What the values of unique attributes read.
        self._texts: dict[bytes, set[str]] = {}
        self._said: dict[bytes, _Said] = {}
        self._levels: dict[frozenset[str], tuple[frozenset[bytes], dict[bytes, bytes]]] = {}
        self._parents: dict[str, _Parent] = {}
        self._combinations: dict[tuple[str, str], set[str]] = {}
        self._days: set[bytes] = set()
        self._without_links: dict[str, set[bytes]] = {kind: set() for kind in ORDER}

    def put(self, kind: str, line: bytes) -> tuple[str, Json] | None:
        """Writes a line; gives its key, and the links that are left to be set. None when the line is left to others."""
        try:
            document, left = self._document(kind, line)
        except _NOT_PLAIN:
            return None
        document.checked = self._pim.generation[kind]
        self._pim[kind].put(document)
        return document.key, left

    def noted(self, kind: str, document: Document) -> None:
        """Others have written it."""
        if kind == PRODUCT:
            for code, texts in self._texts.items():
                if (text := self._text_of(document, code)) is not None:
                    texts.add(text)
        if document.parent is not None:
            self._combinations.pop((kind, collation_key(document.parent)), None)

    def _document(self, kind: str, line: bytes) -> tuple[Document, Json]:
        """What the line says, and the links that are left.

        The line is cut into head, segments, stamps and the rest. Marks may stand inside of data; but if each part is
        right in itself, then the line is what they make together.
        """
        head, at = _HEADS[kind].match(line), line.rfind(_STAMPED)
        stamps = _STAMPS.match(line, at)
        if head is None or stamps is None:
            raise Unsure
        key, first, identifier = head[1].decode(), line[1 : head.start(3)], None
        collection = self._pim[kind]
        if collection.get(key) is not None:
            raise Unsure
        segments: list[bytes] = []
        if (start := head.end()) < at:
            if not line.startswith(b'"', start) or not line.endswith(b"}]", start, at):
                raise Unsure
            segments = split(line[start + 1 : at - 2])
        if kind == PRODUCT:
            told = head[2] or self._identifier_among(segments)
            identifier = told.decode()
            if not self._values.identifies(identifier) or collection.by_alias(identifier) is not None:
                raise Unsure
            named = b'%b%b"' % (self._naming, told)
            if named in segments:
                segments.remove(named)
            if head[2] is None:
                first = b'%b"identifier":"%b",' % (first, told)
        said = self._said.get(head[3]) or self._judged_head(kind, head[3])
        found, read = self._found(segments, said)
        if said.above is not None:
            taken, combined = self._combined(kind, said.above, found)
        if identifier is not None:
            found[self._main] = named
        if not self._days.issuperset(stamps.groups()):
            self._learn_days(stamps.groups())
        rest = line[stamps.end() :]
        links, left = (b"", {}) if rest in self._without_links[kind] else self._links(kind, rest, head[2] is None, said)
        # Joined, not formatted: what is kept takes no more room than it needs.
        stored = b"".join((first, said.stored, b',"values":{', joined(found.values()), stamps[0], links))
        document = Document(
            key,
            stored,
            alias=identifier,
            parts=(0 if identifier is None else len(first), len(stored) - len(links)),
            parent=None if said.above is None else said.above.code,
        )
        self._completeness.note(document, said.family, found)
        for code, text in read:
            self._texts[code].add(text)
        if said.above is not None:
            taken.add(combined)
        return document, left

    def _identifier_among(self, segments: list[bytes]) -> bytes:
        for segment in segments:
            if segment.startswith(self._naming):
                return segment[len(self._naming) : -1]
        raise Unsure

    # Before the values

    def _judged_head(self, kind: str, text: bytes) -> _Said:
        body = loads(b"{%b}" % text)
        if body.keys() != _SAID[kind]:
            raise Unsure
        said = (self._product if kind == PRODUCT else self._model)(body)
        if len(self._said) < REMEMBERED:
            self._said[text] = said
        return said

    def _product(self, body: Json) -> _Said:
        code, parent = body["family"], body["parent"]
        if type(body["enabled"]) is not bool:
            raise Unsure
        above = None if parent is None else self._parent(parent)
        if above is None:
            family = None if code is None else self._pim.family(code)
            if code is not None and (family is None or family["code"] != code):
                raise Unsure
            own, defaults = None, self._level(frozenset() if code is None else family_attributes(code, self._pim))[1]
        else:
            own, defaults = self._level(above.own.attributes)
            if above.level != above.variant.variants or above.variant.family != code or self._main not in own:
                raise Unsure
        stored = {
            "enabled": body["enabled"],
            "family": code,
            "categories": self._codes("category", body["categories"], above),
            "groups": self._codes("group", body["groups"]),
            "parent": parent,
        }
        return _Said(dumps(stored)[1:-1], code, own, defaults, above)

    def _model(self, body: Json) -> _Said:
        variant, parent = family_variant(body["family_variant"], self._pim), body["parent"]
        if variant is None or variant.code != body["family_variant"] or variant.family != body["family"]:
            raise Unsure
        above = None if parent is None else self._parent(parent)
        if above is not None and (above.variant is not variant or above.level != 1 or variant.variants != 2):
            raise Unsure
        stored = {
            "family": variant.family,
            "family_variant": variant.code,
            "parent": parent,
            "categories": self._codes("category", body["categories"], above),
        }
        own, defaults = self._level((variant.levels[0] if above is None else above.own).attributes)
        return _Said(dumps(stored)[1:-1], variant.family, own, defaults, above)

    def _parent(self, code: str) -> _Parent:
        found = self._parents.get(code)
        if found is None:
            document = self._pim[PRODUCT_MODEL].get(code)
            if document is None or document.key != code:
                raise Unsure
            above = [document, *self._pim.variant_tree.ancestors(document.parent)]
            variant = family_variant(family_variant_of(document) or "", self._pim)
            if variant is None:
                raise Unsure
            categories = frozenset(category for one in above for category in _categories(one))
            found = self._parents[code] = _Parent(code, variant, len(above), variant.levels[len(above)], categories)
        return found

    def _codes(self, kind: str, codes: list[str], above: _Parent | None = None) -> list[str]:
        """Codes that are all there, less what is inherited, sorted."""
        documents = [self._pim[kind].get(code) for code in codes]
        own = {document.key for document in documents if document is not None}
        if None in documents:
            raise Unsure
        return sorted(own if above is None else own - above.categories)

    def _level(self, codes: frozenset[str]) -> tuple[frozenset[bytes], dict[bytes, bytes]]:
        """The attributes of a level, and the default values among them."""
        found = self._levels.get(codes)
        if found is None:
            defaults = {
                code.encode(): dumps({code: entries})[2:-3]
                for code, entries in self._default_values.items()
                if code in codes
            }
            found = self._levels[codes] = frozenset(code.encode() for code in codes), defaults
        return found

    # Values

    def _found(self, segments: list[bytes], said: _Said) -> tuple[dict[bytes, bytes], list[tuple[bytes, str]]]:
        """The segments that are kept, by the codes of their attributes, default values included; and what those of
        unique attributes read, which no other product has."""
        read: list[tuple[bytes, str]] = []
        self._values.read = read
        found = dict(map(self._values.__getitem__, segments))
        if len(found) < len(segments) or self._main in found:
            raise Unsure
        if said.own is not None and not said.own.issuperset(found):
            found = {code: segment for code, segment in found.items() if code in said.own}
            read = [one for one in read if one[0] in found]
        for code, text in read:
            if text in self._taken(code):
                raise Unsure
        for code, default in said.defaults.items():
            if found.setdefault(code, default) is not default and found[code] not in self._values.complete:
                raise Unsure
        return found, read

    def _taken(self, code: bytes) -> set[str]:
        """What the values of a unique attribute read."""
        taken = self._texts.get(code)
        if taken is None:
            documents = self._pim[PRODUCT].in_order_of_creation()
            taken = {text for document in documents if (text := self._text_of(document, code)) is not None}
            self._texts[code] = taken
        return taken

    def _text_of(self, document: Document, code: bytes) -> str | None:
        attribute = self._pim.attribute(code.decode())
        assert attribute is not None
        return text_of(document, attribute["code"], reading_of(attribute))

    def _combined(self, kind: str, above: _Parent, found: dict[bytes, bytes]) -> tuple[set[str], str]:
        """The combinations of axis values below a model, and the new one."""
        axes = above.own.axes
        text = ",".join([self._values.axis_texts[found[axis.encode()]] for axis in axes])
        key = kind, collation_key(above.code)
        taken = self._combinations.get(key)
        if taken is None:
            taken = self._combinations[key] = {
                combination(product_data(child.stored)["values"], axes, self._pim).lower()
                for child in self._pim.variant_tree.children(kind, above.code)
            }
        if text in taken:
            raise Unsure
        return taken, text

    # Behind the values

    def _learn_days(self, days: Iterable[bytes]) -> None:
        for day in days:
            if iso(moment(day.decode()))[:10] != day.decode():
                raise Unsure
            self._days.add(day)

    def _links(self, kind: str, rest: bytes, shown_by_uuid: bool, said: _Said) -> tuple[bytes, Json]:
        """As they are stored, or else left, of the members behind the stamps.

        Most lines end alike: with every association type, and no link. A line shows inherited links, too.
        """
        body = loads(b'{"_links":0%b' % rest)
        if not body.keys() <= _BEHIND[kind]:
            raise Unsure
        links = links_of(by_uuid(body) if shown_by_uuid else body)
        if not links:
            # By the other flavour there may be some.
            if len(self._without_links[kind]) < REMEMBERED and b"product_uuids" not in rest:
                self._without_links[kind].add(rest)
            return b"", {}
        stored = None if self._has_links_above(said) else self._stored_links(links)
        return (b"", links) if stored is None else (stored, {})

    def _has_links_above(self, said: _Said) -> bool:
        tree = self._pim.variant_tree
        return said.above is not None and any(model.linked for model in tree.ancestors(said.above.code))

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
            if "product_uuids" in lists and "products" in lists:
                return None
            stored[code] = {}
            for name, keys in lists.items():
                found = [_FIND[name](pim, key) for key in keys]
                if None in found:
                    return None
                if found:
                    stored[code]["products" if name == "product_uuids" else name] = sorted(
                        {document.key for document in found if document}
                    )
        return b"," + dumps({"associations": stored, "quantified_associations": {}})[1:-1]


def _categories(document: Document) -> list[str]:
    start, end = categories_part(document)
    codes: list[str] = loads(b"[%b]" % document.stored[start:end])
    return codes


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
    "product_uuids": _by_key(PRODUCT),
    "product_models": _by_key(PRODUCT_MODEL),
    "groups": _by_key("group"),
}
