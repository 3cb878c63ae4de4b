"""Who points at a product or product model in its associations. Built when first asked for, then kept up to date."""

from __future__ import annotations

from collections.abc import Iterator

from mock_akeneo.catalog.collection import Collection
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import links_of
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json

# A product by its uuid, or a product model by its code, in lower case.
Node = tuple[str, str]


class Links:
    """Over the collections of product models and products."""

    def __init__(self, models: Collection, products: Collection) -> None:
        self._collections = {"product_model": models, "product": products}
        self._sources: dict[Node, set[Node]] | None = None

    def to(self, kind: str, key: str) -> list[tuple[str, Document]]:
        """Kind and document of all that point at a product (by uuid) or product model (by code)."""
        if self._sources is None:
            self._sources = {}
            for name, collection in self._collections.items():
                for document in collection.in_order_of_creation():
                    self._add(name, document)
        sources = sorted(self._sources.get((kind, collation_key(key)), ()))
        return [(name, found) for name, source in sources if (found := self._collections[name].get(source))]

    def changed(self, kind: str, before: Document | None, after: Document | None) -> None:
        """Keeps up with a change of a product or product model."""
        if self._sources is None:
            return
        if before is not None and after is not None and _tail(before) == _tail(after) and before.key == after.key:
            return
        if before is not None:
            for target in targets(links_of(before)):
                self._sources[target].discard((kind, collation_key(before.key)))
        if after is not None:
            self._add(kind, after)

    def _add(self, kind: str, document: Document) -> None:
        assert self._sources is not None
        for target in targets(links_of(document)):
            self._sources.setdefault(target, set()).add((kind, collation_key(document.key)))


def _tail(document: Document) -> bytes:
    return document.stored[document.parts[1] :]


def targets(links: Json) -> Iterator[Node]:
    """Everything that the stored `associations` and `quantified_associations` point at, but for groups."""
    for lists in links["associations"].values():
        for uuid in lists.get("products", ()):
            yield "product", uuid
        for code in lists.get("product_models", ()):
            yield "product_model", collation_key(code)
    for lists in links["quantified_associations"].values():
        for link in lists["products"]:
            yield "product", link["uuid"]
        for link in lists["product_models"]:
            yield "product_model", collation_key(link["identifier"])
