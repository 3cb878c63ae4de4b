"""How stored products and product models read: their bytes in every flavour of the API.

What is read without parameters is joined from bytes that are ready: the body of a document is made once and kept
(`Catalog.view`), what its ancestors hand down is put into it as bytes too. With parameters the values are made anew.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Normalizer/ExternalApi/ConnectorProduct{,Model}Normalizer.php,
src/Akeneo/Pim/Enrichment/Bundle/Storage/Sql/{Connector,Product,ProductModel}/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types.php import sorted_texts
from mock_akeneo.attribute_types.shown_values import HERE, Asked, Part, ShownValues, in_order
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document, key_order
from mock_akeneo.catalog.product_document import BETWEEN, DATES, UUID_PART, joined, links_of, values_part
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.versions import has
from mock_akeneo.rest.pages import path_bytes

# The member that names an item, which tells the flavours apart: products by identifier, products by uuid, models.
IDENTIFIER: Final = "identifier"
UUID: Final = "uuid"
CODE: Final = "code"

# What stands for the host in the bytes.
BASE: Final = HERE.encode()
# Combinations of parameters whose ways of showing values are remembered.
MAX_ASKED: Final = 50
_METADATA: Final = b',"metadata":{"workflow_status":"working_copy"}'
_PLAIN_LISTS: Final = ("product_models", "groups")
_NO_LINKS: Final[Json] = {"products": [], "product_models": [], "groups": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A member that a parameter adds: its name, and its JSON for one document."""

    name: str
    make: Callable[[Document], bytes]


# The keys of the parts of own values, in the order in which they are shown without those of ancestors.
_Outline = tuple[bytes, ...]
# How own and inherited values lie between each other: bytes, or which own parts (from, to) follow one another.
_Plan = list[bytes | tuple[int, int]]


class Cuts(NamedTuple):
    """Where the values of a body lie: their outline, where each begins, and where one more would."""

    outline: _Outline
    starts: tuple[int, ...]


class _Inherited(NamedTuple):
    """What ancestors hand down: values, categories, the inside of `categories`, and the links of each that has any,
    nearest first. `plans`: how they lie between own values, by the outline of those."""

    values: list[Part]
    categories: frozenset[str]
    shown_categories: bytes
    links: tuple[Json, ...]
    plans: dict[_Outline, _Plan]


