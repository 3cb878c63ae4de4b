"""Numbers as the PIM reads, bounds and shows them; shared by number, metric and price collection.

Arithmetic is decimal, up to where PHP's floats lose digits: from there on, what is shown is that of a float.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Normalizer/Standard/Product/ProductValueNormalizer.php,
.../Validator/Constraints/{IsNumeric,NotDecimal,Range}Validator.php, .../ConstraintGuesser/RangeGuesser.php
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types.php import WHITE_SPACE, numeric, text_of, text_of_float
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json

_LARGEST_INTEGER: Final = 2**63 - 1
_FLOAT_DIGITS: Final = 15


class Bounds(NamedTuple):
    """`low`, `high`: with the text that messages show; `None`: no bound. `whole`: no decimals."""

    low: tuple[Decimal, str] | None
    high: tuple[Decimal, str] | None
    whole: bool


def bounds(attribute: Json) -> Bounds:
    return _bounds(
        attribute["number_min"],
        attribute["number_max"],
        attribute["negative_allowed"] is False,
        not attribute["decimals_allowed"],
    )


@lru_cache(maxsize=4096)
def _bounds(number_min: Any, number_max: Any, never_negative: bool, whole: bool) -> Bounds:
    low, high = numeric(number_min), numeric(number_max)
    if never_negative and (low is None or low < 0):
        low = Decimal(0)
    if high is None and low is None:
        return Bounds(None, None, whole)
    if high is None or high > _LARGEST_INTEGER:
        upper = Decimal(_LARGEST_INTEGER), str(_LARGEST_INTEGER)
    else:
        upper = high, text_of_float(float(high))
    return Bounds(None if low is None else (low, text_of_float(float(low))), upper, whole)


def fits(number: Decimal, limits: Bounds) -> bool:
    """Whether the number keeps every rule of its attribute; only then it is given its normal form."""
    low, high, whole = limits
    return (
        (low is None or number >= low[0])
        and (high is None or number <= high[0])
        and (not whole or number == int(number))
    )


def complaints(attribute: Json, data: object, *, of_amount: bool = False) -> Iterator[str]:
    """What a number or an amount breaks. `of_amount`: of a measurement, whose range is looked at whatever it is."""
    number = numeric(data)
    if number is None:
        yield not_numeric(attribute, data)
        if of_amount:
            yield from out_of_order(attribute, data)
    elif not fits(number, bounds(attribute)):
        yield from out_of_range(attribute, number)
        yield from not_whole(attribute, number, data)


def not_numeric(attribute: Json, data: object) -> str:
    return f"The {attribute['code']} attribute requires a number, and the submitted {text_of(data)} value is not."


def out_of_range(attribute: Json, number: Decimal) -> Iterator[str]:
    low, high, _ = bounds(attribute)
    if low is not None and number < low[0]:
        yield f"The {attribute['code']} attribute requires an equal or greater than {low[1]} value."
    elif high is not None and number > high[0]:
        yield f"The {attribute['code']} attribute requires an equal or lesser than {high[1]} value."


def out_of_order(attribute: Json, data: object) -> Iterator[str]:
    """How PHP compares what is no number with a bound: texts as texts, an array is greater, a boolean as a boolean.

    Source: pim: .../Constraints/RangeValidator.php (`validateData`)
    """
    low, high, _ = bounds(attribute)
    if isinstance(data, bool):
        below, above = low is not None and not data and low[0] != 0, high is not None and data and high[0] == 0
    elif isinstance(data, str):
        below, above = low is not None and data < low[1], high is not None and has_highest(attribute) and data > high[1]
    else:
        below, above = False, has_highest(attribute)
    if low is not None and below:
        yield f"The {attribute['code']} attribute requires an equal or greater than {low[1]} value."
    elif high is not None and above:
        yield f"The {attribute['code']} attribute requires an equal or lesser than {high[1]} value."


def has_highest(attribute: Json) -> bool:
    """Whether the attribute itself says how much is too much."""
    return numeric(attribute["number_max"]) is not None


def not_whole(attribute: Json, number: Decimal, data: object) -> Iterator[str]:
    if not attribute["decimals_allowed"] and number != int(number):
        yield (
            f"The {attribute['code']} attribute requires a non-decimal value, and {text_of(data)} is not a valid value."
        )


def whole_number(data: object, number: Decimal) -> int:
    """PHP's `(int)`: of 64 bits, a text ends at the largest, what a float has beyond them is lost."""
    if isinstance(data, float):
        return (int(data) + _LARGEST_INTEGER + 1) % (2 * _LARGEST_INTEGER + 2) - _LARGEST_INTEGER - 1
    whole = int(number) if number == int(number) else int(float(number))
    return max(-_LARGEST_INTEGER - 1, min(whole, _LARGEST_INTEGER))


def rounded(number: Decimal, decimals: int) -> str:
    """With exactly so many decimals (1 to 4), half away from zero, and no minus before a zero.

    Source: PHP's `number_format`, which takes a float
    """
    text = f"{_rounded(float(number), decimals):.{decimals}f}"
    return _unsigned_zero(text) if text[0] == "-" else text


def _rounded(value: float, decimals: int) -> float:
    """PHP's `round`: to 15 digits first, and not at all where a float has no more.

    Source: PHP: ext/standard/math.c (`_php_math_round`), up to 8.3
    """
    if value == 0.0 or not math.isfinite(value):
        return value
    places = _FLOAT_DIGITS - 1 - math.floor(math.log10(abs(value)))
    step = 10.0**decimals
    if decimals < places < decimals + _FLOAT_DIGITS:
        scaled = _half_away(value * 10.0**places) / 10.0 ** (places - decimals)
    else:
        scaled = value * step
        if abs(scaled) >= 1e15:
            return value
    return _half_away(scaled) / step


def _half_away(value: float) -> float:
    return math.floor(value + 0.5) if value >= 0 else math.ceil(value - 0.5)


def four_decimals_or_more(data: object, number: Decimal) -> str:
    """At least four decimals; beyond them, all but trailing zeros of the text, of whatever form that is.

    Source: pim: .../Normalizer/Standard/Product/ProductValueNormalizer.php (`formatNumber`)
    """
    whole, _, decimals = text_of(data).strip(WHITE_SPACE).partition(".")
    if len(decimals) <= 4:
        return rounded(number, 4)
    return f"{whole}.{decimals[:4]}{decimals[4:].rstrip('0')}"


def _unsigned_zero(text: str) -> str:
    return text if text.strip("-0.") else text[1:]


def fake_amount(attribute: Json, chance: Chance) -> Any:
    """A number that keeps the rules: from the lower bound up, at most 1000 wide, in steps of 1 or 0.01."""
    low, high, whole = bounds(attribute)
    step = Decimal(1) if whole else Decimal("0.01")
    highest = high[0] if high is not None else None
    start = low[0] if low is not None else min(Decimal(0), highest or Decimal(0))
    if whole:
        start = start.to_integral_value(rounding=ROUND_CEILING)
    width = Decimal(1000) if highest is None else max(Decimal(0), min(Decimal(1000), highest - start))
    number = start + chance.below(int(width / step) + 1) * step
    return int(number) if whole else format(number, "f")
