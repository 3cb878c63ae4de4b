"""The key by which the PIM's database compares codes and identifiers: MySQL's collation `utf8mb4_unicode_ci`.

It is the Unicode Collation Algorithm with the weights of Unicode 4.0.0, first level alone: letter case and accents do
not count, `ß` is `ss` (but `æ` is a letter of its own), characters without a weight (control characters, zero-width
ones) are not there, blanks at the end neither, and all characters beyond U+FFFF are the same.

`collation.json` says which characters are the same, from the weights that a database server tells (MariaDB 10.11, see
`scripts/make-collation`). Not as there: the 109 signs with an ideograph in parentheses or a circle (U+3220 and others)
stand for themselves.
Source: pim: config/packages/doctrine.yml
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

_SAME: Final = Path(__file__).with_name("collation.json")
_BEYOND: Final = re.compile("[\U00010000-\U0010ffff]")


def search_key(text: str) -> str:
    """The form in which the search engine compares and sorts codes and identifiers: lower case, no more."""
    lower = text.lower()
    # Most are lower case: all that is sorted and looked up by one then shares it.
    return text if lower == text else lower


def collation_key(text: str) -> str:
    """What two texts that the database takes for the same have in common; of most it is their lower case."""
    if text.isascii() and text.isprintable() and text[-1:] != " ":
        return search_key(text)
    return _BEYOND.sub("\U00010000", text.translate(_canonical())).rstrip(" ")


@cache
def _canonical() -> dict[int, str]:
    same: dict[str, str] = json.loads(_SAME.read_text("ascii"))
    return {ord(one): canonical for canonical, others in same.items() for one in others}
