"""More products in a catalog that there is already, step by step, so that calls can be answered in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.seeding import loaded_products
from mock_akeneo.seeding.exported import exported
from mock_akeneo.seeding.generated import generate
from mock_akeneo.seeding.structure import Structure


def grow(catalog: Catalog, count: int, seed: int) -> Iterator[None]:
    """Adds `count` products with their models and media files; one step for each document.

    Raises `ValueError` before the first step when the structure allows none, `Problem` for a product that is there.
    """
    generated = generate(structure_of(catalog), count, seed)
    later = []
    for body, content in generated.media_files:
        catalog["media_file"].put(Document(body["code"], dumps(body)))
        catalog.media.put(body["code"], content)
        yield
    for kind, bodies in (("product_model", generated.product_models), ("product", generated.products)):
        put = loaded_products.into(catalog, kind)
        for body in bodies:
            if (left := put(dumps(body))) is not None:
                later.append(left)
            yield
    for link in later:
        link()
        yield


def structure_of(catalog: Catalog) -> Structure:
    """What products of a catalog stand on."""
    names = {field.name for field in fields(Structure)}
    lines: dict[str, list[Json]] = {name: [] for name in names}
    for file, body in exported(catalog, names):
        lines[file].append(body)
    return Structure(**lines)
