"""Who points at whom, however links come and go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.links import Links
from mock_akeneo.catalog.product_document import product_document
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json


def model(code: str, products: list[str], models: list[str]) -> Json:
    """A product model that links products as associates, and models with a quantity."""
    named = [{"identifier": other, "quantity": 1} for other in models]
    return {
        "code": code,
        "family": "f",
        "family_variant": "v",
        "parent": None,
        "categories": [],
        "values": {},
        "created": "2026-01-01T00:00:00+00:00",
        "updated": "2026-01-01T00:00:00+00:00",
        "associations": {"PACK": {"products": products}} if products else {},
        "quantified_associations": {"SET": {"products": [], "product_models": named}} if named else {},
    }


def put(pim: Catalog, code: str, products: list[str] | None = None, models: list[str] | None = None) -> None:
    pim["product_model"].put(product_document("product_model", model(code, products or [], models or [])))


def sources(pim: Catalog, kind: str, key: str) -> list[tuple[str, str]]:
    return [(name, document.key) for name, document in pim.links.to(kind, key)]


def test_both_kinds_of_links_are_known_in_any_letter_case() -> None:
    pim = Catalog(Clock("frozen"))
    put(pim, "One", ["uuid"], ["Two"])
    put(pim, "Two", ["uuid"])
    assert sources(pim, "product", "UUID") == [("product_model", "One"), ("product_model", "Two")]
    assert sources(pim, "product_model", "two") == [("product_model", "One")]
    assert sources(pim, "product_model", "uuid") == []


def test_what_is_taken_back_by_a_reset_is_known_no_more() -> None:
    pim = Catalog(Clock("frozen"))
    pim.mark()
    put(pim, "one", ["uuid"])
    assert sources(pim, "product", "uuid") == [("product_model", "one")]
    pim.reset()
    assert sources(pim, "product", "uuid") == []


codes = st.sampled_from("abc")
steps = st.lists(
    st.tuples(codes, st.booleans(), st.lists(codes, unique=True), st.lists(codes, unique=True)), max_size=20
)


@given(steps)
def test_links_kept_up_to_date_are_as_those_read_anew(changes: list[tuple[str, bool, list[str], list[str]]]) -> None:
    pim = Catalog(Clock("frozen"))
    for code, keep, products, models in changes:
        if keep:
            put(pim, code, products, models)
        elif pim["product_model"].get(code) is not None:
            pim["product_model"].delete(code)
        anew = Links(pim["product_model"], pim["product"])
        for kind in ("product", "product_model"):
            for key in "abc":
                assert pim.links.to(kind, key) == anew.to(kind, key)
