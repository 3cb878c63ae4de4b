"""The quick way of a line into a catalog makes what the slow way makes, and takes no line that the slow way refuses."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import product_data
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.problems import Problem
from mock_akeneo.seeding import loaded_products
from mock_akeneo.seeding.generated import generate
from mock_akeneo.seeding.grown import structure_of
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
