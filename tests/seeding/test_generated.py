"""Generated products: the same for the same seed, in a stream, and complete where their family asks for it."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import islice

import pytest

from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.seeding.generated import Generated, generate
from mock_akeneo.seeding.shop import shop
from mock_akeneo.seeding.structure import Structure, attribute_body, family_body

SHOP = shop(3)


def digest(made: Generated) -> str:
    told = sha256()
    for file in made.media_files:
        told.update(dumps(file.body) + file.content)
    for body in (*made.product_models, *made.products):
        told.update(dumps(body))
    return told.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert digest(generate(SHOP, 300, seed=1)) == digest(generate(SHOP, 300, seed=1))
    assert digest(generate(SHOP, 300, seed=1)) != digest(generate(SHOP, 300, seed=2))


def test_what_does_not_come_from_faker_is_the_same_on_every_machine() -> None:
    texts = {one["code"] for one in SHOP.attributes if one["type"] in ("pim_catalog_text", "pim_catalog_textarea")}
    told = sha256()
    for body in generate(SHOP, 300, seed=1).products:
        told.update(dumps({**body, "values": {code: v for code, v in body["values"].items() if code not in texts}}))
    assert told.hexdigest()[:16] == "66c9334597f59a95"


def test_a_larger_catalog_begins_with_the_smaller_one() -> None:
    small, large = generate(SHOP, 40, seed=1), generate(SHOP, 400, seed=1)
    assert list(small.products) == list(islice(large.products, 40))
    models = list(small.product_models)
    assert models == list(islice(large.product_models, len(models)))


def test_there_are_as_many_products_as_wanted_with_identifiers_in_order() -> None:
    products = list(generate(SHOP, 57, seed=1).products)
    assert [one["identifier"] for one in products] == [f"gen-{number:06}" for number in range(1, 58)]


def test_every_product_model_is_the_parent_of_something() -> None:
    for count in (1, 8, 9, 12, 13, 16, 17, 40):
        made = generate(SHOP, count, seed=1)
        models = list(made.product_models)
        parents = {one["parent"] for one in (*models, *made.products)} - {None}
        assert {one["code"] for one in models} == parents


def test_simple_products_hold_what_their_family_requires_in_every_locale_and_channel() -> None:
    wanted = {
        "sku": {(None, None)},
        "price": {(None, None)},
        "image": {(None, None)},
        "name": {("de_DE", None), ("en_US", None), ("fr_FR", None)},
    }
    for product in generate(SHOP, 200, seed=1).products:
        if product["parent"] is None:
            values = {code: {(v["locale"], v["scope"]) for v in product["values"][code]} for code in wanted}
            assert values == wanted
            described = {v["locale"] for v in product["values"]["description"] if v["scope"] == "ecommerce"}
            assert described == {"de_DE", "en_US", "fr_FR"}


def test_products_stream_in_bounded_memory() -> None:
    def grown(products: Iterator[Json], count: int) -> int:
        for _ in islice(products, count):
            pass
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    products = generate(SHOP, 1_000_000, seed=1).products
    tracemalloc.start()
    try:
        first = grown(products, 200)
        assert grown(products, 3000) - first < 50_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("properties", "identifier"),
    [
        ({}, "gen-000001"),
        ({"validation_rule": "regexp", "validation_regexp": r"/^\d{13}$/"}, "2000000000001"),
        ({"max_characters": 6}, "000001"),
    ],
)
def test_identifiers_obey_the_main_identifier(properties: Json, identifier: str) -> None:
    assert next(generate(with_identifier(**properties), 1, seed=1).products)["identifier"] == identifier


@pytest.mark.parametrize(
    "properties", [{"max_characters": 2}, {"validation_rule": "regexp", "validation_regexp": "/(/"}]
)
def test_an_identifier_that_allows_none_of_ours_is_refused(properties: Json) -> None:
    with pytest.raises(
        ValueError, match=r"^to generate products, the catalog needs a main identifier that allows one of: gen-"
    ):
        generate(with_identifier(**properties), 1, seed=1)


def with_identifier(**properties: object) -> Structure:
    group = {"code": "other", "labels": {}}
    sku = attribute_body("sku", "pim_catalog_identifier", group, {}, is_main_identifier=True, **properties)
    return Structure(attributes=[sku])


def test_values_keep_to_the_limits_of_their_attribute() -> None:
    group = {"code": "other", "labels": {}}
    limits: dict[str, tuple[str, Json, set[object]]] = {
        "digit": ("text", {"validation_rule": "regexp", "validation_regexp": r"/^\d{3}$/"}, set()),
        "mail": ("text", {"validation_rule": "email"}, set()),
        "cold": ("number", {"negative_allowed": True, "number_min": "-2.0000", "number_max": "-1.0000"}, {-2, -1}),
        "day": (
            "date",
            {"date_min": "2025-03-30T00:00:00+00:00", "date_max": "2025-03-31T00:00:00+00:00"},
            {"2025-03-30T00:00:00+00:00", "2025-03-31T00:00:00+00:00"},
        ),
        "old": ("date", {"date_max": "1999-12-31T00:00:00+00:00"}, {"1999-12-31T00:00:00+00:00"}),
        "tenth": (
            "number",
            {"decimals_allowed": True, "number_min": "0.1", "number_max": "0.1001"},
            {"0.1000", "0.1001"},
        ),
    }
    attributes = [
        attribute_body(code, f"pim_catalog_{kind}", group, {}, **rules) for code, (kind, rules, _) in limits.items()
    ]
    structure = replace(
        with_identifier(),
        attributes=[*with_identifier().attributes, *attributes],
        families=[family_body("all", ["sku", *limits], {}, {})],
    )
    held: dict[str, set[object]] = {code: set() for code in limits}
    for product in generate(structure, 300, seed=1).products:
        for code in held.keys() & product["values"].keys():
            held[code].add(product["values"][code][0]["data"])
    assert all(str(text).isdigit() and len(str(text)) == 3 for text in held["digit"])
    assert all(str(text).endswith("@example.com") for text in held["mail"])
    assert held["digit"]
    assert held["mail"]
    assert {code: held[code] for code, (_, _, told) in limits.items() if told} == {
        code: told for code, (_, _, told) in limits.items() if told
    }


def test_what_cannot_be_made_is_left_out() -> None:
    group = {"code": "other", "labels": {}}
    impossible: dict[str, tuple[str, Json]] = {
        "none": ("text", {"validation_rule": "regexp", "validation_regexp": "/^§{9}$/"}),
        "empty": ("number", {"number_min": "1.2000", "number_max": "1.8000"}),
        "photo": ("image", {"allowed_extensions": ["psd"]}),
        "choice": ("simpleselect", {}),
        "prices": ("price_collection", {}),
    }
    attributes = [
        attribute_body(code, f"pim_catalog_{kind}", group, {}, **rules) for code, (kind, rules) in impossible.items()
    ]
    fabric = attribute_body("fabric", "pim_reference_data_simpleselect", group, {}, reference_data_name="fabrics")
    structure = replace(
        with_identifier(),
        attributes=[*with_identifier().attributes, *attributes, fabric],
        families=[family_body("all", ["sku", "fabric", *impossible], {}, {})],
    )
    assert {code for product in generate(structure, 50, seed=1).products for code in product["values"]} == {"sku"}
