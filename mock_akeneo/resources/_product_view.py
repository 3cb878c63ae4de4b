"""How stored products and product models read: their bytes in every flavour of the API.

What is read without parameters is joined from bytes that are ready: the body of a document is made once and kept
(`Catalog.view`), what its ancestors hand down is put into it as bytes too. With parameters the values are made anew.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Normalizer/ExternalApi/ConnectorProduct{,Model}Normalizer.php,
src/Akeneo/Pim/Enrichment/Bundle/Storage/Sql/{Connector,Product,ProductModel}/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types.php import sorted_texts
from mock_akeneo.attribute_types.shown_values import HERE, Asked, ShownValues
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import DATES, UUID_PART, links_of
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.versions import has

# The member that names an item, which tells the flavours apart: products by identifier, products by uuid, models.
IDENTIFIER: Final = "identifier"
UUID: Final = "uuid"
CODE: Final = "code"

# What stands for the host in the bytes: a raw control character, which no JSON text holds. `dumps` escapes it, and
# behind an unescaped quote no text can hold that either.
BASE: Final = HERE.encode()
_ESCAPED_LINK: Final = b'"href":"\\u0001'
_LINK: Final = b'"href":"' + BASE
_METADATA: Final = b',"metadata":{"workflow_status":"working_copy"}'
_PLAIN_LISTS: Final = ("product_models", "groups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A member that a parameter adds: its name, and its JSON for one document."""

    name: str
    make: Callable[[Document], Any]


class _Inherited(NamedTuple):
    """What a model hands down, its ancestors' included: the inside of `values`, categories, and links (own ones
    first) where there are any."""

    values: bytes
    categories: tuple[str, ...]
    links: tuple[Json, ...]


@dataclass(slots=True)
class Reading:
    """Reads documents in one flavour, all in the same way. Holds while the structure stays as it is.

    `asked`: None is everything. `indexed`: as lists see the catalog, see the index lag.
    """

    pim: Catalog
    flavour: str
    asked: Asked | None = None
    extras: Sequence[Extra] = ()
    indexed: bool = False
    _kind: str = field(init=False)
    _values: ShownValues = field(init=False)
    _no_links: bytes = field(init=False)
    _tail: bytes = field(init=False)
    _own_inherited: dict[str, _Inherited] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        pim = self.pim
        self._kind = "product_model" if self.flavour == CODE else "product"
        types = has(pim.pim_version, "attribute types in values")
        self._values = ShownValues(pim, self.asked or Asked(types=types))
        self._tail = _METADATA if has(pim.pim_version, "metadata") else b""
        if not self.extras:
            self._tail += b"}"
        self._no_links = b"," + dumps(_shown_links([], self.flavour, pim))[1:-1] + self._tail

    def pieces(self, document: Document) -> tuple[bytes, ...]:
        """What GET shows, without the opening brace."""
        stored, (start, end) = document.stored, document.parts
        body = self._body(document) if self.asked else self.pim.view(self._kind, document, self._body)
        links: tuple[Json, ...] = () if end == len(stored) else (links_of(document),)
        parts: tuple[bytes, ...] = (body,)
        if document.parent is not None and (ancestors := self.pim.ancestors(document, indexed=self.indexed)):
            inherited = self._inherited(ancestors)
            links += inherited.links
            parts = _merged(body, inherited)
        last = self._no_links if not links else self._links(links)
        if self.extras:
            added = ",".join(f'"{one.name}":{dumps(one.make(document)).decode()}' for one in self.extras)
            last += f",{added}}}".encode()
        if self.flavour == IDENTIFIER:
            head = stored[:start] if has_uuid(self.pim) else stored[UUID_PART:start]
            return head, *parts, last
        return (stored[:UUID_PART], *parts, last) if self.flavour == UUID else (*parts, last)

    def _body(self, document: Document) -> bytes:
        """From `enabled` (a product) or `code` (a model) to `updated`, with own values only."""
        start, end = document.parts
        body: Json = loads(b"{%b}" % document.stored[start:end])
        body["values"] = self._values.of(body["values"])
        return dumps(body)[1:-1].replace(_ESCAPED_LINK, _LINK)

    def _links(self, levels: Sequence[Json]) -> bytes:
        return b"," + dumps(_shown_links(levels, self.flavour, self.pim))[1:-1] + self._tail

    def _inherited(self, ancestors: Sequence[Document]) -> _Inherited:
        """`ancestors`: nearest first."""
        nearest = ancestors[0]
        if self.asked is not None:
            room: dict[str, Any] = self._own_inherited
            name = nearest.key
        else:
            room, name = self.pim.handed_down(nearest, indexed=self.indexed), "inherited"
        found: _Inherited | None = room.get(name)
        if found is None:
            found = room[name] = self._read_inherited(ancestors)
        return found

    def _read_inherited(self, ancestors: Sequence[Document]) -> _Inherited:
        values, categories, links = [], set(), []
        for model in ancestors:
            body = self._body(model) if self.asked else self.pim.view("product_model", model, self._body)
            categories.update(loads(b"[%b]" % body[slice(*_categories(body))]))
            if inside := body[body.index(b'"values":{') + 10 : -DATES]:
                values.append(inside)
            if model.parts[1] < len(model.stored):
                links.append(links_of(model))
        return _Inherited(b",".join(values), tuple(sorted(categories)), tuple(links))