class Reading:
    """Reads documents in one flavour, all in the same way. Holds while the structure stays as it is.

    `asked`: None is everything. `indexed`: as lists see the catalog, see the index lag.
    """

    def __init__(
        self,
        pim: Catalog,
        flavour: str,
        asked: Asked | None = None,
        extras: Sequence[Extra] = (),
        *,
        indexed: bool = False,
    ) -> None:
        self._pim, self._flavour, self._extras, self._indexed = pim, flavour, extras, indexed
        self._kind = "product_model" if flavour == CODE else "product"
        # Without parameters, what is read is kept for the next time.
        self._kept = asked is None
        self._own_rooms: dict[str, dict[str, Any]] = {}
        self._outlines: dict[_Outline, _Outline] = {}
        self._has_uuid = has(pim.pim_version, "uuid of products")
        asked = asked or Asked(types=has(pim.pim_version, "attribute types in values"))
        self._values = _shown_values(pim, asked)
        self._tail = _METADATA if has(pim.pim_version, "metadata") else b""
        if not extras:
            self._tail += b"}"
        self._no_links = self._links(())

    def pieces(self, document: Document) -> tuple[bytes, ...]:
        """What GET shows, without the opening brace."""
        cuts: Cuts | None = None
        if not self._kept:
            body, cuts = self._shown(document)
        elif document.generation == self._pim.generation[self._kind]:
            body = document.view  # what `view` would give, without a call for each item of a list
        else:
            body = self._pim.view(self._kind, document, self._body)
        if document.parent is None and not document.linked and not self._extras:
            return *self._head(document), body, self._no_links
        links: tuple[Json, ...] = (links_of(document),) if document.linked else ()
        parts: tuple[bytes, ...] = (body,)
        if document.parent is not None:
            inherited = self._inherited(document)
            links += inherited.links
            parts = _merged(body, cuts or document.cuts, inherited, self._values)
        last = self._links(links) if links else self._no_links
        if self._extras:
            last += b"".join(b',"%b":%b' % (one.name.encode(), one.make(document)) for one in self._extras) + b"}"
        return *self._head(document), *parts, last

    def items(self, url: bytes, keys: Sequence[str], documents: Iterable[Document]) -> list[bytes]:
        """What a list shows of all of them, with commas between. `url`: of the items, absolute, up to their key."""
        plain = self._kept and not self._extras and self._flavour != CODE
        generation = self._pim.generation[self._kind] if plain else None
        start, by_identifier, no_links = (
            b'{"_links":{"self":{"href":"' + url,
            self._flavour == IDENTIFIER,
            self._no_links,
        )
        first = UUID_PART if by_identifier and not self._has_uuid else 0
        pieces: list[bytes] = []
        for key, document in zip(keys, documents, strict=True):
            # As `pieces`, without its calls, for what most are.
            if document.generation == generation and document.parent is None and not document.linked:
                head = document.stored[first : document.start if by_identifier else UUID_PART]
                pieces += (start, path_bytes(key), b'"}},', head, document.view, no_links, b",")
            else:
                pieces += (start, path_bytes(key), b'"}},', *self.pieces(document), b",")
        if pieces:
            pieces.pop()
        return pieces

    def _head(self, document: Document) -> tuple[bytes, ...]:
        """What stands before the body."""
        if self._flavour == IDENTIFIER:
            return (document.stored[0 if self._has_uuid else UUID_PART : document.start],)
        return (document.stored[:UUID_PART],) if self._flavour == UUID else ()

    def _body(self, document: Document) -> bytes:
        """What is kept of a document to be shown."""
        body, document.cuts = self._shown(document)
        return body

    def _shown(self, document: Document) -> tuple[bytes, Cuts | None]:
        """From `enabled` (a product) or `code` (a model) to `updated`, with own values only, and where others go."""
        stored, (start, end) = document.stored, document.parts
        first = stored.index(b'"values":{', start) + 10
        parts = self._values.parts(stored[first : end - DATES])
        body = stored[start:first] + joined([part[2] for part in parts]) + stored[end - DATES : end]
        if document.parent is None:
            return body, None
        outline = tuple([part[0] for part in parts])
        starts = accumulate([len(part[2]) + len(BETWEEN) for part in parts], initial=first - start)
        return body, Cuts(self._outlines.setdefault(outline, outline), tuple(starts))

    def _links(self, levels: Sequence[Json]) -> bytes:
        return b"," + dumps(_shown_links(levels, self._flavour, self._pim))[1:-1] + self._tail

    def _inherited(self, document: Document) -> _Inherited:
        parent = document.parent
        assert parent is not None
        if self._kept:
            room = self._pim.handed_down(parent, indexed=self._indexed)
        else:
            room = self._own_rooms.setdefault(parent, {})
        found: _Inherited | None = room.get("inherited")
        if found is None:
            ancestors = self._pim.ancestors(document, indexed=self._indexed)
            found = room["inherited"] = self._read_inherited(ancestors)
        return found

    def _read_inherited(self, ancestors: Sequence[Document]) -> _Inherited:
        values: list[Part] = []
        categories: set[str] = set()
        for model in ancestors:
            body = self._pim.view("product_model", model, self._body) if self._kept else self._shown(model)[0]
            start, end = _categories(body)
            categories.update(loads(b"[%b]" % body[start:end]))
            values += self._values.parts(values_part(model))
        return _Inherited(
            values,
            frozenset(categories),
            dumps(sorted(categories))[1:-1],
            tuple(links_of(model) for model in ancestors if model.parts[1] < len(model.stored)),
            {},
        )


def _shown_values(pim: Catalog, asked: Asked) -> ShownValues:
    """What it has learned serves the next call that asks for the same."""
    known: dict[Asked, ShownValues] = pim.fact("shown values", lambda pim: {})
    if asked not in known:
        if len(known) >= MAX_ASKED:
            known.clear()
        known[asked] = ShownValues(pim, pim.channels(), asked)
    return known[asked]


def _categories(body: bytes) -> tuple[int, int]:
    """Where the inside of `categories` lies."""
    start = body.index(b'"categories":[') + 14
    return start, body.index(b"]", start)


