"""The regular expressions of attributes: PHP's, with delimiters, into Python's."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Final

_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE, "u": re.UNICODE}
_NAMED_GROUP: Final = re.compile(r"(?<!\\)\(\?<(?=[A-Za-z_])")
_END: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\z")


@lru_cache(maxsize=1024)
def python_pattern(pcre: str) -> re.Pattern[str] | None:
    """`/^sku-\\d*$/i` as Python's pattern; `None` when it is none of PHP's or has no equal in Python.

    Unsure: what Python cannot say (`\\p{L}`, `[[:alpha:]]`, `\\h`, the modifiers A, D, U, X) lets every text pass.
    """
    pcre = pcre.lstrip()
    opening = pcre[:1]
    if not opening or opening.isalnum() or opening == "\\":
        return None
    end = pcre.rfind(_CLOSING.get(opening, opening))
    modifiers = pcre[end + 1 :]
    if end < 1 or not set(modifiers) <= set(_FLAGS) or "[:" in pcre:
        return None
    flags = 0 if "u" in modifiers else re.ASCII
    for modifier in modifiers:
        flags |= _FLAGS[modifier]
    body = pcre[1:end]
    if opening not in _CLOSING:
        body = body.replace(f"\\{opening}", opening if opening not in ".^$*+?|" else f"\\{opening}")
    body = _END.sub(r"\1\\Z", _NAMED_GROUP.sub("(?P<", body))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(body, flags)
    except (re.error, FutureWarning, DeprecationWarning, RecursionError, OverflowError):
        return None
