from __future__ import annotations

import pytest

from tests.attribute_types.small_pim import SmallPim, filter_refusal, found, refusal, shown

PRODUCT = {"type": "product", "id": "31243126-cfa4-4d8c-a3ea-e989e059eae2"}
MODEL = {"type": "product_model", "id": "Jack"}


def test_a_link_names_a_product_by_uuid_or_a_product_model_by_code() -> None:
    assert shown("a_link", {"id": PRODUCT["id"].upper(), "type": "product", "more": 1}) == PRODUCT
    assert shown("a_link", MODEL) == MODEL
    assert shown("a_link", {}) is None


def test_a_link_may_name_a_product_by_its_identifier() -> None:
    pim = SmallPim(products={"jack": PRODUCT["id"]})
    assert shown("a_link", {"type": "product", "identifier": "JACK"}, pim) == PRODUCT
    assert refusal("a_link", {"type": "product", "identifier": "jill"}, pim) == (
        'Property "a_link" expects a valid identifier. The product does not exist, "jill" given.'
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("jack", 'Property "a_link" expects an array as data, "string" given.'),
        ({"id": "x"}, 'Property "a_link" expects an array with the key "type".'),
        ({"type": "product"}, 'Property "a_link" expects an array with the key "id".'),
        ({"type": "product_model", "identifier": "x"}, 'Property "a_link" expects an array with the key "id".'),
        (
            {"type": "product", "identifier": 1},
            'Property "a_link" expects an array with valid data, key "identifier" has to be a string.',
        ),
        (
            {"type": "family", "id": "x"},
            'Property "a_link" expects an array with valid data, key "type" has to be "product" or "product_model".',
        ),
        (
            {"type": "product", "id": 1},
            'Property "a_link" expects an array with valid data, key "id" has to be a string.',
        ),
    ],
)
def test_a_link_of_another_form_is_refused(data: object, message: str) -> None:
    assert refusal("a_link", data) == message


def test_links_are_found() -> None:
    products = {"product": PRODUCT, "model": MODEL, "nothing": None}
    assert found("a_link", "IN", [{"type": "product_model", "id": "JACK"}], products) == ["model"]
    assert found("a_link", "NOT IN", [MODEL], products) == ["product"]
    assert found("a_link", "EMPTY", None, products) == ["nothing"]


def test_the_value_of_a_link_filter_is_a_list_of_links() -> None:
    assert filter_refusal("a_link", "IN", "x") == 'Property "a_link" expects an array as data, "string" given.'
    assert filter_refusal("a_link", "IN", ["x"]) == 'Property "a_link" expects an array with the key "type".'
