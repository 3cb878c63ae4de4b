"""What PHP makes of JSON where the PIM leaves it to PHP: blank, numeric, order of texts, text of a number."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Final

WHITE_SPACE: Final = " \t\n\r\0\x0b"

_NUMERIC: Final = re.compile(r"[ \t\n\r\v\f]*[+-]?(?:\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?[ \t\n\r\v\f]*", re.ASCII)
_LEADING_NUMBER: Final = re.compile(r"[ \t\n\r\v\f]*[+-]?\d{1,400}(\.\d*)?([eE][+-]?\d{1,5})?", re.ASCII)
# What PHP's float cannot hold counts as no number, nor do texts whose normal form would be longer than they may be.
_HIGHEST_POWER: Final = 308
_LOWEST_POWER: Final = -400
_LONGEST_PLAIN: Final = 1000
_LONGEST_SCIENTIFIC: Final = 100


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
        match = _NUMERIC.fullmatch(data)
        if match is None or len(data) > (_LONGEST_SCIENTIFIC if match[1] else _LONGEST_PLAIN):
            return None
        number = Decimal(data.strip())
        if number.adjusted() == _HIGHEST_POWER and math.isinf(float(number)):
            return None
        return number if _LOWEST_POWER <= number.adjusted() <= _HIGHEST_POWER else None
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


def int_of(data: object) -> int:
    """PHP's `(int)` of a scalar: a text by the number that it begins with, a float beyond 64 bits modulo 2^64."""
    if isinstance(data, str):
        match = _LEADING_NUMBER.match(data)
        if match is None:
            return 0
        data = float(match[0]) if match[1] or match[2] else max(-(2**63), min(int(match[0]), 2**63 - 1))
    if isinstance(data, float):
        return (int(data) + 2**63) % 2**64 - 2**63 if math.isfinite(data) else 0
    return data if isinstance(data, int) else 0


def is_true(data: object) -> bool:
    """PHP's `(bool)`: of texts only `""` and `"0"` are false."""
    return bool(data) and data != "0"


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
