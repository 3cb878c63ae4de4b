"""Codes of things outside the attribute: reference data, records of reference entities, assets of asset families.

None of these is kept here, so any code will do, and keeps its letter case. The Enterprise Edition is closed: records
and assets are taken to behave like reference data, but for the order of a collection, which is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_akeneo.attribute_types import _unchanged
from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim
from mock_akeneo.attribute_types.operators import (
    EMPTINESS,
    a_list,
    avoids,
    is_in,
    is_not_in,
    meets,
    wrong_type,
)
from mock_akeneo.attribute_types.php import is_blank, items, numeric, sorted_texts, text_of
from mock_akeneo.attribute_types.selects import column_of_many, column_of_one, fake_many, fake_one
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, malformed_type


def accept_one(attribute: Json, data: object, _pim: Pim) -> str | None:
    if is_blank(data):
        return None
    if not isinstance(data, str):
        raise malformed_type(attribute["code"], "a string", data)
    return data


def accept_in_order(attribute: Json, data: object, _pim: Pim) -> list[str] | None:
    if is_blank(data):
        return None
    code = attribute["code"]
    if not isinstance(data, list | dict):
        raise malformed_type(code, "an array", data)
    codes = items(data)
    if not all(isinstance(one, str) for one in codes):
        because = "one of the reference data code is not a string"
        raise Malformed(f'Property "{code}" expects an array with valid data, {because}.')
    return list(dict.fromkeys(codes))


def accept_sorted(attribute: Json, data: object, pim: Pim) -> list[str] | None:
    codes = accept_in_order(attribute, data, pim)
    return None if codes is None else sorted_texts(codes)


def some_codes(attribute: Json, value: object, pim: Pim) -> frozenset[str]:
    codes = a_list(attribute, value, pim)
    for code in codes:
        if not isinstance(code, str) and numeric(code) is None:
            raise wrong_type(attribute["code"], "a string", code)
    return frozenset(text_of(code).lower() for code in codes)


CODE: Final[Mapping[str, Operator]] = {
    "IN": Operator(is_in, some_codes),
    "NOT IN": Operator(is_not_in, some_codes),
    **EMPTINESS,
}
CODES: Final[Mapping[str, Operator]] = {
    "IN": Operator(meets, some_codes),
    "NOT IN": Operator(avoids, some_codes),
    **EMPTINESS,
}


def _one(name: str) -> AttributeType:
    return AttributeType(
        name=name,
        accept=accept_one,
        unchanged=_unchanged.option,
        operators=CODE,
        column=column_of_one,
        fake=fake_one,
    )


def _many(name: str, *, in_order: bool = False) -> AttributeType:
    return AttributeType(
        name=name,
        accept=accept_in_order if in_order else accept_sorted,
        unchanged=_unchanged.identical if in_order else _unchanged.options,
        operators=CODES,
        column=column_of_many,
        fake=fake_many,
    )


REFERENCE_DATA: Final = _one("pim_reference_data_simpleselect")
REFERENCE_DATA_COLLECTION: Final = _many("pim_reference_data_multiselect")
REFERENCE_ENTITY: Final = _one("akeneo_reference_entity")
REFERENCE_ENTITY_COLLECTION: Final = _many("akeneo_reference_entity_collection", in_order=True)
ASSET_COLLECTION: Final = _many("pim_catalog_asset_collection", in_order=True)
