"""Sub-models and variants below their models, however they come, move and go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.variant_tree import VariantTree
from mock_akeneo.core.clock import Clock


@pytest.fixture
def pim() -> Catalog:
    return Catalog(Clock("frozen"))


def put(pim: Catalog, kind: str, key: str, parent: str | None = None, axes: str = "") -> Document:
    document = Document(key, axes.encode(), parent=parent)
    pim[kind].put(document)
    return document


def axes_of(document: Document) -> str:
    return document.stored.decode()


def test_children_are_found_in_any_letter_case_in_order_of_their_keys(pim: Catalog) -> None:
    second, first = put(pim, "product_model", "b", "ROOT"), put(pim, "product_model", "A", "root")
    put(pim, "product_model", "other", "elsewhere")
    assert pim.variant_tree.children("product_model", "Root") == [first, second]
    assert pim.variant_tree.children("product", "root") == []


def test_what_lies_below_a_model_comes_branch_by_branch(pim: Catalog) -> None:
    put(pim, "product_model", "root")
    sub = put(pim, "product_model", "sub", "root")
    variant, direct = put(pim, "product", "v", "sub"), put(pim, "product", "w", "root")
    assert list(pim.variant_tree.descendants("root")) == [
        ("product_model", sub),
        ("product", variant),
        ("product", direct),
    ]


def test_ancestors_are_told_nearest_first(pim: Catalog) -> None:
    root, sub = put(pim, "product_model", "root"), put(pim, "product_model", "sub", "root")
    assert pim.variant_tree.ancestors("SUB") == [sub, root]
    assert pim.variant_tree.ancestors(None) == []


def test_a_combination_is_taken_while_a_sibling_has_it(pim: Catalog) -> None:
    taker = put(pim, "product", "one", "sub", "[Red],1")
    tree = pim.variant_tree
    assert tree.sibling("product", "SUB", "[red],1", "two", axes_of) is taker
    assert tree.sibling("product", "sub", "[red],1", "ONE", axes_of) is None
    assert tree.sibling("product", "other", "[red],1", "two", axes_of) is None
    put(pim, "product", "one", "sub", "[blue],1")
    assert tree.sibling("product", "sub", "[red],1", "two", axes_of) is None
    assert tree.sibling("product", "sub", "[blue],1", "two", axes_of) is not None
    put(pim, "product", "one", "other", "[blue],1")
    assert tree.sibling("product", "sub", "[blue],1", "two", axes_of) is None
    pim["product"].delete("one")
    assert tree.sibling("product", "other", "[blue],1", "two", axes_of) is None


keys, parents = st.sampled_from("abcdef"), st.sampled_from([None, "x", "Y"])
steps = st.lists(st.tuples(keys, st.booleans(), parents, st.sampled_from(["1", "2", "3"])), max_size=30)


@given(steps)
def test_a_tree_kept_up_to_date_is_as_one_built_anew(changes: list[tuple[str, bool, str | None, str]]) -> None:
    pim = Catalog(Clock("frozen"))
    for key, keep, parent, axes in changes:
        if keep:
            put(pim, "product", key, parent, axes + key)
        elif pim["product"].get(key) is not None:
            pim["product"].delete(key)
        anew = VariantTree(pim["product_model"], pim["product"])
        for model in ("x", "y"):
            assert pim.variant_tree.children("product", model) == anew.children("product", model)
            for text in ("1a", "2b", "3c"):
                kept = pim.variant_tree.sibling("product", model, text, "nobody", axes_of)
                assert kept is anew.sibling("product", model, text, "nobody", axes_of)
