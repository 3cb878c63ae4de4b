from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mock_akeneo.contract.entities import Held, lacking, media, models, options
from mock_akeneo.core.json_types import Json


def held_as(data: object, **more: object) -> list[Json]:
    return [{"locale": None, "scope": None, "data": data, **more}]


ATTRIBUTES: list[Json] = [
    {"code": "brand", "type": "pim_catalog_simpleselect", "localizable": False, "scopable": False},
    {"code": "season", "type": "pim_catalog_simpleselect", "localizable": True, "scopable": False},
    {"code": "tags", "type": "pim_catalog_multiselect", "localizable": False, "scopable": False},
    {"code": "image", "type": "pim_catalog_image", "localizable": False, "scopable": False, "allowed_extensions": []},
    {
        "code": "scan",
        "type": "pim_catalog_image",
        "localizable": False,
        "scopable": False,
        "allowed_extensions": ["gif"],
    },
]
FAMILY_VARIANTS: dict[str, Json] = {
    "one": {"variant_attribute_sets": [{"level": 1, "axes": ["size"]}]},
    "two": {"variant_attribute_sets": [{"level": 2, "axes": ["size"]}, {"level": 1, "axes": ["color", "fit"]}]},
}
PRODUCT_MODELS: dict[str, Json] = {"shoe": {"family_variant": "one"}, "shirt-red": {"family_variant": "two"}}
SHOE: Json = {"identifier": "shoe-42", "parent": "shoe", "values": {"size": held_as("42", linked_data={})}}
SHIRT: Json = {
    "identifier": "shirt-red-l",
    "parent": "shirt-red",
    "values": {"color": held_as("red"), "fit": held_as("slim"), "size": held_as("l"), "name": held_as("Shirt")},
}
VALUE: Json = {"locale": None, "scope": None}
HELD = Held(products={}, product_models={}, options=frozenset(), is_file=lambda code, path: code == f"kept/{path}")


def test_models_are_made_for_both_numbers_of_levels_and_come_before_what_stands_above_them() -> None:
    roots = ("contract-model-0001", "contract-model-0002", "contract-model-0003")
    parents, sizes = (f"{roots[0]}-below", roots[1], f"{roots[2]}-below"), ("l", "42", "l")
    axes = {"color": held_as("red"), "fit": held_as("slim")}
    assert models(3, [SHOE, SHIRT], PRODUCT_MODELS, FAMILY_VARIANTS) == [
        *(
            {"identifier": f"{root}-variant", "parent": parent, "values": {"size": held_as(size)}}
            for root, parent, size in zip(roots, parents, sizes, strict=True)
        ),
        {"code": f"{roots[0]}-below", "family_variant": "two", "parent": roots[0], "values": axes},
        {"code": f"{roots[2]}-below", "family_variant": "two", "parent": roots[2], "values": axes},
        *({"code": root, "family_variant": kind} for root, kind in zip(roots, ("two", "one", "two"), strict=True)),
    ]


def test_a_catalog_without_variants_selects_or_images_gives_nothing(tmp_path: Path) -> None:
    assert models(3, [{"identifier": "p", "parent": None, "values": {}}], {}, {}) == []
    assert options(3, ATTRIBUTES[3:]) == []
    assert media(3, ATTRIBUTES[:3], tmp_path) == []


def test_options_come_after_the_products_that_use_them() -> None:
    assert options(2, ATTRIBUTES) == [
        {"identifier": "contract-option-0001", "values": {"brand": held_as("contract_0001")}},
        {"identifier": "contract-option-0002", "values": {"tags": held_as(["contract_0002"])}},
        {"code": "contract_0001", "attribute": "brand", "labels": {}},
        {"code": "contract_0002", "attribute": "tags", "labels": {}},
    ]


def test_each_file_is_another_image_at_the_path_of_its_value(tmp_path: Path) -> None:
    made = media(2, ATTRIBUTES, tmp_path)
    paths = [str(tmp_path / "front view 1.png"), str(tmp_path / "front view 2.png")]
    assert made == [
        {
            "identifier": f"contract-file-{number:04}",
            "values": {"image": [{"locale": None, "scope": None, "file": path}]},
        }
        for number, path in enumerate(paths, 1)
    ]
    contents = [Path(path).read_bytes() for path in paths]
    assert {content[:8] for content in contents} == {b"\x89PNG\r\n\x1a\n"}
    assert len(set(contents)) == 2


def test_what_the_pim_holds_as_it_was_given_is_not_lacking() -> None:
    product: Json = {"identifier": "p", "values": {"name": held_as("P"), "image": [{**VALUE, "file": "a.png"}]}}
    pushed: list[Json] = [product, {"code": "m", "parent": "root"}, {"code": "red", "attribute": "color"}]
    stored: Json = {"values": {"name": held_as("P"), "image": held_as("kept/a.png")}}
    everything = Held(
        products={"p": stored},
        product_models={"m": {"parent": "root", "values": {}}},
        options=frozenset({("color", "red")}),
        is_file=HELD.is_file,
    )
    assert lacking(pushed, everything) == ()
    assert lacking(pushed, HELD) == ("p", "m", "red")
    for changed in (
        {"values": {"name": held_as("P")}},
        {"values": {"name": held_as("P"), "image": held_as("another")}},
        {"values": {"name": held_as("Q"), "image": held_as("kept/a.png")}},
    ):
        assert lacking(pushed, replace(everything, products={"p": changed})) == ("p",)
