"""Every catalog that we ship or generate obeys the PIM: each line is held against its rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path

import pytest

from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.seeding.generated import generate
from mock_akeneo.seeding.shop import shop
from mock_akeneo.seeding.structure import Structure
from tests.seeding.pim_rules import ALLOWED, Lines, broken_items, broken_structure

FIXTURES = Path(__file__).parents[2] / "fixtures"


def folder(name: str) -> dict[str, list[Json]]:
    return {
        file.stem: [loads(line) for line in file.read_bytes().splitlines()]
        for file in (FIXTURES / name).glob("*.jsonl")
    }


def structure(lines: Lines) -> Structure:
    return Structure(**{field.name: lines.get(field.name, ()) for field in fields(Structure)})


def generated(lines: Lines, count: int) -> dict[str, list[Json]]:
    """The catalog with `count` products on top."""
    made = generate(structure(lines), count, seed=7)
    return {
        **{name: list(some) for name, some in lines.items()},
        "media_files": [*lines.get("media_files", ()), *(file.body for file in made.media_files)],
        "product_models": [*lines.get("product_models", ()), *made.product_models],
        "products": [*lines.get("products", ()), *made.products],
    }


STANDARD = folder("standard")
MINIMAL = {**STANDARD, **folder("minimal")}
DEMO = {**STANDARD, **folder("demo")}
SHOP = {field.name: list(getattr(shop(30), field.name)) for field in fields(Structure)} | STANDARD

CATALOGS: dict[str, Callable[[], dict[str, list[Json]]]] = {
    "minimal": lambda: MINIMAL,
    "demo": lambda: DEMO,
    "minimal, generated": lambda: generated(MINIMAL, 50),
    "demo, generated": lambda: generated(DEMO, 600),
    "shop, generated": lambda: generated(SHOP, 1500),
}


@pytest.mark.parametrize("name", CATALOGS)
def test_a_catalog_breaks_no_rule_of_the_pim(name: str) -> None:
    lines = CATALOGS[name]()
    assert [*islice(broken_structure(lines), 10), *islice(broken_items(lines), 10)] == []


def planted(change: Callable[[Json], object]) -> list[str]:
    """What the rules find when `change` is done to a product of the demo catalog."""
    lines = {**DEMO, "products": deepcopy(DEMO["products"])}
    change(next(one for one in lines["products"] if one["identifier"] == "jacket-fjell-navy-s"))
    return [text.removeprefix("jacket-fjell-navy-s: ") for text in broken_items(lines)]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda one: one.update(categories=["shirts", "jackets"]), ["categories"]),
        (lambda one: one.update(updated=one["created"], created=one["updated"]), ["updated before it was created"]),
        (lambda one: one["values"].pop("size"), ["axes: ('None',)"]),
        (
            lambda one: one["values"].update(color=[{"locale": None, "scope": None, "data": "navy"}]),
            ["values of other levels: ['color']"],
        ),
        (
            lambda one: one["values"]["weight"][0].update(data={"amount": 1, "unit": "G"}),
            ["weight: data {'amount': 1, 'unit': 'G'}"],
        ),
        (
            lambda one: one["values"]["size"][0].update(locale="en_US"),
            ["size: needs locale or scope, or not: {'locale': 'en_US', 'scope': None, 'data': 'S'}"],
        ),
        (lambda one: one["associations"]["COMPATIBLE_WITH"]["products"].append("tarp-3x3"),
         ["COMPATIBLE_WITH stands on one side only"]),
    ],
)  # fmt: skip
def test_the_rules_find_a_planted_fault(change: Callable[[Json], object], found: list[str]) -> None:
    assert planted(change) == found


def test_the_bytes_of_a_media_file_have_the_told_size() -> None:
    told = {one["code"]: one["size"] for one in (*DEMO["media_files"], *DEMO["category_media_files"])}
    folder = FIXTURES / "demo/media"
    found = {str(one.relative_to(folder)): one.stat().st_size for one in folder.rglob("*") if one.is_file()}
    assert found == told


def test_the_demo_holds_every_attribute_type_in_all_four_ways() -> None:
    held = {
        (attribute["type"], attribute["localizable"], attribute["scopable"])
        for item in (*DEMO["products"], *DEMO["product_models"])
        for code in item["values"]
        for attribute in DEMO["attributes"]
        if attribute["code"] == code
    }
    types = {"pim_catalog_" + name for name in ALLOWED if name != "identifier"}
    wanted = {
        (name, localizable, scopable) for name in types for localizable in (True, False) for scopable in (True, False)
    }
    assert held == wanted | {("pim_catalog_identifier", False, False)}


def test_the_demo_has_products_that_break_naive_connectors() -> None:
    products = DEMO["products"]
    identifiers = [one["identifier"] for one in products if one["identifier"] is not None]
    hostile = r" ", r"/", r"\+", r"%", r"#", r"\?", r"[äöüß]", r"[\U0001F300-\U0001FAFF]", r"^\d+$", r"[&<\"']"
    assert [pattern for pattern in hostile if not any(re.search(pattern, code) for code in identifiers)] == []
    kinds = {
        "no identifier": sum(one["identifier"] is None for one in products),
        "no family": sum(one["family"] is None for one in products),
        "disabled": sum(not one["enabled"] for one in products),
        "variants": sum(one["parent"] is not None for one in products),
        "nothing but an identifier": sum(one["values"].keys() == {"sku"} for one in products),
    }
    assert [kind for kind, number in kinds.items() if not number] == []


def test_a_structure_of_the_demo_without_options_still_gets_products() -> None:
    bare = replace(structure(DEMO), attribute_options=(), categories=(), association_types=())
    products = list(generate(bare, 100, seed=1).products)
    assert {one["parent"] for one in products if one["family"] == "clothing"} == {None}
    assert [one["categories"] for one in products] == [[]] * 100
