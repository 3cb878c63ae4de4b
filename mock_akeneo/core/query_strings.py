"""A query string, or a form, as PHP reads it.

Source: php-src: main/php_variables.c (`php_register_variable_ex`)
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

_UNDERSCORES = str.maketrans(" .[", "___")


def parameters(text: bytes) -> dict[str, str]:
    """Of the same name the last value counts. Blanks and dots of a name become underscores."""
    return {name: value for name, value, _ in _pairs(text)} if text else {}


def has_arrays(text: bytes) -> bool:
    """Whether one of the names is written with brackets: `x[]`, `x[a]`."""
    return any(array for _, _, array in _pairs(text))


def _pairs(text: bytes) -> Iterator[tuple[str, str, bool]]:
    """Name, value, and whether it is an element of the array of that name."""
    for given, value in parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True, errors="replace"):
        head, bracket, index = given.lstrip(" ").partition("\0")[0].partition("[")
        array = bracket == "[" and "]" in index
        name = (head if array else head + bracket + index).translate(_UNDERSCORES)
        if head:
            yield name, value, array
