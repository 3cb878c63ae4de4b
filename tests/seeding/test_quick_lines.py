"""The quick way of a line into a catalog makes what the slow way makes, and takes no line that the slow way refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import product_data, product_document
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.problems import Problem
from mock_akeneo.resources._product_view import BASE, IDENTIFIER, Reading
from mock_akeneo.seeding import loaded_products
from mock_akeneo.seeding.exported import exported
from mock_akeneo.seeding.generated import generate
from mock_akeneo.seeding.grown import grow, structure_of
from mock_akeneo.seeding.loader import folder_of, load
from mock_akeneo.seeding.quick_lines import QuickLines


@pytest.fixture(scope="module")
def demo() -> Catalog:
    return load("demo", Clock("frozen"))


@pytest.fixture
def pim(demo: Catalog) -> Catalog:
    return demo.fork(Clock("frozen"))


def stored(pim: Catalog, kind: str) -> dict[str, Json]:
    return {document.key: product_data(document.stored) for document in pim[kind]}


def all_lines(pim: Catalog, count: int) -> list[tuple[str, Json]]:
    generated = generate(structure_of(pim), count, 7)
    list(generated.media_files)
    lines = [("product_model", body) for body in generated.product_models]
    return [*lines, *(("product", body) for body in generated.products)]


def slowly(pim: Catalog, kind: str, body: Json) -> loaded_products.Later | None:
    key, links = loaded_products._WRITE[kind](pim, body)
    return loaded_products._linking(pim, kind, key, links) if links else None


def left(written: tuple[str, Json] | None) -> Json | None:
    """The links that are left to be set."""
    return None if written is None else written[1]


def test_generated_lines_are_written_the_same_both_ways(demo: Catalog) -> None:
    one, other = demo.fork(Clock("frozen")), demo.fork(Clock("frozen"))
    quick = {kind: QuickLines(one) for kind in ("product_model", "product")}
    for file in generate(structure_of(demo), 300, 7).media_files:
        for pim in (one, other):
            pim["media_file"].put(_document(file.body))
    for kind, body in all_lines(demo, 300):
        assert left(quick[kind].put(kind, dumps(body))) == {}, body
        if later := slowly(other, kind, deepcopy(body)):
            later()
    for kind in ("product_model", "product"):
        assert stored(one, kind) == stored(other, kind)


def _document(body: Json) -> Document:
    return Document(body["code"], dumps(body))


def test_the_demo_is_written_the_same_both_ways(demo: Catalog) -> None:
    """Lines as a catalog folder holds them, hostile ones included; those that are not plain go the slow way."""
    one, other = demo.fork(Clock("frozen")), demo.fork(Clock("frozen"))
    lines = [
        (kind, loads(line))
        for kind in ("product_model", "product")
        for line in (folder_of("demo") / f"{kind}s.jsonl").read_bytes().splitlines()
    ]
    for pim in (one, other):
        for kind in ("product", "product_model"):
            for document in list(pim[kind]):
                pim[kind].delete(document.key)
    later: list[loaded_products.Later] = []
    put = {kind: loaded_products.into(one, kind) for kind in ("product_model", "product")}
    for kind, body in sorted(lines, key=lambda line: (line[0] == "product", line[1]["parent"] is not None)):
        later += [act for act in (put[kind](dumps(body)), slowly(other, kind, deepcopy(body))) if act is not None]
    for act in later:
        act()
    for kind in ("product_model", "product"):
        assert stored(one, kind) == stored(other, kind)


def test_exported_lines_are_written_the_same_both_ways(demo: Catalog) -> None:
    """They show products by uuid; every generated one is plain."""
    grown = demo.fork(Clock("frozen"))
    for _ in grow(grown, 100, seed=7):
        pass
    kinds = {"product_models": "product_model", "products": "product"}
    lines = [(kinds[file], body) for file, body in exported(grown, kinds)]
    one, other = grown.fork(Clock("frozen")), grown.fork(Clock("frozen"))
    for pim in (one, other):
        for kind in kinds.values():
            for document in list(pim[kind]):
                pim[kind].delete(document.key)
    quick = {kind: QuickLines(one) for kind in kinds.values()}
    generated_ones = [line for line in lines if "gen-" in str(line[1].get("code", line[1]["values"].get("sku")))]
    assert len(generated_ones) > 100
    for kind, body in generated_ones:
        assert left(quick[kind].put(kind, dumps(body))) == {}, body
        if later := slowly(other, kind, deepcopy(body)):
            later()
    for kind in kinds.values():
        assert stored(one, kind) == stored(other, kind)


@pytest.mark.parametrize("model_first", [True, False])
def test_links_that_a_variant_inherits_are_not_its_own(pim: Catalog, model_first: bool) -> None:
    """Lines as the API shows them, which an import reads."""
    model = "jacket-fjell-navy"

    def linked(*codes: str) -> Json:
        return {"associations": {"UPSELL": {"products": [], "product_models": list(codes), "groups": []}}}

    loaded_products._linking(pim, "product_model", model, linked("jacket-fjell"))()
    loaded_products._linking(pim, "product", variant_of(pim, model).key, linked("jacket-fjell-red"))()
    pim.pim_version = "7.0"  # whose values are as they are stored
    pieces = Reading(pim, IDENTIFIER).pieces(variant_of(pim, model))
    shown = loads(b"".join((b"{", *pieces)).replace(BASE, b"http://localhost"))
    assert shown["associations"]["UPSELL"]["product_models"] == ["jacket-fjell", "jacket-fjell-red"]

    pim["product"].delete(shown["uuid"])
    loaded_products._linking(pim, "product_model", model, linked())()
    put = loaded_products.into(pim, "product")
    if model_first:
        loaded_products._linking(pim, "product_model", model, linked("jacket-fjell"))()
    later = put(dumps(shown))
    if not model_first:
        loaded_products._linking(pim, "product_model", model, linked("jacket-fjell"))()
    if later is not None:
        later()
    own = {"UPSELL": {"product_models": ["jacket-fjell-red"]}}
    assert product_data(variant_of(pim, model).stored)["associations"] == own


def variant_of(pim: Catalog, model: str) -> Document:
    return pim.variant_tree.children("product", model)[0]


SIMPLE: Json = {
    "uuid": "6eb821be-8ea4-4712-a263-2cfbc140751b",
    "identifier": "quick",
    "enabled": True,
    "family": "clothing",
    "categories": [],
    "groups": [],
    "parent": None,
    "values": {"brand": [{"locale": None, "scope": None, "data": "nordwind"}]},
    "created": "2025-01-01T00:00:00+00:00",
    "updated": "2025-01-01T00:00:00+00:00",
}


def test_lines_that_end_alike_may_hold_links_in_one_flavour_only(pim: Catalog) -> None:
    quick, lists = QuickLines(pim), {"product_uuids": ["2a056467-f121-473c-a0f4-c9df37d78fb1"], "products": []}
    named = {**SIMPLE, "associations": {"X_SELL": lists}}
    other = {**SIMPLE["values"], "sku": [{"locale": None, "scope": None, "data": "other"}]}
    by_uuid = {**named, "uuid": "6eb821be-8ea4-4712-a263-2cfbc140751c", "values": other}
    del by_uuid["identifier"]
    assert left(quick.put("product", dumps(by_uuid))) == {}
    assert left(quick.put("product", dumps(named))) == {"associations": {"X_SELL": lists}}


def _value(code: str, data: object, **more: object) -> Callable[[Json], None]:
    def change(line: Json) -> None:
        line["values"][code] = [{"locale": None, "scope": None, "data": data, **more}]

    return change


def _member(name: str, value: object) -> Callable[[Json], None]:
    return lambda line: line.update({name: value})


@pytest.mark.parametrize(
    "change",
    [
        _member("family", "nope"),
        _member("categories", ["nope"]),
        _member("groups", ["nope"]),
        _member("parent", "nope"),
        _member("parent", "jacket-fjell"),
        _member("enabled", "maybe"),
        _member("uuid", "no uuid"),
        _member("uuid", "6eb821be-8ea4-1712-a263-2cfbc140751b"),
        _member("identifier", "jacket-fjell-navy-s"),
        _member("identifier", "JACKET-fjell-navy-S"),
        _member("identifier", "a,b"),
        _member("unknown", 1),
        _value("brand", "nope"),
        _value("brand", "nordwind", locale="en_US"),
        _value("nope", "x"),
        _value("price", [{"amount": "x", "currency": "EUR"}]),
        _value("price", "x"),
        _value("sku", "another"),
        _value("image", "nope"),
    ],
)
def test_what_is_not_right_is_left_to_the_slow_way(pim: Catalog, change: Callable[[Json], None]) -> None:
    line = deepcopy(SIMPLE)
    change(line)
    quick = QuickLines(pim)
    assert left(quick.put("product", dumps(SIMPLE))) == {}
    pim["product"].delete(SIMPLE["uuid"])
    # The identifier beside the values wins over the one among them.
    if "sku" not in line["values"]:
        with pytest.raises(Problem):
            slowly(pim, "product", deepcopy(line))
    assert quick.put("product", dumps(line)) is None


def test_two_lines_are_held_against_each_other(pim: Catalog) -> None:
    quick = QuickLines(pim)
    ean = [{"locale": None, "scope": None, "data": "4006381333931"}]
    first = {**SIMPLE, "values": {"ean": ean}}
    assert left(quick.put("product", dumps(first))) == {}
    other = {**first, "uuid": SIMPLE["uuid"].replace("b", "c"), "identifier": "other"}
    assert quick.put("product", dumps(other)) is None
    assert quick.put("product", dumps({**other, "values": {}, "identifier": "QUICK"})) is None
    assert quick.put("product", dumps({**other, "values": {}, "uuid": SIMPLE["uuid"]})) is None
    assert left(quick.put("product", dumps({**other, "values": {}}))) == {}


def test_combinations_of_axes_are_free_only_once(pim: Catalog) -> None:
    """`jacket-fjell-navy` has a variant in size S already."""
    quick = QuickLines(pim)
    size = [{"locale": None, "scope": None, "data": "S"}]
    variant = {**SIMPLE, "parent": "jacket-fjell-navy", "values": {"size": size}}
    assert quick.put("product", dumps(variant)) is None
    assert quick.put("product", dumps({**variant, "values": {}})) is None
    lines = [document for document in pim["product"] if document.alias == "jacket-fjell-navy-s"]
    pim["product"].delete(lines[0].key)
    assert left(QuickLines(pim).put("product", dumps(variant))) == {}


RICH: Json = {
    **SIMPLE,
    "groups": [],
    "categories": ["jackets"],
    "values": {
        "ean": [{"locale": None, "scope": None, "data": "4006381333931"}],
        "name": [
            {"locale": "de_DE", "scope": None, "data": "Jacke Ä"},
            {"locale": "en_US", "scope": None, "data": "Jacket"},
        ],
        "price": [{"locale": None, "scope": None, "data": [{"amount": "25.66", "currency": "EUR"}]}],
        "weight": [{"locale": None, "scope": None, "data": {"amount": "427.0000", "unit": "GRAM"}}],
        "sku": [{"locale": None, "scope": None, "data": "quick"}],
    },
    "associations": {"X_SELL": {"products": [], "product_models": [], "groups": []}},
}
VARIANT: Json = {
    **SIMPLE,
    "parent": "jacket-fjell-navy",
    "values": {
        "color": [{"locale": None, "scope": None, "data": "navy"}],
        "size": [{"locale": None, "scope": None, "data": "XS"}],
    },
}
MODEL: Json = {
    "code": "quick-model",
    "family": "clothing",
    "family_variant": "clothing_color_size",
    "parent": "jacket-fjell",
    "categories": ["shirts"],
    "values": {"color": [{"locale": None, "scope": None, "data": "white"}]},
    "created": "2025-01-01T00:00:00+00:00",
    "updated": "2025-01-01T00:00:00+00:00",
    "associations": {"X_SELL": {"products": ["jacket-fjell-navy-m"], "product_models": [], "groups": []}},
    "quantified_associations": {},
}
BY_UUID: Json = {
    **{name: member for name, member in RICH.items() if name != "identifier"},
    "associations": {"X_SELL": {"products": ["2a056467-f121-473c-a0f4-c9df37d78fb1"], "product_models": []}},
}
LINES = tuple(
    (kind, dumps(body))
    for kind, body in (*(("product", one) for one in (SIMPLE, RICH, BY_UUID, VARIANT)), ("product_model", MODEL))
)
# What the quick way cuts by, and what it must not take for that.
MARKS = (
    *(b'"', b"\\", b"\\u0041", b"\x01", b"\xff", b" ", b"\n", b"{", b"}", b"[", b"]", b"},{", b"}]", b'}],"', b'}]},"'),
    *(b'},"created":"', b'},"created":"2025-01-01T00:00:00+00:00","updated":"2025-01-01T00:00:00+00:00"'),
    *(b'"values":{', b'"data":"x"', b'"locale":"en_US"', b'"scope":"print"', b'":[{"locale":', b"null", b"true", b"1"),
    *(b"1.0", b'""', b"[]", b'"quick"', b"QUICK", b"2025-02-29", b"XXL", b"clothing", b'"parent":null'),
    *(b',"enabled":false', b',"quality_scores":[]', b'"product_uuids":[],'),
)  # fmt: skip


def agree(one: Catalog, other: Catalog, quick: QuickLines, kind: str, line: bytes) -> bool:
    """Whether the line passed the quick way: then it passes the slow one, and both make the same of it."""
    written = quick.put(kind, line)
    if written is None:
        return False
    later = slowly(other, kind, loads(line))
    if later is not None and not written[1]:
        later()
    made, wanted = (pim[kind].get(written[0]) for pim in (one, other))
    assert made is not None, line
    assert wanted is not None, line
    data = product_data(made.stored)
    assert (data, made.key, made.alias, made.parent) == (
        product_data(wanted.stored),
        wanted.key,
        wanted.alias,
        wanted.parent,
    ), line
    normal = product_document(kind, data)
    assert (normal.stored, normal.parts) == (made.stored, made.parts), line
    for pim in (one, other):
        pim[kind].delete(made.key)
    quick._texts.clear()
    quick._combinations.clear()
    return True


@pytest.mark.parametrize(("kind", "line"), LINES)
def test_no_edit_of_a_line_passes_the_quick_way_otherwise_than_the_slow_one(
    demo: Catalog, kind: str, line: bytes
) -> None:
    """Marks are put between its words and signs, and instead of them, when its values were judged already."""
    one, other = demo.fork(Clock("frozen")), demo.fork(Clock("frozen"))
    quick = QuickLines(one)
    assert agree(one, other, quick, kind, line)
    for word in re.finditer(rb"\w+|\W", line):
        for mark in MARKS:
            agree(one, other, quick, kind, line[: word.start()] + mark + line[word.start() :])
            agree(one, other, quick, kind, line[: word.start()] + mark + line[word.end() :])


ANYTHING = st.one_of(
    st.text(max_size=10),
    st.text('aÄ"\\/ \t\n\x00\x7f\u2028😀[]{},:', max_size=10),
    st.sampled_from(
        ("", " ", "nordwind", "NORDWIND", "a" * 256, "x\r\ny", "2025-01-01", "1.50", "25.66", "EUR", "GRAM")
    ),
    *(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)),
)
DATA = st.one_of(
    ANYTHING,
    st.lists(ANYTHING, max_size=3),
    st.lists(st.sampled_from(("NEW", "eco", "bestseller")), max_size=3),
    st.fixed_dictionaries({"amount": ANYTHING, "unit": st.sampled_from(("GRAM", "KILOGRAM", "gram", "METER"))}),
    st.lists(
        st.fixed_dictionaries({"amount": ANYTHING, "currency": st.sampled_from(("EUR", "USD", "eur", "nope"))}),
        max_size=2,
    ),
)
ENTRY = st.fixed_dictionaries(
    {
        "locale": st.sampled_from((None, None, "en_US", "de_DE", "en_us", "nope")),
        "scope": st.sampled_from((None, None, "ecommerce", "print", "nope")),
        "data": DATA,
    }
)


@settings(max_examples=200)
@given(data=st.data())
def test_no_value_passes_the_quick_way_otherwise_than_the_slow_one(demo: Catalog, data: st.DataObject) -> None:
    """Of any attribute; the second time it may be remembered."""
    one, other = demo.fork(Clock("frozen")), demo.fork(Clock("frozen"))
    quick = QuickLines(one)
    codes = st.sampled_from([document.key for document in demo["attribute"]])
    for values in data.draw(
        st.lists(st.dictionaries(codes, st.lists(ENTRY, min_size=1, max_size=2), max_size=2), min_size=5, max_size=5)
    ):
        line = dumps({**SIMPLE, "values": values})
        assert agree(one, other, quick, "product", line) == agree(one, other, quick, "product", line)
