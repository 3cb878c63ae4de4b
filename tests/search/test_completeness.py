"""How complete products are is kept with them, for as long as nothing changes of what it was judged by."""

from __future__ import annotations

import pytest

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import dumps
from mock_akeneo.search.percentages import completeness_of
from mock_akeneo.seeding.grown import grow
from mock_akeneo.seeding.loader import load


@pytest.fixture
def pim() -> Catalog:
    catalog = load("demo", Clock("frozen"))
    for _ in grow(catalog, 200, seed=3):
        pass
    return catalog


def percentages(pim: Catalog) -> dict[str, tuple[int, ...] | None]:
    return {document.key: completeness_of(pim).of(document) for document in pim["product"]}


def test_what_the_loader_keeps_is_what_the_values_tell(pim: Catalog) -> None:
    documents = [document for kind in ("product", "product_model") for document in pim[kind]]
    kept = {document.key: document.filled for document in documents if document.filled is not None}
    assert len(kept) > len(documents) / 2
    told = percentages(pim)
    for document in documents:
        document.filled = None
    assert percentages(pim.fork(Clock("frozen"))) == told
    assert {key: document.filled for document in documents if (key := document.key) in kept} == kept


def test_catalogs_of_the_same_structure_share_what_is_kept(pim: Catalog) -> None:
    told = percentages(pim)
    kept = {document.key: document.filled for document in pim["product"]}
    other = pim.fork(Clock("frozen"))
    assert percentages(other) == told
    assert {document.key: document.filled for document in other["product"]} == kept


@pytest.mark.parametrize(
    ("kind", "key", "change"),
    [
        ("family", "clothing", {"attribute_requirements": {}}),
        ("channel", "ecommerce", {"locales": ["en_US"]}),
        ("channel", "ecommerce", {"currencies": ["GBP"]}),
        ("attribute", "name", {"available_locales": ["en_US"]}),
    ],
)
def test_a_change_of_what_it_was_judged_by_is_seen_in_one_catalog_only(
    pim: Catalog, kind: str, key: str, change: dict[str, object]
) -> None:
    told = percentages(pim)
    other = pim.fork(Clock("frozen"))
    document = other[kind].get(key)
    assert document is not None
    other[kind].put(Document(document.key, dumps({**document.data, **change})))
    assert percentages(other) != told
    assert percentages(pim) == told
    other.reset()
    assert percentages(other) == told
