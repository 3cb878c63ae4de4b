"""pim_catalog_number: JSON integers, or texts with four decimals and more where decimals are allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from mock_akeneo.attribute_types import _numbers
from mock_akeneo.attribute_types._attribute_type import AttributeType, Pim, broken
from mock_akeneo.attribute_types.operators import EMPTINESS, a_number, comparing
from mock_akeneo.attribute_types.php import WHITE_SPACE, is_blank, numeric
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
    return _numbers.whole_number(number) if limits.whole else _numbers.four_decimals_or_more(number)


def is_a_number_within_bounds(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    for complaint in _numbers.complaints(attribute, data):
        yield broken(attribute, channel, locale, complaint)


def unique_text(data: Any) -> str:
    """Without the zeros that only the normal form adds."""
    number = numeric(data)
    return str(data) if number is None else format(number.normalize(), "f")


def column(_attribute: Json, data: Any, _pim: Pim) -> float | None:
    number = numeric(data)
    return None if number is None else float(number)


def fake(attribute: Json, chance: Chance, _codes: Sequence[str]) -> Any:
    return _numbers.fake_amount(attribute, chance)


NUMBER: Final = AttributeType(
    name="pim_catalog_number",
    accept=accept,
    rules=(is_a_number_within_bounds,),
    unique_text=unique_text,
    operators={**comparing(a_number), **EMPTINESS},
    column=column,
    fake=fake,
)