def has_uuid(pim: Catalog) -> bool:
    """Whether items tell their uuid."""
    return has(pim.pim_version, "uuid of products")


def _categories(body: bytes) -> tuple[int, int]:
    """Where the inside of `categories` lies."""
    start = body.index(b'"categories":[') + 14
    return start, body.index(b"]", start)


def _merged(body: bytes, inherited: _Inherited) -> tuple[bytes, ...]:
    """A body with what its ancestors hand down. An attribute lies on one level only, so values are simply joined."""
    pieces = [body]
    if inherited.categories:
        start, end = _categories(body)
        own = loads(b"[%b]" % body[start:end])
        categories = sorted({*own, *inherited.categories})
        pieces = [body[:start], dumps(categories)[1:-1], body[end:]]
    if inherited.values:
        last = pieces.pop()
        before, after = last[:-DATES], last[-DATES:]
        comma = b"" if before.endswith(b'"values":{') else b","
        pieces += (before, comma, inherited.values, after)
    return tuple(pieces)


# Associations


def _shown_links(levels: Sequence[Json], flavour: str, pim: Catalog) -> Json:
    """`associations` and `quantified_associations` of a document and its ancestors, own ones first."""
    associations: Json = {}
    for type_ in _association_types(pim, quantified=False):
        lists = [found for level in levels if (found := level["associations"].get(type_))]
        uuids = dict.fromkeys(uuid for one in lists for uuid in one.get("products", ()))
        shown: Json = {"products": _ordered(uuids, flavour, pim)}
        for name in _PLAIN_LISTS:
            shown[name] = sorted_texts(list({code for one in lists for code in one.get(name, ())}))
        associations[type_] = shown
    quantified: Json = {}
    for type_ in _association_types(pim, quantified=True):
        # Those of the root stand first, and the lowest level decides.
        lists = [found for level in reversed(levels) if (found := level["quantified_associations"].get(type_))]
        products = {link["uuid"]: link["quantity"] for one in lists for link in one["products"]}
        models = {link["identifier"]: link["quantity"] for one in lists for link in one["product_models"]}
        entry = {
            "products": _with_quantity(products, flavour, pim),
            "product_models": [{"identifier": code, "quantity": number} for code, number in models.items()],
        }
        if entry["products"] or models:
            quantified[type_] = entry
    return {"associations": associations, "quantified_associations": quantified}


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
        return [{"uuid": d.key, "quantity": quantities[d.key]} for d in found]
    return [{"identifier": d.alias, "quantity": quantities[d.key]} for d in found]


def _association_types(pim: Catalog, *, quantified: bool) -> tuple[str, ...]:
    def codes(pim: Catalog) -> tuple[str, ...]:
        return tuple(d.data["code"] for d in pim["association_type"] if d.data["is_quantified"] is quantified)

    found: tuple[str, ...] = pim.fact(("association types", quantified), codes)
    return found
