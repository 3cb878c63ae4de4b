"""Codes of things outside the attribute: reference data, records of reference entities, assets of asset families.

The Enterprise Edition is closed: records and assets are taken to behave like reference data, but for the order of a
collection, which is kept, and for the filters, which let unknown codes pass and find nothing. Unsure: their texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, broken
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
from mock_akeneo.core.problems import Malformed, Problem, Violation, malformed_type


def accept_one(attribute: Json, data: object, pim: Pim) -> str | None:
    if is_blank(data):
        return None
    if not isinstance(data, str):
        raise malformed_type(attribute["code"], "a string", data)
    return _own_case(attribute, [data], pim)[0]


def accept_in_order(attribute: Json, data: object, pim: Pim) -> list[str] | None:
    if is_blank(data):
        return None
    code = attribute["code"]
    if not isinstance(data, list | dict):
        raise malformed_type(code, "an array", data)
    codes = items(data)
    if not all(isinstance(one, str) for one in codes):
        because = "one of the reference data code is not a string"
        raise Malformed(f'Property "{code}" expects an array with valid data, {because}.')
    return list(dict.fromkeys(_own_case(attribute, codes, pim)))


def accept_sorted(attribute: Json, data: object, pim: Pim) -> list[str] | None:
    codes = accept_in_order(attribute, data, pim)
    return None if codes is None else sorted_texts(codes)


def _own_case(attribute: Json, codes: Sequence[str], pim: Pim) -> list[str]:
    known = pim.reference_codes(attribute)
    return list(codes) if known is None else [known.get(code.lower(), code) for code in codes]


def _unknown(attribute: Json, codes: Sequence[str], pim: Pim) -> list[str]:
    known = pim.reference_codes(attribute)
    return [] if known is None else [code for code in codes if code.lower() not in known]


def exists(attribute: Json, data: Any, channel: str | None, locale: str | None, pim: Pim) -> Iterator[Violation]:
    for code in _unknown(attribute, [data], pim):
        message = (
            f'Property "{attribute["code"]}" expects a valid reference data code. The code "{code}" '
            f'of the reference data "{attribute["reference_data_name"]}" does not exist'
        )
        yield broken(attribute, channel, locale, message)


def all_exist(attribute: Json, data: Any, channel: str | None, locale: str | None, pim: Pim) -> Iterator[Violation]:
    unknown = [code.lower() for code in _unknown(attribute, data, pim)]
    if unknown:
        message = (
            f'Property "{attribute["code"]}" expects valid codes. The following codes for reference data '
            f'"{attribute["reference_data_name"]}" do not exist: "{", ".join(unknown)}"'
        )
        yield broken(attribute, channel, locale, message)


def visible_one(attribute: Json, data: Any, _channel: str | None, pim: Pim) -> Any:
    return None if _unknown(attribute, [data], pim) else data


def visible_many(attribute: Json, data: Any, _channel: str | None, pim: Pim) -> Any:
    gone = _unknown(attribute, data, pim)
    return [code for code in data if code not in gone] or None if gone else data


def some_codes(attribute: Json, value: object, pim: Pim) -> frozenset[str]:
    codes = a_list(attribute, value, pim)
    for code in codes:
        if not isinstance(code, str) and numeric(code) is None:
            raise wrong_type(attribute["code"], "a string", code)
    return frozenset(text_of(code).lower() for code in codes)


def existing_codes(attribute: Json, value: object, pim: Pim) -> frozenset[str]:
    """The letter case of the reference data counts here."""
    codes = some_codes(attribute, value, pim)
    known = pim.reference_codes(attribute)
    wanted = [text_of(code) for code in a_list(attribute, value, pim)]
    for code in wanted if known is not None else ():
        if known is not None and known.get(code.lower()) != code:
            because = f'No reference data "{attribute["reference_data_name"]}" with code "{code}" has been found'
            raise Problem(
                422, f'Property "{attribute["code"]}" expects a valid code. {because}, "{",".join(wanted)}" given.'
            )
    return codes


def _one(name: str, operators: Mapping[str, Operator]) -> AttributeType:
    return AttributeType(
        name=name,
        accept=accept_one,
        membership=exists,
        visible=visible_one,
        operators=operators,
        column=column_of_one,
        fake=fake_one,
    )


def _many(name: str, operators: Mapping[str, Operator], *, in_order: bool = False) -> AttributeType:
    return AttributeType(
        name=name,
        accept=accept_in_order if in_order else accept_sorted,
        membership=all_exist,
        visible=visible_many,
        operators=operators,
        column=column_of_many,
        fake=fake_many,
    )


REFERENCE_DATA_ONE: Final[Mapping[str, Operator]] = {
    "IN": Operator(is_in, existing_codes),
    "NOT IN": Operator(is_not_in, existing_codes),
    **EMPTINESS,
}
REFERENCE_DATA_MANY: Final[Mapping[str, Operator]] = {
    "IN": Operator(meets, existing_codes),
    "NOT IN": Operator(avoids, existing_codes),
    **EMPTINESS,
}
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

REFERENCE_DATA: Final = _one("pim_reference_data_simpleselect", REFERENCE_DATA_ONE)
REFERENCE_DATA_COLLECTION: Final = _many("pim_reference_data_multiselect", REFERENCE_DATA_MANY)
REFERENCE_ENTITY: Final = _one("akeneo_reference_entity", CODE)
REFERENCE_ENTITY_COLLECTION: Final = _many("akeneo_reference_entity_collection", CODES, in_order=True)
ASSET_COLLECTION: Final = _many("pim_catalog_asset_collection", CODES, in_order=True)
