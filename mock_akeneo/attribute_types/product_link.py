"""pim_catalog_product_link: `{"type": "product", "id": uuid}` or `{"type": "product_model", "id": code}`.

A product may be named by `{"type": "product", "identifier": …}` too; what is shown has its uuid. From the documentation
only. Unsure: the texts, and whether a target that is named by its id must exist; here it need not.
Source: apidocs: content/concepts/products.md
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim
from mock_akeneo.attribute_types.operators import EMPTINESS, a_list, is_in, is_not_in
from mock_akeneo.attribute_types.php import is_blank, keys_of
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, Problem, malformed_type

_TYPES: Final = ("product", "product_model")


def accept(attribute: Json, data: object, pim: Pim) -> Json | None:
    if is_blank(data):
        return None
    code = attribute["code"]
    if not isinstance(data, list | dict):
        raise malformed_type(code, "an array", data)
    given = keys_of(data)
    if given.get("type") == "product" and "id" not in given and "identifier" in given:
        return {"type": "product", "id": _uuid_of(code, given["identifier"], pim)}
    if complaint := malformed_link(data):
        raise Malformed(f'Property "{code}" expects an array {complaint}.')
    link: Any = data
    return {"type": link["type"], "id": link["id"].lower() if link["type"] == "product" else link["id"]}


def _uuid_of(code: str, identifier: Any, pim: Pim) -> str:
    if not isinstance(identifier, str):
        raise Malformed(f'Property "{code}" expects an array with valid data, key "identifier" has to be a string.')
    uuid = pim.product_with(identifier)
    if uuid is None:
        raise Malformed(
            f'Property "{code}" expects a valid identifier. The product does not exist, "{identifier}" given.'
        )
    return uuid


def malformed_link(data: Any) -> str | None:
    for key in ("type", "id"):
        if key not in keys_of(data):
            return f'with the key "{key}"'
    if data["type"] not in _TYPES:
        return 'with valid data, key "type" has to be "product" or "product_model"'
    if not isinstance(data["id"], str) or not data["id"]:
        return 'with valid data, key "id" has to be a string'
    return None


def column(_attribute: Json, data: Any, _pim: Pim) -> tuple[str, str]:
    return data["type"], data["id"].lower()


def some_links(attribute: Json, value: object, pim: Pim) -> frozenset[tuple[str, str]]:
    links = a_list(attribute, value, pim)
    for link in links:
        if complaint := malformed_link(link):
            raise Problem(422, f'Property "{attribute["code"]}" expects an array {complaint}.')
    return frozenset(column(attribute, link, pim) for link in links)


OPERATORS: Final[Mapping[str, Operator]] = {
    "IN": Operator(is_in, some_links),
    "NOT IN": Operator(is_not_in, some_links),
    **EMPTINESS,
}


def fake(_attribute: Json, chance: Chance, codes: Sequence[str]) -> Json | None:
    """`codes`: of product models."""
    return {"type": "product_model", "id": codes[chance.below(len(codes))]} if codes else None


PRODUCT_LINK: Final = AttributeType(
    name="pim_catalog_product_link",
    accept=accept,
    operators=OPERATORS,
    column=column,
    fake=fake,
)
