from __future__ import annotations

from mock_akeneo.contract.samples import Push, bodies
from mock_akeneo.core.json_types import Json
from tests.contract.journal import catalog, product

ATTRIBUTES: list[Json] = [
    {"code": "sku", "type": "pim_catalog_identifier"},
    {"code": "name", "type": "pim_catalog_text", "unique": False},
    {"code": "ean", "type": "pim_catalog_text", "unique": True},
    {"code": "picture", "type": "pim_catalog_image", "unique": False},
]
VALUE: list[Json] = [{"locale": None, "scope": None, "data": "x", "linked_data": {}}]
SOURCE = product(
    1,
    family="shoes",
    categories=["a"],
    values={"sku": VALUE, "name": VALUE, "ean": VALUE, "picture": VALUE},
    associations={"PACK": {"products": ["p2"]}},
)


def test_a_new_product_copies_what_a_second_one_can_have() -> None:
    assert bodies(Push(new=1, updates=0), catalog(SOURCE), ATTRIBUTES) == (
        [
            {
                "identifier": "contract-0001",
                "family": "shoes",
                "enabled": True,
                "categories": ["a"],
                "values": {"name": [{"locale": None, "scope": None, "data": "x"}]},
            }
        ],
        frozenset(),
    )


def test_variants_and_products_without_identifier_are_no_pattern() -> None:
    products = catalog(product(1, parent="model", family="no"), product(2, identifier=None, family="no"), product(3))
    made, _ = bodies(Push(new=3, updates=9), products, ATTRIBUTES)
    assert [body.get("family") for body in made[:3]] == [None, None, None]
    assert made[3:] == [{"identifier": "p3", "enabled": False}]


def test_a_catalog_without_products_gives_bare_ones() -> None:
    made, _ = bodies(Push(new=2, updates=2), {}, ATTRIBUTES)
    assert made == [{"identifier": "contract-0001"}, {"identifier": "contract-0002"}]


def test_samples_are_copied_with_new_identifiers() -> None:
    made, _ = bodies(Push(new=3, updates=0), catalog(SOURCE), [], samples=[{"identifier": "a", "x": 1}, {"x": 2}])
    assert made == [
        {"identifier": "contract-0001", "x": 1},
        {"identifier": "contract-0002", "x": 2},
        {"identifier": "contract-0003", "x": 1},
    ]


def test_refused_products_are_spread_over_all_and_patterns_stay_as_they_are() -> None:
    made, refused = bodies(Push(new=200, updates=0, refused=4), catalog(SOURCE), ATTRIBUTES)
    assert refused == {"contract-0001", "contract-0051", "contract-0101", "contract-0151"}
    assert {body["identifier"] for body in made if "contract_no_such_attribute" in body["values"]} == refused


def test_identifiers_that_are_hard_to_write_are_not_updated() -> None:
    odd = ["a/b", "12", "ä", "with space", "x%20"]
    products = catalog(*(product(number, identifier=identifier) for number, identifier in enumerate(odd)), product(9))
    made, _ = bodies(Push(new=0, updates=10), products, [])
    assert made == [{"identifier": "p9", "enabled": False}]


def test_the_first_ones_name_the_last_ones_where_a_type_is_given() -> None:
    push = Push(new=3, updates=0, associated=1)
    made, _ = bodies(push, {}, ATTRIBUTES, association_type="PACK")
    assert made == [
        {"identifier": "contract-0001", "associations": {"PACK": {"products": ["contract-0003"]}}},
        {"identifier": "contract-0002"},
        {"identifier": "contract-0003"},
    ]
    assert bodies(push, {}, ATTRIBUTES)[0] == [{"identifier": body["identifier"]} for body in made]
