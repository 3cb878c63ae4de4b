"""Numbers as the PIM reads, bounds and shows them; shared by number, metric and price collection.

All arithmetic is decimal. The PIM goes through floats here and there; beyond 15 digits it shows something else.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Normalizer/Standard/Product/ProductValueNormalizer.php,
.../Validator/Constraints/{IsNumeric,NotDecimal,Range}Validator.php, .../ConstraintGuesser/RangeGuesser.php
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types.php import numeric, text_of, text_of_float
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json

_LARGEST_INTEGER: Final = 2**63 - 1
_STEPS: Final = {decimals: Decimal(1).scaleb(-decimals) for decimals in (1, 2, 3, 4)}
_ROUNDING: Final = Context(prec=2000, rounding=ROUND_HALF_UP)


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


def complaints(attribute: Json, data: object) -> Iterator[str]:
    """What a number or an amount breaks."""
    number = numeric(data)
    if number is None:
        yield not_numeric(attribute, data)
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


def not_whole(attribute: Json, number: Decimal, data: object) -> Iterator[str]:
    if not attribute["decimals_allowed"] and number != int(number):
        yield (
            f"The {attribute['code']} attribute requires a non-decimal value, and {text_of(data)} is not a valid value."
        )


def whole_number(number: Decimal) -> int:
    """As JSON can carry it: 64 bits, as in PHP."""
    return max(-_LARGEST_INTEGER - 1, min(int(number), _LARGEST_INTEGER))


def rounded(number: Decimal, decimals: int) -> str:
    """With exactly so many decimals (1 to 4), half away from zero, and no minus before a zero."""
    text = format(number.quantize(_STEPS[decimals], context=_ROUNDING), "f")
    return _unsigned_zero(text) if text[0] == "-" else text


def four_decimals_or_more(number: Decimal) -> str:
    """At least four decimals; beyond them, all but trailing zeros."""
    whole, _, decimals = format(number, "f").partition(".")
    if len(decimals) > 4:
        decimals = decimals[:4] + decimals[4:].rstrip("0")
    text = f"{whole}.{decimals:0<4}"
    return _unsigned_zero(text) if text[0] == "-" else text


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
