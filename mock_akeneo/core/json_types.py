"""The shapes of JSON in Python, and PHP's words for them, which the PIM's messages use.

Source: pim: src/Akeneo/Tool/Component/StorageUtils/Exception/InvalidPropertyTypeException.php (`gettype`)
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

import orjson

type_names: dict[type, str] = {
    type(None): "NULL",
    bool: "boolean",
    int: "integer",
    float: "double",
    str: "string",
    list: "array",
    dict: "array",
}

# A JSON object. Values stay `Any`: a payload is checked by shapes and rules, not by the type checker.
Json = dict[str, Any]


def php_type(value: object) -> str:
    """PHP's `gettype` of a JSON value: `NULL`, `boolean`, `integer`, `double`, `string` or `array`."""
    return type_names[type(value)]


def dumps(value: object) -> bytes:
    """Compact UTF-8 JSON, in a block of its own size.

    orjson leaves a 3 KB result in a 16 KB heap block; what is kept must be copied out of it.
    """
    try:
        return bytes(memoryview(orjson.dumps(value)))
    except TypeError:
        value = _as_php_reads(value)
    try:
        return bytes(memoryview(orjson.dumps(value)))
    except TypeError:  # it writes 254 levels at most
        return _unicode(value).encode()


def _as_php_reads(value: Any) -> Any:
    """Integers that 64 bits with a sign do not hold are floats in PHP, and no JSON of ours."""
    if isinstance(value, dict):
        return dict(zip(value, map(_as_php_reads, value.values()), strict=True))
    if isinstance(value, list | tuple):
        return list(map(_as_php_reads, value))
    if type(value) is int and not -(2**63) <= value < 2**63:
        return float(value)
    return value


_ascii: Final = json.JSONEncoder(separators=(",", ":")).encode
_unicode: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def php_dumps(value: object) -> str:
    """Compact JSON as PHP's `json_encode` writes it: ASCII only, slashes escaped."""
    try:
        text = orjson.dumps(value)
    except TypeError:
        text = b"\xff"  # a number beyond 64 bits
    # Only what is not ASCII is escaped otherwise than by orjson, which is several times faster.
    return (text.decode() if text.isascii() else _ascii(value)).replace("/", "\\/")


def loads(text: bytes | str) -> Any:
    """Parses as strictly as PHP's `json_decode`: UTF-8 only, no byte order mark, no NaN. Raises `ValueError`."""
    return orjson.loads(text)


MAX_DEPTH: Final = 511  # what PHP takes that is told 512: the text itself counts as a level
FEW_LEVELS: Final = 100  # what nothing that users write by hand needs
# Only texts with so many digits in a row can hold an integer beyond 64 bits, and only those with such a number an
# infinite one. Looking for zeros after all digits became zeros is several times faster than a regular expression.
_AS_ZEROS: Final = bytes.maketrans(b"123456789", b"0" * 9)
_MANY_DIGITS: Final = b"0" * 19
_VAST_NUMBER: Final = re.compile(rb"[0-9]{19}|[0-9][eE][+]?[0-9]{3}")


def json_decode(text: bytes | str, levels: int = MAX_DEPTH) -> Any:
    """What somebody else has sent, as PHP's `json_decode` reads it: so many levels deep at most. Raises `ValueError`.

    Integers that 64 bits with a sign do not hold are floats; a number that no float can hold is infinite.
    Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/ProductController.php (`json_decode` with 512)
    """
    data = text.encode() if isinstance(text, str) else text
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        if _VAST_NUMBER.search(data) is None:
            raise
        value = _with_infinity(data)
    opened = data.count(b"[") + data.count(b"{")
    if opened > levels and _is_deeper(value, levels):
        raise ValueError(f"it is nested deeper than {levels} levels")
    return _as_php_reads(value) if _MANY_DIGITS in data.translate(_AS_ZEROS) else value


def _with_infinity(data: bytes) -> Any:
    """Of a text that orjson refuses. What else is wrong with it is told as orjson tells it."""
    # Each such number stands alone outside of texts, or inside of one, where it must not be touched.
    finite = _TEXT_OR_NUMBER.sub(lambda found: b"0" if _is_infinite(found[0]) else found[0], data)
    orjson.loads(finite)
    try:
        return json.loads(data, parse_int=lambda digits: float(digits) if len(digits) > 19 else int(digits))
    except RecursionError:
        raise ValueError("it is nested too deep") from None


_TEXT_OR_NUMBER: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?', re.DOTALL)


def _is_infinite(token: bytes) -> bool:
    return not token.startswith(b'"') and math.isinf(float(token))


def _is_deeper(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels + 1):
        level = [one for one in level if isinstance(one, dict | list)]
        if not level:
            return False
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return True
