"""pim_catalog_number: JSON integers, or texts with four decimals and more where decimals are allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from mock_akeneo.attribute_types import _numbers, _unchanged
from mock_akeneo.attribute_types._attribute_type import AttributeType, Pim, broken
from mock_akeneo.attribute_types.operators import EMPTINESS, a_number, comparing
from mock_akeneo.attribute_types.php import WHITE_SPACE, is_blank, numeric, text_of
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Violation, malformed_type


def accept(attribute: Json, data: object, _pim: Pim) -> int | str | float | None:
    if is_blank(data):
        return None
    if isinstance(data, str):
        data = data.strip(WHITE_SPACE)
    elif isinstance(data, bool) or not isinstance(data, int | float):
        raise malformed_type(attribute["code"], "a numeric", data)
    number = numeric(data)
    limits = _numbers.bounds(attribute)
    if number is None or not _numbers.fits(number, limits):
        return data
    # What two products may not both have is kept as it was sent: `5.0` is not `5`.
    return data if attribute["unique"] else _normal(data, number, whole=limits.whole)


def _normal(data: object, number: Decimal, *, whole: bool) -> int | str:
    return _numbers.whole_number(data, number) if whole else _numbers.four_decimals_or_more(data, number)


def shown(attribute: Json, data: Any) -> Any:
    number = numeric(data)
    return data if number is None else _normal(data, number, whole=not attribute["decimals_allowed"])


def is_a_number_within_bounds(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    for complaint in _numbers.complaints(attribute, data):
        yield broken(attribute, channel, locale, complaint)


def column(_attribute: Json, data: Any, _pim: Pim) -> float | None:
    number = numeric(data)
    return None if number is None else float(number)


def fake(attribute: Json, chance: Chance, _codes: Sequence[str]) -> Any:
    return _numbers.fake_amount(attribute, chance)


NUMBER: Final = AttributeType(
    name="pim_catalog_number",
    accept=accept,
    unchanged=_unchanged.number,
    rules=(is_a_number_within_bounds,),
    unique_text=text_of,
    shown=shown,
    operators={**comparing(a_number), **EMPTINESS},
    column=column,
    fake=fake,
)