def _merged(body: bytes, cuts: Cuts, inherited: _Inherited, values_of: ShownValues) -> tuple[bytes, ...]:
    """A body with what its ancestors hand down. An attribute lies on one level only."""
    start, end = _categories(body)
    categories = inherited.shown_categories
    if start < end:
        own = body[start:end]
        categories = dumps(sorted(inherited.categories.union(loads(b"[%b]" % own))))[1:-1] if categories else own
    if not inherited.values:
        return body[:start], categories, body[end:]
    plan = inherited.plans.get(cuts.outline)
    if plan is None:
        plan = inherited.plans[cuts.outline] = _plan(cuts.outline, inherited.values, values_of)
    starts = cuts.starts
    values = b",".join([one if type(one) is bytes else body[starts[one[0]] : starts[one[1]] - 1] for one in plan])
    return body[:start], categories, body[end : starts[0]], values, body[-DATES:]


def _plan(outline: _Outline, inherited: list[Part], values_of: ShownValues) -> _Plan:
    """How own and inherited values are shown together."""
    own = {key: place for place, key in enumerate(outline)}
    plan: _Plan = []
    for part in in_order([*(Part(key, values_of.type_of(key), b"") for key in outline), *inherited]):
        place = own.get(part.key) if not part.shown else None
        last = plan[-1] if plan else None
        if place is None:
            shown = joined([part.shown])
            if isinstance(last, bytes):
                plan[-1] = last + b"," + shown
            else:
                plan.append(shown)
        elif isinstance(last, tuple) and last[1] == place:
            plan[-1] = last[0], place + 1
        else:
            plan.append((place, place + 1))
    return plan


# Associations


def _shown_links(levels: Sequence[Json], flavour: str, pim: Catalog) -> Json:
    """`associations` and `quantified_associations` of a document and its ancestors, own ones first."""
    associations: Json = {}
    for type_ in _association_types(pim, flavour, quantified=False):
        lists = [found for level in levels if (found := level["associations"].get(type_))]
        if not lists:
            associations[type_] = _NO_LINKS
            continue
        uuids = dict.fromkeys(uuid for one in lists for uuid in one.get("products", ()))
        shown: Json = {"products": _ordered(uuids, flavour, pim)}
        for name in _PLAIN_LISTS:
            shown[name] = sorted_texts(list({code for one in lists for code in one.get(name, ())}))
        associations[type_] = shown
    quantified: Json = {}
    only_models: Json = {}
    for type_ in _association_types(pim, flavour, quantified=True):
        # Those of the root stand first, and the lowest level decides.
        lists = [found for level in reversed(levels) if (found := level["quantified_associations"].get(type_))]
        if not lists:
            continue
        products = {link["uuid"]: link["quantity"] for one in lists for link in one["products"]}
        models = {link["identifier"]: link["quantity"] for one in lists for link in one["product_models"]}
        shown_models = [{"identifier": code, "quantity": number} for code, number in models.items()]
        entry = {"product_models": shown_models, "products": _with_quantity(products, flavour, pim)}
        if entry["products"]:
            quantified[type_] = entry
        elif models:
            only_models[type_] = entry
    return {"associations": associations, "quantified_associations": quantified | only_models}


def _ordered(uuids: Iterable[str], flavour: str, pim: Catalog) -> list[str | None]:
    """The products that there still are, in order of their identifiers, those without first; by uuid or identifier.

    Product models leave out products without identifier.
    """
    found = [d for uuid in uuids if (d := pim["product"].get(uuid)) is not None]
    without = [d.key if flavour == UUID else None for d in found if d.alias is None]
    keys = {d.alias: d.key if flavour == UUID else d.alias for d in found if d.alias is not None}
    return [*(without if flavour != CODE else ()), *(keys[identifier] for identifier in sorted_texts(list(keys)))]


def _with_quantity(quantities: Mapping[str, int], flavour: str, pim: Catalog) -> list[Json]:
    found = [d for uuid in quantities if (d := pim["product"].get(uuid)) is not None]
    if flavour == UUID:
        return [{"quantity": quantities[d.key], "uuid": d.key} for d in found]
    return [{"identifier": d.alias, "quantity": quantities[d.key]} for d in found]


def _association_types(pim: Catalog, flavour: str, *, quantified: bool) -> tuple[str, ...]:
    """In the order of the database's JSON; the associations of product models are sorted anew.

    Source: pim: .../Storage/Sql/Connector/SqlGetConnectorProductModels.php (`ksort`)
    """
    order = key_order if flavour != CODE or quantified else None

    def codes(pim: Catalog) -> tuple[str, ...]:
        found = (d.data["code"] for d in pim["association_type"] if d.data["is_quantified"] is quantified)
        return tuple(sorted(found, key=order))

    found: tuple[str, ...] = pim.fact(("association types", order is None, quantified), codes)
    return found
