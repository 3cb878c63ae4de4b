"""What PHP makes of JSON where the PIM leaves it to PHP: blank, numeric, order of texts, text of a number."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Final

WHITE_SPACE: Final = " \t\n\r\0\x0b"

# Longer exponents and longer texts count as no number: PHP's float knows neither, and nobody has 300 digits.
_NUMERIC: Final = re.compile(r"[ \t\n\r\v\f]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?[ \t\n\r\v\f]*", re.ASCII)
_LONGEST_NUMBER: Final = 300


def is_blank(data: object) -> bool:
    """What removes a value: `null`, a text of white space, an empty list or object."""
    if data is None:
        return True
    if type(data) is str:
        return not data.strip(WHITE_SPACE)
    return (type(data) is list or type(data) is dict) and not data


def keys_of(data: object) -> dict[str, Any]:
    """The named keys of a PHP array: none where JSON had a list."""
    return data if isinstance(data, dict) else {}


def items(data: Any) -> list[Any]:
    """The items of a list or of an object, whose keys PHP's arrays let pass."""
    return data if type(data) is list else list(data.values())


def numeric(data: object) -> Decimal | None:
    """The number that PHP's `is_numeric` sees in an int, a float or a text; else `None`. Booleans are none."""
    if isinstance(data, str):
        if len(data) > _LONGEST_NUMBER or _NUMERIC.fullmatch(data) is None:
            return None
        return Decimal(data.strip())
    if isinstance(data, int):
        return None if isinstance(data, bool) else Decimal(data)
    if isinstance(data, float) and math.isfinite(data):
        return Decimal(repr(data))
    return None


def text_of(data: object) -> str:
    """PHP's `(string)` of a JSON value."""
    if data is None or data is False:
        return ""
    if data is True:
        return "1"
    if isinstance(data, float):
        return text_of_float(data)
    return "Array" if isinstance(data, list | dict) else str(data)


def text_of_float(number: float) -> str:
    """PHP writes a float with 14 significant digits: `1000`, `0.5`, `9.2233720368548E+18`."""
    text = f"{number:.14G}"
    if "E" not in text:
        return text
    mantissa, exponent = text.split("E")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent):+d}"


def sorted_texts(texts: list[str]) -> list[str]:
    """PHP's `sort`: by code point, but two numeric texts compare as numbers (`9` before `10`)."""
    for text in texts:
        if text[:1] <= "9" and numeric(text) is not None:
            return sorted(texts, key=cmp_to_key(_compare))
    return sorted(texts)


def _compare(one: str, other: str) -> int:
    first, second = numeric(one), numeric(other)
    if first is not None and second is not None:
        return (first > second) - (first < second)
    return (one > other) - (one < other)
