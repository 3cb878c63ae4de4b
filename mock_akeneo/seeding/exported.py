"""What a catalog holds, as the lines that its folder would have: they load again to the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import product_data
from mock_akeneo.core.json_types import Json
from mock_akeneo.resources._associations import by_uuid
from mock_akeneo.seeding.loader import SOURCES

FILES: Final = tuple(source.file for source in SOURCES)


def exported(catalog: Catalog, files: Collection[str] = FILES) -> Iterator[tuple[str, Json]]:
    """File (`families`) and line, in the order in which they are loaded."""
    for source in SOURCES:
        if source.file not in files:
            continue
        documents = _ORDERS.get(source.kind, _as_created)(catalog, source.kind)
        body = _BODIES.get(source.kind, _as_stored)
        for document in documents:
            yield source.file, body(document)


def _as_created(catalog: Catalog, kind: str) -> Iterable[Document]:
    return list(catalog[kind].in_order_of_creation())


def _parents_first(catalog: Catalog, kind: str) -> Iterable[Document]:
    """Categories level by level, siblings in their order."""
    left = sorted(catalog[kind].in_order_of_creation(), key=lambda document: document.data["place"])
    known: set[str | None] = {None}
    while left:
        ready = [document for document in left if document.data["parent"] in known]
        yield from ready
        codes = {document.data["code"] for document in ready}
        known |= codes
        left = [document for document in left if document.data["code"] not in codes]


def _as_stored(document: Document) -> Json:
    return document.data


def _category(document: Document) -> Json:
    """Its place among its siblings is told by the order of the lines."""
    return {name: value for name, value in document.data.items() if name != "place"}


def _product(document: Document) -> Json:
    """As the API by uuid shows it: the identifier is among the values, and links name uuids."""
    return {name: value for name, value in product_data(document.stored).items() if name != "identifier"}


def _product_model(document: Document) -> Json:
    """Links name uuids too: a linked product need not have an identifier."""
    return by_uuid(product_data(document.stored))


_ORDERS: Final[dict[str, Callable[[Catalog, str], Iterable[Document]]]] = {"category": _parents_first}
_BODIES: Final[dict[str, Callable[[Document], Json]]] = {
    "category": _category,
    "product": _product,
    "product_model": _product_model,
}
